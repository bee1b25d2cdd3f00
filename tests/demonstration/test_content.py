"""The demonstration's files: they parse, their references hold, their figures add up."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from participation.adoption.rules import Disposition
from participation.comments.masking import mask
from participation.comments.proposing import Proposal
from participation.comments.rules import (
    LONGEST_BODY,
    LONGEST_PROPOSAL,
    Channel,
    ProposalKind,
    RespondentKind,
    Stance,
)
from participation.consultations.parsed import Draft
from participation.consultations.plaintext import lines_of_text
from participation.consultations.tree import read_clauses
from participation.kernel.actor import Role
from participation.meetings.rules import AttendeeKind, MeetingKind
from participation.rulebook.acknowledging import is_empty
from participation.rulebook.matters import Matter
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.publication import PublicationAttribute
from participation.rulebook.recognising import recognise
from participation.surveys.rules import QuestionKind

CONTENT = Path(__file__).parents[2] / "participation" / "demonstration" / "content"
FOLDERS = sorted(path for path in CONTENT.iterdir() if path.is_dir())
PLACEHOLDER_NUMBERS = {"13800138000", "13900000000", "6222020000000000000"}
LONGEST_CLOSING_HOLIDAY = 10
A_FACT = re.compile("第[一二三四五六七八九十]+条|[一二三四五六七八九十百]+[年米人件所元家分小]")

each_consultation = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)


def load(folder: Path, name: str) -> dict[str, Any]:
    path = folder / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def comments_of(folder: Path) -> dict[int, dict[str, Any]]:
    return {each["number"]: each for each in load(folder, "comments").get("comments", [])}


def draft_of(folder: Path) -> Draft:
    return read_clauses(lines_of_text((folder / "draft.md").read_bytes(), markdown=True))


def outcomes_of(folder: Path) -> Counter[str]:
    """The outcome of every comment, as the adoption summary counts them."""
    disposition = {
        number: point.get("disposition", "pending")
        for point in load(folder, "points").get("points", [])
        for number in point["comments"]
    }
    found: Counter[str] = Counter()
    for number, comment in comments_of(folder).items():
        if comment.get("withdrawn"):
            found["withdrawn"] += 1
        elif "duplicate_of" in comment:
            found["duplicate"] += 1
        else:
            found[disposition.get(number, "pending")] += 1
    return found


def clause_keys(folder: Path) -> list[str]:
    """Every clause key that a comment, statement or point of the folder names."""
    statements = [
        statement
        for meeting in load(folder, "meetings").get("meetings", [])
        for statement in meeting.get("statements", [])
    ]
    points = load(folder, "points").get("points", [])
    named = [*comments_of(folder).values(), *statements, *points]
    return [each["clause"] for each in named if "clause" in each]


def test_there_are_five_consultations_one_in_each_stage() -> None:
    stages = [load(folder, "consultation")["stage"] for folder in FOLDERS]
    assert stages == ["forthcoming", "open", "closing_today", "closed", "sealed"]


def test_people_and_departments_form_a_tree_that_every_consultation_can_use() -> None:
    departments = load(CONTENT, "departments")["departments"]
    known: set[str] = set()
    for department in departments:
        assert department.get("parent", "county") in known | {"county"}
        known.add(department["key"])
    assert len(known) == len(departments)
    people = load(CONTENT, "people")["people"]
    assert {Role(person["role"]) for person in people} == set(Role) - {Role.GUEST, Role.SYSTEM}
    assert all(person.get("department", "county") in known for person in people)
    homes = {person["username"]: (person["role"], person.get("department")) for person in people}
    assert len(homes) == len(people)
    for folder in FOLDERS:
        head = load(folder, "consultation")
        assert {head["department"], head["office"]} <= known
        assert homes[head["drafted_by"]] == ("drafter", head["department"])
        assert homes[head["reviewed_by"]] == ("reviewer", head["department"])
        assert ("officer", head["department"]) in homes.values()


@each_consultation
def test_a_draft_is_read_without_any_warning(folder: Path) -> None:
    draft = draft_of(folder)
    assert [warning.sentence for warning in draft.warnings] == []
    assert draft.title == load(folder, "consultation")["title"]
    articles = [clause for clause in draft.clauses if clause.kind == "article"]
    assert 15 <= len(articles) <= 40


def test_the_drafts_show_every_shape_of_a_text() -> None:
    drafts = [draft_of(folder) for folder in FOLDERS]
    kinds = [{clause.kind for clause in draft.clauses} for draft in drafts]
    assert any("section" in found for found in kinds)
    assert any("subitem" in found for found in kinds)
    assert any("chapter" not in found for found in kinds)
    assert any(clause.key == "t12-1" for draft in drafts for clause in draft.clauses)


@each_consultation
def test_every_clause_named_anywhere_is_in_the_draft(folder: Path) -> None:
    known = {clause.key for clause in draft_of(folder).clauses}
    assert [key for key in clause_keys(folder) if key not in known] == []


@each_consultation
def test_the_head_of_a_consultation_is_complete(folder: Path) -> None:
    head = load(folder, "consultation")
    assert head["title"].endswith("征求意见稿）")
    Matter(head["matter"])
    PublicationAttribute(head["publication_attribute"])
    assert set(head["flags"]) <= {"touches_market", "touches_group"}
    assert 120 <= len(head["summary"]) <= 200
    assert set(head["contact"]) == {"unit", "person", "phone", "email", "address"}
    assert head["contact"]["phone"].startswith("0000-")
    assert head["contact"]["email"].endswith(".example.cn")
    assert all(head["legal_basis"])
    explanation = (folder / "explanation.md").read_text(encoding="utf-8")
    assert 400 <= len(re.sub(r"\s", "", explanation)) <= 900


@each_consultation
def test_a_window_is_long_enough_on_every_calendar_or_says_why_not(folder: Path) -> None:
    head = load(folder, "consultation")
    # Thirty days, and the roll-over from the longest holiday, whenever the demonstration starts.
    is_long = head["window"]["days"] >= 30 + LONGEST_CLOSING_HOLIDAY
    is_guidance = head["matter"] == "normative-document" and "touches_market" not in head["flags"]
    is_long = is_long or (is_guidance and head["window"]["days"] >= 35)
    assert is_long != bool(head.get("short_window_reason"))


@each_consultation
def test_the_days_of_a_window_fit_its_stage(folder: Path) -> None:
    head = load(folder, "consultation")
    opens = head["window"]["opens_in_days"]
    closes = opens + head["window"]["days"]
    fits = {
        "forthcoming": opens > 0,
        "open": opens < 0 < closes,
        "closing_today": opens < 0 == closes,
        "closed": -28 < closes < 0,
        "sealed": closes < -31,
    }
    assert fits[head["stage"]]


@each_consultation
def test_comments_are_well_formed(folder: Path) -> None:
    head, comments = load(folder, "consultation"), comments_of(folder)
    assert list(comments) == list(range(1, len(comments) + 1))
    last_day = min(head["window"]["days"], -1 - head["window"]["opens_in_days"])
    for comment in comments.values():
        Channel(comment["channel"])
        RespondentKind(comment["respondent_kind"])
        stance = Stance(comment["stance"])
        assert 0 < len(comment["body"].strip()) <= LONGEST_BODY
        assert len(comment.get("proposed_text", "")) <= LONGEST_PROPOSAL
        assert "proposed_text" not in comment or stance is Stance.SUGGEST
        assert 0 <= comment["day"] <= last_day
        assert re.fullmatch(r"[012]\d:[0-5]\d", comment["time"])
        assert comment["moderation"] in {"release", "withhold", "waiting"}
        assert ("reason_code" in comment) == (comment["moderation"] == "withhold")
        if "reason_code" in comment:
            WithholdingReason(comment["reason_code"])
        if "duplicate_of" in comment:
            first = comments[comment["duplicate_of"]]
            assert first["number"] < comment["number"]
            assert "duplicate_of" not in first


@each_consultation
def test_a_proposed_change_is_one_of_the_words_of_its_clause(folder: Path) -> None:
    words = {clause.key: clause.text for clause in draft_of(folder).clauses}
    for comment in comments_of(folder).values():
        if (kind := comment.get("proposal_kind")) is None:
            assert "quoted_text" not in comment
            continue
        proposal = Proposal(ProposalKind(kind), comment.get("proposed_text", ""))
        assert bool(proposal.text) == (proposal.kind is not ProposalKind.DELETE)
        text, quoted = words[comment["clause"]], comment.get("quoted_text", "")
        assert text.count(quoted) == 1 or not quoted
        kept = [part for op, part in proposal.of(text) or [] if op == "equal"]
        # A change is of this clause: whoever reads the redline knows the clause again.
        assert proposal.kind is not ProposalKind.CHANGE or sum(map(len, kept)) > len(text) / 3


def test_proposals_corrections_sendings_and_support_are_shown() -> None:
    told = [each for folder in FOLDERS for each in comments_of(folder).values()]
    assert {each.get("proposal_kind") for each in told} >= set(ProposalKind)
    assert any("quoted_text" in each for each in told)
    assert any("correction" in each for each in told)
    assert max(Counter(each.get("sending") for each in told if "sending" in each).values()) >= 3
    assert len([each for each in told if "supporters" in each]) >= 5


def test_no_comment_holds_a_number_that_could_be_anybodys() -> None:
    found = {
        number
        for folder in FOLDERS
        for comment in comments_of(folder).values()
        for number in re.findall(r"\d{8,}", comment["body"] + comment.get("contact", ""))
    }
    assert found <= PLACEHOLDER_NUMBERS


def test_the_numbers_in_comments_are_hidden_when_shown() -> None:
    bodies = [c["body"] for folder in FOLDERS for c in comments_of(folder).values()]
    with_number = [body for body in bodies if re.search(r"\d{11,}", body)]
    assert len(with_number) >= 3
    assert not any(re.search(r"\d{11,}", mask(body).text) for body in with_number)


def test_the_comments_are_as_varied_as_in_life() -> None:
    comments = [each for folder in FOLDERS for each in comments_of(folder).values()]
    lengths = [len(each["body"].strip()) for each in comments]
    assert min(lengths) == 6
    assert max(lengths) > 1100
    assert {each["channel"] for each in comments} >= {
        "web", "letter", "email", "phone", "wechat", "reception", "hotline", "hearing",
    }  # fmt: skip
    assert {each["respondent_kind"] for each in comments} == {kind.value for kind in RespondentKind}
    assert {each.get("reason_code") for each in comments} >= {"advertising", "insult", "unrelated"}
    assert sum("duplicate_of" in each for each in comments) >= 2
    assert any(each.get("withdrawn") for each in comments)
    assert any(each["moderation"] == "waiting" for each in comments)


@pytest.mark.parametrize("folder", FOLDERS[1:], ids=lambda path: path.name)
def test_survey_answers_can_be_dealt_out_to_the_responses(folder: Path) -> None:
    survey = load(folder, "survey")
    count, answers = survey["answers"]["count"], survey["answers"]
    assert 20 <= count <= 60
    for question in survey["questions"]:
        kind = QuestionKind(question["kind"])
        if kind is QuestionKind.TEXT:
            assert 0 < len(answers["texts"][question["key"]]) <= count
            continue
        given = answers["counts"][question["key"]]
        if kind is QuestionKind.SCALE:
            assert len(given) == question["max"] - question["min"] + 1
        else:
            assert len(given) == len(question["options"])
        if kind is QuestionKind.MULTIPLE:
            assert max(given) <= count <= sum(given)
        else:
            assert sum(given) == count if question["required"] else sum(given) <= count


@each_consultation
def test_meetings_are_well_formed(folder: Path) -> None:
    head = load(folder, "consultation")
    today = -head["window"]["opens_in_days"]
    for meeting in load(folder, "meetings").get("meetings", []):
        kind = MeetingKind(meeting["kind"])
        is_recorded = meeting["status"] == "recorded"
        assert is_recorded == (meeting["day"] < today)
        assert (
            is_recorded
            == bool(meeting.get("summary"))
            == bool(meeting.get("attendance", [{}])[0].get("attended"))
        )
        assert meeting["announced_day"] <= min(meeting["day"], today)
        present = {AttendeeKind(each["kind"]) for each in meeting["attendance"]}
        assert len(present) == len(meeting["attendance"])
        for statement in meeting.get("statements", []):
            assert AttendeeKind(statement["speaker_kind"]) in present
            assert len(statement["speaker"]) <= 60
        if kind is MeetingKind.HEARING:
            assert meeting["day"] - meeting["announced_day"] >= 30
            assert meeting["day"] - meeting["materials_sent_day"] > 7
            assert meeting["announced_day"] < meeting["registration_closes_day"]
            assert meeting["registration_closes_day"] < meeting["list_published_day"]


@each_consultation
def test_the_hearing_comments_were_said_on_the_day_of_the_hearing(folder: Path) -> None:
    hearings = {
        m["day"] for m in load(folder, "meetings").get("meetings", []) if m["kind"] == "hearing"
    }
    said = {c["day"] for c in comments_of(folder).values() if c["channel"] == "hearing"}
    assert said <= hearings


@each_consultation
def test_every_point_has_a_reason_worth_reading(folder: Path) -> None:
    comments, points = comments_of(folder), load(folder, "points").get("points", [])
    assert [point["number"] for point in points] == list(range(1, len(points) + 1))
    grouped = [number for point in points for number in point["comments"]]
    assert len(grouped) == len(set(grouped))
    for number in grouped:
        assert not comments[number].get("withdrawn")
        assert "duplicate_of" not in comments[number]
    for point in points:
        if "disposition" not in point:
            assert "reason" not in point
            continue
        Disposition(point["disposition"])
        assert len(point["reason"]) >= 30
        # A fact or an article, not an acknowledgement.
        assert re.search(
            r"第[一二三四五六七八九十]+条|[一二三四五六七八九十百]+[年米人件所元家分小]",
            point["reason"],
        )
        assert 0 < point["decided_day"] < 28


def test_the_sealed_consultation_adds_up_and_leaves_nothing_pending() -> None:
    folder = FOLDERS[-1]
    outcomes, received = outcomes_of(folder), len(comments_of(folder))
    assert received == 16 == outcomes.total()
    assert outcomes["pending"] == 0
    assert outcomes["withdrawn"] == 1
    assert outcomes["duplicate"] == 2
    channels = Counter(each["channel"] for each in comments_of(folder).values())
    assert channels["phone"] + channels["letter"] == 13
    for point in load(folder, "points")["points"]:
        has_text = bool(point.get("changed_text"))
        assert has_text == (point["disposition"] in {"adopted", "partly_adopted"})


def test_the_closed_consultation_is_half_answered() -> None:
    outcomes = outcomes_of(FOLDERS[3])
    assert outcomes.total() == len(comments_of(FOLDERS[3])) >= 20
    assert outcomes["pending"] >= 4
    assert outcomes["adopted"] >= 4


def questions_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = load(folder, "questions").get("questions", [])
    return found


@each_consultation
def test_questions_are_on_clauses_of_the_draft_and_answered_in_substance(folder: Path) -> None:
    keys = {clause.key for clause in draft_of(folder).clauses}
    for told in questions_of(folder):
        assert told.get("clause") in (None, *keys), told["number"]
        assert bool(recognise(told["body"])) is told.get("as_question", False), told["number"]
        assert not re.search(r"\d{11,}", mask(told.get("shown", told["body"])).text)
        if "answer" in told:
            assert not is_empty(told["answer"]), told["number"]
            assert "difficulty" in told


def test_the_questions_show_every_way_one_can_go() -> None:
    told = [each for folder in FOLDERS for each in questions_of(folder)]
    assert len([each for each in told if "answer" in each]) >= 8
    assert any("refer" in each for each in told)
    assert any("reason" in each for each in told)
    assert any("difficulty" not in each for each in told)
    assert {each.get("difficulty") for each in told} >= {"simple", "complex"}
