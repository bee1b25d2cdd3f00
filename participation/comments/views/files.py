"""Files with an opinion: uploaded while it is written, taken out again, handed out to be saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from participation.comments import operations, queries, rules
from participation.comments.forms import FilesForm
from participation.comments.intake import StoredFile, take_file
from participation.comments.masking import mask
from participation.comments.models import Attachment, Comment
from participation.comments.views.blueprint import bp
from participation.consultations.queries import by_slug, desk_by_slug, public_by_slug
from participation.consultations.rules import may_see_desk
from participation.kernel import clock
from participation.kernel.actor import Actor
from participation.kernel.db import transaction
from participation.kernel.errors import Invalid, NotFound, Refused, Unavailable
from participation.kernel.files import LARGEST_FILE, MEDIA_TYPES
from participation.kernel.storage import storage
from participation.kernel.throttle import TOO_MANY, address_block, limited, within
from participation.web.access import current_actor, guarded, public
from participation.web.download import stored_file
from participation.web.filters import file_size, sentence

ATTACH, DROP = "attach", "drop-"
Keep = Callable[[Actor, str, StoredFile], Attachment]


@bp.post("/consultations/<slug>/attachments")
@public
@limited("attach")
def attach(slug: str) -> Any:
    """Take one file while an opinion is written (script); the form then carries its ref."""
    consultation = public_by_slug(slug, clock.now())
    rules.may_submit(consultation.stage(clock.now())).enforce()
    rules.may_submit_as(current_actor(), consultation.identity).enforce()
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return {"error": _("请选择文件。")}, 422
    return _told(slug, upload, operations.keep_file)


@bp.post("/desk/consultations/<slug>/comments/attachments")
@guarded(may_see_desk)
@limited("upload")
def attach_evidence(slug: str) -> Any:
    """Take one scan while an officer enters an opinion (script); the form then carries its ref."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return {"error": _("请选择文件。")}, 422
    consultation = desk_by_slug(current_actor(), slug, clock.now())
    stage = consultation.stage(clock.now())
    rules.may_enter(current_actor(), stage, consultation.department_id).enforce()
    return _told(slug, upload, operations.keep_evidence)


def _told(slug: str, upload: FileStorage, keep: Keep) -> Any:
    """What the script is told of a file that was sent: its ref, or why it was not taken."""
    try:
        kept = _keep(slug, upload, keep)
    except Refused as error:
        return {"error": sentence(error)}, 503 if isinstance(error, Unavailable) else 422
    said = _("%(name)s（%(size)s）", name=queries.own_name_of(kept), size=file_size(kept.size))
    return {"ref": kept.ref, "said": said}


def is_about_files() -> bool:
    """Whether the button that was pressed changes the files and sends nothing."""
    act = request.form.get("act", "")
    return act == ATTACH or act.startswith(DROP)


def change_files(slug: str, form: FilesForm, keep: Keep = operations.keep_file) -> bool:
    """Do what a pressed button says of files, and take what was chosen; False with an error said.

    Also on the way to sending: whoever chose a file and pressed "send" wants it sent. `keep` is
    the operation that keeps one.
    """
    act = request.form.get("act", "")
    uploads = [each for each in request.files.getlist("file") if each.filename]
    if not uploads and not is_about_files():
        return True
    # The pages check their own token, and come back with everything where it is worn out.
    if "csrf_token" in form and not form.csrf_token.validate(form):
        form.files.errors = list(form.csrf_token.errors)
        return False
    refs = list(form.refs)
    if act.startswith(DROP) and (ref := act.removeprefix(DROP)) in refs:
        with transaction():
            operations.discard_file(ref)
        refs.remove(ref)
    errors: list[str] = []
    for upload in uploads:
        try:
            refs.append(_counted(slug, upload, len(refs), keep).ref)
        except Refused as error:
            errors.append(sentence(error))
    form.files.data = " ".join(refs)
    form.files.errors = [*form.files.errors, *errors]
    return not errors


def _counted(slug: str, upload: FileStorage, already: int, keep: Keep) -> Attachment:
    if already >= rules.MOST_FILES:
        raise Invalid(rules.TOO_MANY_FILES, {"most": rules.MOST_FILES}, "files")
    if not within("attach", address_block()):
        raise Refused(TOO_MANY)
    return _keep(slug, upload, keep)


