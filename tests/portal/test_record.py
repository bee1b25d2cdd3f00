"""The record's pages and raw parts: what a checker reads, and what a receipt's holder keeps."""

from __future__ import annotations

import base64
import hashlib
import json
import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from participation.comments import story
from participation.comments.models import Comment
from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.checkpoint import is_signed_by, read_head
from participation.kernel.db import db, transaction
from participation.kernel.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from participation.record.operations import sign_head
from participation.record.rules import Cause
from tests.factories.adoption import run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

ATOM = "{http://www.w3.org/2005/Atom}"


def signed(consultation: Consultation) -> None:
    with transaction():
        sign_head(consultation.id, Cause.COMMAND)


@pytest.fixture
def open_one(context: Flask, at_noon: object) -> Consultation:
    """An open consultation with three opinions."""
    made = a_consultation("open")
    for place in range(3):
        a_comment(made, body=f"第 {place} 条：桥头的灯太暗。")
    return made


def address(consultation: Consultation, part: str = "") -> str:
    return f"/consultations/{consultation.slug}/record{part}"


def test_the_leaves_hash_to_the_signed_root(client: FlaskClient, open_one: Consultation) -> None:
    signed(open_one)
    lines = client.get(address(open_one, "/leaves?from=0")).data.splitlines()
    note = client.get(address(open_one, "/checkpoint")).text
    head = read_head(note)
    assert head.size == len(lines)
    assert root_of([leaf_hash(line) for line in lines]) == head.root
    keys = client.get(address(open_one, "/keys.txt")).text.split()
    assert is_signed_by(note, keys[-1])


def test_leaves_and_entries_go_on_until_nothing_is_left(
    client: FlaskClient, open_one: Consultation
) -> None:
    every = client.get(address(open_one, "/leaves")).data.splitlines()
    assert client.get(address(open_one, "/leaves?from=2")).data.splitlines() == every[2:]
    assert client.get(address(open_one, f"/leaves?from={len(every)}")).data == b""
    entries = client.get(address(open_one, "/entries?after=1")).data.splitlines()
    assert [json.loads(line)["number"] for line in entries] == [2, 3]
    assert client.get(address(open_one, "/entries?after=3")).data == b""


def test_a_longer_log_begins_with_the_shorter_one(
    client: FlaskClient, open_one: Consultation
) -> None:
    signed(open_one)
    a_comment(open_one)
    signed(open_one)
    notes = client.get(address(open_one, "/checkpoints.txt")).text
    heads = [
        read_head(each)
        for each in (
            part.split("\n", 1)[1].strip() + "\n" for part in notes.split("# ") if part.strip()
        )
    ]
    old, new = heads[-2], heads[-1]
    found = client.get(address(open_one, f"/consistency?from={old.size}&to={new.size}")).json
    proof = [bytes.fromhex(each) for each in found["proof"]]
    assert verify_consistency(old.size, new.size, proof, old.root, new.root)


@pytest.mark.parametrize("query", ["from=0&to=1", "from=3&to=2", "from=1&to=99999", "from=x&to=2"])
def test_a_proof_of_what_is_not_there_is_refused_with_a_sentence(
    client: FlaskClient, open_one: Consultation, query: str
) -> None:
    assert client.get(address(open_one, f"/consistency?{query}")).status_code == 422


def test_a_receipt_file_is_proved_by_its_head(client: FlaskClient, open_one: Consultation) -> None:
    signed(open_one)
    comment = db.session.query(Comment).filter_by(number=2).one()
    answer = client.get(f"/receipt/{comment.receipt}/receipt.json")
    assert "no-store" in answer.headers["Cache-Control"]
    assert f"receipt-{open_one.slug}-2.json" in answer.headers["Content-Disposition"]
    found = json.loads(answer.data)
    head = read_head(found["head"])
    proof = [bytes.fromhex(each) for each in found["proof"]]
    hashed = leaf_hash(found["leaf"].encode())
    assert verify_inclusion(hashed, found["index"], head.size, proof, head.root)
    claim = hashlib.sha256(
        b"pc1\0claim\0" + bytes.fromhex(found["salts"]["claim"]) + found["claim"].encode()
    )
    assert claim.hexdigest() == json.loads(found["leaf"])["c_claim"]


