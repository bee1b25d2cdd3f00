"""Tables of surveys: questions with their options, responses by ticket, answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.consultations.models import words
from participation.kernel.db import Base, Instant
from participation.surveys.rules import QuestionKind


class Survey(Base):
    """A questionnaire of a consultation, open while its window is."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)

    questions: Mapped[list[Question]] = relationship(
        order_by="Question.position", cascade="all, delete-orphan"
    )


class Question(Base):
    """One question; a scale has its two ends and their words."""

    __tablename__ = "survey_question"
    __table_args__ = (Index("ix_survey_question_survey_id_position", "survey_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind))
    text: Mapped[str] = mapped_column(String(500))
    is_required: Mapped[bool] = mapped_column(default=True)
    scale_low: Mapped[int | None]
    scale_high: Mapped[int | None]
    scale_low_word: Mapped[str] = mapped_column(String(40), default="")
    scale_high_word: Mapped[str] = mapped_column(String(40), default="")

    options: Mapped[list[Option]] = relationship(
        order_by="Option.position", cascade="all, delete-orphan"
    )


class Option(Base):
    """A choice of a single or multiple choice question."""

    __tablename__ = "survey_option"
    __table_args__ = (Index("ix_survey_option_question_id_position", "question_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_question.id"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(200))


class Response(Base):
    """One filled-in questionnaire; a ticket answers once."""

    __tablename__ = "survey_response"
    __table_args__ = (UniqueConstraint("survey_id", "ticket_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    ticket_hash: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(Instant)


class Answer(Base):
    """One answer: an option chosen, a value on the scale, or a text."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        Index("ix_survey_answer_question_id_option_id", "question_id", "option_id"),
        Index("ix_survey_answer_response_id", "response_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("survey_question.id"))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("survey_option.id"))
    value: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text)
