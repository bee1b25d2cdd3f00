"""The Merkle tree of RFC 6962: roots, the right edge that grows, proofs and their checking.

Pure. A tree of n leaves is its complete subtrees: node (level, index) covers the leaves from
index·2^level on, 2^level of them; level 0 are the leaf hashes. Complete nodes never change, so
that whoever stores them finds every proof of every earlier size in a few of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """The place of a complete subtree."""

    level: int
    position: int


Cover = list[Node]
"""Complete nodes side by side, from left to right, whose fold is one hash of a proof."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 ‖ data), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash above complete nodes side by side, each larger than the next; none: empty tree."""
    if not hashes:
        return EMPTY_ROOT
    above = hashes[-1]
    for left in reversed(hashes[:-1]):
        above = node_hash(left, above)
    return above


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root above leaf hashes."""
    edge = Edge()
    for each in hashes:
        edge.append(each)
    return edge.root()


@dataclass
class Edge:
    """The right edge of a growing tree: its size and the hashes of its largest complete nodes."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    def append(self, added: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; returns the nodes completed by it as (level ≥ 1, index, hash)."""
        completed: list[tuple[int, int, bytes]] = []
        level, index = 0, self.size
        while index & 1:
            level, index = level + 1, index >> 1
            added = node_hash(self.hashes.pop(), added)
            completed.append((level, index, added))
        self.hashes.append(added)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return folded(self.hashes)

    def to_bytes(self) -> bytes:
        """The hashes one after another; the size is kept beside them."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, stored: bytes) -> Edge:
        """Read an edge back; raise ValueError where it cannot be one of that size."""
        if size < 0 or len(stored) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"no edge of {size} leaves")
        starts = range(0, len(stored), HASH_BYTES)
        return cls(size, [stored[start : start + HASH_BYTES] for start in starts])


def cover(first: int, end: int) -> Cover:
    """The complete nodes of the leaves `first` to `end`, where `first` begins a subtree."""
    nodes: Cover = []
    while first < end:
        level = (end - first).bit_length() - 1
        nodes.append(Node(level, first >> level))
        first += 1 << level
    return nodes


def inclusion_path(index: int, size: int) -> list[Cover]:
    """What each hash of the inclusion proof is the fold of (RFC 9162 section 2.1.3.1).

    Raises ValueError where the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of {size}")
    return [cover(*each) for each in _siblings(index, size)]


def _siblings(index: int, size: int) -> list[tuple[int, int]]:
    first, end = 0, size
    found: list[tuple[int, int]] = []
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first = middle
    return found[::-1]


def consistency_path(old: int, new: int) -> list[Cover]:
    """What each hash of the consistency proof is the fold of (RFC 9162 section 2.1.4.1).

    Empty between equal sizes and from the empty tree on. Raises ValueError where old > new.
    """
    if not 0 <= old <= new:
        raise ValueError(f"from {old} to {new}")
    if old in (0, new):
        return []
    first, end = 0, new
    found: list[tuple[int, int]] = []
    while end != old:
        middle = first + _split(end - first)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((first, middle))
            first = middle
    # The old root itself is not told where the old tree is a complete node of the new one.
    if first:
        found.append((first, end))
    return [cover(*each) for each in found[::-1]]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether a leaf hash stands at a place of the tree with that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    sides = _sides(index, size - 1, len(proof))
    if sides is None:
        return False
    above = leaf
    for each, is_left in zip(proof, sides, strict=True):
        above = node_hash(each, above) if is_left else node_hash(above, each)
    return above == root


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the tree of the new root only adds to the one of the old (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and old_root == (new_root if old == new else EMPTY_ROOT)
    # Where the old tree is a complete node of the new one, its root is not told again.
    hashes = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    sides = _sides(place, last, len(hashes) - 1)
    if sides is None:
        return False
    old_above = new_above = hashes[0]
    for each, is_left in zip(hashes[1:], sides, strict=True):
        if is_left:
            old_above, new_above = node_hash(each, old_above), node_hash(each, new_above)
        else:
            new_above = node_hash(new_above, each)
    return old_above == old_root and new_above == new_root


def _sides(place: int, last: int, count: int) -> list[bool] | None:
    """For each of `count` hashes up from a place whether it stands left.

    None where it is not `count` hashes up to the root of a tree whose last place is `last`.
    """
    sides: list[bool] = []
    for _ in range(count):
        if last == 0:
            return None
        is_left = bool(place & 1) or place == last
        while is_left and place and not place & 1:
            place, last = place >> 1, last >> 1
        sides.append(is_left)
        place, last = place >> 1, last >> 1
    return sides if last == 0 else None


class Tree:
    """A whole tree in memory, built from its leaf hashes: every complete node by its place."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.size = len(hashes)
        self._levels: list[list[bytes]] = [list(hashes)]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            self._levels.append([node_hash(left, right) for left, right in pairs])

    def node(self, place: Node) -> bytes:
        """The hash of a complete node; raise IndexError where there is none."""
        return self._levels[place.level][place.position]

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Every complete node above the leaves as (level, index, hash)."""
        for level, hashes in enumerate(self._levels[1:], start=1):
            yield from ((level, index, each) for index, each in enumerate(hashes))

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves (all of them)."""
        places = cover(0, self.size if size is None else size)
        return folded([self.node(each) for each in places])

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The inclusion proof of a leaf in the tree of the first `size` leaves (all of them)."""
        return hashes_of(inclusion_path(index, size or self.size), self.node)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The consistency proof between two sizes."""
        return hashes_of(consistency_path(old, self.size if new is None else new), self.node)


def hashes_of(path: Sequence[Cover], node: Callable[[Node], bytes]) -> list[bytes]:
    """The proof of a path, given how a complete node is found."""
    return [folded([node(place) for place in each]) for each in path]
