"""One telephone number or e-mail address: read as people type it, shown so that nobody is named."""

from __future__ import annotations

import re
import unicodedata

from participation.kernel.vault import blind_index

_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:\+?86)?(0\d{9,11})(?:(?:转|ext\.?|x|#)(\d{1,6}))?", re.IGNORECASE)
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}")
_ABROAD = re.compile(r"(?:\+|00)(?!86)[1-9]\d{6,13}")
_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._%+\-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s()\-.·/]")


def read_contact(typed: str) -> str | None:
    """The one number or address in its plain form; None where it is neither, or more than one."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if "@" in text:
        return text if len(text) <= 120 and _EMAIL.fullmatch(text) else None
    number = _SEPARATORS.sub("", text)
    if found := _MOBILE.fullmatch(number):
        return found.group(1)
    if found := _LANDLINE.fullmatch(number):
        return found.group(1) + (f"转{found.group(2)}" if found.group(2) else "")
    if any(kind.fullmatch(number) for kind in (_LOCAL, _SERVICE, _ABROAD)):
        return number
    return None


def digest(contact: str) -> str:
    """The keyed digest of a contact's plain form (64 hexadecimal digits), cases of letters aside.

    `contact` is what `read_contact` gave.
    """
    return blind_index(contact.casefold(), "contact")


def masked_contact(contact: str) -> str:
    """The contact as lists show it: 138****0000, z***@e***.cn."""
    name, at, host = contact.partition("@")
    if at:
        domain, _, end = host.rpartition(".")
        return f"{name[:1]}***@{domain[:1]}***.{end}"
    return f"{contact[:3]}****{contact[-4:]}" if len(contact) >= 10 else f"****{contact[-2:]}"


def masked_name(name: str) -> str:
    """A person's name as lists show it: the first character stays."""
    return f"{name[:1]}**" if name else ""
