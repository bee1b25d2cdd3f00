"""Files in the record: committed to, opened by the receipt, told apart from any other."""

from __future__ import annotations

import copy
import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from participation.comments import operations
from participation.comments.models import Attachment, Comment
from participation.kernel.db import db, transaction
from participation.record import queries
from participation.record.checking import faults_of
from participation.record.verifier.receipt import check_receipt
from tests.comments.test_attachments import send, waiting
from tests.factories.adoption import run_worker
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("context", "at_noon")
PAGE = Path("participation/record/verifier_page")


@pytest.fixture
def comment(context: Flask) -> Comment:
    consultation = a_consultation("open")
    files = [waiting(consultation, "意见.pdf"), waiting(consultation)]
    made = send(consultation, *files)
    assert consultation.closes_at
    run_worker(consultation.closes_at + timedelta(minutes=1))
    return made


def test_a_receipt_opens_what_was_attached(comment: Comment) -> None:
    receipt = queries.receipt_file(comment)
    assert receipt
    assert len(json.loads(receipt["leaf"])["atts"]) == len(receipt["files"]) == 2
    assert check_receipt(receipt).code == "included"
    other = copy.deepcopy(receipt)
    other["files"].reverse()
    assert check_receipt(other).code == "text_differs"
    del other["files"]
    assert check_receipt(other).code == "malformed"


def test_an_opinion_without_files_has_no_word_of_them(context: Flask) -> None:
    made = send(a_consultation("open"))
    receipt = queries.receipt_file(made)
    assert receipt
    assert "atts" not in json.loads(receipt["leaf"])
    assert "files" not in receipt


def test_a_file_that_somebody_exchanged_is_found(comment: Comment) -> None:
    assert faults_of(comment.consultation_id) == []
    with transaction():
        found = db.session.scalars(db.select(Attachment)).first()
        assert found
        found.storage_key = "0" * 64
    assert ["附件" in each.sentence for each in faults_of(comment.consultation_id)] == [True]


def test_a_removal_takes_the_salts_of_the_files_too(comment: Comment) -> None:
    with transaction():
        operations.withdraw(comment.receipt)
    assert faults_of(comment.consultation_id) == []


def test_the_page_s_verifier_reads_the_same_receipt(comment: Comment) -> None:
    receipt = queries.receipt_file(comment)
    assert receipt
    other = {**receipt, "files": receipt["files"][::-1]}
    script = "".join(
        (PAGE / f"{name}.js").read_text(encoding="utf-8")
        for name in ("encoding", "tree", "note", "log", "package", "receipt")
    )
    script += (
        "\n(async () => { for (const one of JSON.parse(process.argv[1]))"
        " console.log((await verifyReceipt(one)).code); })();"
    )
    ran = subprocess.run(
        ["node", "-e", script, json.dumps([receipt, other])],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert ran.stdout.split() == ["included", "text_differs"], ran.stderr
