"""Who may do what in which stage, found by asking the rules themselves with sample people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from inspect import signature
from typing import Any

from participation.accounts import rules as accounts
from participation.adoption import rules as adoption
from participation.audit import rules as audit
from participation.campaigns import rules as campaigns
from participation.comments import rules as comments
from participation.comments.rules import Outcome, Standing, Visibility
from participation.consultations import rules as consultations
from participation.consultations.rules import Identity, Stage, Status
from participation.desk import rules as desk
from participation.duties import rules as duties
from participation.importing import rules as importing
from participation.inquiries import rules as inquiries
from participation.kernel.actor import GUEST, STAFF, Actor, Role
from participation.kernel.verdict import N_, Verdict
from participation.meetings import rules as meetings
from participation.notifications import rules as notifications
from participation.organisations import rules as organisations
from participation.papers import rules as papers
from participation.rulebook.publication import PublicationAttribute
from participation.search import rules as search
from participation.surveys import rules as surveys

HERE, ELSEWHERE = 1, 2
AUTHOR = 11
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)

Rule = Callable[..., Verdict]


@dataclass(frozen=True)
class Subject:
    """A sample person; `key` is what the address of the page says."""

    key: str
    words: str
    actor: Actor


@dataclass(frozen=True)
class Phase:
    """A column: where a matter stands by decision and calendar."""

    key: str
    status: Status
    stage: Stage


@dataclass(frozen=True)
class Act:
    """A row: what is done, and the rule that allows it."""

    words: str
    rule: Rule

    @property
    def name(self) -> str:
        """The rule's name with its feature, such as `comments.may_enter`."""
        return f"{self.rule.__module__.split('.')[1]}.{self.rule.__name__}"

    @property
    def is_staged(self) -> bool:
        """Whether the answer can depend on where the matter stands."""
        return bool({"stage", "status"} & signature(self.rule).parameters.keys())


@dataclass(frozen=True)
class Row:
    """An act with the rule's answer in each phase; one answer where phases do not matter."""

    act: Act
    verdicts: Sequence[Verdict]

    @property
    def refused(self) -> list[tuple[Verdict, list[Phase]]]:
        """The refusals with the phases each is given in."""
        found: dict[str, tuple[Verdict, list[Phase]]] = {}
        for verdict, phase in zip(self.verdicts, PHASES, strict=False):
            if not verdict:
                found.setdefault(verdict.reason, (verdict, []))[1].append(phase)
        return list(found.values())


def _staff(role: Role, department_id: int, number: int) -> Actor:
    return Actor(role, number, "", department_id, frozenset({department_id}))


