"""A third reading of docs/record-format.md: writes a small record in memory.

It shares no code with the platform or with either verifier; what it writes they must accept.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

OUTCOMES = (
    *("adopted", "partly_adopted", "not_adopted", "explained"),
    *("out_of_scope", "withdrawn", "duplicate", "pending"),
)
STATES = ("published", "withheld", "waiting", "restricted", "removed")
BULLETIN, SUMMARY = '{"what":"公报"}'.encode(), '{"what":"采纳情况"}'.encode()


def canonical(value: Any) -> bytes:
    """Canonical JSON."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


class Merkle:
    """RFC 6962, section 2.1, word for word; subtrees are remembered."""

    def __init__(self, leaves: list[bytes]) -> None:
        self._leaves = list(leaves)
        self._known: dict[tuple[int, int], bytes] = {}

    @property
    def size(self) -> int:
        """How many leaves."""
        return len(self._leaves)

    def root(self, start: int, end: int) -> bytes:
        """MTH(D[start:end])."""
        if start == end:
            return hashlib.sha256(b"").digest()
        if end - start == 1:
            return hashlib.sha256(b"\0" + self._leaves[start]).digest()
        if (start, end) not in self._known:
            middle = start + _split(end - start)
            both = self.root(start, middle) + self.root(middle, end)
            self._known[start, end] = hashlib.sha256(b"\1" + both).digest()
        return self._known[start, end]

    def path(self, index: int, start: int, end: int) -> list[bytes]:
        """PATH(index, D[start:end])."""
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self.path(index, start, middle), self.root(middle, end)]
        return [*self.path(index, middle, end), self.root(start, middle)]

    def proof(self, old: int, new: int) -> list[bytes]:
        """PROOF(old, D[0:new])."""
        return [] if old == new else self._subproof(old, 0, new, True)

    def _subproof(self, old: int, start: int, end: int, whole: bool) -> list[bytes]:
        if old == end - start:
            return [] if whole else [self.root(start, end)]
        middle = start + _split(end - start)
        if old <= middle - start:
            return [*self._subproof(old, start, middle, whole), self.root(middle, end)]
        rest = old - (middle - start)
        return [*self._subproof(rest, middle, end, False), self.root(start, middle)]


@dataclass
class Signer:
    """A private key and its verifier key for one origin."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def key(self) -> str:
        """The verifier key."""
        return f"{self.origin}+{self._id.hex()}+{base64.b64encode(self._public).decode()}"

    @property
    def _public(self) -> bytes:
        return b"\1" + self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(self.origin.encode() + b"\n" + self._public).digest()[:4]

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes."""
        return self.private.sign(message)

    def note(self, size: int, root: bytes) -> str:
        """A signed head."""
        said = f"{self.origin}\n{size}\n{base64.b64encode(root).decode()}\n"
        signed = base64.b64encode(self._id + self.sign(said.encode())).decode()
        return f"{said}\n— {self.origin} {signed}\n"


@dataclass
class Written:
    """What is known of a comment beside its leaf."""

    index: int
    words: dict[str, str]
    claim: str
    salts: dict[str, bytes]
    state: str = "waiting"
    shown: tuple[dict[str, str], bytes] | None = None
    corrections: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def present(self) -> tuple[dict[str, str], bytes]:
        """The words that stand, and their salt."""
        return self.corrections[-1][1:] if self.corrections else (self.words, self.salts["body"])


