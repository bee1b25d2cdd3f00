"""The leaves as values: what each kind tells, in the words of docs/record-format.md. Pure."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from participation.kernel.canonical import canonical, instant_text
from participation.kernel.checkpoint import sign
from participation.record.rules import Kind, State

VERSION = 1

Fields = dict[str, Any]


def assembled(kind: Kind, fields: Mapping[str, Any], at: datetime) -> Fields:
    """A whole leaf: version, kind and instant before its own fields; absent ones left out."""
    present = {name: value for name, value in fields.items() if value is not None}
    return {"v": VERSION, "kind": kind.value, "at": instant_text(at), **present}


def words(body: str, respondent_kind: str, stance: str, **about: str | int | None) -> Fields:
    """The object that `c_body` and `c_shown` commit to; empty ones left out.

    `about`: `clause`, `document` (its id), `quote`, `quote_at`, `proposal`, `proposed_text`.
    """
    given = {"body": body, "respondent_kind": respondent_kind, "stance": stance, **about}
    found: Fields = {}
    for name, value in given.items():
        if isinstance(value, int):
            found[name] = value
        elif value or name == "body":
            found[name] = unicodedata.normalize("NFC", str(value))
    return found


def opening(
    slug: str, title: str, opens_at: datetime, closes_at: datetime, draft_sha256: str | None
) -> Fields:
    """The first leaf."""
    return {
        "consultation": slug,
        "title": title,
        "opens_at": instant_text(opens_at),
        "closes_at": instant_text(closes_at),
        "draft_sha256": draft_sha256,
    }


def moderation(numbers: str, state: State, reason: str | None = None) -> Fields:
    """A decision on opinions; `numbers` are ranges such as `1-50,53`, a reason has a code."""
    return {"numbers": numbers, "state": state.value, "reason": reason and str(reason)}


def tombstone(
    number: int, index: int, leaf_hash: bytes, *, reason: str, role: str, basis: str
) -> Fields:
    """A removal of the words of the leaf at `index`."""
    return {
        "number": number,
        "index": index,
        "leaf_hash": leaf_hash.hex(),
        "reason": str(reason),
        "role": str(role),
        "basis": basis,
    }


def amendment(closes_at: datetime, note: str) -> Fields:
    """A later close, with the SHA-256 of the note that says why."""
    told = unicodedata.normalize("NFC", note).encode()
    return {
        "what": "window",
        "closes_at": instant_text(closes_at),
        "note_sha256": sha256(told),
    }


def outage(from_at: datetime, until_at: datetime, *, planned: bool) -> Fields:
    """A time in which the platform could not be reached."""
    return {"from": instant_text(from_at), "until": instant_text(until_at), "planned": planned}


def rotation(old_key: str, new_key: str, old: bytes, new: bytes, at: datetime) -> Fields:
    """A change of keys, signed by the old private key and the new one."""
    fields: Fields = {"old_key": old_key, "new_key": new_key}
    message = canonical(assembled(Kind.ROTATE, fields, at))
    signatures = [base64.b64encode(sign(each, message)).decode() for each in (old, new)]
    return {**fields, "signatures": signatures}


def numbers_in(ranges: str) -> list[int]:
    """The numbers of `1-3,7`."""
    found: list[int] = []
    for span in ranges.split(","):
        first, _, last = span.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def map_lines(rows: Sequence[tuple[int, int, str]]) -> bytes:
    """Canonical JSON of [number, point or 0, outcome] for each opinion."""
    return canonical([[number, point, str(outcome)] for number, point, outcome in rows])


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
