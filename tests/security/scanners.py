"""Makes the environment of the security scanners: `python3 tests/security/scanners.py`.

It is apart from ours because their pins do not agree with ours. Of semgrep only the program that
searches is used, so its many requirements are left out.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-scanners"
SEMGREP = "semgrep==1.185.0"
NEEDED = Path(__file__).with_name("requirements.txt")


def semgrep() -> Path | None:
    """The searching program of semgrep, where it is installed."""
    return next(FOLDER.glob("lib/python3*/site-packages/semgrep/bin/semgrep-core"), None)


def program(name: str) -> Path | None:
    """`wapiti` or `sqlmap`, where it is installed."""
    found = FOLDER / "bin" / name
    return found if found.is_file() else None


def is_complete() -> bool:
    """Whether all three are there."""
    return bool(semgrep() and program("wapiti") and program("sqlmap"))


def main() -> None:
    """Make the environment, unless it is complete."""
    if is_complete():
        return
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", FOLDER], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(FOLDER / "bin" / "python"), "install", "-q"]
    subprocess.run([*pip, "--no-deps", SEMGREP], check=True)
    subprocess.run([*pip, "-r", str(NEEDED)], check=True)


if __name__ == "__main__":
    main()
