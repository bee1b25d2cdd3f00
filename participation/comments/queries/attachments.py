"""Reading the files of opinions: those that wait, one opinion's, those that are released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from participation.comments.models import Attachment, Comment
from participation.kernel.db import db
from participation.kernel.errors import NotFound
from participation.kernel.vault import vault


class FileRow(NamedTuple):
    """A released file as lists name it: its place, kind and size; its own name tells a person."""

    position: int
    kind: str
    size: int


def waiting_files(consultation_id: int, refs: Sequence[str]) -> list[Attachment]:
    """The files of these refs that wait for their opinion, in the order given."""
    if not refs:
        return []
    found = {
        each.ref: each
        for each in db.session.scalars(
            select(Attachment).where(
                Attachment.ref.in_(refs),
                Attachment.comment_id.is_(None),
                Attachment.consultation_id == consultation_id,
            )
        )
    }
    return [found[ref] for ref in dict.fromkeys(refs) if ref in found]


def files_of(comment: Comment) -> list[Attachment]:
    """The files of an opinion, in their order."""
    return list(
        db.session.scalars(
            select(Attachment)
            .where(Attachment.comment_id == comment.id)
            .order_by(Attachment.position)
        )
    )


def attachment_of(consultation_id: int, number: int, position: int) -> Attachment:
    """A file by its opinion's number and its place; raise NotFound where there is none."""
    found = db.session.scalars(
        select(Attachment)
        .join(Comment, Comment.id == Attachment.comment_id)
        .where(
            Comment.consultation_id == consultation_id,
            Comment.number == number,
            Attachment.position == position,
        )
    ).one_or_none()
    if found is None:
        raise NotFound(f"{number}/{position}")
    return found


def released_files(comment_ids: Sequence[int]) -> dict[int, tuple[FileRow, ...]]:
    """The files that the public may have, by the opinion's id; one statement."""
    if not comment_ids:
        return {}
    found: dict[int, list[FileRow]] = defaultdict(list)
    rows = db.session.execute(
        select(Attachment.comment_id, Attachment.position, Attachment.kind, Attachment.size)
        .join(Comment, Comment.id == Attachment.comment_id)
        .where(
            Attachment.comment_id.in_(comment_ids),
            Attachment.released_at >= Comment.published_at,
        )
        .order_by(Attachment.comment_id, Attachment.position)
    )
    for comment_id, position, kind, size in rows:
        found[comment_id or 0].append(FileRow(position, kind, size))
    return {comment_id: tuple(files) for comment_id, files in found.items()}


def own_name_of(found: Attachment) -> str:
    """The name that the file had on its writer's device."""
    return vault().open(found.name_sealed, f"attachment.name:{found.ref}")
