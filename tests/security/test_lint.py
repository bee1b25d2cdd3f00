"""The program text: bandit finds nothing unexplained, nor do our own rules, each of which can find.

semgrep's searching program runs by itself, with our rule files only: no network, no registry.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.security import scanners

RULES = Path(__file__).with_name("rules")
FIXTURES = RULES / "fixtures"
FILES = sorted(RULES.glob("*.yml"))
IDS = sorted(
    name for path in FILES for name in re.findall(r"^  - id: (\S+)", path.read_text(), re.M)
)
FEWEST_RULES = 25

EXPLAINED = {
    ("address-from-outside", "participation/record/verifier/monitor.py"): (
        "a program of its own that an auditor starts with the site's address"
    ),
    ("clock-read-elsewhere", "participation/kernel/clock.py"): "the clock itself",
    ("commit-outside-the-transaction", "participation/kernel/db.py"): "the one commit",
    ("form-key-left-out", "participation/comments/views/basket.py"): (
        "each opinion of a form whose own key was checked"
    ),
    ("form-key-left-out", "participation/factory.py"): (
        "where `csrf_exempt` of the views is read; test_forgery names every route of it"
    ),
    ("sql-built-from-words", "participation/api/health.py"): "two expressions of the program",
    ("sql-built-from-words", "participation/kernel/db.py"): "settings take no bound values",
    ("sql-built-from-words", "participation/upkeep/restore/postgresql.py"): "our tables' names",
    ("sql-built-from-words", "participation/upkeep/restore/sqlite.py"): "our tables' names",
    ("template-form-without-key", "templates/_macros/nav.html"): (
        "language and reading size: a preference in the reader's own browser"
    ),
    ("template-form-without-key", "templates/comments/write.html"): (
        "shows what the browser kept unsent; nothing is changed by it"
    ),
    ("template-form-without-key", "templates/notifications/unsubscribe.html"): (
        "the key of the mailed link is its right, without a session (RFC 8058)"
    ),
    ("template-form-without-key", "templates/search/_nothing.html"): (
        "words that were not found, counted of nobody"
    ),
    ("template-form-without-key", "templates/web/error.html"): (
        "what was sent is carried with its own key among the fields"
    ),
    ("words-trusted-as-markup", "participation/kernel/db.py"): "the Html column, cleaned on write",
}
"""What a rule finds and what is right all the same, and why."""

Finding = tuple[str, str, int]


@pytest.fixture(scope="module")
def semgrep() -> Path:
    """semgrep's searching program; without it the test is skipped, or fails in CI."""
    found = scanners.semgrep()
    if found is None:
        words = "no scanners: python3 tests/security/scanners.py"
        if os.environ.get("REQUIRE_SCANNERS"):
            pytest.fail(words)
        pytest.skip(words)
    return found


def _search(semgrep: Path, targets: Iterable[tuple[Path, str]], folder: Path) -> set[Finding]:
    """What all rules find in these files, each read as the language beside it."""
    listed = [
        [
            "CodeTarget",
            {
                "path": {"fpath": str(path), "ppath": f"/{path.name}"},
                "analyzer": language,
                "products": ["sast"],
            },
        ]
        for path, language in targets
    ]
    (folder / "targets.json").write_text(json.dumps(["Targets", listed]), encoding="utf-8")
    rules = folder / "rules.yml"
    texts = [path.read_text(encoding="utf-8").partition("rules:\n")[2] for path in FILES]
    rules.write_text("rules:\n" + "".join(texts), encoding="utf-8")
    said = subprocess.run(
        [semgrep, "-rules", rules, "-targets", folder / "targets.json", "-json_nodots", "-j", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[-2000:]
    answer = json.loads(said.stdout)
    assert answer["errors"] == [], answer["errors"]
    return {(each["check_id"], each["path"], each["start"]["line"]) for each in answer["results"]}


def _language(identifier: str) -> str:
    return "generic" if identifier.startswith("template-") else "python"


def test_bandit_finds_nothing_unexplained() -> None:
    command = [sys.executable, "-m", "bandit", "-q", "-ll", "-r", "participation", "app.py"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-4000:]


def test_every_excuse_given_to_bandit_says_why() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "participation").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "nosec" in line and not re.search(r"# nosec B\d{3}(?:, B\d{3})* # \w", line)
    ]
    assert silent == []


def test_bandit_can_find(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import subprocess\nsubprocess.run(words, shell=True)\n", encoding="utf-8")
    command = [sys.executable, "-m", "bandit", "-q", "-ll", str(bad)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_there_are_enough_rules_with_fixtures() -> None:
    assert len(IDS) == len(set(IDS)) >= FEWEST_RULES
    known = Counter(path.name.split(".")[0] for path in FIXTURES.glob("*.*.txt"))
    assert known == Counter(dict.fromkeys(IDS, 2))


def test_every_rule_finds_its_bad_lines_and_passes_its_good_ones(
    semgrep: Path, tmp_path: Path
) -> None:
    pairs = [
        (FIXTURES / f"{each}.{kind}.txt", _language(each))
        for each in IDS
        for kind in ("bad", "good")
    ]
    found = _search(semgrep, pairs, tmp_path)
    for each in IDS:
        bad, good = (FIXTURES / f"{each}.{kind}.txt" for kind in ("bad", "good"))
        lines = bad.read_text(encoding="utf-8").splitlines()
        wanted = {number for number, line in enumerate(lines, 1) if "# bad" in line}
        assert wanted, each
        assert {line for id_, path, line in found if (id_, path) == (each, str(bad))} == wanted, (
            each
        )
        assert [line for id_, path, line in found if (id_, path) == (each, str(good))] == [], each


def test_our_own_rules_find_nothing_in_the_program(semgrep: Path, tmp_path: Path) -> None:
    programs = [
        (path, "python")
        for path in (ROOT / "app.py", *sorted((ROOT / "participation").rglob("*.py")))
        if "migrations" not in path.parts
    ]
    pages = [(path, "generic") for path in sorted((ROOT / "templates").rglob("*.html"))]
    found = {
        (identifier, str(Path(path).relative_to(ROOT)), line)
        for identifier, path, line in _search(semgrep, [*programs, *pages], tmp_path)
    }
    assert sorted(each for each in found if each[:2] not in EXPLAINED) == []
    assert {each[:2] for each in found} == set(EXPLAINED), "an excuse for nothing"
