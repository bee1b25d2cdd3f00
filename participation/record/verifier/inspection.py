"""The audit: the rules of the format page, one function each, over a package or a running site."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .encoding import (
    Malformed,
    canonical,
    commitment,
    listing,
    mapping,
    read_canonical,
    read_json,
    read_lines,
    text,
    whole,
)
from .log import Fault, Log, Opinion
from .note import Head, is_head_signed, read_head
from .package import Entry, Package, Step, read_step, trusted
from .tree import is_consistent

NEEDED = (
    *("manifest.json", "leaves.jsonl", "heads.jsonl", "consistency.jsonl", "comments.jsonl"),
    *("tombstones.jsonl", "SHA256SUMS"),
)


def audit(files: Mapping[str, bytes], keys: Sequence[str] = (), head: str = "") -> list[Fault]:
    """Everything that is wrong with a package; nothing where all ten rules hold.

    `keys`: verifier keys known from elsewhere, the first of which must be the package's first.
    `head`: a signed head published before, which the package's leaves must lead to.
    """
    package = Package(files)
    return [
        *_sums(files),
        *package.faults,
        *package.log.faults,
        *_heads(package, keys, head),
        *_steps(package),
        *entry_faults(package.log, package.entries.values()),
        *_tombstones(package),
        *_documents(package),
    ]


def _sums(files: Mapping[str, bytes]) -> Iterable[Fault]:
    listed = {}
    for line in read_lines(files.get("SHA256SUMS", b"")):
        found = re.fullmatch(b"([0-9a-f]{64})  ([ -~]+)", line)
        if found is None:
            yield Fault(1, "checksum_differs", "SHA256SUMS")
            continue
        listed[found.group(2).decode("ascii")] = found.group(1).decode("ascii")
    for name in sorted(set(NEEDED) | set(listed) | set(files)):
        if name not in files:
            yield Fault(1, "file_missing", name)
        elif name != "SHA256SUMS" and name not in listed:
            yield Fault(1, "file_unlisted", name)
        elif name in listed and hashlib.sha256(files[name]).hexdigest() != listed[name]:
            yield Fault(1, "checksum_differs", name)


def _heads(package: Package, known: Sequence[str], published: str) -> Iterable[Fault]:
    keys, faults = trusted(package.keys, package.origin, package.log)
    yield from faults
    if known and known[0] != (package.keys or [""])[0]:
        yield Fault(3, "key_unknown", "0")
    last = 0
    for place, head in package.heads.items():
        if head.origin != package.origin or not is_head_signed(head, keys):
            yield Fault(3, "bad_signature", str(place))
        if head.root != package.root_at(head.size):
            yield Fault(3, "root_differs", str(place))
        if head.size < last:
            yield Fault(3, "head_order", str(place))
        last = head.size
    if last != len(package.leaves) or not package.heads:
        yield Fault(3, "uncovered", str(last))
    if published:
        yield from _published(package, published)


def _published(package: Package, note: str) -> Iterable[Fault]:
    """A head that was published before must be of this log and of these leaves."""
    try:
        head = read_head(note)
    except Malformed:
        yield Fault(3, "head_malformed", "published")
        return
    if head.origin != package.origin or not is_head_signed(head, package.trusted_keys()):
        yield Fault(3, "bad_signature", "published")
    elif head.root != package.root_at(head.size):
        yield Fault(3, "root_differs", "published")


def _steps(package: Package) -> Iterable[Fault]:
    heads = list(package.heads.values())
    pairs = [(heads[place - 1], heads[place]) for place in range(1, len(heads))]
    lines = read_lines(package.files.get("consistency.jsonl", b""))
    for place in range(max(len(pairs), len(lines))):
        try:
            old, new = pairs[place]
            holds = is_step(read_step(lines[place]), old, new)
        except (IndexError, Malformed):
            holds = False
        if not holds:
            yield Fault(4, "inconsistent", str(place + 1))


def is_step(step: Step, old: Head, new: Head) -> bool:
    """Whether a consistency proof is the one between two heads and holds."""
    return (step.old, step.new) == (old.size, new.size) and is_consistent(
        old.size, new.size, old.root, new.root, step.proof
    )


def entry_faults(log: Log, entries: Iterable[Entry], end: int | None = None) -> Iterable[Fault]:
    """Rules 5 to 7: each comment has one line with its last state, and words where published.

    `end`: on a running site, where the signed leaves end; later comments are left alone.
    """
    wanted = {
        number for number, opinion in log.opinions.items() if end is None or opinion.index < end
    }
    seen = set()
    for entry in entries:
        if end is not None and entry.number not in wanted and entry.place >= end:
            continue
        opinion = log.opinions.get(entry.number)
        if entry.number in seen:
            yield Fault(5, "entry_repeated", str(entry.number))
        elif opinion is None or opinion.index != entry.place:
            yield Fault(5, "entry_misplaced", str(entry.number))
        else:
            yield from _entry(opinion, entry)
        seen.add(entry.number)
    for number in sorted(wanted - seen):
        yield Fault(5, "entry_missing", str(number))


def _entry(opinion: Opinion, entry: Entry) -> Iterable[Fault]:
    if all(version.state != entry.state for version in opinion.versions):
        yield Fault(6, "state_differs", str(entry.number))
    if entry.state != "published":
        if entry.words is not None:
            yield Fault(7, "words_not_public", str(entry.number))
    elif not opens(entry, opinion):
        yield Fault(7, "words_differ", str(entry.number))


def opens(entry: Entry, opinion: Opinion) -> bool:
    """Whether the words of a line open what the leaves say of the comment."""
    if entry.words is None or entry.salt is None:
        return False
    field = "shown" if entry.masked else "body"
    try:
        found = commitment(field, entry.salt, canonical(entry.words))
    except Malformed:
        return False
    return any(
        (version.field, version.commitment) == (field, found) for version in opinion.versions
    )


def _tombstones(package: Package) -> Iterable[Fault]:
    found = []
    for line in read_lines(package.files.get("tombstones.jsonl", b"")):
        try:
            value = mapping(read_json(line))
            found.append((whole(value.get("index")), text(value.get("leaf"))))
        except Malformed:
            found.append((-1, ""))
    if found != [(index, leaf) for index, (_, leaf) in package.log.tombstones.items()]:
        yield Fault(8, "tombstones_differ", "tombstones.jsonl")


def _documents(package: Package) -> Iterable[Fault]:
    log = package.log
    wanted = (
        ("bulletin.json", log.closing.get("bulletin_sha256")),
        ("summary.json", log.result.get("summary_sha256")),
        ("map.json", log.result.get("map_sha256")),
    )
    for name, digest in wanted:
        data = package.files.get(name)
        if (hashlib.sha256(data).hexdigest() if data is not None else None) != digest:
            yield Fault(10, "document_differs", name)
    if log.result:
        yield from _map(package)


def _map(package: Package) -> Iterable[Fault]:
    try:
        rows = [_row(row) for row in listing(read_canonical(package.files.get("map.json", b"")))]
    except Malformed:
        yield Fault(10, "map_malformed", "map.json")
        return
    log = package.log
    if sorted(number for number, _ in rows) != list(range(1, log.received_by_result + 1)):
        yield Fault(10, "map_incomplete", "map.json")
    outcomes = {name: count for name, count in log.result["outcomes"].items() if count}
    if Counter(outcome for _, outcome in rows) != outcomes:
        yield Fault(10, "map_sums", "map.json")


def _row(row: Any) -> tuple[int, str]:
    if len(listing(row)) != 3:
        raise Malformed("no line of the map")
    whole(row[1])
    return whole(row[0], 1), text(row[2])
