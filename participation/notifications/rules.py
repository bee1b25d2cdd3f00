"""What can be followed and how often one is told: subjects, kinds of news, digests; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from participation.kernel.actor import Actor
from participation.kernel.verdict import N_, Verdict, provided
from participation.rulebook.days import local
from participation.rulebook.subjects import Audience, Topic

CONFIRM_WITHIN = timedelta(days=3)
"""How long the link of a confirmation, or to one's own subscriptions, can be used."""
REQUESTS_KEPT = timedelta(days=7)
NEWS_KEPT = timedelta(days=60)
LETTERS_A_DAY = 3
"""How many letters a day anybody can have sent to an address that has confirmed nothing."""
MOST_SUBSCRIPTIONS = 100
MOST_NEWS = 50
CLOSING_AHEAD = timedelta(days=3)
DIGEST_AT = time(8)
MONDAY = 0


class Pace(StrEnum):
    """How often a follower is told."""

    EACH = "each"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def label(self) -> str:
        """The pace in words."""
        return _PACES[self]


_PACES = {
    Pace.EACH: N_("有消息就发"),
    Pace.DAILY: N_("每天一封，没有消息不发"),
    Pace.WEEKLY: N_("每周一封，没有消息不发"),
}


class SubjectKind(StrEnum):
    """What can be followed, the narrowest first: by it one is told why a letter came."""

    CONSULTATION = "consultation"
    DEPARTMENT = "department"
    TOPIC = "topic"
    AUDIENCE = "audience"
    ALL = "all"


class News(StrEnum):
    """What is told."""

    PUBLISHED = "published"
    EXTENDED = "extended"
    CLOSING = "closing"
    MEETING = "meeting"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_RECORD = "meeting_record"
    INTERPRETATION = "interpretation"
    ANSWER = "answer"
    BULLETIN = "bulletin"
    RESULT = "result"
    DECISION = "decision"


WIDE_NEWS = frozenset({News.PUBLISHED, News.CLOSING, News.MEETING, News.RESULT, News.DECISION})
"""What is told to those who follow a field, an audience or a department; the rest is for those
who follow the one matter."""


@dataclass(frozen=True, order=True)
class Subject:
    """Something that is followed; `value` is an id or a word of a closed list, empty for all."""

    kind: SubjectKind
    value: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.value}" if self.value else self.kind.value

    @property
    def rank(self) -> int:
        """The narrower, the lower."""
        return list(SubjectKind).index(self.kind)


def read_subject(word: str) -> Subject | None:
    """A subject from how it is written (`topic:housing`, `consultation:12`, `all`), else None.

    Whether a department or consultation of that id is there, the database says.
    """
    kind, _, value = word.partition(":")
    if kind == SubjectKind.ALL and not value:
        return Subject(SubjectKind.ALL)
    if kind in {SubjectKind.CONSULTATION, SubjectKind.DEPARTMENT}:
        is_id = value.isascii() and value.isdigit() and len(value) < 10 and value[0] != "0"
        return Subject(SubjectKind(kind), value) if is_id else None
    lists: dict[str, type[StrEnum]] = {SubjectKind.TOPIC: Topic, SubjectKind.AUDIENCE: Audience}
    if kind in lists and value in set(lists[kind]):
        return Subject(SubjectKind(kind), value)
    return None


def is_told(kind: SubjectKind, news: News) -> bool:
    """Whether who follows a subject of that kind is told news of that kind."""
    return kind is SubjectKind.CONSULTATION or news in WIDE_NEWS


def last_digest(pace: Pace, now: datetime, zone: ZoneInfo) -> datetime:
    """The last instant at which digests of a pace were due: 8:00 of a day, or of a Monday."""
    here = local(now, zone)
    at = datetime.combine(here.date(), DIGEST_AT, tzinfo=zone)
    if at > here:
        at -= timedelta(days=1)
    if pace is Pace.WEEKLY:
        at -= timedelta(days=(at.weekday() - MONDAY) % 7)
    return at


def may_see_own(actor: Actor) -> Verdict:
    """Whoever has an account sees what its confirmed address follows."""
    return provided(actor.is_authenticated, N_("请先登录。"))


def may_follow_more(count: int) -> Verdict:
    """One address follows a hundred subjects at most."""
    return provided(
        count < MOST_SUBSCRIPTIONS,
        N_("一个邮箱最多订阅 100 项。请先退订一些，或者改为按领域、按部门订阅。"),
    )
