"""Announcing, recording, publishing: what is kept and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from participation.consultations.models import Consultation
from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.kernel.errors import Invalid, NotFound, Refused
from participation.kernel.events import subscribe
from participation.meetings import operations, queries
from participation.meetings.events import MeetingChanged, RecordPublished
from participation.meetings.intake import take_file
from participation.meetings.operations import (
    AttendanceFields,
    MeetingFields,
    RecordFields,
    StatementFields,
)
from participation.meetings.rules import MOST_FILES, AttendeeKind, MeetingKind
from participation.rulebook.matters import Matter
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of
from tests.factories.consultations import a_consultation
from tests.factories.meetings import A_PDF, A_RECORD, a_file, a_meeting, a_record, some_meeting

pytestmark = pytest.mark.usefixtures("context", "at_noon")
TOMORROW = NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"place": ""}, "place"),
        ({"agenda": "长" * 5001}, "agenda"),
        ({"ends_at": NOON - timedelta(days=3)}, "ends_time"),
        ({"registration_closes_at": NOON}, "registration_closes_on"),
        ({"invited": {AttendeeKind.EXPERTS: -1}}, ""),
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused_at_its_field(
    changes: dict[str, object], field: str
) -> None:
    consultation = a_consultation("open")
    with pytest.raises(Invalid) as refused:
        a_meeting(consultation, **changes)
    assert refused.value.field == field
    assert queries.of_consultation(consultation.id) == []


def test_another_department_announces_nothing_here() -> None:
    consultation = a_consultation("open")
    stranger = actor_of(a_user("officer", a_department("云溪县水利局")))
    with pytest.raises(Refused), transaction():
        operations.announce_meeting(stranger, consultation.slug, some_meeting())


def test_nothing_changes_once_the_result_is_sealed() -> None:
    consultation = a_consultation("sealed")
    with pytest.raises(Refused, match="定稿"):
        a_meeting(consultation, announced_at=NOON)


def test_a_changed_announcement_keeps_those_who_came() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation, invited={AttendeeKind.EXPERTS: 3, AttendeeKind.MEDIA: 1})
    slug, officer = consultation.slug, actor_of(a_user("officer"))
    fields = some_meeting(place="礼堂", invited={AttendeeKind.EXPERTS: 4})
    with transaction():
        operations.change_meeting(officer, slug, meeting.id, fields)
    found = queries.by_id(consultation.id, meeting.id)
    assert found.place == "礼堂"
    assert [(each.kind, each.invited) for each in found.attendance] == [(AttendeeKind.EXPERTS, 4)]


def test_a_cancelled_meeting_keeps_its_place_with_its_note() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation)
    slug, officer, meeting_id = consultation.slug, actor_of(a_user("officer")), meeting.id
    with pytest.raises(Invalid), transaction():
        operations.cancel_meeting(officer, slug, meeting_id, "  ")
    with transaction():
        operations.cancel_meeting(officer, slug, meeting_id, "因暴雨取消。")
    summary = queries.summary_of(consultation.id)
    assert [(each["is_cancelled"], each["cancel_note"]) for each in summary] == [
        (True, "因暴雨取消。")
    ]
    for act in (
        lambda: operations.change_meeting(officer, slug, meeting_id, some_meeting()),
        lambda: operations.cancel_meeting(officer, slug, meeting_id, "再次"),
        lambda: operations.save_record(officer, slug, meeting_id, A_RECORD),
    ):
        with pytest.raises(Refused, match="取消"), transaction():
            act()


def test_a_record_waits_for_the_meeting_to_begin() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation, starts_at=TOMORROW, ends_at=None)
    with pytest.raises(Refused, match="尚未开始"):
        a_record(consultation, meeting)
    with clock.fixed(TOMORROW):
        a_record(consultation, meeting)


def test_a_record_is_private_until_it_is_published_and_counts_then() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation)
    slug, officer = consultation.slug, actor_of(a_user("officer"))
    with transaction():
        operations.save_record(officer, slug, meeting.id, A_RECORD)
    hidden = queries.summary_of(consultation.id)[0]
    assert (hidden["attended"], hidden["statements"], hidden["is_record_published"]) == (
        0,
        0,
        False,
    )
    with transaction():
        operations.publish_record(officer, slug, meeting.id)
    shown = queries.summary_of(consultation.id)[0]
    assert (shown["invited"], shown["attended"], shown["statements"]) == (14, 11, 2)
    assert json.loads(json.dumps(shown)) == shown


def test_a_record_with_nothing_in_it_is_not_published() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation)
    with pytest.raises(Invalid, match="空"):
        a_record(consultation, meeting, RecordFields())
    with pytest.raises(Invalid, match="到会人数"):
        a_record(consultation, meeting, RecordFields("开过了。"))


def test_statements_are_tied_to_clauses_by_label_or_key() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation)
    names = ("第四条", " 第二条第一款 ", "t3-x1", "")
    statements = [StatementFields("甲", "说", clause=name) for name in names]
    a_record(consultation, meeting, replace(A_RECORD, statements=statements))
    found = queries.by_id(consultation.id, meeting.id).statements
    assert [each.clause.key if each.clause else None for each in found] == [
        "t4",
        "t2-k1",
        "t3-x1",
        None,
    ]


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        (StatementFields("", "说"), "statement_1_speaker"),
        (StatementFields("甲", " "), "statement_1_text"),
        (StatementFields("甲" * 61, "说"), "statement_1_speaker"),
        (StatementFields("甲", "说" * 5001), "statement_1_text"),
        (StatementFields("甲", "说", clause="第九十九条"), "statement_1_clause"),
        (StatementFields("甲", "说", clause="第一款"), "statement_1_clause"),
    ],
)
def test_a_statement_that_cannot_stand_is_refused_at_its_field_and_nothing_is_kept(
    statement: StatementFields, field: str
) -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation)
    with pytest.raises(Invalid) as refused:
        a_record(
            consultation,
            meeting,
            replace(A_RECORD, statements=(StatementFields("乙", "好"), statement)),
        )
    assert refused.value.field == field
    db.session.rollback()
    assert queries.by_id(consultation.id, meeting.id).record_summary == ""


def test_three_hundred_statements_are_kept_in_their_order() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation)
    many = [StatementFields(f"居民{number}", "同意。", clause="第四条") for number in range(300)]
    a_record(consultation, meeting, replace(A_RECORD, statements=many))
    found = queries.by_id(consultation.id, meeting.id).statements
    assert [each.speaker for each in found] == [each.speaker for each in many]
    with pytest.raises(Invalid, match="300"):
        a_record(consultation, meeting, replace(A_RECORD, statements=[*many, many[0]]))


def test_a_correction_of_a_public_record_is_heard_as_a_publication() -> None:
    heard: list[str] = []
    subscribe(RecordPublished, MeetingChanged)(lambda event: heard.append(event.name))
    consultation = a_consultation("open")
    meeting = a_meeting(consultation, recorded=True)
    slug, officer, meeting_id = consultation.slug, actor_of(a_user("officer")), meeting.id
    fields = replace(A_RECORD, attendance=(AttendanceFields(AttendeeKind.EXPERTS, 2, 2),))
    with transaction():
        operations.save_record(officer, slug, meeting_id, fields)
    a_file(consultation, meeting)
    assert heard == ["RecordPublished", "RecordCorrected", "MeetingFileAdded"]
    assert queries.summary_of(consultation.id)[0]["attended"] == 2
    with pytest.raises(Invalid), transaction():
        operations.save_record(officer, slug, meeting_id, RecordFields())


def test_a_file_is_kept_once_and_no_more_than_twenty() -> None:
    consultation = a_consultation("open")
    meeting = a_meeting(consultation)
    a_file(consultation, meeting)
    with pytest.raises(Invalid, match="已经在列表"):
        a_file(consultation, meeting, "同一份.pdf")
    for number in range(MOST_FILES - 1):
        a_file(consultation, meeting, data=A_PDF + b"%" * (number + 1) + b"%%EOF")
    with pytest.raises(Invalid, match="最多"):
        a_file(consultation, meeting, data=A_PDF + b"x%%EOF")


def test_a_file_is_removed_from_its_own_meeting_only() -> None:
    consultation = a_consultation("open")
    first, second = a_meeting(consultation), a_meeting(consultation)
    kept = a_file(consultation, first)
    slug, officer, file_id, other_id = (
        consultation.slug,
        actor_of(a_user("officer")),
        kept.id,
        second.id,
    )
    with pytest.raises(NotFound), transaction():
        operations.remove_file(officer, slug, other_id, file_id)
    with transaction():
        operations.remove_file(officer, slug, first.id, file_id)
    assert queries.by_id(consultation.id, first.id).files == []


def test_a_refused_file_leaves_nothing_in_the_storage(context: object) -> None:
    uploads = context.config["SETTINGS"].instance / "uploads"  # type: ignore[attr-defined]
    before = list(uploads.rglob("*")) if uploads.exists() else []
    with pytest.raises(Invalid):
        take_file("a.pdf", b"<html>")
    assert (list(uploads.rglob("*")) if uploads.exists() else []) == before


def _hearing(**changes: object) -> MeetingFields:
    starts_at = NOON + timedelta(days=20)
    return some_meeting(
        **{"kind": MeetingKind.HEARING, "starts_at": starts_at, "ends_at": None, **changes}
    )


def _cautions(consultation: Consultation, fields: MeetingFields) -> list[str]:
    given = {name: getattr(fields, name) for name in ("kind", "starts_at", "ends_at")}
    meeting = a_meeting(
        consultation,
        announced_at=NOON,
        materials_sent_at=fields.materials_sent_at,
        **given,
    )
    return [each.verdict.reason for each in queries.cautions_of(meeting, consultation, clock.now())]


def test_a_hearing_is_remarked_on_by_the_rules_and_still_announced() -> None:
    consultation = a_consultation("open", matter=Matter.RULE)
    found = _cautions(consultation, _hearing())
    assert any("公告提前了" in each for each in found)
    assert any("尚未登记送达时间" in each for each in found)
    in_time = _hearing(
        starts_at=NOON + timedelta(days=40), materials_sent_at=NOON + timedelta(days=30)
    )
    assert _cautions(consultation, in_time) == []


def test_a_seminar_is_not_measured_by_the_rules_of_hearings() -> None:
    consultation = a_consultation("open")
    assert _cautions(consultation, _hearing(kind=MeetingKind.SEMINAR)) == []
