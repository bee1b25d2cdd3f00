"""How long a consultation must stay open: counting, shortening with a reason, extending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from participation.kernel.verdict import N_, Verdict, no, yes
from participation.rulebook.calendar import Reckoned, WorkingCalendar
from participation.rulebook.days import CHINA, ONE_DAY, close_after, local
from participation.rulebook.matters import Matter, WindowRule, window_rule
from participation.rulebook.statutes import Profile, Remark, Rule, rule

_YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class WindowFinding:
    """What the rules say of a window: may it be published as it stands, and why."""

    wanted: WindowRule
    days: int
    earliest_on: date | None
    """The earliest last day that keeps the minimum; None where the dates make no sense."""
    needs_reason: bool
    provisional: bool
    verdict: Verdict
    warnings: tuple[Remark, ...] = ()

    @property
    def lawful(self) -> bool:
        """Whether the window may be published: long enough, or shorter with its reason."""
        return self.verdict.allowed

    @property
    def rule(self) -> Rule:
        """The strictest rule that applies, with its source."""
        return self.wanted.rule

    @property
    def minimum(self) -> Remark:
        """The minimum in words."""
        return self.wanted.minimum


def earliest_last_day(
    opened_at: datetime,
    wanted: WindowRule,
    *,
    zone: ZoneInfo = CHINA,
    calendar: WorkingCalendar | None = None,
    profile: Profile | None = None,
) -> Reckoned:
    """The first day that may be the last one: the day of publication is day 0 (rule W9)."""
    calendar = calendar or WorkingCalendar()
    opened_on = local(opened_at, zone).date()
    if wanted.working:
        return calendar.add_working_days(opened_on, wanted.days)
    last_on = opened_on + wanted.days * ONE_DAY
    if rule("W9", profile).numbers["roll_over"]:
        return calendar.next_working_day(last_on)
    return Reckoned(last_on, provisional=False)


def earliest_lawful_close(
    opened_at: datetime,
    wanted: WindowRule,
    *,
    zone: ZoneInfo = CHINA,
    calendar: WorkingCalendar | None = None,
    profile: Profile | None = None,
) -> datetime:
    """The first instant at which a window may end without a reason, in UTC."""
    last = earliest_last_day(opened_at, wanted, zone=zone, calendar=calendar, profile=profile)
    return close_after(last.on, zone)


def days_in_window(opens_at: datetime, closes_at: datetime, zone: ZoneInfo = CHINA) -> int:
    """Whole days after the day of publication; a day that is cut off does not count."""
    span = local(closes_at, zone).date() - local(opens_at, zone).date()
    return max(span.days - 1, 0)


def check_window(
    matter: Matter,
    opens_at: datetime,
    closes_at: datetime,
    *,
    short_reason: str = "",
    touches_market: bool = False,
    zone: ZoneInfo = CHINA,
    calendar: WorkingCalendar | None = None,
    profile: Profile | None = None,
) -> WindowFinding:
    """Judge a window before it is published: shorter than the rule only with a reason.

    Sources: 713 art. 15, 规章制定程序条例 art. 15, 优化营商环境条例 art. 62 (rules W1 to W9).
    """
    wanted = window_rule(matter, touches_market=touches_market, profile=profile)
    sense = _check_sense(opens_at, closes_at, rule("W12", profile))
    if not sense:
        return WindowFinding(wanted, 0, None, needs_reason=False, provisional=False, verdict=sense)
    calendar = calendar or WorkingCalendar()
    days = days_in_window(opens_at, closes_at, zone)
    earliest = earliest_last_day(opens_at, wanted, zone=zone, calendar=calendar, profile=profile)
    # The minimum is 30 whole days (W1); that the period runs on where its last day is a day off
    # (W9) is an analogy to the civil code: it is advised, it refuses nothing.
    least_on = earliest.on if wanted.working else local(opens_at, zone).date() + _days(wanted)
    is_short = closes_at < close_after(least_on, zone)
    verdict = yes()
    if is_short and not _says_something(short_reason):
        verdict = _too_short(wanted, least_on)
    warnings = _warnings(is_short, wanted, earliest, profile)
    if not is_short and closes_at < close_after(earliest.on, zone):
        words = N_("期限的最后一日是休息日，建议顺延到%(earliest_on)s 24:00。")
        warnings += (Remark(words, rule("W9", profile), {"earliest_on": earliest.on}),)
    return WindowFinding(
        wanted, days, earliest.on, is_short, earliest.provisional, verdict, warnings
    )


def check_extension(
    closes_at: datetime,
    new_closes_at: datetime,
    *,
    note: str,
    now: datetime,
    profile: Profile | None = None,
) -> Verdict:
    """An open window may end later, with a public note; never earlier (rule W10)."""
    if now >= closes_at:
        return no(N_("征求意见已经截止，不能再延长。"))
    if new_closes_at <= closes_at:
        return no(N_("截止时间只能推后，不能提前。请选择比原截止时间更晚的时间。"))
    sense = _check_sense(now, new_closes_at, rule("W12", profile))
    if not sense:
        return sense
    if not _says_something(note):
        return no(N_("请说明延长的原因，说明将随公告公布。"))
    return yes()


def _days(wanted: WindowRule) -> timedelta:
    return wanted.days * ONE_DAY


def _check_sense(opens_at: datetime, closes_at: datetime, longest: Rule) -> Verdict:
    if opens_at.year not in _YEARS or closes_at.year not in _YEARS:
        return no(N_("日期不合理，请核对年份。"))
    if closes_at <= opens_at:
        return no(N_("截止时间应当晚于开始时间。"))
    if (closes_at - opens_at).days > longest.numbers["days"]:
        return no(N_("征求意见期超过%(days)s日，请核对截止日期的年份。"), **longest.numbers)
    return yes()


def _too_short(wanted: WindowRule, earliest_on: date) -> Verdict:
    if wanted.working:
        sentence = N_(
            "按规定征求意见期不少于%(days)s个工作日（公布当日不计），"
            "最早到%(earliest_on)s 24:00截止。需要缩短的，请写明理由，理由将随公告公布。"
        )
    else:
        sentence = N_(
            "按规定征求意见期不少于%(days)s日（公布当日不计），"
            "最早到%(earliest_on)s 24:00截止。需要缩短的，请写明理由，理由将随公告公布。"
        )
    return no(sentence, days=wanted.days, earliest_on=earliest_on)


def _warnings(
    is_short: bool, wanted: WindowRule, earliest: Reckoned, profile: Profile | None
) -> tuple[Remark, ...]:
    found = []
    if is_short and wanted.rule.id == "W2":
        words = N_("《规章制定程序条例》没有规定可以缩短期限，缩短须经本机关负责人批准。")
        found.append(Remark(words, wanted.rule))
    if earliest.provisional:
        words = N_("国务院办公厅尚未公布有关日期的放假安排，最早截止日%(earliest_on)s是暂定的。")
        found.append(Remark(words, rule("W9", profile), {"earliest_on": earliest.on}))
    return tuple(found)


def _says_something(text: str) -> bool:
    """A reason has letters or characters in it, not only blanks, dots or zero-width signs."""
    return any(sign.isalnum() for sign in text)