def test_the_sheet_says_all_that_the_file_says(client: FlaskClient, open_one: Consultation) -> None:
    signed(open_one)
    comment = db.session.query(Comment).filter_by(number=1).one()
    found = json.loads(client.get(f"/receipt/{comment.receipt}/receipt.json").data)
    page = client.get(f"/receipt/{comment.receipt}/sheet").text
    plain = page.replace("&#34;", '"').replace("&#39;", "'")
    for part in (found["leaf"], found["salts"]["body"], found["salts"]["claim"], found["origin"]):
        assert part in plain
    assert all(each in plain for each in (*found["proof"], *found["keys"]))
    assert client.get(f"/receipt/{comment.receipt}/leaf.svg").mimetype == "image/svg+xml"


def test_a_receipt_that_nobody_has_is_not_found(
    client: FlaskClient, open_one: Consultation
) -> None:
    for part in ("receipt.json", "sheet", "leaf.svg"):
        assert client.get(f"/receipt/AAAABBBBCCCCDDDD/{part}").status_code == 404


def test_what_is_not_public_has_no_record_for_the_public(
    client: FlaskClient, context: Flask
) -> None:
    hidden = a_consultation("drafting")
    for part in ("", "/checkpoint", "/leaves", "/entries", "/keys.txt"):
        assert client.get(address(hidden, part)).status_code == 404


def test_the_feed_tells_the_course_and_the_heads(
    client: FlaskClient, open_one: Consultation
) -> None:
    signed(open_one)
    note = client.get(address(open_one, "/checkpoint")).text
    feed = client.get(f"/consultations/{open_one.slug}/feed.atom")
    assert feed.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(feed.data)
    contents = [each.findtext(f"{ATOM}content") or "" for each in root.iter(f"{ATOM}entry")]
    assert any(note.strip() in each for each in contents)
    every = ElementTree.fromstring(client.get("/feed.atom").data)
    assert open_one.title in [each.findtext(f"{ATOM}title") for each in every.iter(f"{ATOM}entry")]


def test_bulletin_and_result_carry_the_head_that_covers_them(
    client: FlaskClient, open_one: Consultation
) -> None:
    slug = open_one.slug
    assert open_one.closes_at is not None
    after = open_one.closes_at + timedelta(minutes=1)
    with clock.fixed(after):
        run_worker(after)
        note = client.get(address(open_one, "/checkpoint")).text
        root = base64.b64encode(read_head(note).root).decode()
        assert root in client.get(f"/consultations/{slug}/bulletin").text
    late = after + timedelta(days=40)
    with clock.fixed(late):
        run_worker(late)
        note = client.get(address(open_one, "/checkpoint")).text
        assert note.splitlines()[2] in client.get(f"/consultations/{slug}/result").text.replace(
            "&#43;", "+"
        )


def test_the_pages_explain_and_hand_out_the_verifiers(
    client: FlaskClient, open_one: Consultation
) -> None:
    assert "它不能证明什么" in client.get("/record").text
    for name in ("verify.py", "verify.html"):
        answer = client.get(f"/record/{name}")
        assert "attachment" in answer.headers["Content-Disposition"]
    assert "tlog-checkpoint" in client.get("/record/format.md").text
    assert client.get(address(open_one)).status_code == 200


def test_a_mail_about_an_opinion_ends_with_the_newest_head(open_one: Consultation) -> None:
    comment = db.session.query(Comment).filter_by(number=1).one()
    assert all(not footer(comment) for footer in story.footers)
    signed(open_one)
    notes = [footer(comment) for footer in story.footers]
    assert read_head(notes[0]).size == 4


def test_the_package_is_handed_out_from_the_close_on(
    client: FlaskClient, open_one: Consultation
) -> None:
    assert client.get(address(open_one, "/package.zip")).status_code == 404
    assert open_one.closes_at is not None
    after = open_one.closes_at + timedelta(minutes=1)
    with clock.fixed(after):
        run_worker(after)
        answer = client.get(address(open_one, "/package.zip"))
        page = client.get(address(open_one)).text
    with ZipFile(BytesIO(answer.data)) as package:
        assert {"leaves.jsonl", "verify.py", "verify.html", "SHA256SUMS"} <= set(package.namelist())
    assert hashlib.sha256(answer.data).hexdigest() in page
