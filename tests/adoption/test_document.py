"""The document: a fixed shape, one way to write it, one digest."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from participation.adoption import document
from participation.adoption.document import Head, PointView
from participation.adoption.rules import Figures, SealingCause
from participation.comments.rules import Channel, Outcome, RespondentKind

AT = datetime(2026, 7, 1, 16, tzinfo=UTC)
HEAD = Head(
    slug="2026-0001",
    title="办法",
    department="司法局",
    matter="rule",
    opens_at=AT - timedelta(days=60),
    closes_at=AT - timedelta(days=30),
    version=1,
    cause=SealingCause.DUE,
    note="",
    published_at=AT,
    due_on=date(2026, 7, 1),
    due_latest_on=date(2026, 7, 1),
    due_provisional=False,
    is_past_due=True,
)
FIGURES = Figures(
    received=3,
    outcomes={Outcome.ADOPTED: 1, Outcome.PENDING: 2},
    channels={Channel.WEB: 3, Channel.LETTER: 0},
    respondent_kinds={RespondentKind.PERSON: 3},
)
POINT = PointView(
    number=1,
    title="路灯",
    clause_key="t3",
    clause_label="第三条",
    clause_text="每月检查一次。",
    disposition="adopted",
    reason="有道理。",
    changed_text="每半月检查一次。",
    members=1,
    decided_at=AT - timedelta(days=1),
    comments=[1],
    excerpts=["检查太少"],
    excerpt_numbers=[1],
)
OPEN_POINT = replace(POINT, number=2, disposition=None, reason="", decided_at=None)


def _built(head: Head = HEAD, figures: Figures = FIGURES) -> dict[str, object]:
    return document.build(
        head,
        figures,
        [POINT, OPEN_POINT],
        unsorted=[3],
        surveys=[],
        meetings=[],
        near_duplicates={},
    )


def test_the_document_says_head_figures_points_and_what_is_overdue() -> None:
    made = _built()
    assert json.loads(document.canonical(made)) == made
    assert made["figures"] == {
        "received": 3,
        "outcomes": {**dict.fromkeys([each.value for each in Outcome], 0), "adopted": 1}
        | {"pending": 2},
        "channels": {"web": 3},
        "respondent_kinds": {"person": 3},
    }
    assert made["overdue"] == {"count": 2, "points": [2], "unsorted": [3]}
    assert made["due"] == {"on": "2026-07-01", "latest_on": "2026-07-01", "provisional": False}


def test_before_the_due_instant_nothing_is_overdue() -> None:
    made = _built(replace(HEAD, is_past_due=False))
    assert made["overdue"] == {"count": 0, "points": [], "unsorted": []}


def test_the_digest_changes_with_every_word() -> None:
    first = document.digest_of(_built())
    assert len(first) == 64
    assert first == document.digest_of(_built())
    assert first != document.digest_of(_built(replace(HEAD, title="办法。")))
    assert first != document.digest_of(_built(figures=replace(FIGURES, received=4)))


def test_the_order_of_keys_and_the_zone_do_not_matter() -> None:
    made = _built()
    turned = dict(reversed(made.items()))
    assert document.canonical(turned) == document.canonical(made)
    in_china = HEAD.published_at.astimezone(timezone(timedelta(hours=8)))
    assert document.digest_of(_built(replace(HEAD, published_at=in_china))) == (
        document.digest_of(made)
    )


@pytest.mark.parametrize("point", [POINT, OPEN_POINT])
def test_a_point_reads_back_as_it_was_written(point: PointView) -> None:
    plain = json.loads(json.dumps(document.point_plain(point)))
    assert document.point_of_plain(plain, {1: "检查太少"}) == point
    assert "检查太少" not in str(plain)
    assert point.outcome == (point.disposition or "pending")


def test_words_that_are_no_longer_public_are_left_out() -> None:
    plain = document.point_plain(POINT)
    shown = document.point_of_plain(plain, {})
    assert (shown.excerpts, shown.excerpt_numbers, shown.comments) == ([], [], [1])


def test_a_number_that_is_none_cannot_be_written() -> None:
    with pytest.raises(ValueError):
        document.canonical({"share": float("nan")})
