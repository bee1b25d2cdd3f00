"""What people take part with, for the estate: questions, files, sendings, support, following, mail.

Beside it what a department gives with its draft: documents, interpretations, the decision.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from participation.accounts import operations as accounts
from participation.accounts.models import AccountLink, User
from participation.accounts.rules import LinkKind
from participation.comments import operations as comments
from participation.comments.intake import StoredFile
from participation.comments.models import Comment, CommentSupport
from participation.comments.operations import CorrectedWords
from participation.comments.rules import RespondentKind, Stance
from participation.consultations import operations
from participation.consultations.intake import TakenDocument, TakenPicture
from participation.consultations.kinds import DecisionOutcome, DocumentKind, InterpretationKind
from participation.consultations.models import Consultation
from participation.consultations.operations import DecisionFields, InterpretationFields
from participation.inquiries import operations as inquiries
from participation.kernel import clock
from participation.kernel.actor import GUEST, SYSTEM
from participation.kernel.db import db, transaction
from participation.kernel.storage import storage
from participation.notifications import links
from participation.notifications import operations as following
from participation.notifications.models import Follower, FollowRequest
from participation.notifications.rules import Pace, Subject, SubjectKind
from participation.rulebook.deadlines import Difficulty
from participation.rulebook.moderation import WithholdingReason
from participation.rulebook.recognising import Nature
from participation.search.operations import note_miss
from tests.factories.accounts import actor_of
from tests.factories.comments import a_comment, some_words
from tests.factories.consultations import read
from tests.factories.inquiries import ANSWER, an_inquiry
from tests.factories.traces import a_photograph
from tests.security import estate as estates
from tests.security import together

if TYPE_CHECKING:
    from tests.security.estate import Estate, Matter

A_TEXT = "村口照明办法\n\n第一条　村口的灯晚上十点关。\n第二条　本办法自公布之日起施行。\n"
ANSWERED = {"name": "新来的", "issuer": "https://identity.example.gov.cn", "next": ""}
"""What the provider said of the citizen, who has not yet pressed the button."""


def supply(estate: Estate, matter: Matter, people: dict[str, User]) -> None:
    """Documents beside the draft; an interpretation that is public with it, and one that is not."""
    mint, state, drafter = estate.canaries.mint, matter.state, actor_of(people["drafter"])
    early = estates.DEPARTMENT if state in estates.UNPUBLISHED else estates.EVERYBODY
    given = f"%PDF-1.4 {mint(f'{state}: document', early)}".encode()
    basis = TakenDocument("依据.pdf", "application/pdf", storage().put(given), len(given))
    text = A_TEXT.encode()
    in_force = TakenDocument("现行.txt", "text/plain", storage().put(text), len(text), read(A_TEXT))
    drawn = a_photograph("PNG")
    picture = TakenPicture(storage().put(drawn), "image/png", 40, 30)
    with transaction():
        beside = operations.add_document(
            drafter, matter.slug, DocumentKind.BASIS, "依据文件", basis
        )
        operations.add_document(
            drafter, matter.slug, DocumentKind.TEXT_IN_FORCE, "现行办法", in_force
        )
        shown = operations.save_interpretation(
            drafter,
            matter.slug,
            InterpretationFields(
                InterpretationKind.PICTURE, "图解", "t1", picture_words="一盏灯", picture=picture
            ),
        )
        operations.publish_interpretation(drafter, matter.slug, shown.id)
        words = "还在写" + mint(f"{state}: unpublished interpretation", estates.DEPARTMENT)
        unready = InterpretationFields(InterpretationKind.TEXT, "解读稿", body=words)
        kept = operations.save_interpretation(drafter, matter.slug, unready)
    matter.values |= {
        "document_id": beside.id,
        "interpretation_id": shown.id,
        "consultations.publish_interpretation interpretation_id": kept.id,
    }


def take_part(estate: Estate, matter: Matter, made: Consultation, people: dict[str, User]) -> None:
    """A file with an opinion, several opinions at once, a correction, a support, questions."""
    _files(estate, matter, made)
    _sent_together(estate, matter, made)
    _questions(estate, matter, made, people)
    together.draft(estate, matter, made, people)


def _files(estate: Estate, matter: Matter, made: Consultation) -> None:
    """A released opinion with a public file and another; one whose author changed the words."""
    assert made.opens_at is not None
    mint, state, later = estate.canaries.mint, matter.state, made.opens_at + timedelta(days=1)
    refs = []
    with clock.fixed(later), transaction():
        for kind, audience in (("shown", estates.EVERYBODY), ("kept", estates.DEPARTMENT)):
            data = f"%PDF-1.4 {mint(f'{state}: {kind} file', audience)}".encode()
            name = mint(f"{state}: name of the {kind} file", estates.DEPARTMENT) + ".pdf"
            file = StoredFile(name, "pdf", len(data), storage().put(data), is_scanned=True)
            refs.append(comments.keep_file(GUEST, matter.slug, file).ref)
        waits = StoredFile("等待.pdf", "pdf", 9, storage().put(b"%PDF-1.4 "), is_scanned=True)
        comments.keep_file(GUEST, matter.slug, waits)
    with_files = a_comment(made, files=tuple(refs), released=True)
    old = "原先" + mint(f"{state}: words before the correction", estates.DEPARTMENT)
    changed = a_comment(made, body=old, contact="13800002222")
    words = CorrectedWords(
        body="改过的意见", stance=Stance.SUGGEST, respondent_kind=RespondentKind.PERSON
    )
    with clock.fixed(later), transaction():
        comments.release_file(SYSTEM, matter.slug, with_files.number, 1)
        comments.correct_comment(changed.receipt, words, 0)
    matter.held_ids += (with_files.id,)
    matter.values["position"] = 1
    matter.values["comments.call number"] = changed.number
    matter.values["comments.own_file code"] = with_files.receipt
    for act in ("file", "staff_file", "decide_file", "support"):
        matter.values[f"comments.{act} number"] = with_files.number


def _sent_together(estate: Estate, matter: Matter, made: Consultation) -> None:
    assert made.opens_at is not None
    body = "一起" + estate.canaries.mint(f"{matter.state}: sent opinion", estates.DEPARTMENT)
    with clock.fixed(made.opens_at + timedelta(days=1)), transaction():
        given = [some_words(body=body), some_words()]
        sent = comments.submit_sending(GUEST, matter.slug, "a-sending-of-the-estate", given)
    ids = select(Comment.id).where(Comment.sending_id == sent.sending.id)
    matter.held_ids += tuple(db.session.scalars(ids).all())
    for act in ("sending", "sending_copy", "sending_qr"):
        matter.values[f"comments.{act} code"] = sent.sending.code


def _questions(estate: Estate, matter: Matter, made: Consultation, people: dict[str, User]) -> None:
    """One of the citizen's that waits, one answered in public, one to its sender, one handed on."""
    mint, state = estate.canaries.mint, matter.state
    own = estates.DEPARTMENT | {"citizen"}
    asked = an_inquiry(
        made,
        actor=actor_of(people["citizen"]),
        difficulty=Difficulty.SIMPLE,
        submission_key="asked-first",
        body=f"灯{mint(f'{state}: question', own)}归谁修？",
        mail=f"{mint(f'{state}: mail of the question', estates.NOBODY)}@hidden.example",
    )
    public = an_inquiry(made, answered=ANSWER, submission_key="asked-second")
    an_inquiry(
        made,
        body=f"灯{mint(f'{state}: private question', estates.DEPARTMENT)}归谁修？",
        answered=ANSWER + mint(f"{state}: private answer", estates.DEPARTMENT),
        reason=WithholdingReason.PERSONAL_DATA,
        submission_key="asked-third",
    )
    handed = an_inquiry(made, submission_key="asked-fourth")
    with clock.fixed(estate.now), transaction():
        inquiries.revise_answer(SYSTEM, made.slug, public.number, ANSWER + "另有说明。")
        inquiries.refer_inquiry(
            SYSTEM, made.slug, handed.number, Nature.PETITION, "县信访局", "请向信访局反映。"
        )
    matter.values |= {
        "inquiries code": asked.receipt,
        "api_questions code": asked.receipt,
        "inquiries number": asked.number,
        "inquiries.revise number": public.number,
        "inquiries.take_back number": handed.number,
    }
    matter.own_inquiry_id = asked.id


