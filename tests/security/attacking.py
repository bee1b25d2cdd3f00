"""Sets wapiti and sqlmap upon a served application and reads what they found."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.security import scanners

MODULES = ("xss", "permanentxss", "sql", "redirect", "file", "csrf", "crlf")
ALL_MODULES = (
    *MODULES,
    "ssrf",
    "upload",
    "xxe",
    "exec",
    "methods",
    "htaccess",
    "backup",
    "timesql",
)
NOT_PRESSED = ("/account/sign-out", "/account/delete", "/account/password", "/language", "/reading")
"""What would end the scanner's own session, or give it another language."""


class Finding(NamedTuple):
    """One finding of wapiti: its category, the method, the path, the parameter."""

    category: str
    method: str
    path: str
    parameter: str


def wapiti(
    origin: str,
    folder: Path,
    *,
    cookie: str = "",
    modules: Sequence[str] = MODULES,
    depth: int = 2,
    starts: Sequence[str] = (),
    seconds: int = 20,
    attack_seconds: int = 8,
) -> set[Finding]:
    """Crawl and attack an application; what was found."""
    program = scanners.program("wapiti")
    assert program is not None
    report = folder / "wapiti.json"
    command = [
        str(program), "-u", f"{origin}/", "--scope", "domain", "-m", ",".join(modules),
        "-d", str(depth), "--tasks", "4", "--max-scan-time", str(seconds),
        "--max-attack-time", str(attack_seconds), "-t", "30", "-S", "normal", "-l", "2",
        "--flush-session", "--no-bugreport", "--store-session", str(folder / "session"),
        "--store-config", str(folder / "config"), "-f", "json", "-o", str(report), "-v", "0",
    ]  # fmt: skip
    for path in starts:
        command += ["-s", f"{origin}{path}"]
    for path in NOT_PRESSED:
        command += ["-x", f"{origin}{path}*"]
    if cookie:
        command += ["-C", cookie, "--drop-set-cookie"]
    said = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=seconds * 30 + 600
    )
    assert report.is_file(), said.stdout[-2000:] + said.stderr[-2000:]
    answer = json.loads(report.read_text(encoding="utf-8"))
    return {
        Finding(category, each["method"], urlsplit(each["path"]).path, each["parameter"] or "")
        for category, found in answer["vulnerabilities"].items()
        for each in found
    }


def sqlmap(
    origin: str,
    paths: Sequence[str],
    folder: Path,
    *,
    cookie: str = "",
    level: int = 1,
    risk: int = 1,
    technique: str = "BEU",
) -> set[str]:
    """Attack every parameter of these addresses; the paths that take an injection."""
    program = scanners.program("sqlmap")
    assert program is not None
    listed = folder / "addresses.txt"
    listed.write_text("\n".join(f"{origin}{path}" for path in paths) + "\n", encoding="utf-8")
    results = folder / "sqlmap.csv"
    # A run that finds nothing writes nothing: the last one's findings are not its own.
    results.unlink(missing_ok=True)
    command = [
        str(program), "-m", str(listed), "--batch", "--level", str(level), "--risk", str(risk),
        "--technique", technique, "--dbms", "sqlite", "--flush-session", "--disable-coloring",
        "--output-dir", str(folder / "sqlmap"), "--results-file", str(results),
        "--smart", "--threads", "2", "--timeout", "30", "--retries", "1",
    ]  # fmt: skip
    if cookie:
        command += ["--cookie", cookie]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
    lines = results.read_text(encoding="utf-8").splitlines()[1:] if results.is_file() else []
    assert "starting @" in said.stdout, said.stdout[-2000:] + said.stderr[-2000:]
    return {
        urlsplit(line.split(",")[0]).path
        for line in lines
        if "," in line and "injectable" not in line
    }
