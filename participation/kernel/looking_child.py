"""The child process that looks into one file within limits; `looking` starts it by its path.

Input: one line of JSON (``name``, ``bare``, ``memory_bytes``, ``cpu_seconds``), then the bytes of
the file.
Output: one line of JSON, ``refusal`` or ``name`` and ``kind``, then the bytes that may be kept
where they are not the same.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Read the request from standard input, answer on standard output."""
    limits = runpy.run_path(str(Path(__file__).with_name("limits.py")))
    request = json.loads(sys.stdin.buffer.readline())
    limits["limit_resources"](request["memory_bytes"], request["cpu_seconds"])
    limits["use_bare_packages"]()
    from participation.kernel.errors import Invalid
    from participation.kernel.files import accept

    data = sys.stdin.buffer.read()
    try:
        accepted = accept(request["name"], data, bare=request["bare"])
    except Invalid as error:
        refusal = {"reason": error.reason, "params": error.params, "field": error.field}
        sys.stdout.buffer.write(json.dumps({"refusal": refusal}).encode())
        return
    answer = {"name": accepted.name, "kind": accepted.kind, "is_same": accepted.data is data}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    if not answer["is_same"]:
        sys.stdout.buffer.write(accepted.data)


if __name__ == "__main__":
    main()
