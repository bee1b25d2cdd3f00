"""归档包: everything of a matter in one ZIP, with an index and the SHA-256 of every file.

Written file by file into a file: memory does not grow with the opinions or with what is attached.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, NamedTuple

from participation.adoption import queries as adoption
from participation.adoption.document import canonical
from participation.consultations.models import Consultation
from participation.consultations.place import zone
from participation.consultations.queries import documents_of, interpretations_of
from participation.kernel.errors import NotFound
from participation.kernel.storage import storage
from participation.kernel.verdict import Verdict
from participation.meetings import queries as meetings
from participation.meetings.models import Meeting
from participation.meetings.rules import MEETING_WORDS, MeetingKind
from participation.papers import queries
from participation.papers.hearing_report import hearing_report
from participation.papers.making import file_of, list_into, official_of
from participation.papers.official import Official
from participation.papers.rules import PAPER_WORDS, Cell, Naming, Paper, has_report, is_ready
from participation.papers.wording import moment
from participation.record.queries import bulletin_bytes, package_of

PART = 256 * 1024
LONGEST_NAME = 60
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_ENDING = re.compile(r"\.([A-Za-z0-9]{1,5})$")
HEADS = ("序号", "文件", "名称", "说明", "字节", "SHA-256")


class Entry(NamedTuple):
    """A line of the index."""

    name: str
    title: str
    note: str
    size: int
    digest: str


def write_archive(
    file: IO[bytes], consultation: Consultation, naming: Naming, now: datetime
) -> list[Entry]:
    """Write the package into a file; the lines of its index.

    The names of its files depend on the matter's content only. A file that the storage has lost
    stands in the index without a checksum.
    """
    with _Archive(file, consultation, now) as archive:
        _opinions(archive, naming)
        _result(archive)
        _meetings(archive)
        _draft(archive)
        _record(archive)
        archive.close_index()
        return archive.entries


class _Archive:
    """A ZIP with one folder, and the lines of its index as they come."""

    def __init__(self, file: IO[bytes], consultation: Consultation, now: datetime) -> None:
        self.consultation, self.now = consultation, now
        self.entries: list[Entry] = []
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._sums: list[str] = []

    def __enter__(self) -> _Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(
        self, name: str, title: str, parts: Iterable[bytes], note: str = "", *, packed: bool = False
    ) -> None:
        """Add a file from its parts; `packed`: it is compressed already."""
        self.entries.append(Entry(name, title, note, *self._write(name, parts, packed)))

    def add_stored(self, name: str, title: str, key: str, note: str = "") -> None:
        """Add a content of the storage; what is not there any more is only named."""
        try:
            parts = storage().open_stream(key)
        except NotFound:
            self.entries.append(Entry(name, title, "存储中找不到这个文件", 0, ""))
            return
        self.add(name, title, parts, note, packed=name.endswith((".zip", ".pdf", ".jpg", ".png")))

    def _write(self, name: str, parts: Iterable[bytes], packed: bool) -> tuple[int, str]:
        at = self.now.astimezone(zone())
        made = zipfile.ZipInfo(f"{self.consultation.slug}/{name}", at.timetuple()[:6])
        made.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        made.external_attr = 0o644 << 16
        digest, size = hashlib.sha256(), 0
        with self._zip.open(made, "w", force_zip64=True) as into:
            for part in parts:
                digest.update(part)
                size += len(part)
                into.write(part)
        self._sums.append(f"{digest.hexdigest()}  {name}\n")
        return size, digest.hexdigest()

    def close_index(self) -> None:
        """The index as a table and as a page, and the checksums of all files."""
        self._write("index.csv", [index_csv(self.entries)], False)
        self._write("index.html", [self._index_html()], False)
        self._write("SHA256SUMS", ["".join(self._sums).encode()], False)

    def _index_html(self) -> bytes:
        title = html.escape(f"{self.consultation.title}归档包")
        heads = "".join(f'<th scope="col">{each}</th>' for each in HEADS)
        rows = "".join(_index_row(place, each) for place, each in enumerate(self.entries, start=1))
        return (
            '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
            f"<title>{title}</title></head><body><h1>{title}</h1>"
            f"<p>{html.escape(self.consultation.department.name)}，{moment(self.now)}生成。</p>"
            f"<table border><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            "</body></html>\n"
        ).encode()


def index_csv(entries: list[Entry]) -> bytes:
    """The index in UTF-8 with its mark; no title is taken for a formula by a table program."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for place, each in enumerate(entries, start=1):
        title = f"'{each.title}" if each.title.startswith(FORMULA_BEGINS) else each.title
        writer.writerow([place, each.name, title, each.note, each.size, each.digest])
    return text.getvalue().encode("utf-8-sig")


def _index_row(place: int, entry: Entry) -> str:
    name = html.escape(entry.name)
    link = f'<a href="{name}">{name}</a>' if entry.digest else name
    told = (html.escape(each) for each in (entry.title, entry.note))
    cells = (str(place), link, *told, str(entry.size), f"<code>{entry.digest}</code>")
    return "<tr>" + "".join(f"<td>{each}</td>" for each in cells) + "</tr>"


def file_name(title: str) -> str:
    """A title as part of a file's name on every system."""
    tidy = _UNFIT.sub("_", title).strip(" ._")[:LONGEST_NAME].strip(" ._")
    return tidy or "无标题"


def _ending(source_name: str, media_type: str = "") -> str:
    found = _ENDING.search(source_name)
    return found.group(1).lower() if found else media_type.rpartition("/")[2][:5] or "bin"


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PART):
        yield piece


