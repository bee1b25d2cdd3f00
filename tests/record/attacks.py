"""What an insider or a forger may try: altered packages, rewritten history, mutated receipts."""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.record.reference import Record, Signer, canonical, lines, summed

Files = dict[str, bytes]


class Attack(NamedTuple):
    """What is done to a package, and a fault that must be among those found."""

    name: str
    act: Callable[[Record, Files], None]
    caught: tuple[int, str]


def _list(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["comments.jsonl"].splitlines()]


def _published(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in entries if one["state"] == "published" and not one.get("masked")]


def _edit(_: Record, files: Files) -> None:
    entries = _list(files)
    _published(entries)[0]["words"]["body"] += "（赞成）"
    files["comments.jsonl"] = lines(entries)


def _edit_with_leaf(record: Record, files: Files) -> None:
    entries = _list(files)
    one = _published(entries)[0]
    one["words"]["body"] = "完全赞成"
    salt, opens = record.commit("body", canonical(one["words"]))
    one["salt"] = salt.hex()
    leaves = files["leaves.jsonl"].splitlines()
    leaf = {**json.loads(leaves[one["index"]]), "c_body": opens}
    leaves[one["index"]] = canonical(leaf)
    files["leaves.jsonl"] = b"".join(leaf + b"\n" for leaf in leaves)
    files["comments.jsonl"] = lines(entries)


def _drop_from_list(_: Record, files: Files) -> None:
    files["comments.jsonl"] = lines(_list(files)[:-3] + _list(files)[-2:])


def _drop_leaf(_: Record, files: Files) -> None:
    entries = _list(files)
    one = _published(entries)[1]
    leaves = files["leaves.jsonl"].splitlines()
    del leaves[one["index"]]
    files["leaves.jsonl"] = b"".join(leaf + b"\n" for leaf in leaves)
    files["comments.jsonl"] = lines([other for other in entries if other is not one])


def _hide(_: Record, files: Files) -> None:
    entries = _list(files)
    one = _published(entries)[2]
    one["state"] = "removed"
    del one["words"], one["salt"]
    files["comments.jsonl"] = lines(entries)


def _swap(_: Record, files: Files) -> None:
    entries = _list(files)
    one, other = _published(entries)[:2]
    for name in ("words", "salt"):
        one[name], other[name] = other[name], one[name]
    files["comments.jsonl"] = lines(entries)


def _append(record: Record, files: Files) -> None:
    stuffed = copy.deepcopy(record)
    number = stuffed.comment("支持，没有意见")
    one = stuffed.comments[number]
    entry = {"number": number, "index": one.index, "state": "waiting"}
    files["leaves.jsonl"] += stuffed.leaves[-1] + b"\n"
    files["comments.jsonl"] += lines([entry])


def _show_withheld(record: Record, files: Files) -> None:
    entries = _list(files)
    one = next(one for one in entries if one["state"] == "withheld")
    written = record.comments[one["number"]]
    one |= {"words": written.words, "salt": written.salts["body"].hex()}
    files["comments.jsonl"] = lines(entries)


def _cut_tail(_: Record, files: Files) -> None:
    leaves = files["leaves.jsonl"].splitlines()[:-2]
    files["leaves.jsonl"] = b"".join(leaf + b"\n" for leaf in leaves)


def _forget_tombstone(_: Record, files: Files) -> None:
    files["tombstones.jsonl"] = b"".join(files["tombstones.jsonl"].splitlines(keepends=True)[1:])


def _foreign_head(record: Record, files: Files) -> None:
    forger = Signer(record.origin, Ed25519PrivateKey.from_private_bytes(b"f" * 32))
    note = forger.note(len(record.leaves), record.tree.root(0, len(record.leaves)))
    kept = files["heads.jsonl"].splitlines(keepends=True)[:-1]
    files["heads.jsonl"] = b"".join(kept) + lines([{"size": len(record.leaves), "note": note}])


def _foreign_key(record: Record, files: Files) -> None:
    forger = Signer(record.origin, Ed25519PrivateKey.from_private_bytes(b"f" * 32))
    manifest = json.loads(files["manifest.json"])
    manifest["keys"].append(forger.key)
    files["manifest.json"] = canonical(manifest)
    _foreign_head(record, files)


def _break_proof(_: Record, files: Files) -> None:
    steps = [json.loads(line) for line in files["consistency.jsonl"].splitlines()]
    steps[0]["proof"][0] = steps[0]["proof"][-1][::-1]
    files["consistency.jsonl"] = lines(steps)


def _change_outcome(_: Record, files: Files) -> None:
    rows = json.loads(files["map.json"])
    rows[0][2] = "adopted" if rows[0][2] != "adopted" else "not_adopted"
    files["map.json"] = canonical(rows)


def _change_summary(_: Record, files: Files) -> None:
    files["summary.json"] += b" "


