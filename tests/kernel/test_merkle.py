"""The Merkle tree: the published vectors of RFC 6962, and its laws against a plain recursion."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.kernel.merkle import (
    EMPTY_ROOT,
    Edge,
    Tree,
    consistency_path,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

# The reference tree of the Certificate Transparency project (RFC 6962's authors).
LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HASHES = [leaf_hash(each) for each in LEAVES]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C, D, E = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSIONS = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], B, D]),
]
CONSISTENCIES = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[3]]), (2, 5, [B, D])]


def naive_root(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1 as it is written there."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def naive_path(m: int, hashes: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1 as it is written there."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m < k:
        return [*naive_path(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_proof(m: int, hashes: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2 as it is written there."""
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*naive_proof(m, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_proof(m - k, hashes[k:], False), naive_root(hashes[:k])]


def some(count: int) -> list[bytes]:
    return [leaf_hash(str(each).encode()) for each in range(count)]


def test_the_reference_tree_has_the_published_roots() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for size, root in enumerate(ROOTS, start=1):
        assert root_of(HASHES[:size]).hex() == root
        assert Tree(HASHES).root(size).hex() == root


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSIONS)
def test_the_reference_tree_gives_the_published_inclusion_proofs(
    index: int, size: int, proof: list[str]
) -> None:
    assert [each.hex() for each in Tree(HASHES).inclusion(index, size)] == proof
    root = bytes.fromhex(ROOTS[size - 1])
    assert verify_inclusion(HASHES[index], index, size, [bytes.fromhex(x) for x in proof], root)


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCIES)
def test_the_reference_tree_gives_the_published_consistency_proofs(
    old: int, new: int, proof: list[str]
) -> None:
    assert [each.hex() for each in Tree(HASHES).consistency(old, new)] == proof
    roots = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    assert verify_consistency(old, new, [bytes.fromhex(x) for x in proof], *roots)


def test_an_edge_grows_to_the_root_of_every_size_and_completes_every_node_once() -> None:
    hashes, edge, completed = some(130), Edge(), []
    for size, each in enumerate(hashes, start=1):
        completed += edge.append(each)
        assert edge.root() == naive_root(hashes[:size])
        assert Edge.from_bytes(size, edge.to_bytes()) == edge
    assert sorted(completed) == sorted(Tree(hashes).nodes())


def test_an_edge_of_another_size_is_refused() -> None:
    edge = Edge()
    for each in some(5):
        edge.append(each)
    for size in (-1, 4, 7):
        with pytest.raises(ValueError, match="no edge"):
            Edge.from_bytes(size, edge.to_bytes())


def test_all_proofs_of_small_trees_are_those_of_the_rfc() -> None:
    hashes = some(33)
    tree, roots = Tree(hashes), [naive_root(hashes[:size]) for size in range(34)]
    for size in range(1, 34):
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert proof == naive_path(index, hashes[:size])
            assert verify_inclusion(hashes[index], index, size, proof, roots[size])
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            assert proof == naive_proof(old, hashes[:size])
            assert verify_consistency(old, size, proof, roots[old], roots[size])
        assert tree.consistency(0, size) == []
        assert verify_consistency(0, size, [], EMPTY_ROOT, roots[size])


@given(st.integers(1, 600), st.data())
def test_a_proof_of_another_place_size_or_leaf_is_refused(size: int, data: st.DataObject) -> None:
    hashes = some(size)
    tree, root = Tree(hashes), root_of(hashes)
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(index)
    assert verify_inclusion(hashes[index], index, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    assert verify_inclusion(hashes[index], other, size, proof, root) == (other == index)
    assert not verify_inclusion(leaf_hash(b"x"), index, size, proof, root)
    assert not verify_inclusion(hashes[index], index, size, [*proof, root], root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof[:place], leaf_hash(b"y"), *proof[place + 1 :]]
        assert not verify_inclusion(hashes[index], index, size, bent, root)
        assert not verify_inclusion(hashes[index], index, size, proof[:-1], root)


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_a_history_written_anew_is_inconsistent(one: int, two: int, data: st.DataObject) -> None:
    old, new = sorted((one, two))
    hashes = some(new)
    tree = Tree(hashes)
    proof, old_root = tree.consistency(old), tree.root(old)
    assert verify_consistency(old, new, proof, old_root, tree.root())
    place = data.draw(st.integers(0, old - 1))
    forged = Tree([*hashes[:place], leaf_hash(b"forged"), *hashes[place + 1 :]])
    assert not verify_consistency(old, new, forged.consistency(old), old_root, forged.root())
    assert not verify_consistency(old, new, [*proof, old_root], old_root, tree.root())
    if old < new:
        assert not verify_consistency(new, old, proof, tree.root(), old_root)
        assert not verify_consistency(old, new, proof, EMPTY_ROOT, tree.root())


@given(st.integers(1, 1 << 40), st.integers(1, 1 << 40))
def test_a_proof_is_short_however_large_the_tree(one: int, two: int) -> None:
    old, new = sorted((one, two))
    path = consistency_path(old, new)
    assert len(path) <= new.bit_length() + 1
    for each in path:
        assert all(left.level > right.level for left, right in pairwise(each))