def _opinions(archive: _Archive, naming: Naming) -> None:
    consultation = archive.consultation
    with tempfile.TemporaryFile() as file:
        list_into(file, consultation, tuple(Cell), naming, archive.now)
        words = PAPER_WORDS[Paper.OPINIONS]
        archive.add(f"01-意见/{words}.xlsx", str(words), _pieces(file), packed=True)
    for each in queries.files_of_opinions(consultation.id):
        name = f"01-意见/附件/{each.number:06d}-{each.position}.{_ending('.' + each.kind)}"
        title = f"第{each.number}号意见的附件{each.position}"
        archive.add_stored(name, title, each.storage_key, "可能含有个人信息")


def _result(archive: _Archive) -> None:
    consultation, now = archive.consultation, archive.now
    stage = consultation.stage(now)
    basis = queries.basis_of(consultation.id)
    final = f"定稿第{basis.version}版" if basis.version else f"未定稿，截至{moment(now)}"
    for paper in (Paper.RESULT_TABLE, Paper.ANNOUNCEMENT, Paper.PARTICIPATION):
        if is_ready(paper, stage, received=basis.received, mismatch=""):
            made = official_of(paper, consultation, now)
            _both(archive, f"02-采纳情况/{PAPER_WORDS[paper]}", made, final)
    if (content := bulletin_bytes(consultation.id)) is not None:
        archive.add("02-采纳情况/截止公报.json", "截止公报", [content])
    for each in reversed(adoption.versions(consultation.id)):
        content = canonical(adoption.document_of(consultation.id, each.version))
        title = f"采纳情况第{each.version}版"
        archive.add(f"02-采纳情况/第{each.version}版.json", title, [content], "公布时的全文")


def _both(archive: _Archive, name: str, paper: Official, note: str) -> None:
    archive.add(f"{name}.docx", paper.title, [file_of(paper, "docx")], note, packed=True)
    archive.add(f"{name}.pdf", paper.title, [file_of(paper, "pdf")], note, packed=True)


def _meetings(archive: _Archive) -> None:
    consultation = archive.consultation
    for place, light in enumerate(meetings.of_consultation(consultation.id), start=1):
        meeting = meetings.by_id(consultation.id, light.id)
        kind = MEETING_WORDS[meeting.kind]
        folder = f"03-会议/{place:02d}-{kind}-{file_name(meeting.title)}"
        if meeting.kind is MeetingKind.HEARING and report_verdict(meeting, archive.now):
            made = hearing_report(consultation, meeting, archive.now)
            _both(archive, f"{folder}/{PAPER_WORDS[Paper.HEARING]}", made, made.status)
        else:
            archive.add(f"{folder}/会议记录.txt", meeting.title, [_told(meeting).encode()])
        for number, each in enumerate(meeting.files, start=1):
            name = f"{folder}/附件-{number:02d}.{_ending('.' + each.kind)}"
            archive.add_stored(name, each.name, each.storage_key)


def report_verdict(meeting: Meeting, now: datetime) -> Verdict:
    """Whether a hearing can be reported on."""
    return has_report(
        is_cancelled=meeting.cancelled_at is not None,
        is_held=now >= meeting.starts_at,
        is_recorded=bool(meeting.record_summary or meeting.statements or meeting.attendance),
    )


def _told(meeting: Meeting) -> str:
    lines = [meeting.title, f"{moment(meeting.starts_at)}　{meeting.place}"]
    if meeting.cancelled_at is not None:
        lines.append(f"已取消：{meeting.cancel_note}")
    lines.append(meeting.record_summary)
    lines += [f"{each.speaker}：{each.text}" for each in meeting.statements]
    return "\n\n".join(each for each in lines if each) + "\n"


def _draft(archive: _Archive) -> None:
    consultation = archive.consultation
    for each in queries.drafts_of(consultation.id):
        name = f"04-草案和材料/草案第{each.number}稿.{_ending(each.source_name)}"
        archive.add_stored(name, each.title or f"草案第{each.number}稿", each.source_key)
    for word, text in (
        ("起草说明", consultation.explanation),
        ("制定依据", consultation.legal_basis),
        ("通俗解读", consultation.plain_summary),
    ):
        if text:
            archive.add(f"04-草案和材料/{word}.txt", word, [f"{text}\n".encode()])
    for place, document in enumerate(documents_of(consultation.id), start=1):
        name = f"04-草案和材料/材料-{place:02d}-{file_name(document.title)}"
        name += f".{_ending(document.source_name, document.media_type)}"
        if document.source_key is not None:
            archive.add_stored(name, document.title, document.source_key, str(document.kind.label))
    read = interpretations_of(consultation.id, even_unpublished=True)
    for place, reading in enumerate(read, start=1):
        name = f"04-草案和材料/解读-{place:02d}-{file_name(reading.title)}"
        note = "" if reading.published_at else "尚未公开"
        if reading.source_key is not None:
            ending = _ending("", reading.media_type)
            archive.add_stored(f"{name}.{ending}", reading.title, reading.source_key, note)
        if text := "\n".join(each for each in (reading.body, reading.link) if each):
            archive.add(f"{name}.txt", reading.title, [f"{text}\n".encode()], note)


def _record(archive: _Archive) -> None:
    found = package_of(archive.consultation.id)
    if found is not None:
        note = f"{moment(found.built_at)}生成，可以脱离本站核对"
        archive.add_stored("05-公开记录/资料包.zip", "公开记录的资料包", found.key, note)
