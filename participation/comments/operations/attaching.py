"""Files that come with an opinion: kept while it is written, claimed when it is sent, released.

A file is named by its `ref`, 128 random bits, until its opinion has it; only who uploaded it knows.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from participation.comments import rules
from participation.comments.events import AttachmentHidden, AttachmentReleased
from participation.comments.intake import StoredFile
from participation.comments.models import Attachment, Comment
from participation.comments.queries.attachments import attachment_of
from participation.comments.rules import Visibility
from participation.consultations.models import Consultation
from participation.consultations.operations import touch_id
from participation.consultations.queries import lock_exclusive, lock_shared
from participation.consultations.rules import PUBLIC_STAGES
from participation.kernel import clock, jobs
from participation.kernel.actor import Actor
from participation.kernel.claims import PUT_TO_COMMIT
from participation.kernel.db import db
from participation.kernel.errors import Invalid, NotFound, Unavailable
from participation.kernel.events import record
from participation.kernel.vault import vault
from participation.kernel.verdict import N_

FULL = N_("等待提交的附件太多，暂时不能再收。意见可以先不带附件提交，或者过一会儿再上传。")
GONE = N_("有附件上传后太久没有提交，已经删除。请重新上传，或者不带附件提交。")


def keep_file(actor: Actor, slug: str, file: StoredFile) -> Attachment:
    """Keep an uploaded file until its opinion is sent, or for `rules.FILE_WAITS`.

    Raises NotFound or Refused where no opinion could be sent, Unavailable where too much waits.
    """
    consultation = lock_shared(slug)
    stage = consultation.stage(clock.now())
    if stage not in PUBLIC_STAGES:
        raise NotFound(slug)
    rules.may_submit(stage).enforce()
    rules.may_submit_as(actor, consultation.identity).enforce()
    return _keep(consultation, file)


def keep_evidence(actor: Actor, slug: str, file: StoredFile) -> Attachment:
    """Keep a scan of the letter that an officer is entering, as `keep_file` does; Refused.

    It is never public of itself: like every file it is released one by one, after a look at it.
    """
    consultation = lock_shared(slug)
    stage = consultation.stage(clock.now())
    rules.may_enter(actor, stage, consultation.department_id).enforce()
    return _keep(consultation, file)


def _keep(consultation: Consultation, file: StoredFile) -> Attachment:
    waiting = select(func.sum(Attachment.size)).where(Attachment.comment_id.is_(None))
    if (db.session.scalar(waiting) or 0) + file.size > rules.MOST_WAITING_BYTES:
        raise Unavailable(FULL)
    ref = secrets.token_hex(16)
    kept = Attachment(
        ref=ref,
        consultation_id=consultation.id,
        kind=file.kind,
        size=file.size,
        storage_key=file.key,
        name_sealed=vault().seal(file.name, f"attachment.name:{ref}"),
        uploaded_at=clock.now(),
        scanned_at=clock.now() if file.is_scanned else None,
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def claim_files(comment: Comment, refs: Sequence[str]) -> None:
    """Give the waiting files to the opinion that is being stored, in this order.

    Raises Invalid at `files` where there are too many, or one waits no more.
    """
    wanted = list(dict.fromkeys(refs))
    if not wanted:
        return
    if len(wanted) > rules.MOST_FILES:
        raise Invalid(rules.TOO_MANY_FILES, {"most": rules.MOST_FILES}, "files")
    found = {
        each.ref: each
        for each in db.session.scalars(
            select(Attachment)
            .where(
                Attachment.ref.in_(wanted),
                Attachment.comment_id.is_(None),
                Attachment.consultation_id == comment.consultation_id,
            )
            .with_for_update()
        )
    }
    if len(found) < len(wanted):
        raise Invalid(GONE, field="files")
    for position, ref in enumerate(wanted, 1):
        found[ref].comment_id, found[ref].position = comment.id, position
    db.session.flush()


def discard_file(ref: str) -> None:
    """Drop a waiting file that its writer does not want to send; one that is gone is gone."""
    found = db.session.scalars(
        select(Attachment).where(Attachment.ref == ref, Attachment.comment_id.is_(None))
    ).one_or_none()
    if found is not None:
        db.session.delete(found)
        drop_contents([found.storage_key])
        db.session.flush()


def forget_waiting(until: datetime, most: int) -> int:
    """Drop up to `most` files uploaded before an instant and never sent; how many went."""
    rows = db.session.execute(
        select(Attachment.id, Attachment.storage_key)
        .where(Attachment.comment_id.is_(None), Attachment.uploaded_at < until)
        .order_by(Attachment.id)
        .limit(most)
    ).all()
    _delete([row.id for row in rows])
    drop_contents([row.storage_key for row in rows])
    return len(rows)


def drop_files_of(comment: Comment) -> None:
    """Destroy the files of an opinion whose words are destroyed."""
    rows = db.session.execute(
        select(Attachment.id, Attachment.storage_key).where(Attachment.comment_id == comment.id)
    ).all()
    _delete([row.id for row in rows])
    drop_contents([row.storage_key for row in rows])


def drop_contents(keys: Sequence[str]) -> None:
    """See to it that contents which nobody claims any more leave the storage."""
    for key in keys:
        jobs.enqueue("comments.drop_content", {"key": key}, run_at=clock.now() + PUT_TO_COMMIT)


def release_file(actor: Actor, slug: str, number: int, position: int) -> Attachment:
    """Show a file of a released opinion to the public; an officer has looked at it."""
    consultation, found = _locked_file(slug, number, position)
    rules.may_moderate(actor, consultation.department_id).enforce()
    assert found.comment is not None
    is_shown = found.comment.visibility is Visibility.RELEASED and not found.comment.withdrawn_at
    rules.may_release_file(is_shown=is_shown).enforce()
    if not found.is_public:
        found.released_at = clock.now()
        _note(AttachmentReleased, actor, found, number)
    return found


def hide_file(actor: Actor, slug: str, number: int, position: int) -> Attachment:
    """Take a file from the public again."""
    consultation, found = _locked_file(slug, number, position)
    rules.may_moderate(actor, consultation.department_id).enforce()
    if found.released_at is not None:
        found.released_at = None
        _note(AttachmentHidden, actor, found, number)
    return found


def _locked_file(slug: str, number: int, position: int) -> tuple[Consultation, Attachment]:
    consultation = lock_exclusive(slug)
    return consultation, attachment_of(consultation.id, number, position)


def _note(
    kind: type[AttachmentReleased | AttachmentHidden], actor: Actor, found: Attachment, number: int
) -> None:
    db.session.flush()
    touch_id(found.consultation_id)
    assert found.comment_id is not None
    record(
        kind(
            actor=actor,
            consultation_id=found.consultation_id,
            comment_id=found.comment_id,
            number=number,
            position=found.position,
        )
    )


def _delete(ids: Sequence[int]) -> None:
    gone: Any = delete(Attachment).where(Attachment.id.in_(ids))
    db.session.execute(gone.execution_options(synchronize_session=False))
    db.session.expire_all()
