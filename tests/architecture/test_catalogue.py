"""Every word a reader sees has its English: the catalogue has no gap and is compiled."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.conftest import ROOT

FOLDER = ROOT / "participation" / "translations" / "en" / "LC_MESSAGES"
PLACES = re.compile(r"%\(\w+\)[sd]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All messages that the sources and templates use."""
    target: Path = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    command += [
        "--ignore-dirs",
        ".venv .git instance",
        "-F",
        "participation/translations/babel.cfg",
    ]
    # Without the first option Babel passes over folders such as _macros.
    command += ["-k", "N_", "-k", "_l"]
    subprocess.run([*command, "-o", str(target), "."], cwd=ROOT, check=True)
    return {entry.msgid for entry in polib.pofile(str(target))}


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    """The English of each message."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(FOLDER / "messages.po"))}


def test_every_message_has_its_english(wanted: set[str], english: dict[str, str]) -> None:
    assert sorted(each for each in wanted if not english.get(each, "").strip()) == []


def test_nothing_is_translated_that_nobody_says(wanted: set[str], english: dict[str, str]) -> None:
    assert sorted(set(english) - wanted) == []


def test_a_translation_keeps_its_places(english: dict[str, str]) -> None:
    wrong = [
        (source, target)
        for source, target in english.items()
        if sorted(set(PLACES.findall(source))) != sorted(set(PLACES.findall(target)))
    ]
    assert wrong == []


def test_english_is_english(english: dict[str, str]) -> None:
    # A quoted button or title may keep its Chinese name; a sentence may not.
    kept = [
        target for target in english.values() if len(CHINESE.findall(target)) > len(target) // 4
    ]
    assert kept == []


def test_the_compiled_catalogue_is_the_written_one(english: dict[str, str]) -> None:
    compiled = polib.mofile(str(FOLDER / "messages.mo"))
    assert {entry.msgid: entry.msgstr for entry in compiled} == english


def test_no_source_asks_for_a_plural_that_the_catalogue_does_not_keep() -> None:
    """An entry without a plural is not found by `ngettext`, which then answers in Chinese."""
    sources = (ROOT / "participation").rglob("*.py")
    assert [str(each) for each in sources if "import ngettext" in each.read_text("utf-8")] == []
