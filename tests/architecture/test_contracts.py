"""Who may import whom: the layers of the house, checked on the real import graph."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def _lint(config: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "import sys; sys.path.insert(0, '.');"
        "from importlinter.cli import lint_imports_command as c; c()",
        "--config",
        str(config),
        "--no-cache",
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_import_contracts_hold() -> None:
    found = _lint(ROOT / "pyproject.toml")
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_broken_layer_is_caught(tmp_path: Path) -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    swapped = text.replace('    "adoption",\n', "").replace(
        '    "config | kernel",\n', '    "config | kernel",\n    "adoption",\n'
    )
    assert swapped != text
    config = tmp_path / "pyproject.toml"
    config.write_text(swapped, encoding="utf-8")
    found = _lint(config)
    assert found.returncode == 1
    assert "BROKEN" in found.stdout
