"""The comparison in a process of its own finds what it finds here, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import sys

from participation.campaigns.apart import group_apart
from participation.campaigns.grouping import Text, group
from participation.campaigns.normalising import clauses
from participation.campaigns.rules import Side
from tests.conftest import ROOT
from tests.factories.campaigns import TEXT, VERSIONS

TEXTS = [
    Text(tuple(clauses(words)), side, copies)
    for words, side, copies in (
        *((each, Side.NEITHER, 1) for each in VERSIONS),
        ("草案第三条写得太笼统，应当列出具体的处罚标准和申诉办法。", Side.NEITHER, 2),
    )
]


def test_a_process_of_its_own_finds_the_same_groups() -> None:
    assert group_apart(TEXTS) == group(TEXTS)
    assert group_apart([]) == []


def test_whoever_compares_apart_loads_no_numpy() -> None:
    words = (
        "import sys\n"
        "from participation.campaigns.apart import group_apart\n"
        "from participation.campaigns.grouping import Text\n"
        "from participation.campaigns.rules import Side\n"
        f"text = Text(({TEXT!r},), Side.NEITHER, 2)\n"
        "assert len(group_apart([text])) == 1\n"
        "assert 'numpy' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
