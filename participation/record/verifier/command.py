"""The command line: receipt, package, monitor; one sentence of verdict, exit 0, 1 or 2."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from .encoding import Malformed, read_json, read_lines
from .inspection import audit
from .log import Fault
from .monitor import Unreachable, visit
from .package import Package, unzip
from .receipt import Verdict, check_receipt
from .sentences import Pair, summed, told, told_fault

ABOUT = "核对众言的记录（只用 Python 标准库）。 / Checks a record of Zhongyan."
MOST_TOLD = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command: 0 when all is right, 1 when something is not, 2 when nothing was checked."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except (OSError, Unreachable) as error:
        pair = (f"没有核对成：{error}", f"Nothing was checked: {error}")
        _tell(given, {"code": "unchecked", "why": str(error)}, [pair], sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verify.py", description=ABOUT)
    commands = parser.add_subparsers(dest="command", metavar="receipt | package | monitor")
    commands.required = True
    receipt = commands.add_parser("receipt", help="核对一份回执 / check a receipt")
    receipt.add_argument("file", help="receipt.json")
    receipt.add_argument("--package", metavar="ZIP", help="资料包 / an open-data package")
    receipt.set_defaults(run=_receipt)
    package = commands.add_parser("package", help="核对整个资料包 / audit a package")
    package.add_argument("file", help="package.zip")
    package.add_argument(
        "--head", metavar="FILE", help="以前公布的记录头 / a head published before"
    )
    package.set_defaults(run=_package)
    monitor = commands.add_parser("monitor", help="监看一个网站 / watch a running site")
    monitor.add_argument("url", help="https://…/consultations/<slug>")
    monitor.add_argument(
        "--state", metavar="FILE", required=True, help="保存上次记录头 / what is kept"
    )
    monitor.set_defaults(run=_monitor)
    for one in (receipt, package):
        one.add_argument("--keys", metavar="FILE", help="已知的公钥 / keys known from elsewhere")
    for one in (receipt, package, monitor):
        one.add_argument("--json", action="store_true", help="一行 JSON / one line of JSON")
    return parser


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _keys(given: argparse.Namespace) -> list[str]:
    lines = read_lines(_read(given.keys)) if given.keys else []
    return [line.decode("utf-8", "replace").strip() for line in lines if line.strip()]


def _tell(
    given: argparse.Namespace, result: dict[str, Any], lines: list[Pair], stream: Any = None
) -> None:
    stream = stream or sys.stdout
    if given.json:
        said = {"zh": " ".join(one[0] for one in lines), "en": " ".join(one[1] for one in lines)}
        print(json.dumps({**result, **said}, ensure_ascii=False), file=sys.stdout)
        return
    for language in (0, 1):
        for line in lines:
            print(line[language], file=stream)


def _receipt(given: argparse.Namespace) -> int:
    try:
        receipt = read_json(_read(given.file))
    except Malformed:
        receipt = None
    package: Package | None = None
    faults: list[Fault] = []
    keys = _keys(given)
    if given.package:
        files = _unzipped(given.package)
        package, faults = Package(files), audit(files, keys)
    verdict: Verdict = check_receipt(receipt, package, keys)
    lines = told(verdict)
    if package is not None and faults:
        lines.append(summed(faults, ("", "")))
    result = {"code": verdict.code, "params": verdict.params, "faults": faults}
    _tell(given, result, lines)
    return 0 if verdict.code == "included" and not faults else 1


def _unzipped(path: str) -> dict[str, bytes]:
    """The files of a package; one that cannot be opened has none, and every fault."""
    try:
        return unzip(_read(path))
    except Malformed:
        return {}


def _package(given: argparse.Namespace) -> int:
    head = _read(given.head).decode("utf-8", "replace") if given.head else ""
    files = _unzipped(given.file)
    faults = audit(files, _keys(given), head)
    package = Package(files)
    origin, comments, leaves = package.origin, len(package.log.opinions), len(package.leaves)
    fine = (
        f"相符：{origin} 的 {comments} 份意见、{leaves} 条记录全部核对无误。",
        f"All right: {origin}, {comments} comments and {leaves} leaves hold every rule.",
    )
    lines = [summed(faults, fine), *(told_fault(fault) for fault in faults[1:MOST_TOLD])]
    _tell(given, {"code": "faults" if faults else "right", "faults": faults}, lines)
    return 1 if faults else 0


def _monitor(given: argparse.Namespace) -> int:
    found = visit(given.url, given.state)
    fine = (
        f"相符：{found.origin} 的记录接续上次保存的记录头，"
        f"{found.comments} 份意见、{found.size} 条记录核对无误。",
        f"All right: the record of {found.origin} continues the kept head; "
        f"{found.comments} comments and {found.size} leaves hold.",
    )
    lines = [summed(found.faults, fine), *map(told_fault, found.faults[1:MOST_TOLD])]
    result = {"code": "alarm" if found.faults else "right", "faults": found.faults}
    _tell(given, {**result, "origin": found.origin, "size": found.size}, lines)
    return 1 if found.faults else 0
