"""An open-data package as it is, read leniently: what cannot be read is a fault, not an end."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .encoding import Malformed, listing, mapping, read_json, read_lines, text, unhex, whole
from .log import Fault, Log
from .note import Head, Key, read_head, read_key
from .tree import Tree, root_of

LARGEST_FILE = 2**30


class Entry(NamedTuple):
    """A line of comments.jsonl: what the public list says of one comment."""

    number: int
    place: int
    state: str
    words: Any
    salt: bytes | None
    masked: bool


class Step(NamedTuple):
    """A line of consistency.jsonl."""

    old: int
    new: int
    proof: list[bytes]


def read_entry(line: bytes) -> Entry:
    """The entry of a line; raise Malformed where it is none."""
    value = mapping(read_json(line))
    if "salt" in value and "words" not in value:
        raise Malformed("a salt without words")
    return Entry(
        whole(value.get("number"), 1),
        whole(value.get("index")),
        text(value.get("state")),
        mapping(value["words"]) if "words" in value else None,
        unhex(value.get("salt")) if "words" in value else None,
        value.get("masked", False) is True,
    )


def read_step(data: bytes) -> Step:
    """The consistency proof of a JSON object; raise Malformed where it is none."""
    value = mapping(read_json(data))
    proof = [unhex(one) for one in listing(value.get("proof"))]
    return Step(whole(value.get("from")), whole(value.get("to")), proof)


def _read_head_line(line: bytes) -> Head:
    value = mapping(read_json(line))
    head = read_head(value.get("note"))
    if head.size != whole(value.get("size")):
        raise Malformed("a line of another size than its head")
    return head


def unzip(data: bytes) -> dict[str, bytes]:
    """The files of a ZIP by name; raise Malformed where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            names = [info.filename for info in opened.infolist()]
            too_large = any(info.file_size > LARGEST_FILE for info in opened.infolist())
            if too_large or len(set(names)) != len(names):
                raise Malformed("a file too large, or twice the same name")
            return {name: opened.read(name) for name in names}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Malformed(str(error)) from None


class Package:
    """The files of a package and what they hold; `faults` is what could not be read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.faults: list[Fault] = []
        self.log, self._tree = Log(), Tree()
        self.leaves = read_lines(files.get("leaves.jsonl", b""))
        self.hashes = [self.log.add(leaf) for leaf in self.leaves]
        self.heads = self._lines("heads.jsonl", _read_head_line, 3, "head_malformed")
        self._roots: dict[int, bytes] = {}
        self._find_roots()
        self.entries = self._lines("comments.jsonl", read_entry, 5, "entry_malformed")
        self.by_number = {entry.number: entry for entry in self.entries.values()}
        self._read_manifest()

    def root_at(self, size: int) -> bytes | None:
        """The root of the first `size` leaves; None where there are not so many."""
        if size not in self._roots and size <= len(self.hashes):
            self._roots[size] = root_of(self.hashes[:size])
        return self._roots.get(size)

    def _find_roots(self) -> None:
        wanted = {head.size for head in self.heads.values()}
        for hashed in self.hashes:
            self._tree.add(hashed)
            if self._tree.size in wanted:
                self._roots[self._tree.size] = self._tree.root()

    def _read_manifest(self) -> None:
        self.origin = ""
        self.keys: list[str] = []
        try:
            manifest = mapping(read_json(self.files.get("manifest.json", b"")))
            self.origin = text(manifest.get("origin"))
            self.keys = [text(key) for key in listing(manifest.get("keys"))]
            right = (
                manifest.get("format") == "zhongyan-record-1"
                and whole(manifest.get("size")) == len(self.leaves)
                and self.origin.endswith("/" + text(manifest.get("slug")))
                and manifest.get("slug") == self.log.opening.get("consultation")
                and manifest.get("title") == self.log.opening.get("title")
            )
        except Malformed:
            right = False
        if not right:
            self.faults.append(Fault(2, "manifest_differs", "manifest.json"))

    def _lines(
        self, name: str, read: Callable[[bytes], Any], rule: int, code: str
    ) -> dict[int, Any]:
        """What the lines of a file hold, by line (the first is 1)."""
        found: dict[int, Any] = {}
        for place, line in enumerate(read_lines(self.files.get(name, b"")), 1):
            try:
                found[place] = read(line)
            except Malformed:
                self.faults.append(Fault(rule, code, str(place)))
        return found

    def trusted_keys(self) -> list[Key]:
        """The keys that the first one vouches for by rotations."""
        return trusted(self.keys, self.origin, self.log)[0]


def trusted(lines: list[str], origin: str, log: Log) -> tuple[list[Key], list[Fault]]:
    """The first key and those that a rotate leaf leads to; faults for all others (rule 3)."""
    keys: list[Key] = []
    names = set()
    faults = []
    for place, line in enumerate(lines):
        try:
            key = read_key(line)
        except Malformed:
            key = None
        if key is None or key.origin != origin:
            faults.append(Fault(3, "key_malformed", str(place)))
        elif place and not any(new == line and old in names for old, new in log.rotations):
            faults.append(Fault(3, "key_without_rotation", str(place)))
        else:
            keys.append(key)
            names.add(line)
    if not keys:
        faults.append(Fault(3, "no_key", ""))
    return keys, faults
