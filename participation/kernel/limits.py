"""What a child process that looks at one file does first: binds itself, loads what it needs.

A child is started by its path and isolated, so it runs this file by its path, too (`runpy`).
"""

from __future__ import annotations

import sys
import types
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def limit_resources(memory_bytes: int, cpu_seconds: int) -> None:
    """Bind this process to its memory and time, where the platform can; no files, no core dump."""
    try:
        import resource
    except ImportError:  # Windows: the parent's time-out remains
        return
    for kind, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):  # a platform that has the name but not the limit
            continue


def use_bare_packages(*features: str) -> None:
    """Make `participation.<feature>.…` importable without running the packages' own code."""
    paths = {"participation": PACKAGE}
    paths |= {f"participation.{name}": PACKAGE / name for name in features}
    for name, path in paths.items():
        package = types.ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
