"""Starts programs quickly: imports the platform once, then forks one child for each request.

`python app.py` and `flask --app app …` spend most of their start on imports. A drill that kills a
server forty times would spend its minutes there; the children forked here run the very same
entry points in a process of their own, with nothing opened before the fork.

Requests are lines of JSON on stdin: `argv`, `env`, `log` and optionally `fault` (see broken.py)
and `host`, the network namespace that the program is to run in (see hosts.py).
The answer is the child's process id. When a child ends by itself, its exit code is written to
the file `<log>.exit`.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
import traceback
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Import, then answer requests until stdin ends."""
    sys.path.insert(0, str(ROOT))
    _import_the_platform()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(request)
        print(child, flush=True)


def _import_the_platform() -> None:
    import flask.cli  # noqa: F401
    import huey.consumer  # noqa: F401
    import waitress  # noqa: F401

    from participation.factory import FEATURES, PARTS

    for feature in FEATURES:
        for part in PARTS:
            name = f"participation.{feature}.{part}"
            if find_spec(f"participation.{feature}") and find_spec(name):
                import_module(name)


def _become(request: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 1
    try:
        code = _run(request)
    except SystemExit as end:
        code = _code(end)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        Path(f"{request['log']}.exit").write_text(str(code))
        os._exit(code)


def _run(request: dict[str, Any]) -> int:
    os.environ.update(request["env"])
    os.chdir(ROOT)
    if request.get("host"):
        from tests.drills import hosts

        hosts.move_to(request["host"])
    sys.argv = request["argv"]
    if request.get("fault"):
        from tests.drills import broken

        broken.FAULTS[request["fault"]]()
    if sys.argv[0] == "flask":
        import flask.cli

        flask.cli.main()
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
    return 0


def _code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    main()
