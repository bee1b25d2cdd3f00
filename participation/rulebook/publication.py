"""What a publication needs first: its parts, its publication attribute, its secrecy review."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from participation.kernel.verdict import N_, Verdict, no, yes
from participation.rulebook.statutes import Remark, Rule, rule


class PublicationAttribute(StrEnum):
    """How far a document is made public; fixed before it is approved (国办发〔2016〕80号)."""

    FULL = "full"
    REDACTED = "redacted"
    WITHHELD = "withheld"

    @property
    def label(self) -> str:
        """The office's term."""
        return _ATTRIBUTES[self]

    @property
    def needs_reason(self) -> bool:
        """Whether something is kept back, so that a reason is owed."""
        return self is not PublicationAttribute.FULL

    @property
    def rule(self) -> Rule:
        """The rule that asks for the attribute, or for the reason of a part kept back."""
        return rule("P16" if self is PublicationAttribute.REDACTED else "P7")


_ATTRIBUTES = {
    PublicationAttribute.FULL: N_("全文公开"),
    PublicationAttribute.REDACTED: N_("删减后公开"),
    PublicationAttribute.WITHHELD: N_("不予公开"),
}


class SecrecyClass(StrEnum):
    """The three classes that the reviewer answers for, one by one."""

    STATE_SECRET = "state-secret"  # noqa: S105
    WORK_SECRET = "work-secret"  # noqa: S105
    SENSITIVE = "sensitive"

    @property
    def label(self) -> str:
        """The office's term."""
        return _CLASSES[self]

    @property
    def rule(self) -> Rule:
        """The rule that asks for the review."""
        return rule("C8")


_CLASSES = {
    SecrecyClass.STATE_SECRET: N_("国家秘密"),
    SecrecyClass.WORK_SECRET: N_("工作秘密"),
    SecrecyClass.SENSITIVE: N_("敏感信息"),
}


def check_attribute(attribute: PublicationAttribute | None, reason: str = "") -> Verdict:
    """Whether a document may go to approval: attribute set, with a reason if any is kept back."""
    if attribute is None:
        return no(N_("请先确定公开属性：全文公开、删减后公开或者不予公开。"))
    if attribute.needs_reason and not reason.strip():
        return no(N_("选择删减后公开或者不予公开的，请写明理由。"))
    return yes()


def check_public(attribute: PublicationAttribute | None, reason: str = "") -> Verdict:
    """Whether a document of this attribute may be put out for comment at all."""
    if attribute is PublicationAttribute.WITHHELD:
        return no(N_("公开属性为不予公开的文件不能公开征求意见。"))
    return check_attribute(attribute, reason)


def check_secrecy(contains: Mapping[SecrecyClass, bool | None]) -> Verdict:
    """Whether the secrecy review lets a document out: every class answered, every answer no."""
    if any(contains.get(kind) is None for kind in SecrecyClass):
        return no(N_("请逐项审查是否含有国家秘密、工作秘密和敏感信息。"))
    if any(contains[kind] for kind in SecrecyClass):
        return no(N_("保密审查认为含有不能公开的内容，请删减后重新送审。"))
    return yes()


def missing_parts(
    *, draft: bool, explanation: bool, how_to_comment: bool, deadline: bool
) -> list[Remark]:
    """A sentence for each part that a notice still lacks (713 art. 15)."""
    wanted = rule("P1")
    parts = (
        (draft, N_("还没有草案正文。")),
        (explanation, N_("还没有起草说明。")),
        (how_to_comment, N_("还没有写明提出意见的方式，至少要有联系单位和联系方式。")),
        (deadline, N_("还没有截止时间。")),
    )
    return [Remark(sentence, wanted) for is_there, sentence in parts if not is_there]
