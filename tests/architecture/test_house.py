"""The house rules that an import graph cannot see: names, sizes, one clock, one commit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "participation"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NO_NAMES = {"utils", "helpers", "services", "managers", "signals", "common"}
MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 60, 200


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_says_what_it_is_for_and_stays_small(path: Path) -> None:
    tree = _tree(path)
    assert ast.get_docstring(tree), "opens with one sentence"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES
    assert not NO_NAMES & {path.stem, *path.relative_to(PACKAGE).parts}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_stays_small_and_trusts_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= TEMPLATE_LINES
    assert not re.search(r"\|\s*safe\b", text), "no |safe"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "no inline script"
    assert not re.search(r"<style\b|\sstyle=", text), "no inline style"
    assert not re.search(r"\son\w+=", text), "no inline handler"


def test_only_the_clock_reads_the_time() -> None:
    banned = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)$")
    found = [
        f"{_name(path)}:{line} {call}"
        for path in MODULES
        if path != PACKAGE / "kernel" / "clock.py"
        for line, call in _calls(path)
        if banned.search(call)
    ]
    assert found == []


def test_only_the_transaction_commits() -> None:
    found = [
        f"{_name(path)}:{line} {call}"
        for path in MODULES
        if path not in {PACKAGE / "kernel" / "db.py", PACKAGE / "migrations" / "env.py"}
        for line, call in _calls(path)
        if call.endswith((".commit", ".begin_nested", ".begin"))
    ]
    assert found == []


def test_a_transaction_opens_in_views_jobs_and_commands_only() -> None:
    allowed = {"views", "jobs", "cli", "loading", "serving", "db"}
    found = [
        f"{_name(path)}:{line}"
        for path in MODULES
        if not allowed & {path.stem, path.parent.name}
        for line, call in _calls(path)
        if call == "transaction" or call.endswith(".transaction")
    ]
    assert found == []


def test_every_feature_has_its_tests_and_templates_where_they_belong() -> None:
    features = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    tested = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert features - tested == set()
    known = features | {"_layouts", "_macros"}
    assert {path.name for path in (ROOT / "templates").iterdir()} - known == set()
    assert {path.name for path in (ROOT / "static").iterdir()} - features - {"_base"} == set()


def test_the_house_rules_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("from datetime import datetime\nx = datetime.now()\n", encoding="utf-8")
    assert [call for _, call in _calls(bad)] == ["datetime.now"]
    with pytest.raises(AssertionError):
        test_a_module_says_what_it_is_for_and_stays_small(bad)
