"""Who may send just now: people always; programs by what they cost, slower and fewer.

Nothing typed is lost: every refusal shows the form again, and pressing once more is the answer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Protocol

from participation.comments import proving
from participation.comments.contacts import digest, read_contact
from participation.comments.proving import Proof
from participation.kernel.errors import Invalid
from participation.kernel.throttle import address_block, is_on, within
from participation.kernel.verdict import N_
from participation.web.pace import has_passed

WAIT = timedelta(seconds=20)
"""How long a form has to be open where no browser worked for it: one writes longer than that."""
TOO_SOON = N_("这次没有接收：提交得太快，像是程序填写的。请稍等几秒，再按一次提交。")
CROWDED = N_("您所在的网络这一会儿提交得太多，请过一会儿再试。您填写的内容都在。")
SAME_CONTACT = N_("用这个联系方式提交的意见太多了，请过一小时再试，或者合在一起提。")


class Paced(Protocol):
    """A form that says when it was opened, what work was done meanwhile, and who sends it."""

    opened: Any
    proof: Any
    is_too_fast: bool

    @property
    def contact(self) -> Any: ...


def new_challenge(form: Paced) -> str:
    """A challenge for the form's page, empty where none is wanted or the last one still serves."""
    if not proving.is_wanted() or not is_on():
        return ""
    if form.proof.errors or proving.read_proof(form.proof.data) is None:
        form.proof.data = ""
    return "" if form.proof.data else proving.new_challenge()


def admit(form: Paced) -> Proof | None:
    """The proof of work to be spent with what is sent (None where there is none to be).

    Raises Invalid where the form came too fast, or too many came from a network or a contact.
    """
    if not is_on():
        return None
    proof = proving.read_proof(form.proof.data) if proving.is_wanted() else None
    is_slow_path = proving.is_wanted() and proof is None
    if not has_passed(form.opened.data, WAIT) if is_slow_path else form.is_too_fast:
        raise Invalid(TOO_SOON)
    admit_tool(form.contact.data, has_worked=not is_slow_path)
    return proof


def admit_tool(contact: str | None, *, has_worked: bool | None = None) -> None:
    """Count what a form or a tool sends, which fills in no form and does no work.

    Raises Invalid where too many came from a network or a contact.
    """
    if has_worked is None:
        has_worked = not proving.is_wanted()
    block = address_block()
    if not within("block", block) or (not has_worked and not within("unproved", block)):
        raise Invalid(CROWDED)
    known = read_contact(contact or "")
    if known and not within("contact", digest(known)):
        raise Invalid(SAME_CONTACT, field="contact")
