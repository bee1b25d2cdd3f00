"""Kinds of what belongs to a consultation: tags, documents, interpretations, the outcome."""

from __future__ import annotations

from enum import StrEnum

from participation.kernel.verdict import N_


class TagKind(StrEnum):
    """What a tag tells: what a matter is about, or whom it touches."""

    TOPIC = "topic"
    AUDIENCE = "audience"


class DocumentKind(StrEnum):
    """What a document of the package is."""

    DRAFT_TEXT = "draft_text"
    EXPLANATION = "explanation"
    BASIS = "basis"
    TEXT_IN_FORCE = "text_in_force"
    IMPACT = "impact"
    OTHER = "other"
    FINAL_TEXT = "final_text"

    @property
    def label(self) -> str:
        """What the office calls it."""
        return _DOCUMENTS[self]


_DOCUMENTS = {
    DocumentKind.DRAFT_TEXT: N_("草案文本"),
    DocumentKind.EXPLANATION: N_("起草说明"),
    DocumentKind.BASIS: N_("依据文件"),
    DocumentKind.TEXT_IN_FORCE: N_("现行文本"),
    DocumentKind.IMPACT: N_("影响评估、论证材料"),
    DocumentKind.OTHER: N_("其他材料"),
    DocumentKind.FINAL_TEXT: N_("正式印发的文本"),
}


class InterpretationKind(StrEnum):
    """In which way an interpretation explains."""

    TEXT = "text"
    QUESTIONS = "questions"
    PICTURE = "picture"
    CASE = "case"
    VIDEO_LINK = "video_link"

    @property
    def label(self) -> str:
        """The way in a few words."""
        return _INTERPRETATIONS[self]


_INTERPRETATIONS = {
    InterpretationKind.TEXT: N_("文字解读"),
    InterpretationKind.QUESTIONS: N_("问答"),
    InterpretationKind.PICTURE: N_("图解"),
    InterpretationKind.CASE: N_("举例"),
    InterpretationKind.VIDEO_LINK: N_("视频"),
}


class DecisionOutcome(StrEnum):
    """What became of a matter after the consultation."""

    ISSUED = "issued"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The outcome in a few words."""
        return _OUTCOMES[self]


_OUTCOMES = {
    DecisionOutcome.ISSUED: N_("已经印发"),
    DecisionOutcome.DROPPED: N_("不再制定"),
}
