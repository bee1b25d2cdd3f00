"""The table of ASVS 5.0 lines has no gap: every line once, every test and document real."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

TABLE = ROOT / "docs" / "security" / "asvs.md"
LEVELS: dict[str, int] = json.loads(
    Path(__file__).with_name("asvs_ids.json").read_text(encoding="utf-8")
)
CHOSEN = {
    "1.2.10", "1.3.12", "2.3.5", "4.1.4", "5.2.4", "5.2.5", "5.2.6", "5.3.3", "8.3.2",
    "15.4.1", "15.4.2", "15.4.3", "15.4.4",
}  # fmt: skip
"""Lines of level 3 that are taken besides levels 1 and 2."""
LINE = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+?) \| (.+) \|$")


def gaps(text: str) -> list[str]:
    """What is wrong with a table."""
    body, _, rest = text.partition("## Lines that cannot apply")
    rows = [found.groups() for line in body.splitlines() if (found := LINE.match(line))]
    named = [row[0] for row in rows]
    excused = re.findall(r"\b\d+\.\d+\.\d+\b", rest.partition("\n")[2].replace("5.0.0", ""))
    wanted = {line for line, level in LEVELS.items() if level < 3} | CHOSEN
    said = Counter([*named, *excused])
    wrong = [f"{line} is missing" for line in sorted(wanted - set(said))]
    wrong += [f"{line} is not a line to be shown" for line in sorted(set(said) - wanted)]
    wrong += [f"{line} stands {count} times" for line, count in said.items() if count > 1]
    for line, level, _words, shown in rows:
        if LEVELS.get(line) != int(level):
            wrong.append(f"{line} is of level {LEVELS.get(line)}")
        wrong += [f"{line}: {each}" for each in _unreal(shown)]
    return wrong


def _unreal(shown: str) -> list[str]:
    evidence = re.findall(r"`((?:tests|docs)/[^`]+)`", shown)
    wrong = [each for each in evidence if not _is_real(each)]
    if not evidence and not re.match(r"(Reason|Not met): .{20,}", shown):
        wrong.append("neither a test, nor a document, nor a reason")
    return wrong


def _is_real(name: str) -> bool:
    path, _, test = name.partition("::")
    if not (ROOT / path).is_file():
        return False
    return not test or test in _tests(ROOT / path)


@cache
def _tests(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_line_is_shown_or_excused_once() -> None:
    assert gaps(TABLE.read_text(encoding="utf-8")) == []


def test_the_list_of_lines_is_that_of_the_standard() -> None:
    assert Counter(LEVELS.values()) == {1: 70, 2: 183, 3: 92}


def test_a_gap_is_found() -> None:
    text = TABLE.read_text(encoding="utf-8")
    without = "\n".join(line for line in text.splitlines() if not line.startswith("| 1.2.4 "))
    assert gaps(without) == ["1.2.4 is missing"]
    renamed = text.replace("::test_looking_changes_nothing", "::test_that_is_not_there")
    assert any("test_that_is_not_there" in each for each in gaps(renamed))
    twice = text.replace("| 1.2.5 |", "| 1.2.4 |")
    assert {"1.2.5 is missing", "1.2.4 stands 2 times"} <= set(gaps(twice))