SIX = (
    Attack("edit", _edit, (7, "words_differ")),
    Attack("edit with its leaf", _edit_with_leaf, (3, "root_differs")),
    Attack("drop from list", _drop_from_list, (5, "entry_missing")),
    Attack("drop leaf", _drop_leaf, (3, "root_differs")),
    Attack("hide without tombstone", _hide, (6, "state_differs")),
    Attack("swap", _swap, (7, "words_differ")),
    Attack("append extra", _append, (3, "uncovered")),
)
"""The six of the threat model (an edit may change the leaf as well)."""
OTHERS = (
    Attack("show what is withheld", _show_withheld, (7, "words_not_public")),
    Attack("cut the tail", _cut_tail, (3, "root_differs")),
    Attack("forget a tombstone", _forget_tombstone, (8, "tombstones_differ")),
    Attack("sign with another key", _foreign_head, (3, "bad_signature")),
    Attack("bring in another key", _foreign_key, (3, "key_without_rotation")),
    Attack("break a proof", _break_proof, (4, "inconsistent")),
    Attack("change an outcome", _change_outcome, (10, "document_differs")),
    Attack("change the summary", _change_summary, (10, "document_differs")),
)


def attacked(record: Record, attack: Attack) -> Files:
    """The package after an attack, its checksums made anew."""
    files = record.package()
    attack.act(record, files)
    return summed(files)


def rewritten(record: Record, number: int) -> Record:
    """The history without one comment's words as they were: another leaf, all signed anew.

    Done by whoever has the key: nothing in it contradicts itself.
    """
    fork = copy.deepcopy(record)
    one = fork.comments[number]
    one.words = {**one.words, "body": "完全赞成"}
    one.salts["body"], opens = fork.commit("body", canonical(one.words))
    fork.leaves[one.index] = canonical({**json.loads(fork.leaves[one.index]), "c_body": opens})
    fork.resign()
    return fork


class Mutant(NamedTuple):
    """An altered receipt, and what it is judged by: `alone`, `keys` (known ones), `package`."""

    name: str
    receipt: Any
    mode: str


JUNK: tuple[Any, ...] = (None, "", 0, -1, 1.5, True, [], {}, "x", 2**60, ["a"], {"a": 1}, "\ud800")
NEEDED = (
    *("format", "origin", "slug", "number", "index", "leaf", "words", "claim", "salts", "keys"),
    *("head", "size", "proof"),
)