@dataclass
class Record:
    """One consultation's log in memory; every act adds a leaf."""

    seed: int = 1
    slug: str = "2026-0001"
    host: str = "yijian.example.gov.cn"
    leaves: list[bytes] = field(default_factory=list)
    heads: list[tuple[int, str]] = field(default_factory=list)
    comments: dict[int, Written] = field(default_factory=dict)
    answers: dict[int, tuple[int, list[Any], bytes]] = field(default_factory=dict)
    signers: list[Signer] = field(default_factory=list)
    map: bytes = b""

    def __post_init__(self) -> None:
        self._tree: Merkle | None = None
        self._chance = random.Random(self.seed)
        self.title = "云溪县桥头照明管理办法（征求意见稿）"
        self.add("open", consultation=self.slug, title=self.title, draft_sha256=sha256(b"draft"),
                 opens_at="2026-03-01T00:00:00Z", closes_at="2026-04-01T16:00:00Z")  # fmt: skip
        self.signers.append(self._signer())

    @property
    def tree(self) -> Merkle:
        """The tree of the leaves; what it has computed is kept until there are more."""
        if self._tree is None or self._tree.size != len(self.leaves):
            self._tree = Merkle(self.leaves)
        return self._tree

    @property
    def origin(self) -> str:
        """The log's name."""
        return f"{self.host}/{self.slug}"

    def _signer(self) -> Signer:
        private = Ed25519PrivateKey.from_private_bytes(self._chance.randbytes(32))
        return Signer(self.origin, private)

    def add(self, kind: str, **fields: Any) -> int:
        """Append a leaf; its index."""
        self.leaves.append(
            canonical({"v": 1, "kind": kind, "at": "2026-03-02T03:04:05Z", **fields})
        )
        return len(self.leaves) - 1

    def commit(self, name: str, value: bytes) -> tuple[bytes, str]:
        """A fresh salt and the commitment."""
        salt = self._chance.randbytes(32)
        return salt, sha256(b"pc1\0" + name.encode() + b"\0" + salt + value)

    def comment(self, body: str, **more: str) -> int:
        """Receive a comment; its number."""
        words = {"body": body, "respondent_kind": "person", "stance": "suggest", **more}
        claim = "".join(self._chance.choices("ABCDEFGHJKMNPQRSTVWXYZ23456789", k=16))
        body_salt, c_body = self.commit("body", canonical(words))
        claim_salt, c_claim = self.commit("claim", claim.encode())
        number = len(self.comments) + 1
        index = self.add("comment", number=number, channel="web", c_body=c_body, c_claim=c_claim)
        salts = {"body": body_salt, "claim": claim_salt}
        self.comments[number] = Written(index, words, claim, salts)
        return number

    def answer(self, answers: list[Any]) -> int:
        """Receive a survey's answers; the response's number."""
        salt, c_answers = self.commit("answers", canonical(answers))
        number = len(self.answers) + 1
        index = self.add("survey", survey=7, response=number, c_answers=c_answers)
        self.answers[number] = (index, answers, salt)
        return number

    def decide(
        self, first: int, last: int, state: str, mask: Mapping[int, str] | None = None
    ) -> None:
        """Publish, withhold or restrict the comments from one number to another."""
        masked = {}
        for number in range(first, last + 1):
            one = self.comments[number]
            if one.state == "removed":
                continue
            one.state, one.shown = state, None
            if state == "published" and mask and number in mask:
                shown = {**one.present[0], "body": mask[number]}
                salt, masked[str(number)] = self.commit("shown", canonical(shown))
                one.shown = (shown, salt)
        fields: dict[str, Any] = {"masked": masked} if masked else {}
        if state != "published":
            fields["reason"] = "insult" if state == "withheld" else "ARCHIVE"
        numbers = f"{first}-{last}" if last > first else str(first)
        self.add("moderate", numbers=numbers, state=state, **fields)

    def correct(self, number: int, body: str) -> None:
        """The author replaces a comment's words, which wait to be looked at again."""
        one = self.comments[number]
        words = {**one.words, "body": body}
        salt, c_body = self.commit("body", canonical(words))
        hashed = hashlib.sha256(b"\0" + self.leaves[one.index]).hexdigest()
        index = self.add(
            "supersede", number=number, index=one.index, leaf_hash=hashed, c_body=c_body
        )
        one.corrections.append((index, words, salt))
        if one.state != "waiting":
            one.state, one.shown = "waiting", None
            self.add("moderate", numbers=str(number), state="waiting")

    def remove(self, number: int, reason: str = "AUTHOR_WITHDRAWAL") -> None:
        """Destroy a comment's words."""
        one = self.comments[number]
        one.state = "removed"
        hashed = hashlib.sha256(b"\0" + self.leaves[one.index]).hexdigest()
        self.add("tombstone", number=number, index=one.index, leaf_hash=hashed, reason=reason,
                 role="author", basis="个人信息保护法第四十七条")  # fmt: skip

    def rotate(self) -> None:
        """Change the key."""
        old, new = self.signers[-1], self._signer()
        fields = {"old_key": old.key, "new_key": new.key}
        message = canonical({"v": 1, "kind": "rotate", "at": "2026-03-02T03:04:05Z", **fields})
        signatures = [base64.b64encode(each.sign(message)).decode() for each in (old, new)]
        self.add("rotate", **fields, signatures=signatures)
        self.signers.append(new)

    def close(self) -> None:
        """The window's end."""
        states = [one.state for one in self.comments.values()]
        self.add(
            "close",
            received=len(states),
            surveys=len(self.answers),
            by_channel={"web": len(states)},
            by_state={name: states.count(name) for name in STATES},
            bulletin_sha256=sha256(BULLETIN),
        )

    def conclude(self, version: int = 1) -> None:
        """The result."""
        rows = [[number, number % 3, OUTCOMES[number % 8]] for number in self.comments]
        self.map = canonical(rows)
        outcomes = {name: sum(row[2] == name for row in rows) for name in OUTCOMES}
        self.add("result", version=version, received=len(rows), outcomes=outcomes,
                 summary_sha256=sha256(SUMMARY), map_sha256=sha256(self.map))  # fmt: skip

    def head(self) -> str:
        """Sign all leaves so far."""
        size = len(self.leaves)
        note = self.signers[-1].note(size, self.tree.root(0, size))
        self.heads.append((size, note))
        return note

    def resign(self) -> None:
        """Sign every head anew, each with the key of its time."""
        self._tree = None
        rotated = [place for place, leaf in enumerate(self.leaves) if b'"kind":"rotate"' in leaf]
        self.heads = [
            (size, self.signers[sum(place < size for place in rotated)].note(
                size, self.tree.root(0, size)))
            for size, _ in self.heads
        ]  # fmt: skip

    def _covering(self, index: int) -> dict[str, Any]:
        if not self.heads or self.heads[-1][0] <= index:
            return {}
        size, note = self.heads[-1]
        path = self.tree.path(index, 0, size)
        return {"head": note, "size": size, "proof": [one.hex() for one in path]}

    def _common(self, index: int) -> dict[str, Any]:
        return {
            "format": "zhongyan-receipt-1", "origin": self.origin, "slug": self.slug,
            "title": self.title, "site": f"https://{self.host}", "index": index,
            "leaf": self.leaves[index].decode(), "keys": [one.key for one in self.signers],
            **self._covering(index),
        }  # fmt: skip

    def receipt(self, number: int) -> dict[str, Any]:
        """A comment's receipt file by the newest head."""
        one = self.comments[number]
        found = {**self._common(one.index), "number": number, "claim": one.claim}
        if one.state == "removed":
            place, leaf = next(
                (place, leaf) for place, leaf in enumerate(self.leaves)
                if b'"tombstone"' in leaf and json.loads(leaf)["number"] == number
            )  # fmt: skip
            return {**found, "tombstone": {"index": place, "leaf": leaf.decode()}}
        salts = {name: salt.hex() for name, salt in one.salts.items()}
        corrections = [
            {"index": place, "leaf": self.leaves[place].decode(), "words": words,
             "salt": salt.hex(),
             **{name: value for name, value in self._covering(place).items() if name == "proof"}}
            for place, words, salt in one.corrections
        ]  # fmt: skip
        more = {"corrections": corrections} if corrections else {}
        return {**found, "words": one.words, "salts": salts, **more}

    def survey_receipt(self, number: int) -> dict[str, Any]:
        """A survey response's receipt file."""
        index, answers, salt = self.answers[number]
        own = {
            "survey": 7,
            "response": number,
            "answers": answers,
            "salts": {"answers": salt.hex()},
        }
        return {**self._common(index), **own}

    def entries(self) -> list[dict[str, Any]]:
        """The public list."""
        found = []
        for number, one in self.comments.items():
            entry: dict[str, Any] = {"number": number, "index": one.index, "state": one.state}
            if one.state == "published" and one.shown:
                entry |= {"words": one.shown[0], "salt": one.shown[1].hex(), "masked": True}
            elif one.state == "published":
                words, salt = one.present
                entry |= {"words": words, "salt": salt.hex()}
            found.append(entry)
        return found

    def package(self) -> dict[str, bytes]:
        """The files of the package; the last head must cover all leaves."""
        tree = self.tree
        steps = [
            {"from": old, "to": new, "proof": [one.hex() for one in tree.proof(old, new)]}
            for (old, _), (new, _) in zip(self.heads, self.heads[1:], strict=False)
        ]
        heads = [
            {"size": size, "signed_at": "2026-03-02T03:05:00Z", "note": note}
            for size, note in self.heads
        ]
        buried = [
            {"index": index, "leaf": leaf.decode()}
            for index, leaf in enumerate(self.leaves)
            if b'"tombstone"' in leaf
        ]
        manifest = {
            "format": "zhongyan-record-1", "origin": self.origin, "slug": self.slug,
            "title": self.title, "site": f"https://{self.host}", "size": len(self.leaves),
            "keys": [one.key for one in self.signers], "built_at": "2026-04-02T00:00:00Z",
        }  # fmt: skip
        files = {
            "manifest.json": canonical(manifest),
            "leaves.jsonl": b"".join(leaf + b"\n" for leaf in self.leaves),
            "heads.jsonl": lines(heads),
            "consistency.jsonl": lines(steps),
            "comments.jsonl": lines(self.entries()),
            "tombstones.jsonl": lines(buried),
            "README.txt": "怎样核对\n".encode(),
        }
        if any(b'"kind":"close"' in leaf for leaf in self.leaves):
            files["bulletin.json"] = BULLETIN
        if self.map:
            files |= {"map.json": self.map, "summary.json": SUMMARY}
        return summed(files)


