"""The author's copy of an opinion, or of all of a sending, as a PDF document to keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _

from participation.comments import queries, rules
from participation.comments.copy_pdf import CopiedItem, Copy, pdf_of
from participation.comments.models import Comment
from participation.comments.receipts import grouped
from participation.comments.rules import HIDDEN
from participation.comments.story import present, tell
from participation.comments.views.blueprint import bp
from participation.comments.views.receipts import private, step_of
from participation.comments.views.write import site_url
from participation.consultations.models import Consultation
from participation.kernel.throttle import limited
from participation.web.access import public
from participation.web.filters import instant, sentence
from participation.web.locale import language
from participation.web.qr import qr_svg


@bp.post("/receipt/<code>/copy")
@public
@limited("data")
def receipt_copy(code: str) -> Any:
    """One opinion with where it stands; by POST, so that no scanner fetches it."""
    comment = queries.by_receipt(code)
    path = url_for("comments.receipt", code=comment.receipt)
    facts = _facts(comment.consultation, comment.receipt, comment.received_at, path)
    return _file(comment.consultation, _("意见回执"), facts, [comment], path)


@bp.post("/sending/<code>/copy")
@public
@limited("data")
def sending_copy(code: str) -> Any:
    """All opinions of a sending."""
    found = queries.sending_by_code(code)
    comments = queries.comments_of(found.id)
    path = url_for("comments.sending", code=found.code)
    facts = _facts(found.consultation, found.code, found.created_at, path)
    title = _("意见回执（%(count)s 条）", count=len(comments))
    return _file(found.consultation, title, facts, comments, path)


def _facts(consultation: Consultation, code: str, at: datetime, path: str) -> list[tuple[str, str]]:
    return [
        (_("回执码"), grouped(code)),
        (_("收到时间"), instant(at)),
        (_("承办单位"), consultation.contact_unit or consultation.department.name),
        (_("查看办理情况"), site_url(path)),
    ]


def _file(
    consultation: Consultation,
    title: str,
    facts: Sequence[tuple[str, str]],
    comments: Sequence[Comment],
    path: str,
) -> Response:
    copy = Copy(
        lang=language(),
        title=title,
        matter=consultation.title,
        facts=facts,
        items=[_item(comment) for comment in comments],
        qr=qr_svg(site_url(path)).decode(),
        qr_words=_("扫码查看办理情况"),
        page_words=_("第 {page} 页，共 {total} 页"),
    )
    response = Response(pdf_of(copy), mimetype="application/pdf")
    name = f"receipt-{consultation.slug}-{comments[0].number if comments else 0}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)


def _item(comment: Comment) -> CopiedItem:
    on = comment.document.title if comment.document else comment.clause and comment.clause.label
    facts = [
        (_("态度"), sentence(rules.STANCE_WORDS[comment.stance])),
        (_("代表"), sentence(rules.RESPONDENT_WORDS[comment.respondent_kind])),
        (_("办到哪一步"), step_of(present(tell(comment)))["label"]),
        (_("这一条的回执码"), grouped(comment.receipt)),
    ]
    heading = f"{_('第 %(number)s 号', number=comment.number)}{_('：')}{on or _('整个草案')}"
    return CopiedItem(heading=heading, facts=facts, words=_words(comment))


def _words(comment: Comment) -> list[tuple[str, str]]:
    if comment.visibility in HIDDEN:
        return [(_("内容"), _("内容已删除，或者已经锁定，不显示。"))]
    proposal = comment.proposal_kind and sentence(rules.PROPOSAL_WORDS[comment.proposal_kind])
    told = [
        (_("针对这几个字"), comment.quoted_text),
        (_("您的意见"), comment.body),
        (proposal or _("您建议怎么写"), comment.proposed_text or ("—" if proposal else "")),
    ]
    return [(label, words) for label, words in told if words]
