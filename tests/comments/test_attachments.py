"""Files with opinions: taken clean, kept close, released one by one, gone with their opinion."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from participation.comments import operations, queries
from participation.comments.intake import take_file
from participation.comments.models import Attachment, Comment
from participation.comments.operations import SubmittedComment
from participation.comments.rules import FILE_WAITS, MOST_FILES, Stance
from participation.consultations.models import Consultation
from participation.kernel import clock, jobs
from participation.kernel.actor import GUEST, SYSTEM
from participation.kernel.claims import PUT_TO_COMMIT
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.storage import storage
from participation.privacy import jobs as privacy
from participation.rulebook.moderation import WithholdingReason
from tests.conftest import NOON
from tests.factories.accounts import sign_in
from tests.factories.comments import an_officer_of
from tests.factories.consultations import a_consultation
from tests.factories.traces import (
    a_pdf_file,
    a_photograph,
    a_running_pdf,
    a_word_file,
    an_excel_file,
    told_in,
)

pytestmark = pytest.mark.usefixtures("context", "at_noon")

FILES = {
    "照片.jpg": a_photograph,
    "图.png": lambda: a_photograph("PNG"),
    "方案.docx": a_word_file,
    "测算.xlsx": an_excel_file,
    "意见.pdf": a_pdf_file,
}
HOSTILE = {
    "网页.pdf": b"<html><script>alert(1)</script></html>",
    "动作.pdf": a_running_pdf(),
    "图.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "程序.docx": b"MZ" + bytes(500),
    "矢量.svg": b"<svg/>",
    "空.pdf": b"",
}


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


def waiting(consultation: Consultation, name: str = "图.png", tint: str = "#8ac") -> Attachment:
    taken = take_file(name, a_photograph("PNG", tint) if name == "图.png" else FILES[name]())
    with transaction():
        return operations.keep_file(GUEST, consultation.slug, taken)


def send(consultation: Consultation, *files: Attachment, key: str = "key") -> Comment:
    sent = SubmittedComment(
        body="建议写明谁来修灯。",
        stance=Stance.SUGGEST,
        submission_key=key,
        files=tuple(each.ref for each in files),
    )
    with transaction():
        return operations.submit_comment(GUEST, consultation.slug, sent).comment


def is_kept(key: str) -> bool:
    try:
        storage().get(key)
    except NotFound:
        return False
    return True


def later(key: str) -> None:
    """Let the jobs run that drop contents nobody claims, by the storage's own clock."""
    with clock.fixed(storage().written_at(key) + 2 * PUT_TO_COMMIT):
        jobs.run_due()


def upload(client: FlaskClient, consultation: Consultation, name: str, data: bytes) -> TestResponse:
    path = f"/consultations/{consultation.slug}/attachments"
    return client.post(path, data={"file": (io.BytesIO(data), name)})


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_every_kind_comes_through_without_its_writer(
    client: FlaskClient, consultation: Consultation, name: str
) -> None:
    ref = upload(client, consultation, name, FILES[name]()).get_json()["ref"]
    form = {"stance": "suggest", "body": "见附件。", "respondent_kind": "person", "files": ref}
    sent = client.post(
        f"/consultations/{consultation.slug}/comment", data={**form, "submission_key": "k"}
    )
    assert sent.status_code == 303, sent.text
    page = client.get(sent.location)
    assert name in page.text
    got = client.get(f"{sent.location}/files/1")
    assert told_in(got.data) == []
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_what_it_says_is_refused_with_a_sentence(
    client: FlaskClient, consultation: Consultation, name: str
) -> None:
    answer = upload(client, consultation, name, HOSTILE[name])
    assert answer.status_code == 422
    assert re.search("没有收下|只接受", answer.get_json()["error"])
    assert not db.session.scalars(db.select(Attachment)).all()


def test_without_script_a_press_uploads_and_another_takes_out(
    client: FlaskClient, consultation: Consultation
) -> None:
    path = f"/consultations/{consultation.slug}/comment"
    form = {"stance": "oppose", "body": "还没写完", "respondent_kind": "person"}
    chosen = [(io.BytesIO(a_photograph("PNG", tint)), "图.png") for tint in ("#111", "#222")]
    page = client.post(path, data={**form, "act": "attach", "file": chosen})
    assert page.status_code == 200
    assert "还没写完" in page.text
    refs = re.search(r'name="files"[^>]*value="([^"]*)"', page.text)
    assert refs
    first, second = refs[1].split()
    page = client.post(path, data={**form, "files": refs[1], "act": f"drop-{first}"})
    assert f'value="{second}"' in page.text
    assert first not in page.text
    bad = {**form, "act": "attach", "file": (io.BytesIO(b"x"), "x.exe")}
    assert client.post(path, data=bad).status_code == 422
    # Whoever chose a file and pressed "send" wants it sent.
    last = {**form, "files": second, "file": (io.BytesIO(a_photograph("PNG", "#333")), "图.png")}
    sent = client.post(path, data={**last, "submission_key": "k"})
    assert sent.status_code == 303
    assert client.get(sent.location).text.count("/files/") == 2


