"""What happens in one consultation of the demonstration, as acts with their instants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from participation.adoption import operations as adoption
from participation.consultations import operations as consultations
from participation.consultations.intake import Upload
from participation.consultations.operations import ConsultationFields, Findings
from participation.consultations.rules import ReviewDecision
from participation.demonstration.beside import Package
from participation.demonstration.content import Matter, at, dealt
from participation.demonstration.opinions import Opinions
from participation.demonstration.questions import Questions
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.meetings import operations as meetings
from participation.meetings.operations import (
    AttendanceFields,
    MeetingFields,
    RecordFields,
    StatementFields,
)
from participation.meetings.rules import AttendeeKind, MeetingKind
from participation.rulebook.days import close_after
from participation.rulebook.matters import Matter as Kind
from participation.rulebook.publication import PublicationAttribute
from participation.rulebook.subjects import Audience, Topic
from participation.surveys import operations as surveys
from participation.surveys.models import Survey
from participation.surveys.operations import GivenAnswer, QuestionFields, SurveyFields
from participation.surveys.rules import QuestionKind

CLEAR = Findings(
    is_free_of_state_secrets=True,
    is_free_of_work_secrets=True,
    is_free_of_sensitive_information=True,
    is_lawful=True,
)


class Act(NamedTuple):
    """Something somebody does at an instant, in a transaction of its own."""

    at: datetime
    do: Callable[[], object]


class Performance:
    """One consultation played through; `upload` and `explanation` were read before."""

    def __init__(
        self,
        matter: Matter,
        people: Mapping[str, Actor],
        officer: Actor,
        upload: Upload,
        explanation: str,
        package: Package,
        today: date,
        zone: ZoneInfo,
    ) -> None:
        self.matter, self.people, self.officer = matter, people, officer
        self.upload, self.explanation, self.package = upload, explanation, package
        self.zone = zone
        self.opens_on, self.last_day = matter.opens_on(today), matter.last_day(today)
        told = matter.consultation
        self.opens_at = at(self.opens_on, told["window"]["opens_time"], zone)
        self.closes_at = close_after(self.last_day, zone)
        self.drafter, self.reviewer = people[told["drafted_by"]], people[told["reviewed_by"]]
        self.slug = ""
        self.survey: Survey | None = None
        window = self.opens_at, self.closes_at
        self.opinions = Opinions(matter.comments, officer, self.opens_on, window, zone)

    def acts(self, now: datetime) -> list[Act]:
        """All acts up to `now`, in the order of time."""
        found = [*self._beginning(now), *self._meetings(), *self._answers(), *self._results()]
        asked = Questions(self.matter.questions, self.officer, self.opens_on)
        decided = self.package.decided(
            self.officer, lambda: self.slug, self.last_day, self.closes_at
        )
        found += [Act(*step) for step in decided]
        found += [Act(*step) for step in self.opinions.steps(lambda: self.slug, now)]
        found += [Act(*step) for step in asked.steps(lambda: self.slug, self.zone)]
        return sorted((act for act in found if act.at <= now), key=lambda act: act.at)

    def _beginning(self, now: datetime) -> Iterator[Act]:
        early = min(self.opens_at, now) - timedelta(days=6)
        yield Act(early, self._create)
        yield Act(early + timedelta(hours=3), self._take_draft)
        yield Act(early + timedelta(hours=4), lambda: self.package.supply(self.drafter, self.slug))
        if self.matter.survey:
            yield Act(early + timedelta(hours=5), self._make_survey)
        yield Act(
            early + timedelta(days=1),
            lambda: consultations.request_review(self.drafter, self.slug),
        )
        yield Act(
            early + timedelta(days=2),
            lambda: consultations.review(
                self.reviewer, self.slug, ReviewDecision.APPROVED, CLEAR, "已核对，可以公开。"
            ),
        )
        published_at = self.opens_at if self.opens_at <= now else now - timedelta(hours=20)
        yield Act(published_at, lambda: consultations.publish(self.drafter, self.slug))

    def _create(self) -> None:
        told, contact = self.matter.consultation, self.matter.consultation["contact"]
        fields = ConsultationFields(
            title=told["title"],
            matter=Kind(told["matter"]),
            touches_market="touches_market" in told.get("flags", []),
            contact_unit=contact["unit"],
            contact_phone=contact.get("phone", ""),
            contact_email=contact.get("email", ""),
            contact_address=contact.get("address", ""),
            legal_basis="\n".join(told["legal_basis"]),
            summary=told["summary"],
            explanation=self.explanation,
            affects=told["affects"],
            plain_summary=told["plain_summary"],
            topics=frozenset(map(Topic, told["topics"])),
            audiences=frozenset(map(Audience, told["audiences"])),
            decision_due_on=self.last_day + timedelta(days=told["decision_after_days"]),
            planned_opens_at=self.opens_at if self.opens_at > clock.now() else None,
            closes_at=self.closes_at,
            short_window_reason=told.get("short_window_reason", ""),
            publication_attribute=PublicationAttribute(told["publication_attribute"]),
        )
        made = consultations.create_consultation(self.drafter, fields, self.drafter.department_id)
        self.slug = made.slug

    def _take_draft(self) -> None:
        version = consultations.read_draft(self.drafter, self.slug, self.upload)
        consultations.accept_draft(self.drafter, self.slug, version.id)

    def _make_survey(self) -> None:
        told = self.matter.survey
        questions = [
            QuestionFields(
                QuestionKind(each["kind"]),
                each["text"],
                is_required=each.get("required", False),
                options=tuple(each.get("options", ())),
                scale_low=each.get("min"),
                scale_high=each.get("max"),
                scale_low_word=each.get("min_label", ""),
                scale_high_word=each.get("max_label", ""),
            )
            for each in told["questions"]
        ]
        fields = SurveyFields(told["title"], told.get("note", ""), questions)
        self.survey = surveys.create_survey(self.drafter, self.slug, fields)

    def _answers(self) -> Iterator[Act]:
        told = self.matter.survey
        if not told:
            return
        days = max(1, (self.last_day - self.opens_on).days)
        for number, answers in enumerate(dealt(told)):
            minutes = number * days * 24 * 60 // (told["answers"]["count"] * 3)
            moment = self.opens_at + timedelta(hours=1, minutes=minutes)
            yield Act(moment, lambda answers=answers, number=number: self._answer(answers, number))  # type: ignore[misc]

    def _answer(self, answers: Mapping[str, Any], number: int) -> None:
        assert self.survey is not None
        given: dict[int, GivenAnswer] = {}
        for told, question in zip(
            self.matter.survey["questions"], self.survey.questions, strict=True
        ):
            answer = answers.get(told["key"])
            if answer is None:
                continue
            if question.kind is QuestionKind.TEXT:
                given[question.id] = GivenAnswer(text=answer)
            elif question.kind is QuestionKind.SCALE:
                given[question.id] = GivenAnswer(value=told["min"] + answer[0])
            else:
                ids = tuple(question.options[each].id for each in answer)
                given[question.id] = GivenAnswer(options=ids)
        surveys.answer_survey(self.slug, self.survey.id, f"demonstration:{number:08}", given)

    def _meetings(self) -> Iterator[Act]:
        for told in self.matter.meetings:
            announced = at(self._day(told["announced_day"]), "10:00", self.zone)
            announced = max(announced, self.opens_at + timedelta(minutes=5))
            yield Act(announced, lambda told=told: self._announce(told))  # type: ignore[misc]
            if told["status"] == "recorded":
                recorded = at(self._day(told["day"] + 1), "16:00", self.zone)
                yield Act(recorded, lambda told=told: self._record(told))  # type: ignore[misc]

    def _announce(self, told: dict[str, Any]) -> None:
        day = self._day(told["day"])
        told["id"] = meetings.announce_meeting(
            self.officer,
            self.slug,
            MeetingFields(
                MeetingKind(told["kind"]),
                told["title"],
                at(day, told["time"], self.zone),
                told["place"],
                ends_at=at(day, told["ends_time"], self.zone) if "ends_time" in told else None,
                agenda="\n".join(told.get("agenda", [])),
                how_to_join=told.get("how_to_join", ""),
                host=told.get("host", ""),
            ),
        ).id

    def _record(self, told: dict[str, Any]) -> None:
        attendance = [
            AttendanceFields(AttendeeKind(each["kind"]), each["invited"], each.get("attended", 0))
            for each in told.get("attendance", [])
        ]
        statements = [
            StatementFields(
                each["speaker"],
                each["text"],
                AttendeeKind(each["speaker_kind"]),
                each.get("clause", ""),
            )
            for each in told.get("statements", [])
        ]
        fields = RecordFields(told.get("summary", ""), attendance, statements)
        meetings.save_record(self.officer, self.slug, told["id"], fields)
        meetings.publish_record(self.officer, self.slug, told["id"])

    def _results(self) -> Iterator[Act]:
        for told in self.matter.points:
            day = self.last_day + timedelta(days=told.get("decided_day", 1))
            moment = at(day, "15:30", self.zone) + timedelta(minutes=told["number"])
            yield Act(moment, lambda told=told: self._point(told))  # type: ignore[misc]

    def _point(self, told: dict[str, Any]) -> None:
        ids = [self.opinions.ids[number] for number in told["comments"]]
        clause = told.get("clause")
        point = adoption.create_point(self.officer, self.slug, told["title"], ids, clause)
        if "disposition" in told:
            adoption.decide_point(
                self.officer,
                point.id,
                told["disposition"],
                told["reason"],
                told.get("changed_text", ""),
            )

    def _day(self, number: int) -> date:
        return self.opens_on + timedelta(days=number)
