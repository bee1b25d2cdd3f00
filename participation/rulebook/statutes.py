"""The rules the platform keeps, as data: what is asked, where it is written, how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from participation.kernel.verdict import N_

Profile = Mapping[str, Mapping[str, int]]
"""A place's own numbers, by rule id and name: `{"HN": {"days": 20}}`."""

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Evidence(StrEnum):
    """How the rule is known; only what was not read in full may be set by a place itself."""

    READ = "S"
    REPORTED = "P"
    UNCONFIRMED = "K"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a Chinese msgid whose `%(name)s` places are filled by `numbers`, and its source."""

    id: str
    sentence: str
    source: str
    evidence: Evidence
    numbers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_setting(self) -> bool:
        """Whether a place's profile may change the numbers."""
        return self.evidence is not Evidence.READ

    def with_numbers(self, changes: Mapping[str, int]) -> Rule:
        """The rule with a place's own numbers; ValueError where that is not allowed."""
        unknown = sorted(set(changes) - set(self.numbers))
        if unknown or not self.is_setting:
            raise ValueError(f"rule {self.id} has no setting {', '.join(unknown or changes)}")
        if any(number < 0 for number in changes.values()):
            raise ValueError(f"rule {self.id}: a number is negative")
        return replace(self, numbers=MappingProxyType({**self.numbers, **changes}))


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence for a reader that rests on a rule: a Chinese msgid and what fills its places.

    `params` hold plain values (numbers, dates, quotations); who shows the sentence formats them.
    """

    sentence: str
    rule: Rule
    params: Mapping[str, object] = field(default_factory=lambda: _NOTHING)

    def __str__(self) -> str:
        return self.sentence % self.params if self.params else self.sentence


def _rule(id: str, sentence: str, source: str, mark: str, **numbers: int) -> Rule:
    return Rule(id, sentence, source, Evidence(mark), MappingProxyType(numbers))


_MAJOR = N_("《重大行政决策程序暂行条例》（国务院令第713号）第三条、第十五条")
_RULES_15 = N_("《规章制定程序条例》第十五条")
_HEARING_16 = N_("《重大行政决策程序暂行条例》（国务院令第713号）第十六条")
_OPENNESS_80 = N_("国办发〔2016〕80号第一部分")
_PLATFORM = N_("平台规则")

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            _rule("W1", N_("公开征求意见的期限不少于%(days)s日。"), _MAJOR, "S", days=30),
            _rule("W2", N_("公开征求意见的期限不少于%(days)s日。"), _RULES_15, "S", days=30),
            _rule(
                "W4",
                N_("与市场主体生产经营活动密切相关的文件，公开征求意见的期限不少于%(days)s日。"),
                N_("《优化营商环境条例》第六十二条"),
                "S",
                days=30,
            ),
            _rule(
                "W5",
                N_("公开征求意见的期限不少于%(working_days)s个工作日。"),
                N_("《市县法治政府建设示范指标体系》第24项"),
                "P",
                working_days=7,
            ),
            _rule(
                "W9",
                N_(
                    "公布当日不计入期限，最后一日到24:00为止；最后一日是休息日的，顺延到下一个工作日。"
                ),
                N_("参照《民法典》第二百零一条至第二百零三条"),
                "K",
                roll_over=1,
            ),
            _rule("W10", N_("截止时间只能推后并说明，不能提前。"), _PLATFORM, "K"),
            _rule("W11", N_("文中写的期限和日期应当与系统一致。"), _PLATFORM, "K"),
            _rule("W12", N_("征求意见期不超过%(days)s日。"), _PLATFORM, "K", days=1098),
            _rule("W13", N_("公告不应当阻碍公众发表意见。"), _PLATFORM, "K"),
            _rule(
                "P1",
                N_("公布草案及其说明等材料，明确提出意见的方式和期限。"),
                N_("《重大行政决策程序暂行条例》（国务院令第713号）第十五条"),
                "S",
            ),
            _rule(
                "P4",
                N_("涉及特定群体利益的，应当与相关人民团体、社会组织以及群众代表沟通协商。"),
                N_("《重大行政决策程序暂行条例》（国务院令第713号）第十四条"),
                "S",
            ),
            _rule(
                "P5",
                N_("涉企事项应当听取有代表性的企业和行业协会商会意见，并反馈采纳情况。"),
                N_("国办发〔2019〕9号；《优化营商环境条例》第六十二条"),
                "P",
            ),
            _rule("P7", N_("送审时写明公开属性；不予公开的，说明理由。"), _OPENNESS_80, "P"),
            _rule(
                "P16",
                N_("能够区分处理的，公开可以公开的部分，并对其余部分说明理由。"),
                N_("《政府信息公开条例》（国务院令第711号）第三十七条"),
                "S",
            ),
            _rule(
                "C8",
                N_("公布前逐项审查是否含有国家秘密、工作秘密和敏感信息。"),
                N_("《政府信息公开条例》第十七条；三类内容见浙江省建设厅2023年政务公开工作要点"),
                "S",
            ),
            _rule(
                "O3",
                N_("征求意见结束后%(months)s个月内公布意见采纳情况。"),
                N_("浙江省建设厅2023年政务公开工作要点；期间计算参照《民法典》第二百零二条"),
                "S",
                months=1,
            ),
            _rule(
                "O8",
                N_("简单问题%(simple)s个工作日内答复，复杂问题%(complex)s个工作日内答复。"),
                N_("浙江省建设厅2023年政务公开工作要点"),
                "S",
                simple=1,
                complex=3,
            ),
            _rule(
                "O9",
                N_(
                    "收到信访事项之日起%(days)s日内告知接收情况和处理途径；"
                    "收到转送的单位有异议的，在%(objection)s个工作日内提出。"
                ),
                N_("《信访工作条例》第二十二条、第二十三条"),
                "S",
                days=15,
                objection=5,
            ),
            _rule(
                "O9D",
                N_("收到政府信息公开申请，不能当场答复的，%(working_days)s个工作日内答复。"),
                N_("《政府信息公开条例》（国务院令第711号）第三十三条"),
                "S",
                working_days=20,
            ),
            _rule("H2", N_("听证会前公布草案、说明和听证的时间、地点。"), _HEARING_16, "S"),
            _rule("H4", N_("材料在听证会%(days)s日前送达听证参加人。"), _HEARING_16, "S", days=7),
            _rule(
                "HR",
                N_("举行规章听证会的%(days)s日前公布听证的时间、地点和内容。"),
                N_("《规章制定程序条例》第十六条"),
                "S",
                days=30,
            ),
            _rule(
                "HN",
                N_("听证会至少提前%(days)s日公告。"),
                N_("各地规定不一（10日、20日、30日），国家没有统一规定，由本地设定"),
                "P",
                days=10,
            ),
            _rule(
                "R1",
                N_("联系方式在采纳情况公布%(days)s日后删除。"),
                N_("《个人信息保护法》第十九条、第四十七条；天数由本地设定"),
                "K",
                days=90,
            ),
            _rule(
                "R2",
                N_("公众账号%(months)s个月没有登录的，删除。"),
                N_("《个人信息保护法》第十九条、第四十七条；月数由本地设定"),
                "K",
                months=24,
            ),
            _rule(
                "R4",
                N_("提问人的电子邮箱在答复或者转办%(days)s日后删除。"),
                N_("《个人信息保护法》第十九条、第四十七条；天数由本地设定"),
                "K",
                days=90,
            ),
            _rule(
                "R3",
                N_("删除个人信息的申请，%(working_days)s个工作日内答复。"),
                N_("《个人信息保护法》第五十条要求建立便捷的受理机制，没有规定天数；由本地设定"),
                "K",
                working_days=15,
            ),
        )
    }
)


def rule(rule_id: str, profile: Profile | None = None) -> Rule:
    """The rule of that id with a place's own numbers; KeyError if there is none."""
    found = RULES[rule_id]
    changes = (profile or {}).get(rule_id)
    return found.with_numbers(changes) if changes else found


def check_profile(profile: Profile) -> None:
    """Raise ValueError for a profile that names an unknown rule or changes a national number."""
    for rule_id, changes in profile.items():
        if rule_id not in RULES:
            raise ValueError(f"there is no rule {rule_id}")
        RULES[rule_id].with_numbers(changes)
