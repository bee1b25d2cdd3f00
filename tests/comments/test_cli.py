"""The commands release and withhold, as a script calls them."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask

from participation.comments import queries
from participation.comments.contacts import digest
from participation.consultations.models import Consultation
from participation.kernel.db import db, transaction
from participation.rulebook.moderation import WithholdingReason
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def consultation(context: Flask) -> Consultation:
    return a_consultation("open")


def run(app: Flask, *words: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["comments", *words])


def answer(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    found: dict[str, object] = json.loads(line)
    return found


def test_release_by_receipt_and_then_all(context: Flask, consultation: Consultation) -> None:
    first = a_comment(consultation).receipt
    for _ in range(3):
        a_comment(consultation)
    slug = consultation.slug
    assert answer(run(context, "release", slug, "--receipt", first.lower(), "--json")) == {
        "released": 1
    }
    assert answer(run(context, "release", slug, "--all", "--json")) == {"released": 3}
    assert answer(run(context, "release", slug, "--all", "--json")) == {"released": 0}
    assert "已公开 0 条意见" in run(context, "release", slug, "--all").stdout


def test_all_are_released_in_pieces(
    context: Flask, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.comments.cli.PIECE", 2)
    for _ in range(4):
        a_comment(consultation)
    assert answer(run(context, "release", consultation.slug, "--all", "--json")) == {"released": 4}


def test_withhold_needs_a_known_reason(context: Flask, consultation: Consultation) -> None:
    comment = a_comment(consultation, released=True)
    words = ("withhold", consultation.slug, "--receipt", comment.receipt, "--reason-code")
    assert run(context, *words, "because").exit_code == 2
    said = answer(run(context, *words, "insult", "--json"))
    assert said["reason_code"] == "insult"
    db.session.rollback()
    assert queries.by_number(consultation.id, 1).reason_code is WithholdingReason.INSULT


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("release", "{slug}"), 2),
        (("release", "{slug}", "--all", "--receipt", "x"), 2),
        (("release", "{slug}", "--receipt", "nonsense"), 1),
        (("release", "2020-0001", "--all"), 1),
        (("withhold", "{slug}", "--receipt", "0000", "--reason-code", "insult"), 1),
    ],
)
def test_a_wrong_call_says_so_in_one_line_and_changes_nothing(
    context: Flask, consultation: Consultation, words: tuple[str, ...], status: int
) -> None:
    a_comment(consultation)
    result = run(context, *(word.format(slug=consultation.slug) for word in words))
    assert result.exit_code == status
    assert "Traceback" not in result.output
    assert status == 2 or len(result.stderr.strip().splitlines()) == 1
    assert queries.counts(consultation.id).released == 0


def test_contacts_are_found_again_after_an_upgrade(
    context: Flask, consultation: Consultation
) -> None:
    made = a_comment(consultation, contact="chen@example.cn")
    a_comment(consultation)
    known_by = digest("chen@example.cn")
    with transaction():
        queries.by_receipt(made.receipt).contact_digest = None
    assert list(queries.of_contact(known_by)) == []
    assert answer(run(context, "index-contacts", "--json")) == {"indexed": 1}
    db.session.rollback()
    assert [each.receipt for each in queries.of_contact(known_by)] == [made.receipt]
