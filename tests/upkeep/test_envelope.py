"""The sealed form: opened by its passphrase alone, whole or not at all, chunk for chunk."""

from __future__ import annotations

import io

import pytest

from participation.upkeep.backup import envelope
from participation.upkeep.backup.envelope import CHUNK, TAG, SealedReader, opened, sealing
from participation.upkeep.backup.faults import BadBackup

WORDS = "correct horse battery staple"
CHEAP = {"n": 2**4, "r": 8, "p": 1}


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is tested here is not how long a guess takes.
    monkeypatch.setattr(envelope, "COST", CHEAP)


def _sealed(plain: bytes) -> bytes:
    file = io.BytesIO()
    with sealing(file, WORDS) as target:
        for start in range(0, len(plain), 300_000):
            target.write(plain[start : start + 300_000])
    return file.getvalue()


def _read(sealed: bytes, passphrase: str | None = WORDS) -> bytes:
    reader = opened(io.BytesIO(sealed), passphrase)
    parts = []
    while part := reader.read(70_000):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_is_opened(size: int) -> None:
    plain = bytes(index % 251 for index in range(size))
    sealed = _sealed(plain)
    assert _read(sealed) == plain
    assert SealedReader(io.BytesIO(sealed), WORDS).read() == plain
    # A few bytes stand in any ciphertext by chance.
    assert size < 16 or plain[:1000] not in sealed


def test_the_same_content_is_never_sealed_the_same_way_twice() -> None:
    assert _sealed(b"x") != _sealed(b"x")


def test_a_wrong_passphrase_is_told_from_a_damaged_file() -> None:
    sealed = _sealed(b"x" * 1000)
    with pytest.raises(BadBackup, match="口令不对"):
        _read(sealed, "another passphrase")
    with pytest.raises(BadBackup, match="--passphrase-file"):
        _read(sealed, None)


def test_every_single_damage_is_found() -> None:
    sealed = _sealed(bytes(2 * CHUNK + 5000))
    start = sealed.index(b"\n", len(envelope.MAGIC)) + 1
    step = CHUNK + TAG
    first, second, last = sealed[start:][:step], sealed[start:][step : 2 * step], sealed[-5016:]
    head = sealed[:start]
    assert head + first + second + last == sealed
    damaged = {
        "cut between chunks": head + first + second,
        "cut after the first": head + first,
        "cut within a chunk": sealed[:-100],
        "all cut": head,
        "swapped": head + second + first + last,
        "left out": head + second + last,
        "doubled": head + first + first + second + last,
        "lengthened": sealed + b"x",
        "one bit": sealed[:-3] + bytes([sealed[-3] ^ 1]) + sealed[-2:],
        "another salt": sealed.replace(b'"salt": "', b'"salt": "00', 1),
    }
    for name, each in damaged.items():
        with pytest.raises(BadBackup):
            _read(each)
            pytest.fail(name)


def test_a_header_that_asks_for_too_much_memory_is_refused() -> None:
    greedy = _sealed(b"x").replace(b'"n": 16', b'"n": 1073741824', 1)
    with pytest.raises(BadBackup, match="开头"):
        _read(greedy)
