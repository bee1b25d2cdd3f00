"""A questionnaire as it is typed: tidied, and checked before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from participation.kernel.errors import Invalid
from participation.kernel.text import normal_form, plain
from participation.kernel.verdict import N_
from participation.surveys.rules import (
    FEWEST_OPTIONS,
    LONGEST_NOTE,
    LONGEST_OPTION,
    LONGEST_QUESTION,
    LONGEST_SCALE_WORD,
    LONGEST_TITLE,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    SCALE_LIMITS,
    QuestionKind,
)

TOO_LONG = N_("最多%(limit)s字，请删减。")


@dataclass(frozen=True)
class QuestionFields:
    """One question as typed: options for a choice, two ends and their words for a scale."""

    kind: QuestionKind
    text: str
    is_required: bool = True
    options: tuple[str, ...] = ()
    scale_low: int | None = None
    scale_high: int | None = None
    scale_low_word: str = ""
    scale_high_word: str = ""


@dataclass(frozen=True)
class SurveyFields:
    """A whole questionnaire as typed."""

    title: str
    note: str = ""
    questions: Sequence[QuestionFields] = ()


def field_name(position: int, part: str) -> str:
    """What a part of the question at a position is called in forms and in refusals."""
    return f"question_{position}_{part}"


def checked(fields: SurveyFields) -> SurveyFields:
    """The questionnaire in its normal form; raise Invalid naming the field that is at fault."""
    title, note = _line(fields.title), plain(fields.note)
    if not title:
        raise Invalid(N_("请填写问卷标题。"), field="title")
    _within(title, LONGEST_TITLE, "title")
    _within(note, LONGEST_NOTE, "note")
    if not fields.questions:
        raise Invalid(N_("问卷至少要有一道题。"))
    if len(fields.questions) > MOST_QUESTIONS:
        raise Invalid(N_("一份问卷最多%(limit)s道题。"), {"limit": MOST_QUESTIONS})
    questions = [_question(each, position) for position, each in enumerate(fields.questions)]
    return SurveyFields(title, note, questions)


def _question(fields: QuestionFields, position: int) -> QuestionFields:
    text = plain(fields.text)
    name = field_name(position, "text")
    if not text:
        raise Invalid(N_("请填写题目。"), field=name)
    _within(text, LONGEST_QUESTION, name)
    bare = QuestionFields(fields.kind, text, fields.is_required)
    if fields.kind is QuestionKind.TEXT:
        return bare
    if fields.kind is QuestionKind.SCALE:
        return _scale(bare, fields, position)
    return replace(bare, options=_options(fields.options, field_name(position, "options")))


def _options(typed: Sequence[str], name: str) -> tuple[str, ...]:
    options = tuple(line for line in map(_line, typed) if line)
    if len(options) < FEWEST_OPTIONS:
        raise Invalid(N_("至少要有%(limit)s个选项，每行写一个。"), {"limit": FEWEST_OPTIONS}, name)
    if len(options) > MOST_OPTIONS:
        raise Invalid(N_("最多%(limit)s个选项。"), {"limit": MOST_OPTIONS}, name)
    seen: set[str] = set()
    for option in options:
        if len(option) > LONGEST_OPTION:
            raise Invalid(N_("每个选项最多%(limit)s字。"), {"limit": LONGEST_OPTION}, name)
        if normal_form(option) in seen:
            raise Invalid(N_("选项“%(option)s”写了两次。"), {"option": option}, name)
        seen.add(normal_form(option))
    return options


def _scale(bare: QuestionFields, fields: QuestionFields, position: int) -> QuestionFields:
    low, high = fields.scale_low, fields.scale_high
    if low is None or high is None or not SCALE_LIMITS[0] <= low < high <= SCALE_LIMITS[1]:
        raise Invalid(
            N_("量表的起点应当小于终点，都在%(low)s到%(high)s之间。"),
            {"low": SCALE_LIMITS[0], "high": SCALE_LIMITS[1]},
            field_name(position, "scale_high"),
        )
    words = {}
    for part in ("scale_low_word", "scale_high_word"):
        words[part] = _line(getattr(fields, part))
        _within(words[part], LONGEST_SCALE_WORD, field_name(position, part))
    return replace(
        bare,
        scale_low=low,
        scale_high=high,
        scale_low_word=words["scale_low_word"],
        scale_high_word=words["scale_high_word"],
    )


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def _within(text: str, limit: int, name: str) -> None:
    if len(text) > limit:
        raise Invalid(TOO_LONG, {"limit": limit}, name)