def _flip(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    other = chr(ord(text[place]) ^ (1 << chance.randrange(5)))
    return text[:place] + other + text[place + 1 :]


def _flip_digit(digits: str, chance: random.Random) -> str:
    place = chance.randrange(len(digits))
    other = int(digits[place], 16) ^ (1 << chance.randrange(4))
    return f"{digits[:place]}{other:x}{digits[place + 1 :]}"


def _flip_bytes(note: str, chance: random.Random) -> str:
    """One bit of a head's key id or signature."""
    before, _, last = note.rstrip("\n").rpartition(" ")
    data = bytearray(base64.b64decode(last))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return f"{before} {base64.b64encode(data).decode()}\n"


def mutants(record: Record, receipts: list[dict[str, Any]], seed: int = 7) -> Iterator[Mutant]:
    """Without end: receipts of comments altered in one way each, none of which may be accepted."""
    chance = random.Random(seed)
    forger = Signer(record.origin, Ed25519PrivateKey.from_private_bytes(b"f" * 32))
    ways = [*_ways(chance, forger).items()]
    place = 0
    while True:
        for name, (way, mode) in ways:
            one = receipts[place % len(receipts)]
            other = receipts[(place * 7 + 1) % len(receipts)]
            place += 1
            altered = copy.deepcopy(one)
            way(altered, other)
            if altered != one:
                yield Mutant(name, altered, mode or chance.choice(("alone", "keys", "package")))


Way = Callable[[dict[str, Any], Mapping[str, Any]], None]


def _ways(chance: random.Random, forger: Signer) -> dict[str, tuple[Way, str]]:  # noqa: C901
    """Each way by its name, with what its mutants are judged by (empty: any)."""

    def setting(name: str, make: Callable[[dict[str, Any], Mapping[str, Any]], Any]) -> Way:
        return lambda one, other: one.__setitem__(name, make(one, other))

    def dropping(name: str) -> Way:
        return lambda one, other: one.pop(name)

    def in_salts(one: dict[str, Any], _: Mapping[str, Any]) -> None:
        name = chance.choice(sorted(one["salts"]))
        one["salts"][name] = _flip_digit(one["salts"][name], chance)

    def in_words(one: dict[str, Any], _: Mapping[str, Any]) -> None:
        name = chance.choice(sorted(one["words"]))
        one["words"][name] = _flip(one["words"][name], chance)

    def in_correction(change: Way) -> Way:
        """Where the receipt has corrections; else nothing is altered and nothing yielded."""

        def altered(one: dict[str, Any], other: Mapping[str, Any]) -> None:
            if "corrections" in one:
                change(chance.choice(one["corrections"]), other)

        return altered

    def in_one_salt(one: dict[str, Any], _: Mapping[str, Any]) -> None:
        one["salt"] = _flip_digit(one["salt"], chance)

    def in_leaf(one: dict[str, Any], _: Mapping[str, Any]) -> None:
        leaf = json.loads(one["leaf"])
        leaf["at"] = "2026-03-01T03:04:05Z"
        one["leaf"] = canonical(leaf).decode()

    def forged(one: dict[str, Any], _: Mapping[str, Any]) -> None:
        lines = one["head"].splitlines()
        one["head"] = forger.note(one["size"], base64.b64decode(lines[2]))
        one["keys"] = [forger.key]

    def named(one: dict[str, Any], _: Mapping[str, Any]) -> None:
        """The forger signs in the name of the right key."""
        name, _, _ = one["keys"][-1].partition("+")
        identity = bytes.fromhex(one["keys"][-1].split("+")[1])
        said = one["head"].partition("\n\n")[0] + "\n"
        signed = base64.b64encode(identity + forger.sign(said.encode())).decode()
        one["head"] = f"{said}\n— {name} {signed}\n"

    def step(change: Callable[[list[str]], list[str]]) -> Way:
        return setting("proof", lambda one, other: change(list(one["proof"])))

    def flipped_step(proof: list[str]) -> list[str]:
        place = chance.randrange(len(proof))
        return [*proof[:place], _flip_digit(proof[place], chance), *proof[place + 1 :]]

    ways: dict[str, tuple[Way, str]] = {
        "salts": (in_salts, ""),
        "words": (in_words, ""),
        "at of the leaf": (in_leaf, ""),
        "letters of the leaf": (setting("leaf", lambda one, _: _flip(one["leaf"], chance)), ""),
        "bits of the signature": (
            setting("head", lambda one, _: _flip_bytes(one["head"], chance)),
            "",
        ),
        "letters of the head": (setting("head", lambda one, _: _flip(one["head"], chance)), ""),
        "index before": (setting("index", lambda one, _: one["index"] - 1), ""),
        "index after": (setting("index", lambda one, _: one["index"] + 1), ""),
        "any index": (setting("index", lambda one, _: chance.randrange(one["size"])), ""),
        "size": (setting("size", lambda one, _: one["size"] + chance.choice((-1, 1))), ""),
        "number": (setting("number", lambda one, _: one["number"] + 1), ""),
        "origin": (setting("origin", lambda one, _: _flip(one["origin"], chance)), ""),
        "slug": (setting("slug", lambda one, _: _flip(one["slug"], chance)), ""),
        "claim": (setting("claim", lambda one, _: _flip(one["claim"], chance)), ""),
        "title": (setting("title", lambda one, _: one["title"] + "二"), "package"),
        "a key": (setting("keys", lambda one, _: [_flip(one["keys"][-1], chance)]), "alone"),
        "a forger's head and key, key known": (forged, "keys"),
        "a forger's head and key, package": (forged, "package"),
        "a forger's signature": (named, ""),
        "the signing key left out": (setting("keys", lambda one, _: one["keys"][:-1]), "alone"),
        "a step flipped": (step(flipped_step), ""),
        "a step less": (step(lambda proof: proof[:-1]), ""),
        "first step less": (step(lambda proof: proof[1:]), ""),
        "a step more": (step(lambda proof: [*proof, proof[-1]]), ""),
        "steps turned round": (step(lambda proof: proof[::-1]), ""),
        "no step": (step(lambda proof: []), ""),
    }
    ways |= {
        "words of a correction": (in_correction(in_words), ""),
        "salt of a correction": (in_correction(in_one_salt), ""),
        "leaf of a correction": (in_correction(in_leaf), ""),
        "other's leaf as a correction": (
            in_correction(setting("leaf", lambda _, other: other["leaf"])), "",
        ),
        "index of a correction": (
            in_correction(setting("index", lambda one, _: one["index"] + chance.choice((-1, 1)))),
            "",
        ),
        "a correction twice": (
            lambda one, _: one.update(corrections=[*one["corrections"], one["corrections"][-1]])
            if "corrections" in one else None, "",
        ),
    }  # fmt: skip
    for name in ("index", "leaf", "words", "salt", "proof"):
        ways[f"no {name} of a correction"] = (in_correction(dropping(name)), "")
        ways[f"junk as {name} of a correction"] = (
            in_correction(setting(name, lambda *_: copy.deepcopy(chance.choice(JUNK)))), "",
        )  # fmt: skip
    for name in ("leaf", "words", "claim", "salts", "proof", "index"):
        ways[f"other's {name}"] = (
            setting(name, lambda _, other, name=name: copy.deepcopy(other[name])), "",
        )  # fmt: skip
    for name in NEEDED:
        ways[f"no {name}"] = (dropping(name), "")
        ways[f"junk as {name}"] = (setting(name, lambda *_: copy.deepcopy(chance.choice(JUNK))), "")
    return ways
