"""Makes each paper of a matter from its data: the official ones, and the list of opinions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from flask import current_app

from participation.consultations.models import Consultation
from participation.papers import queries
from participation.papers.official import Official, day_words
from participation.papers.participation_paper import participation_paper
from participation.papers.pdf import pdf_of
from participation.papers.result_papers import announcement, result_table
from participation.papers.rules import NAMING_WORDS, Cell, Naming, Paper
from participation.papers.sheet import Told, write_list
from participation.papers.wording import day_of, last_moment, moment

WORDS_SHOWN = "每份意见一行。文字中的个人信息已隐去；内容已删除、已撤回、限制处理的没有文字。"


def address_of(consultation: Consultation, page: str = "") -> str:
    """Where the public reads of a matter."""
    return f"{current_app.config['SETTINGS'].site}/consultations/{consultation.slug}{page}"


def official_of(paper: Paper, consultation: Consultation, now: datetime) -> Official:
    """An official paper of the matter as of `now`; raises Refused where it is not ready."""
    if paper is Paper.RESULT_TABLE:
        return result_table(consultation, now)
    if paper is Paper.ANNOUNCEMENT:
        return announcement(consultation, now, address_of(consultation, "/result"))
    if paper is Paper.PARTICIPATION:
        return participation_paper(consultation, now, address_of(consultation))
    raise ValueError(paper)


def file_of(paper: Official, form: str) -> bytes:
    """An official paper as `docx` or `pdf`."""
    if form == "pdf":
        return pdf_of(paper)
    # Few requests need what reads and writes Word; a start does not wait for it.
    from participation.papers.word import docx_of

    return docx_of(paper)


def list_into(
    file: IO[bytes],
    consultation: Consultation,
    cells: Sequence[Cell],
    naming: Naming,
    now: datetime,
) -> None:
    """Write the list of opinions into a file, in memory that does not grow with their number."""
    basis = queries.basis_of(consultation.id)
    assert consultation.opens_at is not None
    assert consultation.closes_at is not None
    opened = day_words(day_of(consultation.opens_at))
    status = (
        f"定稿第{basis.version}版，SHA-256 {basis.digest}"
        if basis.version
        else f"未定稿，截至{moment(now)}的办理情况"
    )
    facts = [
        ("事项", consultation.title),
        ("承办单位", consultation.department.name),
        ("征求意见期限", f"{opened}至{last_moment(consultation.closes_at)}"),
        ("生成时间", moment(now)),
        ("依据", status),
        ("提出人", str(NAMING_WORDS[naming])),
        ("意见内容", WORDS_SHOWN),
        ("网址", address_of(consultation)),
    ]
    told = Told(f"{consultation.title}意见汇总表", now, facts, basis)
    write_list(file, queries.opinions(consultation.id, basis), cells, naming, told)
