"""For every route that writes a body that means it, naming every field the route takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp

from participation.importing.rules import Field
from tests.factories.accounts import PASSWORD
from tests.factories.traces import a_pdf_file, a_photograph
from tests.security.estate import Estate, Matter

Body = Callable[[Estate, Matter | None], dict[str, Any]]
FRESH = "quiet-harbour-violin-88"
A_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\nanother"
A_PICTURE = a_photograph("PNG")
A_CLEAN_PDF = a_pdf_file()
WORDS = {
    "body": "路灯应当亮到十二点。",
    "proposed_text": "十二点关。",
    "stance": "suggest",
    "proposal_kind": "change",
    "quoted_text": "",
    "quoted_at": "",
    "respondent_kind": "person",
    "name": "周某",
    "contact": "someone@example.cn",
    "submission_key": "a-key-of-the-matrix",
}

ABOUT = ("quoted_", "proposal_")
"""What tells more of the place: the form's own fields."""


def fixed(**fields: Any) -> Body:
    """A body that is the same everywhere."""
    return lambda _estate, _matter: fields


def _sorted(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    return {"title": "新的要点", "clause_key": "", "point": "", "action": "new",
            "selected": str(_waiting(matter)), "clause": "", "stance": ""}  # fmt: skip


def _waiting(matter: Matter | None) -> int:
    return (matter.own_comment_id if matter else None) or 1


def _matter_form(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    closes_on = (estate.now + timedelta(days=90)).date().isoformat()
    return {"title": "改过的标题", "matter": "major-decision", "touches_market": "y",
            "department": "1", "summary": "摘要", "affects": "村民", "legal_basis": "依据",
            "explanation": "说明", "explanation_file": "", "contact_unit": "立法科",
            "contact_phone": "0000-1234567",
            "contact_email": "a@b.example", "contact_address": "县城", "opens_on": "",
            "opens_time": "", "closes_on": closes_on, "closes_time": "",
            "plain_summary": "", "identity": "optional", "decision_due_on": "",
            "short_window_reason": "", "publication_attribute": "redacted",
            "attribute_reason": "涉密"}  # fmt: skip


def _meeting(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    day = (estate.now + timedelta(days=40)).date().isoformat()
    return {"kind": "seminar", "title": "座谈会", "place": "会议室", "host": "镇长",
            "agenda": "发言", "how_to_join": "不用报名", "starts_on": day, "starts_time": "09:00",
            "ends_time": "", "registration_closes_on": "", "materials_sent_on": ""}  # fmt: skip


def _answers(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    first = matter.values["question_id"] if matter else 1
    option = 7 * (first // 4) + 1
    return {f"answer_{first}": str(option), f"answer_{first + 1}": str(option + 3),
            f"answer_{first + 2}": "4", f"answer_{first + 3}": "写一句",
            "ticket": "", "website": ""}  # fmt: skip


def _extended(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    later = (estate.now + timedelta(days=200)).date().isoformat()
    return {"closes_on": later, "closes_time": "", "note": "应来信要求"}


def _published(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    later = (estate.now + timedelta(days=90)).date().isoformat()
    return {"opens": "now", "closes_on": later, "closes_time": ""}


def _acted(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    return {"action": "release", "selected": str(_waiting(matter)), "reason": "", "original": "",
            "confirmed": "", "state": "", "clause": "", "channel": "", "next": ""}  # fmt: skip


def _entered(estate: Estate, matter: Matter | None) -> dict[str, Any]:
    opened = {"open": -9, "closed": -44, "sealed": -99}.get(matter.state if matter else "", 0)
    day = (estate.now + timedelta(days=opened)).date().isoformat()
    return {**WORDS, "clause": "t1", "channel": "phone", "said_on": day, "website": "",
            "said_at_place": "桥头村"}  # fmt: skip


def _planned(estate: Estate, _matter: Matter | None) -> dict[str, Any]:
    columns = {f"column_{field}": "" for field in Field}
    return {**columns, "column_body": "5", "header_row": "1", "channel": "letter",
            "day": estate.now.date().isoformat(), "stance": "suggest", "again": "skip"}  # fmt: skip


def _found(estate: Estate, _matter: Matter | None) -> dict[str, Any]:
    return {"code": estate.matters["open"].values["code"]}


BEFORE: dict[str, str] = {
    "adoption.keep": "DELETE FROM kept_answer",
    "adoption.retry": (
        "INSERT INTO publication_hold (consultation_id, what, reason, params, since, last_tried_at)"
        " SELECT id, 'adoption.seal', '', '{}', opens_at, opens_at FROM consultation"
        " WHERE opens_at IS NOT NULL ON CONFLICT DO NOTHING"
    ),
    "accounts.set_up": "UPDATE user_account SET role = 'citizen' WHERE role = 'administrator'",
    "importing.stop": "UPDATE comment_import SET state = 'running' WHERE state = 'checked'",
    "consultations.accept": "UPDATE draft_version SET accepted_at = NULL WHERE id = :draft_id",
    "desk.retry_jobs": "UPDATE job SET state = 'dead' WHERE id = (SELECT max(id) FROM job)",
}
"""What has to be so for a route to have anything to do."""


def _code(kind: str) -> Body:
    return lambda estate, _matter: {
        "code": pyotp.TOTP(estate.values[f"{kind} factor"]).at(estate.now)
    }


def _basket(_estate: Estate, _matter: Matter | None) -> dict[str, Any]:
    item = {"submission_key": "one-of-several", "stance": "suggest", "body": "路灯应当亮些。"}
    return {"act": "send", "basket": json.dumps([item], ensure_ascii=False), "website": "",
            "respondent_kind": "person", "name": "周某", "contact": "someone@example.cn",
            "submission_key": "a-basket-of-the-matrix"}  # fmt: skip


def _decided(estate: Estate, _matter: Matter | None) -> dict[str, Any]:
    return {"outcome": "issued", "decided_on": estate.now.date().isoformat(), "title": "照明办法",
            "number": "", "effective_on": "", "link": "", "note": "已经印发。"}  # fmt: skip


def _joint(_estate: Estate, matter: Matter | None) -> dict[str, Any]:
    found = matter.values if matter else {}
    return {"submission_key": found.get("joint key", ""), "state": found.get("joint state", ""),
            "contact": "", "files": "", "files_at": "0", "website": "", "opened": "",
            "proof": "", "act": "send"}  # fmt: skip


def _joint_opinion(_estate: Estate, matter: Matter | None) -> dict[str, Any]:
    key = f"a-joint-opinion-{matter.state if matter else ''}"
    return {"stance": "suggest", "body": "路灯应当亮些。", "proposed_text": "", "clause": "t1",
            "document": "", "quoted_text": "", "quoted_at": "", "proposal_kind": "",
            "submission_key": key, "version": "1", "website": ""}  # fmt: skip


def _dropped(_estate: Estate, matter: Matter | None) -> dict[str, Any]:
    return {"key": f"a-joint-opinion-{matter.state if matter else ''}", "version": "1"}


INTERPRETED = {"kind": "text", "clause": "", "title": "改过的解读", "body": "灯晚上十一点关。",
               "picture_words": "", "link": ""}  # fmt: skip
MAIL = {"contact": "someone@example.cn", "website": ""}

BODIES: dict[str, Body] = {
    "accounts.address": fixed(email="another@example.cn", password=PASSWORD, website=""),
    "accounts.come_in": fixed(password=PASSWORD, display_name="新来的"),
    "accounts.confirm_address": fixed(),
    "accounts.end_sessions": fixed(key=""),
    "accounts.forgotten": fixed(email="someone@example.cn", website=""),
    "accounts.register_by_link": fixed(display_name="新来的", password=FRESH, repeat=FRESH),
    "accounts.remove_address": fixed(),
    "accounts.remove_second_factor": fixed(),
    "accounts.reset": fixed(password=FRESH, repeat=FRESH),
    "accounts.unlink_identity": fixed(),
    "api.ask": fixed(
        clause_id="t1", body="路灯归谁修？", mail="", submission_key="a-question-for-the-api"
    ),
    "comments.ask_confirmation": fixed(),
    "comments.attach": fixed(file=("照片.png", A_PICTURE)),
    "comments.basket": _basket,
    "comments.call": fixed(act="confirm"),
    "comments.confirmed": fixed(act="confirm"),
    "comments.correct": fixed(
        stance="suggest",
        body="改过的意见。",
        proposed_text="",
        respondent_kind="person",
        seen="0",
        proposal_kind="",
    ),
    "comments.decide_file": fixed(act="hide"),
    "comments.decide_support": fixed(act="support"),
    "comments.lost": fixed(**MAIL),
    "comments.mail": fixed(wanted=""),
    "comments.receipt_copy": fixed(),
    "comments.sending_copy": fixed(),
    "comments.support": fixed(**MAIL, act=""),
    "consultations.decision": _decided,
    "consultations.delete_interpretation": fixed(),
    "consultations.documents": fixed(kind="other", title="材料", file=("材料.pdf", A_CLEAN_PDF)),
    "consultations.edit_interpretation": fixed(**INTERPRETED),
    "consultations.new_interpretation": fixed(**INTERPRETED),
    "consultations.publish_interpretation": fixed(),
    "consultations.remove_document": fixed(removal_note="放错了"),
    "consultations.withdraw_interpretation": fixed(),
    "inquiries.answer": fixed(
        answer="由产权单位维修，村里没有产权的由镇政府维修。",
        reason="",
        shown_question="路灯归谁修？",
    ),
    "inquiries.ask": fixed(
        body="路灯归谁修？", mail="", clause="t1", submission_key="a-question", website=""
    ),
    "inquiries.classify": fixed(difficulty="complex"),
    "inquiries.data": fixed(),
    "inquiries.erase": fixed(reason="UNLAWFUL", basis="网络安全法第四十七条"),
    "inquiries.forget_mail": fixed(),
    "inquiries.refer": fixed(nature="petition", unit="县信访局", note="请向信访局反映。"),
    "inquiries.revise": fixed(
        answer="按草案第三条，路灯由产权单位维修；没有产权单位的，由镇政府负责。"
    ),
    "inquiries.take_back": fixed(note="不属于信访事项。"),
    "inquiries.withdraw": fixed(),
    "notifications.ask_for_own": fixed(address="someone@example.cn", website=""),
    "notifications.confirm": fixed(),
    "notifications.follow": fixed(
        address="someone@example.cn", others=["all"], pace="each", website=""
    ),
    "notifications.mine": fixed(keep=["all"], pace="daily", locale="zh"),
    "notifications.own": fixed(keep=["all"], pace="daily", locale="zh"),
    "notifications.unsubscribe": fixed(all="1"),
    "organisations.accept": fixed(),
    "organisations.dissolve": fixed(),
    "organisations.drop": _dropped,
    "organisations.hand_over": fixed(),
    "organisations.invite": fixed(email="someone@example.cn"),
    "organisations.leave": fixed(),
    "organisations.new": fixed(name="新的公司", kind="firm"),
    "organisations.remove": fixed(),
    "organisations.rename": fixed(name="改名的协会", kind="association"),
    "organisations.revoke": fixed(),
    "organisations.send": _joint,
    "organisations.write": _joint_opinion,
    "search.missed": fixed(q="没有人写过的话"),
    "accounts.change_password": fixed(old=PASSWORD, password=FRESH, repeat=FRESH),
    "accounts.delete_account": fixed(password=PASSWORD),
    "accounts.enrol_second_factor": _code("pending"),
    "accounts.own_data": fixed(password=PASSWORD),
    "accounts.renew_recovery_codes": fixed(),
    "accounts.reset_second_factor": fixed(),
    "accounts.second_factor": fixed(password=PASSWORD),
    "accounts.verify_second_factor": _code("secret"),
    "accounts.department": fixed(name="改名的局", parent_id=""),
    "accounts.departments": fixed(name="新的局", parent_id=""),
    "accounts.me": fixed(display_name="新名字"),
    "accounts.new_user": fixed(
        username="xinren", display_name="新人", role="drafter", department_id="1"
    ),
    "accounts.register": fixed(
        username="xinjumin", password=FRESH, repeat=FRESH, submission_key="k", website="", next=""
    ),
    "accounts.reset_password": fixed(),
    "accounts.set_state": fixed(action="deactivate"),
    "accounts.set_up": fixed(username="guanli", password=FRESH, repeat=FRESH),
    "accounts.sign_in": fixed(username="neighbour", password=PASSWORD, next=""),
    "accounts.sign_out": fixed(),
    "accounts.user": fixed(display_name="改名", role="citizen", department_id=""),
    "adoption.correct": fixed(note="更正了一处"),
    "adoption.arrange_campaign": lambda _estate, matter: {
        "selected": str(_waiting(matter)),
        "action": "out",
    },
    "adoption.confirm_campaign": fixed(seen="2"),
    "adoption.find_campaigns": fixed(),
    "adoption.sort_campaign": fixed(title="新的要点", clause_key="", point="", action="new"),
    "adoption.edit": fixed(title="改过的要点", clause_key="", version="2"),
    "adoption.point": fixed(disposition="explained", reason="已说明", changed_text="", version="2"),
    "adoption.remove": lambda _estate, matter: {"selected": str(_waiting(matter) + 1)},
    "adoption.keep": fixed(findings="no_ground", note="仍这样答复，原因当面说过。", version="2"),
    "adoption.retry": fixed(),
    "adoption.sort": _sorted,
    "api.send": fixed(
        comments=[
            {"body": "路灯应当亮到十二点。", "stance": "suggest", "submission_key": "one-of-a-tool"}
        ],
        respondent_kind="person",
        name="周某",
        contact="someone@example.cn",
        submission_key="a-sending-of-the-matrix-for-the-api",
    ),
    "api.submit": fixed(
        **{name: value for name, value in WORDS.items() if not name.startswith(ABOUT)}
        | {"submission_key": "a-key-of-the-matrix-for-the-api"},
        clause_id="t1",
    ),
    "api.withdraw": fixed(),
    "comments.act": _acted,
    "comments.answer_request": fixed(decision="refuse", answer="档案须依法保存"),
    "comments.ask_erasure": fixed(),
    "comments.data": fixed(),
    "comments.delete_contact": fixed(),
    "comments.enter": _entered,
    "comments.erase": fixed(reason="UNLAWFUL", basis="网络安全法第四十七条"),
    "comments.restrict": fixed(reason="PENDING_CASE"),
    "comments.reveal": fixed(reason="要回复来信人"),
    "comments.unrestrict": fixed(),
    "comments.find_receipt": _found,
    "comments.withdraw": fixed(),
    "comments.write": fixed(**WORDS, clause="t1", website=""),
    "consultations.accept": fixed(),
    "consultations.clauses": fixed(selected="t3"),
    "consultations.draft": fixed(file=("draft.txt", "第一条　改过。\n第二条　改过。\n".encode())),
    "consultations.edit": _matter_form,
    "consultations.explain_outage": fixed(reason="时间仍然足够"),
    "consultations.extend": _extended,
    "consultations.extend_after_outage": fixed(),
    "consultations.new": _matter_form,
    "consultations.publish": _published,
    "consultations.recall": fixed(),
    "consultations.review": fixed(
        is_free_of_state_secrets="yes",
        is_free_of_work_secrets="yes",
        is_free_of_sensitive_information="yes",
        is_lawful="yes",
        decision="approved",
        note="好",
    ),
    "consultations.submit": fixed(),
    "desk.retry_jobs": fixed(),
    "comments.attach_evidence": fixed(file=("来信.png", A_PICTURE)),
    "importing.drop": fixed(),
    "importing.listed": fixed(file=("登记表.csv", "意见\n路灯坏了".encode())),
    "importing.plan": _planned,
    "importing.start": fixed(),
    "importing.stop": fixed(),
    "importing.take": fixed(statement="all", stance="suggest"),
    "meetings.cancel": fixed(note="改期"),
    "meetings.edit": _meeting,
    "meetings.files": fixed(file=("笔录.pdf", A_PDF)),
    "meetings.new": _meeting,
    "meetings.publish_record": fixed(),
    "meetings.record": fixed(
        summary="改过的记录", pasted="", pasted_kind="residents", count="0", act=""
    ),
    "meetings.remove_file": fixed(),
    "papers.archive": fixed(**{"archive-naming": "anonymous"}),
    "papers.names": fixed(reason="要逐一回访提意见的人", cells="body"),
    "papers.opinions": fixed(naming="masked", cells="body"),
    "surveys.answer": _answers,
    "surveys.edit": fixed(
        title="改过的问卷", note="", kinds="text", question_0_text="说什么", act=""
    ),
    "surveys.new": fixed(title="新的问卷", note="", kinds="text", question_0_text="说什么", act=""),
    "surveys.remove": fixed(),
    "web.set_language": fixed(language="en", next="/about"),
    "web.set_reading": fixed(size="115", theme="dark", next="/about"),
}
