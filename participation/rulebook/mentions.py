"""What a notice says in words about its window, held against the system's dates; and hostile words.

Warnings only (rules W11, W13): a real notice says 30 days and names a day 31 days on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from participation.kernel.verdict import N_
from participation.rulebook.calendar import WorkingCalendar
from participation.rulebook.days import CHINA, last_day_of, local
from participation.rulebook.deadlines import add_months
from participation.rulebook.statutes import Remark, rule

_NEAR = 30
"""How many characters around a date or a length tell what it is about."""

_NUMBER = "[0-9〇零一二两三四五六七八九十]"
_DATE = re.compile(
    rf"(?:(?:({_NUMBER}{{4}})\s?年\s?)?({_NUMBER}{{1,3}})\s?月\s?|(?<=[至到~—-])\s?)"
    rf"({_NUMBER}{{1,3}})\s?[日号](?!内|以内)|(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})"
)
_LENGTH = re.compile(
    rf"(?<![第每])(?<!{_NUMBER})({_NUMBER}{{1,4}})\s?(个\s?月|个?\s?工作日|个?\s?自然日|天|日)"
)
_SENTENCE = re.compile(r"[^。;!?\n]+")
_TITLE = re.compile(r"《[^》\n]{0,200}》")
_ABOUT_WINDOW = re.compile(r"征求意见(?!稿)|征集意见|公示|反馈|提出\S{0,8}意见|截止|截至|期限|为期")
_TOLD_BEFORE = re.compile(
    r"(?:(?:截止|截至|期限|时间|日期)(?:日期|时间|日)?[为是到至:自从]{0,2}|起至)\s?$"
)
_ENDS_AFTER = re.compile(
    r"\s?(?:\([^()\n]{1,12}\))?\s?(?:\d{1,2}[:时点](?:\d{2})?分?|(?:上|下)午\S{1,6}?|下班)?\s?"
    r"(?:之前|以前|前|止|截止|截至)"
)
_STARTS_AFTER = re.compile(r"\s?(?:\([^()\n]{1,12}\))?\s?(?:起|至|到|[-~—])")
_OTHER_LENGTH = re.compile(r"收到|受理|采纳情况|结束后|截止后|截止之日|提前|申请")
_AT_LEAST = re.compile(r"(?:不少于|不低于|至少|少于)\s?$")

_HOSTILE = (
    (
        re.compile(r"视为\S{0,2}(?:无|没有|不提)\S{0,4}(?:意见|异议)|视为(?:同意|认可|默认|放弃)"),
        N_("“%(quote)s”把没有发表意见当作同意，会阻碍公众参与，建议删去。"),
    ),
    (
        re.compile(
            r"(?:匿名|未署名|不署名|不具名|未具名|非实名)[^。;\n]{0,15}?"
            r"(?:不予|一律不|概不|不)(?:采纳|受理|接受|处理|考虑|采用|答复)"
        ),
        N_("“%(quote)s”拒绝匿名意见，会阻碍公众参与，建议删去。"),
    ),
)


@dataclass(frozen=True, slots=True)
class _Window:
    opened_on: date
    last_on: date
    calendar: WorkingCalendar


@dataclass(slots=True)
class _Mentioned:
    """A date as a sentence names it; what it leaves out comes from the date before it."""

    quote: str
    year: int | None
    month: int
    day: int
    before: str = field(repr=False)
    after: str = field(repr=False)

    def is_(self, day: date) -> bool:
        return (self.year or day.year, self.month, self.day) == (day.year, day.month, day.day)

    def is_past(self, day: date) -> bool:
        return (self.year or day.year, self.month, self.day) < (day.year, day.month, day.day)


def mentions_of_length(
    text: str,
    *,
    opens_at: datetime,
    closes_at: datetime,
    zone: ZoneInfo = CHINA,
    calendar: WorkingCalendar | None = None,
) -> list[Remark]:
    """A warning for every date or length in the text that is not the system's (rule W11).

    Only sentences about the consultation are read; dates of laws and of earlier steps are not.
    """
    window = _Window(
        local(opens_at, zone).date(),
        last_day_of(closes_at, zone),
        calendar or WorkingCalendar(),
    )
    found: dict[str, Remark] = {}
    for sentence in _sentences(text):
        if _ABOUT_WINDOW.search(sentence):
            for remark in (*_dates_amiss(sentence, window), *_lengths_amiss(sentence, window)):
                found.setdefault(str(remark.params["quote"]), remark)
    return list(found.values())


def hostile_sentences(text: str) -> list[Remark]:
    """A warning for every sentence that discourages people from commenting (rule W13)."""
    return [
        Remark(words, rule("W13"), {"quote": sentence.strip()[:60]})
        for sentence in _sentences(text)
        for pattern, words in _HOSTILE
        if pattern.search(sentence)
    ]


def _sentences(text: str) -> Iterator[str]:
    """The sentences with full-width signs made plain and titles of documents left out."""
    plain = unicodedata.normalize("NFKC", text)
    return (match[0] for match in _SENTENCE.finditer(_TITLE.sub("《》", plain)))


def _dates_in(sentence: str) -> Iterator[_Mentioned]:
    year: int | None = None
    month = 0
    for match in _DATE.finditer(sentence):
        years, months, days = match[1] or match[4], match[2] or match[5], match[3] or match[6]
        year = _number(years) if years else year
        month = _number(months) if months else month
        if not month:
            continue
        before = sentence[max(match.start() - _NEAR, 0) : match.start()]
        after = sentence[match.end() : match.end() + _NEAR]
        yield _Mentioned(match[0].strip(), year, month, _number(days), before, after)


def _dates_amiss(sentence: str, window: _Window) -> Iterator[Remark]:
    range_is_claim: bool | None = None
    for named in _dates_in(sentence):
        told = bool(_TOLD_BEFORE.search(named.before))
        is_history = named.is_past(window.opened_on) and not told
        if range_is_claim is None and _STARTS_AFTER.match(named.after):
            range_is_claim = not is_history
            if range_is_claim and not named.is_(window.opened_on):
                words = N_("文中的“%(quote)s”不是系统里的开始日%(day)s。")
                yield _amiss(words, named, window.opened_on)
            continue
        if range_is_claim is None:
            is_start = named.is_(window.opened_on)
            is_claim = told or _ENDS_AFTER.match(named.after) or not (is_history or is_start)
        else:
            is_claim = range_is_claim
        if is_claim and not named.is_(window.last_on):
            words = N_("文中的“%(quote)s”不是系统里的截止日%(day)s。")
            yield _amiss(words, named, window.last_on)
        range_is_claim = None


def _amiss(words: str, named: _Mentioned, day: date) -> Remark:
    return Remark(words, rule("W11"), {"quote": named.quote, "day": day})


def _lengths_amiss(sentence: str, window: _Window) -> Iterator[Remark]:
    rest = _DATE.sub(" ", sentence)
    for match in _LENGTH.finditer(rest):
        before = rest[max(match.start() - _NEAR, 0) : match.start()]
        if _OTHER_LENGTH.search(before):
            continue
        number, unit = _number(match[1]), match[2].replace(" ", "")
        at_least = bool(_AT_LEAST.search(before))
        if not _length_holds(number, unit, at_least, window):
            days = (window.last_on - window.opened_on).days
            words = N_("文中的期限“%(quote)s”与系统不一致：系统里从公布次日起共%(days)s日。")
            yield Remark(words, rule("W11"), {"quote": match[0], "days": days})


def _length_holds(number: int, unit: str, at_least: bool, window: _Window) -> bool:
    if unit == "个月":
        stated_on = add_months(window.opened_on, min(number, 120))
        return window.last_on >= stated_on if at_least else window.last_on == stated_on
    if "工作日" in unit:
        days = window.calendar.working_days_between(window.opened_on, window.last_on)
    else:
        days = (window.last_on - window.opened_on).days
    return days >= number if at_least else days == number


def _number(text: str) -> int:
    """12, 十二, 二十一, 二〇二六 as a number; 0 for what is none."""
    plain = text.translate(str.maketrans("〇零一二两三四五六七八九", "001223456789"))
    if "十" not in plain:
        return int(plain)
    tens, _, ones = plain.partition("十")
    return int(tens or 1) * 10 + int(ones or 0) if "十" not in ones else 0