def add_all(estate: Estate, people: dict[str, User]) -> None:
    """What is of no state: a decision, support, a follower, an identity, words not found."""
    with clock.fixed(estate.now):
        _decided(estate, people)
        _supported(estate, people)
        _accounts(estate, people)
        _followed(estate)
        with transaction():
            for asker in ("a", "b", "c"):
                note_miss("不见踪影的话", asker, estate.now)


def _decided(estate: Estate, people: dict[str, User]) -> None:
    sealed = estate.matters["sealed"]
    fields = DecisionFields(
        DecisionOutcome.ISSUED, estate.now.date(), "村口照明办法", "云府发〔2026〕1号"
    )
    with transaction():
        operations.record_decision(actor_of(people["officer"]), sealed.slug, fields)


def _supported(estate: Estate, people: dict[str, User]) -> None:
    """An opinion that an account supports and an address may; one whose contact waits for proof."""
    opened = estate.matters["open"]
    number = opened.values["comments.support number"]
    address = f"{estate.canaries.mint('supporter', estates.NOBODY)}@hidden.example"
    with transaction():
        comments.support_as(actor_of(people["neighbour"]), opened.slug, number)
        comments.ask_support(opened.slug, number, address, "zh")
    waits = db.session.scalars(
        select(CommentSupport).where(CommentSupport.account_id.is_(None))
    ).one()
    found = db.session.get_one(Consultation, opened.id)
    contact = f"{estate.canaries.mint('unproved contact', estates.NOBODY)}@hidden.example"
    unproved = a_comment(found, at=estate.now, contact=contact)
    token, proof = comments.support_token(waits), comments.pending_token(unproved.id)
    assert proof
    estate.values |= {
        "comments.supported token": token,
        "comments.decide_support token": token,
        "comments.confirm token": proof,
        "comments.confirmed token": proof,
    }