@pytest.mark.both_databases
def test_a_file_is_claimed_once_and_by_its_own_consultation(consultation: Consultation) -> None:
    mine, theirs = waiting(consultation), waiting(a_consultation("open"), tint="#000")
    send(consultation, mine)
    for stolen in (mine, theirs):
        with pytest.raises(Invalid) as refusal:
            send(consultation, stolen, key="other")
        assert refusal.value.field == "files"


def test_the_same_sending_again_is_the_same_act(consultation: Consultation) -> None:
    file = waiting(consultation)
    assert send(consultation, file).id == send(consultation, file).id


def test_more_than_twenty_files_are_too_many(consultation: Consultation) -> None:
    taken = take_file("图.png", a_photograph("PNG"))
    with transaction():
        files = [
            operations.keep_file(GUEST, consultation.slug, taken) for _ in range(MOST_FILES + 1)
        ]
    with pytest.raises(Invalid):
        send(consultation, *files)
    assert len(queries.files_of(send(consultation, *files[:-1]))) == MOST_FILES


@pytest.mark.parametrize("stage", ["forthcoming", "closed", "sealed"])
def test_outside_the_window_no_file_is_taken(
    client: FlaskClient, context: Flask, stage: str
) -> None:
    consultation = a_consultation(stage)
    with pytest.raises(Refused):
        waiting(consultation)
    assert upload(client, consultation, "图.png", a_photograph("PNG")).status_code == 403


def test_the_public_gets_a_file_only_after_two_decisions(
    client: FlaskClient, consultation: Consultation
) -> None:
    comment = send(consultation, waiting(consultation, "意见.pdf"))
    slug, number = consultation.slug, comment.number
    path = f"/consultations/{slug}/comments/{number}/files/1"
    guest = client.application.test_client()
    assert guest.get(path).status_code == 404
    desk = sign_in(client, an_officer_of(consultation))
    decide = f"/desk{path}"
    assert "意见公开以后" in desk.post(decide, follow_redirects=True).text
    with transaction():
        operations.release(SYSTEM, slug, [comment.id])
    assert guest.get(path).status_code == 404
    assert desk.get(decide).status_code == 200
    desk.post(decide, data={"act": "release"})
    found = guest.get(path)
    assert found.status_code == 200
    assert "%E6%84%8F%E8%A7%81.pdf" not in found.headers["Content-Disposition"]
    assert path in guest.get(f"/consultations/{slug}/comments").text
    desk.post(decide, data={"act": "hide"})
    assert guest.get(path).status_code == 404
    desk.post(decide, data={"act": "release"})
    with transaction():
        operations.withhold(SYSTEM, slug, comment.id, next(iter(WithholdingReason)))
    assert guest.get(path).status_code == 404
    with clock.fixed(NOON + timedelta(hours=1)), transaction():
        operations.release(SYSTEM, slug, [comment.id])
    assert guest.get(path).status_code == 404, "each release is by a look at the file"


@pytest.mark.both_databases
def test_a_withdrawal_destroys_the_files(consultation: Consultation) -> None:
    file = waiting(consultation)
    comment, key = send(consultation, file), file.storage_key
    with transaction():
        operations.withdraw(comment.receipt)
    assert queries.files_of(comment) == []
    later(key)
    assert not is_kept(key)


def test_what_another_opinion_has_too_stays(consultation: Consultation) -> None:
    first, second = waiting(consultation), waiting(consultation)
    assert first.storage_key == second.storage_key
    comment = send(consultation, first)
    send(consultation, second, key="other")
    with transaction():
        operations.withdraw(comment.receipt)
    later(second.storage_key)
    assert is_kept(second.storage_key)


def test_what_was_put_just_now_is_let_be(consultation: Consultation) -> None:
    file = waiting(consultation)
    key = file.storage_key
    with transaction():
        operations.discard_file(file.ref)
    jobs.run_due()
    assert is_kept(key)


def test_what_is_never_sent_is_forgotten(consultation: Consultation) -> None:
    file = waiting(consultation)
    key, ref = file.storage_key, file.ref
    with clock.fixed(NOON + FILE_WAITS - timedelta(seconds=1)):
        assert privacy.purge()["waiting_files"] == 0
    with clock.fixed(NOON + FILE_WAITS + timedelta(seconds=1)):
        assert privacy.due()["waiting_files"] == 1
        assert privacy.purge()["waiting_files"] == 1
    later(key)
    assert not is_kept(key)
    assert queries.waiting_files(consultation.id, [ref]) == []


def test_a_file_s_name_is_sealed_and_gone_with_it(consultation: Consultation) -> None:
    file = waiting(consultation, "意见.pdf")
    assert "意见" not in repr(file.name_sealed)
    assert queries.own_name_of(file) == "意见.pdf"
