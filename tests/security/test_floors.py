"""No dependency is older than the version that mended its last known hole, and all are pinned."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from participation.kernel.db import SQLITE_FLOOR, sqlite_version
from tests.conftest import ROOT

FLOORS = {
    "Flask": ("3.1.3", "CVE-2026-27205: Vary: Cookie left out"),
    "Werkzeug": ("3.0.6", "CVE-2023-46136, CVE-2024-49767: multipart bodies"),
    "gunicorn": ("22.0", "CVE-2024-1135, CVE-2024-6827: smuggled requests"),
    "waitress": ("3.0.1", "CVE-2024-49768, CVE-2024-49769: pipelining, connections that stay"),
    "Jinja2": ("3.1.6", "CVE-2025-27516: the sandbox's attr filter"),
    "cryptography": ("44.0.1", "CVE-2024-12797: raw public keys"),
    "Pillow": ("11.3", "CVE-2025-48379: a DDS picture overflows"),
    "lxml": ("4.9.1", "CVE-2022-2309: a crash by its input"),
    "itsdangerous": ("2.0", "SHA-1 no longer by default"),
    "argon2-cffi": ("21.2", "RFC 9106's parameters"),
}
FILES = ("requirements.txt", "tests/requirements.txt")
PINNED = {"~=", "=="}


def _too_old(found: dict[str, str]) -> list[str]:
    return [
        f"{name} {found[name]} < {floor}: {why}"
        for name, (floor, why) in FLOORS.items()
        if Version(found[name]) < Version(floor)
    ]


def test_no_dependency_is_older_than_its_floor() -> None:
    assert _too_old({name: version(name) for name in FLOORS}) == []
    assert SQLITE_FLOOR >= (3, 51, 3)
    assert sqlite_version() >= SQLITE_FLOOR


def test_an_old_dependency_is_found() -> None:
    found = {name: floor for name, (floor, _why) in FLOORS.items()} | {"Werkzeug": "3.0.5"}
    assert len(_too_old(found)) == 1


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_is_pinned(name: str) -> None:
    loose = []
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].strip()
        if not words or words.startswith("-r "):
            continue
        wanted = Requirement(words)
        if wanted.url or {each.operator for each in wanted.specifier} - PINNED:
            loose.append(words)
        if not wanted.specifier:
            loose.append(words)
    assert loose == []


def test_nothing_is_installed_from_anywhere_but_the_index() -> None:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in FILES)
    assert not re.search(r"^\s*(--(extra-)?index-url|--find-links|-e|git\+|https?:)", text, re.M)
