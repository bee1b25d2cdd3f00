"""The verdict on a receipt, alone or against an open-data package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .encoding import Malformed, canonical, commitment, listing, mapping, text, unhex, whole
from .log import read_leaf
from .note import Head, Key, is_head_signed, read_head, read_key
from .package import Package
from .tree import is_included, leaf_hash


class Verdict(NamedTuple):
    """One of the format's seven verdicts, and what is to be said with it."""

    code: str
    params: dict[str, Any]


class Correction(NamedTuple):
    """A supersede leaf of a receipt, with what is to open it and its proof, if there is one."""

    place: int
    leaf: bytes
    commitment: str
    words: bytes
    salt: bytes
    proof: list[bytes] | None


class Receipt(NamedTuple):
    """A receipt whose parts are of the right form and do not contradict each other."""

    origin: str
    title: str
    number: int
    place: int
    leaf: bytes
    fields: dict[str, Any]
    values: dict[str, bytes]
    salts: dict[str, bytes]
    corrections: list[Correction]
    keys: list[Key]
    head: Head | None
    proof: list[bytes]
    tombstone: dict[str, Any] | None
    tombstone_leaf: bytes


def _read_tombstone(receipt: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    """The tombstone leaf of a receipt; raise Malformed where it is of another comment."""
    buried = mapping(receipt["tombstone"])
    found = read_leaf(text(buried.get("leaf")).encode())
    aim = (found.get("number"), found.get("index"), found.get("leaf_hash"))
    if found["kind"] != "tombstone" or whole(buried.get("index")) <= target["index"]:
        raise Malformed("no later tombstone")
    if aim != (target["number"], target["index"], target["hash"]):
        raise Malformed("a tombstone of another comment")
    if "words" in receipt or "salts" in receipt or "corrections" in receipt:
        raise Malformed("removed words")
    return found


def _read_values(receipt: Mapping[str, Any], leaf: dict[str, Any]) -> dict[str, bytes]:
    """What each commitment is to open to."""
    if leaf["kind"] == "survey":
        return {"answers": canonical(listing(receipt.get("answers")))}
    words = canonical(mapping(receipt.get("words")))
    values = {"body": words, "claim": text(receipt.get("claim")).encode()}
    files, attached = listing(receipt.get("files", [])), listing(leaf.get("atts", []))
    if len(files) != len(attached):
        raise Malformed("not the files of the leaf")
    for place, file in enumerate(files, 1):  # Python 3.8 knows no strict zip
        values[f"att{place}"] = text(file).encode()
        leaf[f"c_att{place}"] = attached[place - 1]
    return values


def _read_corrections(receipt: Mapping[str, Any], target: Mapping[str, Any]) -> list[Correction]:
    """The author's corrections in their order; raise Malformed where one is of another comment."""
    found: list[Correction] = []
    for each in map(mapping, listing(receipt.get("corrections", []))):
        leaf = text(each.get("leaf")).encode()
        fields, place = read_leaf(leaf), whole(each.get("index"))
        aim = (fields.get("number"), fields.get("index"), fields.get("leaf_hash"))
        if fields["kind"] != "supersede" or aim != tuple(target.values()):
            raise Malformed("a correction of another comment")
        if place <= (found[-1].place if found else target["index"]):
            raise Malformed("a correction before what it corrects")
        proof = [unhex(step) for step in listing(each["proof"])] if "proof" in each else None
        words = canonical(mapping(each.get("words")))
        salt = unhex(each.get("salt"))
        found.append(Correction(place, leaf, fields["c_body"], words, salt, proof))
    return found


def read_receipt(receipt: Any) -> Receipt:
    """The parts of a receipt file; raise Malformed where they are not of the format."""
    given = mapping(receipt)
    origin, slug = text(given.get("origin")), text(given.get("slug"))
    if given.get("format") != "zhongyan-receipt-1" or not origin.endswith("/" + slug):
        raise Malformed("no receipt")
    leaf = text(given.get("leaf")).encode()
    fields = read_leaf(leaf)
    name = {"comment": "number", "survey": "response"}.get(fields["kind"])
    if name is None or whole(given.get(name), 1) != fields[name]:
        raise Malformed("the leaf is of another number")
    if fields["kind"] == "survey" and whole(given.get("survey")) != fields["survey"]:
        raise Malformed("the leaf is of another survey")
    number, index = fields[name], whole(given.get("index"))
    target = {"number": number, "index": index, "hash": leaf_hash(leaf).hex()}
    buried = _read_tombstone(given, target) if "tombstone" in given else None
    corrections = _read_corrections(given, target)
    if corrections and fields["kind"] != "comment":
        raise Malformed("a correction of another kind")
    values = {} if buried else _read_values(given, fields)
    salts = {field: unhex(mapping(given.get("salts")).get(field)) for field in values}
    keys = [read_key(key) for key in listing(given.get("keys"))]
    if not keys or any(key.origin != origin for key in keys):
        raise Malformed("no key of this log")
    head: Head | None = None
    proof: list[bytes] = []
    if any(part in given for part in ("head", "size", "proof")):
        head = read_head(given.get("head"))
        proof = [unhex(step) for step in listing(given.get("proof"))]
        if head.size != whole(given.get("size")):
            raise Malformed("a head of another size")
    return Receipt(
        *(origin, text(given.get("title")), number, index, leaf, fields, values, salts),
        *(corrections, keys, head, proof, buried),
        text(given["tombstone"]["leaf"]).encode() if buried else b"",
    )


def check_receipt(
    receipt: Any,
    package: Package | Mapping[str, bytes] | None = None,
    keys: Sequence[str] = (),
) -> Verdict:
    """The verdict on a receipt, with `package` against everything that was published.

    `keys`: verifier keys known from elsewhere, in the place of the receipt's or the package's own.
    """
    if package is not None and not isinstance(package, Package):
        package = Package(package)
    try:
        return _judge(read_receipt(receipt), package, [read_key(key) for key in keys])
    except Malformed as error:
        return Verdict("malformed", {"why": str(error)})


def _judge(receipt: Receipt, package: Package | None, known: list[Key]) -> Verdict:
    about: dict[str, Any] = {
        "origin": receipt.origin,
        "number": receipt.number,
        "index": receipt.place,
        "at": receipt.fields["at"],
        "keys_from": "elsewhere" if known else "package" if package else "receipt",
    }
    unopened = _unopened(receipt)
    if unopened:
        return Verdict("text_differs", {**about, "field": unopened})
    keys = known or (package.trusted_keys() if package else receipt.keys)
    head = receipt.head
    if head is not None:
        about.update(size=head.size, keys=[key.fingerprint for key in keys])
        if head.origin != receipt.origin or not is_head_signed(head, keys):
            return Verdict("bad_signature", {**about, "of": "receipt"})
        if not _are_proved(receipt, head):
            return Verdict("not_in_log", {**about, "why": "proof"})
    if package is not None:
        found = _compare(receipt, package, keys, about)
        if found is not None:
            return found
    if head is None or any(one.place >= head.size for one in receipt.corrections):
        return Verdict("pending", about)
    if receipt.tombstone is not None:
        return Verdict("removed", {**about, **_reason(receipt.tombstone), "proved": False})
    return Verdict("included", about)


def _unopened(receipt: Receipt) -> str:
    """The field of a commitment that its value does not open; empty where all are opened."""
    for field, value in receipt.values.items():
        if receipt.fields["c_" + field] != commitment(field, receipt.salts[field], value):
            return field
    for one in receipt.corrections:
        if one.commitment != commitment("body", one.salt, one.words):
            return "body"
    return ""


def _are_proved(receipt: Receipt, head: Head) -> bool:
    """Whether the proofs lead from the leaf and from every correction to the head's root."""
    hashed = leaf_hash(receipt.leaf)
    return is_included(receipt.place, head.size, hashed, receipt.proof, head.root) and all(
        _is_proved(one, head) for one in receipt.corrections
    )


def _is_proved(one: Correction, head: Head) -> bool:
    """Whether a correction has a proof exactly where the head covers it, and it holds."""
    if one.place >= head.size or one.proof is None:
        return one.place >= head.size and one.proof is None
    return is_included(one.place, head.size, leaf_hash(one.leaf), one.proof, head.root)


def _reason(tombstone: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tombstone[name] for name in ("reason", "role", "basis")}


def _compare(
    receipt: Receipt, package: Package, keys: list[Key], about: dict[str, Any]
) -> Verdict | None:
    """The verdict by the package; None where the package ends before the receipt's leaf."""
    if package.origin != receipt.origin:
        return Verdict("not_in_log", {**about, "why": "origin"})
    last = list(package.heads.values())[-1:]
    if not last or last[0].origin != receipt.origin or not is_head_signed(last[0], keys):
        return Verdict("bad_signature", {**about, "of": "package"})
    size = last[0].size
    if size != len(package.leaves) or package.root_at(size) != last[0].root:
        return Verdict("not_in_log", {**about, "why": "package"})
    head = receipt.head
    if head is not None and head.size <= size and package.root_at(head.size) != head.root:
        return Verdict("not_in_log", {**about, "why": "rewritten"})
    if receipt.place >= size:
        return None
    ours = [(receipt.place, receipt.leaf), *((one.place, one.leaf) for one in receipt.corrections)]
    if any(package.leaves[place] != leaf for place, leaf in ours if place < size):
        return Verdict("not_in_log", {**about, "why": "rewritten"})
    about["size"] = size
    if receipt.title != package.log.opening.get("title"):
        return Verdict("malformed", {"why": "a title that the record does not have"})
    if receipt.fields["kind"] == "survey":
        return Verdict("included", about)
    return _listed(receipt, package, about)


def _listed(receipt: Receipt, package: Package, about: dict[str, Any]) -> Verdict:
    """The verdict by what the leaves and the public list say of the comment."""
    for number, leaf in package.log.tombstones.values():
        if number == receipt.number:
            return Verdict(
                "removed", {**about, **_reason(read_leaf(leaf.encode())), "proved": True}
            )
    if receipt.tombstone is not None:
        return Verdict("not_in_log", {**about, "why": "tombstone"})
    opinion, entry = package.log.opinions[receipt.number], package.by_number.get(receipt.number)
    if entry is None or entry.place != receipt.place or opinion.index != receipt.place:
        return Verdict("not_in_log", {**about, "why": "list"})
    about.update(state=opinion.now.state, masked=opinion.now.field == "shown")
    ours = {receipt.fields["c_body"]: receipt.values["body"]}
    ours.update((one.commitment, one.words) for one in receipt.corrections)
    words = ours.get(opinion.now.commitment)
    if entry.words is not None and words is not None and canonical(entry.words) != words:
        return Verdict("text_differs", {**about, "field": "list"})
    return Verdict("included", about)