def _accounts(estate: Estate, people: dict[str, User]) -> None:
    """The citizen has an address, the neighbour an identity elsewhere."""
    citizen = actor_of(people["citizen"])
    own = f"{estate.canaries.mint('address of the citizen', frozenset({'citizen'}))}@own.example"
    estate.values["address of the citizen"] = own
    with transaction():
        accounts.confirm_address(citizen, _a_token(LinkKind.ADDRESS, own, people["citizen"]))
        accounts.link_identity(actor_of(people["neighbour"]), ANSWERED["issuer"], "subject-of-it")


def add_links(estate: Estate) -> None:
    """Links by mail that still can be used; the worker would make their tokens anew."""
    citizen = db.session.get_one(User, estate.people["citizen"][0])
    another = f"{estate.canaries.mint('an address asked for', estates.NOBODY)}@hidden.example"
    with clock.fixed(estate.now), transaction():
        new = _a_token(LinkKind.ADDRESS, f"new-{another}", citizen)
        estate.values["accounts.confirm_address token"] = new
        joins = _a_token(LinkKind.REGISTER, another)
        estate.values["accounts.register_by_link token"] = joins
        own = estate.values["address of the citizen"]
        estate.values["accounts.reset token"] = _a_token(LinkKind.RESET, own)
    with clock.fixed(estate.now):
        together.invite(estate)


def _a_token(kind: LinkKind, address: str, user: User | None = None) -> str:
    accounts.ask_for_link(kind, address, "zh", actor_of(user) if user else None)
    newest = select(AccountLink.key).where(AccountLink.token_hash.is_(None))
    for key in db.session.scalars(newest).all():
        letter = accounts.write_letter(key)
        if letter is not None and letter.address == address:
            return letter.token
    raise AssertionError(f"no letter to {address}")


def _followed(estate: Estate) -> None:
    """The citizen's address follows all; it asked for more, and for the link to its page."""
    address, everything = estate.values["address of the citizen"], Subject(SubjectKind.ALL)
    tokens = {}
    with transaction():
        following.ask_to_follow(address, [everything], Pace.EACH, "zh")
        following.confirm(_newest_request())
        opened = Subject(SubjectKind.CONSULTATION, str(estate.matters["open"].id))
        following.ask_to_follow(address, [opened], Pace.DAILY, "zh")
        tokens["confirm"] = links.sign(links.CONFIRM, _newest_request())
        following.ask_for_own(address, "zh")
        tokens["mine"] = links.sign(links.MINE, _newest_request())
    for name, token in tokens.items():
        estate.values[f"notifications.{name} token"] = token
    key = db.session.scalars(select(Follower.stop_key)).one()
    estate.values["notifications.unsubscribe key"] = key


def _newest_request() -> str:
    newest = select(FollowRequest.nonce).order_by(FollowRequest.id.desc()).limit(1)
    return db.session.scalars(newest).one()
