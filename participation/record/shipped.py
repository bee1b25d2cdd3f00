"""The two verifiers as they are handed out: each one file, put together from its parts."""

from __future__ import annotations

import ast
import base64
import hashlib
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "verifier_page"
PARTS = (
    *("encoding", "ed25519", "tree", "note", "log", "package", "inspection", "receipt"),
    *("sentences", "monitor", "command"),
)
"""The modules of `verifier/`, each after those it imports."""
SCRIPTS = ("encoding", "tree", "note", "log", "package", "audit", "receipt", "words", "page")
"""The scripts of `verifier_page/`, likewise."""
HEAD = '''#!/usr/bin/env python3
"""Checks a receipt, an open-data package or a running record of Zhongyan 众言.

    python3 verify.py receipt receipt.json [--package package.zip] [--keys keys.txt]
    python3 verify.py package package.zip [--keys keys.txt] [--head head.txt]
    python3 verify.py monitor https://…/consultations/<slug> --state state.json

Python 3.8 or later, standard library only, no network but in `monitor`. Written from the page
"The format of the record"; a second verifier, verify.html, is written from the same page.
"""

from __future__ import annotations

'''
FOOT = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


@cache
def verify_py() -> bytes:
    """The verifier for the command line: one file, standard library only."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    bodies = []
    for part in PARTS:
        source = (HERE / "verifier" / f"{part}.py").read_text(encoding="utf-8")
        lines = source.splitlines()
        said, *rest = ast.parse(source).body
        for node in rest:
            if isinstance(node, ast.Import):
                plain.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                if node.level == 0 and node.module and node.module != "__future__":
                    named.setdefault(node.module, set()).update(a.name for a in node.names)
            else:
                start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
                break
        assert isinstance(said, ast.Expr)
        title = ast.literal_eval(said.value).splitlines()[0]
        bodies.append(f"# {title}\n\n" + "\n".join(lines[start - 1 :]) + "\n")
    imports = [f"import {name}" for name in sorted(plain)]
    imports += [f"from {name} import {', '.join(sorted(named[name]))}" for name in sorted(named)]
    return (HEAD + "\n".join(imports) + "\n\n\n" + "\n\n".join(bodies) + FOOT).encode()


@cache
def verify_html() -> bytes:
    """The verifier for the browser: one page with its style and script, opened from disk."""
    return page_of(page_script())


def page_script() -> str:
    """The script of the page: its parts in one block, so that they share their names."""
    parts = [(PAGE / f"{part}.js").read_text(encoding="utf-8") for part in SCRIPTS]
    return '"use strict";\n{\n' + "\n".join(parts) + "}\n"


def page_of(script: str) -> bytes:
    """The page around a script; its policy allows that script alone and no connection whatever."""
    style = (PAGE / "page.css").read_text(encoding="utf-8")
    filled = {
        "%style_digest%": _digest(style),
        "%script_digest%": _digest(script),
        "%style%": style,
        "%script%": script,
    }
    page = (PAGE / "page.html").read_text(encoding="utf-8")
    for place, content in filled.items():
        before, after = page.split(place)
        page = before + content + after
    return page.encode()


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
