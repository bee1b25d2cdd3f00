"""Tables of the index, and of what people have searched for in vain."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from participation.consultations.models import words
from participation.kernel.db import Base, Instant
from participation.search.full_text import GIN, attach
from participation.search.rules import Kind


class SearchEntry(Base):
    """One public text that can be found; its row is gone as soon as the text is not public.

    Ids rise with the time of becoming public: the newest first is the highest id first. `words`
    are the text's tokens (`segmenting.tokens`) with a space between them; SQLite indexes them in
    the FTS5 table `search_index`, PostgreSQL keeps them as a `tsvector` with a GIN index.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("consultation_id", "kind", "source_id"),
        # Without a list of pending words, which every search would have to read through.
        Index(
            GIN,
            "words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ).ddl_if(dialect="postgresql"),
        # SQLite would give the id of the last entry, once it is gone, to the next one.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(words(Kind))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    # The id of the row that it is taken from; of an answer the number of its point.
    source_id: Mapped[int]
    # Where it is shown: a clause's key, an opinion's or a question's number.
    place: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    title: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


class SearchMiss(Base):
    """Words that were searched for and not found, personal data in them masked."""

    __tablename__ = "search_miss"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(100), unique=True)
    last_on: Mapped[date] = mapped_column(index=True)


class SearchMissDay(Base):
    """How often words were searched for in vain on a day."""

    __tablename__ = "search_miss_day"

    miss_id: Mapped[int] = mapped_column(
        ForeignKey("search_miss.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class SearchMissAsker(Base):
    """That somebody else has searched for the same words.

    `digest` is keyed and made of the words and the sender's network: it tells two askers of the
    same words apart, and nothing of who they are or what else they have asked.
    """

    __tablename__ = "search_miss_asker"

    miss_id: Mapped[int] = mapped_column(
        ForeignKey("search_miss.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


attach(SearchEntry.__table__)  # type: ignore[arg-type]
