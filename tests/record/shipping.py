"""The verifiers as people get them: verify.py loaded from a file, verify.html written to one."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from participation.record.shipped import verify_py
from tests.record.attacks import Mutant

_numbers = itertools.count()


def loaded(folder: Path, *changes: tuple[str, str]) -> ModuleType:
    """The shipped verify.py as a module; `changes` replace lines of it (a broken one)."""
    source = verify_py().decode()
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    name = f"verify_{next(_numbers)}"
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def judged(verify: ModuleType, mutant: Mutant, package: Any, keys: list[str]) -> str:
    """The verdict's code on a mutant, in its mode."""
    code: str = verify.check_receipt(
        mutant.receipt,
        package if mutant.mode == "package" else None,
        keys if mutant.mode == "keys" else (),
    ).code
    return code


IGNORES_INDEX = (
    "    if not 0 <= index < size:\n        return False\n    place, last = index, size - 1\n",
    "    if any(\n"
    "        _led(place, size, hashed, proof, root) for place in range(size)\n"
    "    ):\n        return True\n    place, last = index, size - 1\n",
)
"""A verifier for which a leaf may stand at any index that its proof fits."""
LED = (
    "\n\ndef is_included(",
    "\n\ndef _led(index, size, hashed, proof, root):\n"
    "    for step in proof:\n"
    "        index, hashed = index >> 1, (\n"
    "            node_hash(step, hashed) if index & 1 else node_hash(hashed, step)\n"
    "        )\n"
    "    return hashed == root\n"
    "\n\ndef is_included(",
)
IGNORES_SIGNATURE = ("    return bool(by_known) and all(by_known)\n", "    return True\n")