def _keep(slug: str, upload: FileStorage, keep: Keep) -> Attachment:
    taken = take_file(upload.filename or "", upload.stream.read(LARGEST_FILE + 1))
    with transaction():
        return keep(current_actor(), slug, taken)


def waiting(consultation_id: int, form: FilesForm) -> list[dict[str, Any]]:
    """The files of a form as its page lists them."""
    return [_row(each) for each in queries.waiting_files(consultation_id, form.refs)]


def own_files(comment: Comment) -> list[dict[str, Any]]:
    """The files of an opinion for its author."""
    return [
        _row(each, url_for("comments.own_file", code=comment.receipt, position=each.position))
        for each in queries.files_of(comment)
    ]


def staff_files(slug: str, comment: Comment) -> list[dict[str, Any]]:
    """The files of an opinion for whoever decides of their release; names masked."""
    found = []
    for each in queries.files_of(comment):
        address: dict[str, Any] = {
            "slug": slug,
            "number": comment.number,
            "position": each.position,
        }
        row = _row(each, url_for("comments.staff_file", **address))
        found.append(
            {
                **row,
                "name": mask(row["name"]).text,
                "decide": url_for("comments.decide_file", **address),
            }
        )
    return found


@bp.post("/desk/consultations/<slug>/comments/<int:number>/files/<int:position>")
@guarded(may_see_desk)
def decide_file(slug: str, number: int, position: int) -> Any:
    """Show a file to the public, or take it back."""
    act = operations.hide_file if request.form.get("act") == "hide" else operations.release_file
    try:
        with transaction():
            act(current_actor(), slug, number, position)
    except Refused as error:
        flash(sentence(error), "error")
    else:
        flash(_("附件 %(position)s 的公开情况已更改。", position=position))
    return redirect(url_for("comments.detail", slug=slug, number=number), code=303)


def _row(found: Attachment, href: str | None = None) -> dict[str, Any]:
    return {
        "ref": found.ref,
        "position": found.position,
        "name": queries.own_name_of(found),
        "kind": found.kind,
        "size": found.size,
        "href": href,
        "is_public": found.is_public,
    }


@bp.get("/receipt/<code>/files/<int:position>")
@public
@limited("receipt", methods=("GET",))
def own_file(code: str, position: int) -> Any:
    """A file of one's own opinion, as it was kept: without what it told of its writer."""
    comment = queries.by_receipt(code)
    if comment.visibility in rules.HIDDEN:
        raise NotFound(code)
    found = queries.attachment_of(comment.consultation_id, comment.number, position)
    return _served(found, queries.own_name_of(found))


@bp.get("/desk/consultations/<slug>/comments/<int:number>/files/<int:position>")
@guarded(may_see_desk)
def staff_file(slug: str, number: int, position: int) -> Any:
    """A file for whoever decides of its release."""
    consultation = by_slug(slug)
    if not rules.may_moderate(current_actor(), consultation.department_id):
        raise NotFound(slug)
    found = queries.attachment_of(consultation.id, number, position)
    assert found.comment is not None
    if found.comment.visibility in rules.HIDDEN:
        raise NotFound(slug)
    return _served(found, _plain_name(found, number))


@bp.get("/consultations/<slug>/comments/<int:number>/files/<int:position>")
@public
def file(slug: str, number: int, position: int) -> Any:
    """A released file of a released opinion; its own name may name a person and is not told."""
    consultation = public_by_slug(slug, clock.now())
    found = queries.attachment_of(consultation.id, number, position)
    if not found.is_public:
        raise NotFound(slug)
    return _served(found, _plain_name(found, number))


def _plain_name(found: Attachment, number: int) -> str:
    name = _("第%(number)s号意见附件%(position)s", number=number, position=found.position)
    return f"{name}.{found.kind}"


def _served(found: Attachment, name: str) -> Response:
    """To be saved and never to be run; what is released today may be hidden tomorrow: not kept."""
    content = storage().get(found.storage_key)
    response = stored_file(content, MEDIA_TYPES[found.kind], name, is_public=False)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