def lines(values: list[Any]) -> bytes:
    """Canonical JSON, one a line."""
    return b"".join(canonical(value) + b"\n" for value in values)


def summed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with SHA256SUMS made anew, as whoever forges a package would."""
    kept = {name: data for name, data in files.items() if name != "SHA256SUMS"}
    sums = "".join(f"{sha256(data)}  {name}\n" for name, data in sorted(kept.items()))
    return {**kept, "SHA256SUMS": sums.encode()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as into:
        for name, data in files.items():
            into.writestr(name, data)
    return written.getvalue()


def a_record(comments: int = 40, seed: int = 1) -> Record:
    """A whole consultation: every kind of leaf, a rotation, masks, removals, two results."""
    record = Record(seed)
    for number in range(1, comments + 1):
        body = f'第{number}条：路灯太暗，\u2028建议\t加装；𠮷野家旁边也是。"\\\u0001\x7f'
        record.comment(body, **({"clause": f"article-{number}"} if number % 2 else {}))
        if number % 5 == 0:
            answers = [{"question": 1, "options": [2, 3]}, {"question": 2, "text": "é好"}]
            record.answer([*answers, {"question": 3, "value": number}])
        if number % 13 == 0:
            record.head()
    third = comments // 4
    record.decide(1, third, "published", {2: "电话是138****1111"})
    record.decide(third + 1, third + 2, "withheld")
    record.add(
        "outage", **{"from": "2026-03-05T00:00:00Z", "until": "2026-03-05T02:00:00Z"}, planned=True
    )
    record.add(
        "amend", what="window", closes_at="2026-04-05T16:00:00Z", note_sha256=sha256(b"note")
    )
    record.rotate()
    record.head()
    record.decide(third + 3, comments - 2, "published")
    record.correct(1, "改了一次：路灯太暗")
    record.correct(1, "改了两次：路灯太暗，电话138")
    record.decide(1, 1, "published", {1: "改了两次：路灯太暗，电话1**"})
    record.correct(4, "改过，公开：桥头也要装")
    record.decide(4, 4, "published")
    record.correct(6, "改过，等待审看")
    record.decide(5, 5, "restricted")
    record.remove(3)
    record.remove(third + 1, "UNLAWFUL")
    record.close()
    record.head()
    record.conclude()
    record.remove(7, "PI_REQUEST")
    record.conclude(2)
    record.head()
    return record


@cache
def the_record() -> Record:
    """The one that tests only read."""
    return a_record()