SUBJECTS = (
    Subject("guest", N_("未登录的公众"), GUEST),
    Subject("citizen", N_("有账号的公众"), Actor(Role.CITIZEN, 10)),
    Subject("drafter", N_("起草人"), _staff(Role.DRAFTER, HERE, AUTHOR)),
    Subject("reviewer", N_("审核人"), _staff(Role.REVIEWER, HERE, 12)),
    Subject("officer", N_("经办人"), _staff(Role.OFFICER, HERE, 13)),
    Subject("administrator", N_("管理员"), Actor(Role.ADMINISTRATOR, 14)),
    Subject("elsewhere", N_("其他部门的经办人"), _staff(Role.OFFICER, ELSEWHERE, 15)),
)
PHASES = (
    Phase("drafting", Status.DRAFTING, Stage.PREPARING),
    Phase("in_review", Status.IN_REVIEW, Stage.PREPARING),
    Phase("approved", Status.APPROVED, Stage.PREPARING),
    Phase("forthcoming", Status.PUBLISHED, Stage.FORTHCOMING),
    Phase("open", Status.PUBLISHED, Stage.OPEN),
    Phase("closed", Status.PUBLISHED, Stage.CLOSED),
    Phase("sealed", Status.PUBLISHED, Stage.SEALED),
)
ACTS = (
    Act(N_("修改内容、上传草案"), consultations.may_edit),
    Act(N_("送审"), consultations.may_submit_for_review),
    Act(N_("审核"), consultations.may_review),
    Act(N_("退回起草"), consultations.may_recall),
    Act(N_("发布"), consultations.may_publish),
    Act(N_("延长期限"), consultations.may_extend),
    Act(N_("说明服务中断后不延长的理由"), consultations.may_explain_outage),
    Act(N_("增减文件、编写解读"), consultations.may_supply),
    Act(N_("登记决策结果"), consultations.may_decide),
    Act(N_("编写问卷"), surveys.may_edit),
    Act(N_("预告会议"), meetings.may_announce),
    Act(N_("更改和取消会议"), meetings.may_change),
    Act(N_("填写会议记录（会议开始后）"), meetings.may_record),
    Act(N_("提交意见"), comments.may_submit),
    Act(N_("附议公开的意见"), comments.may_support),
    Act(N_("凭回执修改意见（截止前）"), comments.may_correct),
    Act(N_("凭回执撤回意见"), comments.may_withdraw),
    Act(N_("定稿后凭回执申请删除内容"), comments.may_ask_erasure),
    Act(N_("填写问卷"), surveys.may_answer),
    Act(N_("对草案提问"), inquiries.may_ask),
    Act(N_("录入来信、电话等线下意见"), comments.may_enter),
    Act(N_("从表格导入意见"), importing.may_import),
    Act(N_("归并和答复意见"), adoption.may_answer),
    Act(N_("整理相同的意见"), campaigns.may_arrange),
    Act(N_("更正已定稿的采纳情况"), adoption.may_correct),
    Act(N_("导出文件和归档包"), papers.may_take),
    Act(N_("导出带完整姓名的意见汇总表"), papers.may_take_names),
    Act(N_("查看问卷结果"), surveys.may_show_results),
    Act(N_("查看截止公报和采纳情况"), adoption.may_show_result),
    Act(N_("进入工作台"), consultations.may_see_desk),
    Act(N_("查看部门总览"), duties.may_see_overview),
    Act(N_("查看本部门未发布的事项"), consultations.may_view),
    Act(N_("新建征求意见事项"), consultations.may_create),
    Act(N_("审看意见是否公开"), comments.may_moderate),
    Act(N_("答复和转办提问"), inquiries.may_handle_questions),
    Act(N_("查看提意见人的姓名和联系方式"), comments.may_reveal),
    Act(N_("登记电话核实、撤销核实"), comments.may_confirm_by_call),
    Act(N_("删除意见的内容"), comments.may_erase),
    Act(N_("限制处理意见、解除限制"), comments.may_restrict),
    Act(N_("受阻的公布重新尝试"), adoption.may_retry),
    Act(N_("重新安排停止的后台任务"), desk.may_retry_jobs),
    Act(N_("安排停机维护"), consultations.may_plan_downtime),
    Act(N_("管理人员和部门"), accounts.may_administer),
    Act(N_("查看操作记录的签名"), audit.may_see_audit),
    Act(N_("看没有搜到的词"), search.may_see_misses),
    Act(N_("修改自己的密码"), accounts.may_change_password),
    Act(N_("两步验证"), accounts.may_step_up),
    Act(N_("取消自己的两步验证"), accounts.may_remove_factor),
    Act(N_("删除自己的账号"), accounts.may_delete_own),
    Act(N_("在要求登录的事项里提意见"), comments.may_submit_as),
    Act(N_("用账号附议（不用电子邮箱）"), comments.may_support_as),
    Act(N_("凭回执再要一封核实邮件"), comments.may_ask_confirmation),
    Act(N_("查看用账号提交过的意见"), comments.may_list_own),
    Act(N_("查看自己的邮箱订阅了什么"), notifications.may_see_own),
    Act(N_("查看用账号提过的问题"), inquiries.may_list_own),
    Act(N_("和单位成员共同起草意见"), organisations.may_draft_together),
)


def subject_of(key: str | None, actor: Actor) -> Subject:
    """The sample person of a key; without one (or an unknown one) the actor's own kind."""
    known = {each.key: each for each in SUBJECTS}
    own = actor.role.value if actor.role in STAFF else "guest"
    return known.get(key or "", known[own])


def answer(act: Act, subject: Subject, phase: Phase) -> Verdict:
    """What the rule says of this person in this phase: a plain matter of the person's department.

    The drafter is its author; the opinion has no answer yet; the meeting has begun.
    """
    known: dict[str, Any] = {
        "actor": subject.actor,
        "status": phase.status,
        "stage": phase.stage,
        "department_id": HERE,
        "author_id": AUTHOR,
        "attribute": PublicationAttribute.FULL,
        "outcome": Outcome.PENDING,
        "visibility": Visibility.WAITING,
        "identity": Identity.ACCOUNT,
        "is_asked": False,
        "made": 0,
        "starts_at": NOW - timedelta(hours=1),
        "now": NOW,
        "is_cancelled": False,
        "is_published": False,
        "note": "—",
        "standing": Standing.UNCONFIRMED,
        "has_contact": True,
        "asked": 0,
    }
    return act.rule(**{name: known[name] for name in signature(act.rule).parameters})


def staged_rows(subject: Subject) -> list[Row]:
    """What depends on where the matter stands: each act with its answer in every phase."""
    return [
        Row(act, [answer(act, subject, phase) for phase in PHASES]) for act in ACTS if act.is_staged
    ]


def lasting_rows(subject: Subject) -> list[Row]:
    """What a person may do at any time, or never."""
    return [Row(act, [answer(act, subject, PHASES[0])]) for act in ACTS if not act.is_staged]
