"""The parts of addresses that taking part brings: files, sendings, questions, documents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from participation.comments import operations as comments
from participation.comments.intake import StoredFile
from participation.consultations import operations
from participation.consultations.intake import TakenDocument, TakenPicture
from participation.consultations.kinds import DocumentKind, InterpretationKind
from participation.consultations.models import Consultation
from participation.consultations.operations import InterpretationFields
from participation.kernel import clock
from participation.kernel.actor import GUEST, SYSTEM
from participation.kernel.db import transaction
from participation.kernel.storage import storage
from participation.meetings import operations as meetings
from participation.meetings.operations import RecordFields
from participation.meetings.rules import MeetingKind
from tests.factories.accounts import actor_of
from tests.factories.comments import a_comment, an_officer_of, some_words
from tests.factories.consultations import read
from tests.factories.importing import a_csv, a_row, an_import
from tests.factories.inquiries import ANSWER, an_inquiry
from tests.factories.meetings import a_meeting
from tests.factories.traces import a_photograph

A_PAPER = b"%PDF-1.4 "
A_TEXT = "桥头照明办法\n\n第一条　桥头的灯晚上十点关。\n第二条　本办法自公布之日起施行。\n"


def parts_of(found: Consultation) -> dict[str, Any]:
    """Values by `name`, or by `endpoint name` where another page's part has the same name."""
    assert found.opens_at is not None
    with clock.fixed(found.opens_at + timedelta(days=1)):
        return {
            "form": "csv",
            "organisation_id": 1,
            **_opinions(found),
            **_question(found),
            **_supplied(found),
            **_papers(found),
            **_tables(found),
        }


def _papers(found: Consultation) -> dict[str, Any]:
    """A hearing that can be reported on, and an official paper that is there from the opening."""
    heard = a_meeting(found, kind=MeetingKind.HEARING, starts_at=clock.now(), ends_at=None)
    with transaction():
        meetings.save_record(SYSTEM, found.slug, heard.id, RecordFields("听证会的情况"))
    return {
        "papers.hearing meeting_id": heard.id,
        "papers.hearing form": "docx",
        "papers.official form": "docx",
        "papers.official name": "participation",
    }


def _tables(found: Consultation) -> dict[str, Any]:
    """A table of opinions that was tried and waits."""
    assert found.opens_at is not None
    officer, day = actor_of(an_officer_of(found)), found.opens_at.date().isoformat()
    return {"import_id": an_import(officer, found, a_csv([a_row(1, day=day)]), day=day).id}


def _opinions(found: Consultation) -> dict[str, Any]:
    """A shown opinion with a public file, and two opinions sent at once."""
    given = StoredFile("图.pdf", "pdf", len(A_PAPER), storage().put(A_PAPER), is_scanned=True)
    with transaction():
        ref = comments.keep_file(GUEST, found.slug, given).ref
    made = a_comment(found, files=(ref,), released=True)
    with transaction():
        comments.release_file(SYSTEM, found.slug, made.number, 1)
        sent = comments.submit_sending(
            GUEST, found.slug, f"sending-{found.slug}", [some_words(), some_words()]
        )
    number, code = made.number, sent.sending.code
    return {
        "position": 1,
        "comments.own_file code": made.receipt,
        "comments.file number": number,
        "comments.staff_file number": number,
        "comments.support number": number,
        "comments.sending code": code,
        "comments.sending_qr code": code,
    }


def _question(found: Consultation) -> dict[str, Any]:
    asked = an_inquiry(found, answered=ANSWER)
    names = ("inquiries.receipt", "inquiries.receipt_qr", "inquiries.withdraw")
    return {
        "inquiries.detail number": asked.number,
        **{f"{each} code": asked.receipt for each in (*names, "api_questions.question")},
    }


def _supplied(found: Consultation) -> dict[str, Any]:
    """Documents beside the draft, the text in force among them; a picture that explains it."""
    paper = TakenDocument("依据.pdf", "application/pdf", storage().put(A_PAPER), len(A_PAPER))
    picture = TakenPicture(storage().put(a_photograph("PNG")), "image/png", 40, 30)
    fields = InterpretationFields(
        InterpretationKind.PICTURE, "图解", "t1", picture_words="一盏灯", picture=picture
    )
    text = A_TEXT.encode()
    in_force = TakenDocument("现行.txt", "text/plain", storage().put(text), len(text), read(A_TEXT))
    with transaction():
        operations.add_document(
            SYSTEM, found.slug, DocumentKind.TEXT_IN_FORCE, "现行办法", in_force
        )
        beside = operations.add_document(SYSTEM, found.slug, DocumentKind.BASIS, "依据", paper)
        shown = operations.save_interpretation(SYSTEM, found.slug, fields)
        operations.publish_interpretation(SYSTEM, found.slug, shown.id)
    return {"document_id": beside.id, "interpretation_id": shown.id}
