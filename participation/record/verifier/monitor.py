"""Watching a running site: its record must continue the head that was kept, and agree with it."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .encoding import Malformed, listing, mapping, read_json, read_lines, text
from .inspection import entry_faults, is_step
from .log import Fault, Log
from .note import Head, is_head_signed, read_head
from .package import Entry, read_entry, read_step, trusted
from .tree import Tree

AGENT = {"User-Agent": "zhongyan-monitor/1"}
PATIENCE = 30
LARGEST_ANSWER = 2**22


class Unreachable(Exception):
    """The site gave no answer, or not the one asked for: no alarm, but nothing was checked."""


class Found(NamedTuple):
    """What a visit found: faults, the head and how many comments it covers."""

    faults: list[Fault]
    origin: str
    size: int
    comments: int


class Site:
    """The addresses of one consultation's record."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise Unreachable("no web address: " + url)
        self._url = url.rstrip("/") + "/record/"

    def get(self, name: str) -> bytes | None:
        """What is at an address; None where there is nothing; raise Unreachable."""
        request = urllib.request.Request(self._url + name, headers=AGENT)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 # nosec B310 # http(s)
                data: bytes = answer.read(LARGEST_ANSWER)
                return data
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (400, 404, 410):
                return None
            raise Unreachable(f"{self._url + name}: {error.code}") from None
        except (OSError, ValueError) as error:
            raise Unreachable(f"{self._url + name}: {error}") from None

    def leaves(self, start: int) -> list[bytes]:
        """Some leaves from an index on; none at the end."""
        return read_lines(self.get(f"leaves?from={start}") or b"")

    def entries(self, faults: list[Fault]) -> list[Entry]:
        """The whole public list; lines that cannot be read become faults."""
        found: list[Entry] = []
        last, place = 0, 0
        while True:
            lines = read_lines(self.get(f"entries?after={last}") or b"")
            before = last
            for line in lines:
                place += 1
                try:
                    found.append(read_entry(line))
                    last = max(last, found[-1].number)
                except Malformed:
                    faults.append(Fault(5, "entry_malformed", str(place)))
            if last == before:
                return found


def read_state(path: str) -> dict[str, Any]:
    """What was kept at the last visit; empty at the first; raise Unreachable where unreadable."""
    if not os.path.exists(path):
        return {}
    try:
        with open(path, "rb") as file:
            state = mapping(read_json(file.read()))
        read_head(state.get("head"))
        state["keys"] = [text(key) for key in listing(state.get("keys"))]
        return state
    except (OSError, Malformed) as error:
        raise Unreachable(f"state file {path}: {error}") from None


def write_state(path: str, state: dict[str, Any]) -> None:
    """Keep what was seen; a half-written file never takes the place of a whole one."""
    half = path + ".new"
    with open(half, "w", encoding="utf-8") as file:
        json.dump(state, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(half, path)


def visit(url: str, path: str) -> Found:
    """Check a running site against itself and against what was kept in the state file.

    The head is kept when all is right, and the old one stays when something is not, so that the
    alarm is repeated. Raise Unreachable where the site or the state file cannot be read.
    """
    site, state = Site(url), read_state(path)
    if state and state.get("url") != url.rstrip("/"):
        raise Unreachable("state file {} is of {}".format(path, state.get("url")))
    kept = read_head(state["head"]) if state else None
    note, keys = site.get("checkpoint"), site.get("keys.txt")
    if note is None or keys is None:
        if kept is not None:
            return Found([Fault(3, "log_gone", str(kept.size))], kept.origin, 0, 0)
        raise Unreachable("no signed head yet at " + url)
    lines = [line.decode("utf-8", "replace") for line in read_lines(keys)]
    try:
        head = read_head(note.decode("utf-8", "replace"))
    except Malformed:
        return Found([Fault(3, "head_malformed", "checkpoint")], "", 0, 0)
    faults = [
        Fault(3, "key_changed", str(place))
        for place, key in enumerate(state.get("keys", []))
        if lines[place : place + 1] != [key]
    ]
    found = _check(site, head, kept, lines, faults)
    if not found.faults:
        now = {"url": url.rstrip("/"), "head": note.decode("utf-8"), "keys": lines}
        write_state(path, now)
    return found


def _check(
    site: Site, head: Head, kept: Head | None, keys: list[str], faults: list[Fault]
) -> Found:
    if kept is not None:
        faults += _continues(site, kept, head)
    log, roots, tail = _read_leaves(site, head, kept)
    comments = len(log.opinions)
    if log.size < head.size:
        faults.append(Fault(2, "leaves_missing", str(log.size)))
        return Found(faults, head.origin, head.size, comments)
    if kept is not None and kept.size <= head.size and roots.get(kept.size) != kept.root:
        faults.append(Fault(3, "forked", str(kept.size)))
    if roots.get(head.size) != head.root:
        faults.append(Fault(3, "root_differs", str(head.size)))
    faults += log.faults
    entries = site.entries(faults)
    # What was decided since the head may already show in the list: both are right. A rotation
    # since then bears its own signatures.
    log.forget_the_past()
    while tail or (tail := site.leaves(log.size)):
        for leaf in tail:
            log.add(leaf)
        tail = []
    trusted_keys, key_faults = trusted(keys, head.origin, log)
    faults += key_faults
    if not is_head_signed(head, trusted_keys):
        faults.append(Fault(3, "bad_signature", str(head.size)))
    faults += entry_faults(log, entries, head.size)
    return Found(list(dict.fromkeys(faults)), head.origin, head.size, comments)


def _continues(site: Site, kept: Head, head: Head) -> list[Fault]:
    """Whether a head continues the kept one, by the site's own proof (rule 4)."""
    if head.origin != kept.origin or (head.size == kept.size and head.root != kept.root):
        return [Fault(3, "forked", str(kept.size))]
    if head.size < kept.size:
        return [Fault(3, "log_shrunk", str(head.size))]
    if head.size == kept.size:
        return []
    proof = site.get(f"consistency?from={kept.size}&to={head.size}")
    try:
        holds = proof is not None and is_step(read_step(proof), kept, head)
    except Malformed:
        holds = False
    return [] if holds else [Fault(4, "inconsistent", f"{kept.size}-{head.size}")]


def _read_leaves(
    site: Site, head: Head, kept: Head | None
) -> tuple[Log, dict[int, bytes], list[bytes]]:
    """The log up to the head, its roots at the kept size and the head's, and leaves after it."""
    log, tree = Log(), Tree()
    roots: dict[int, bytes] = {}
    while True:
        some = site.leaves(log.size)
        for place, leaf in enumerate(some):
            if log.size == head.size:
                return log, roots, some[place:]
            tree.add(log.add(leaf))
            if log.size in (head.size, kept.size if kept else 0):
                roots[log.size] = tree.root()
        if not some or log.size == head.size:
            return log, roots, []
