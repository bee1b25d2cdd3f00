"""wapiti and sqlmap find every hole of a careless application, and in the same run none in ours.

In CI an officer's view, a few pages and seconds; `DRILL_SIZE=full` as guest, citizen, officer and
administrator, every module, the whole site.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.browser.chromium import served
from tests.security import scanners, table
from tests.security.attacking import ALL_MODULES, MODULES, Finding, sqlmap, wapiti
from tests.security.careless import HOLES, careless_app
from tests.security.estate import Estate
from tests.security.walking import address, routes

FULL = os.environ.get("DRILL_SIZE") == "full"
PEOPLE = ("guest", "citizen", "officer", "administrator") if FULL else ("officer",)
QUICK = ("xss", "sql", "redirect")
ASKED = re.compile(r"request\.args\.get\(\s*[\"'](\w+)[\"']|asked\.get\([\"'](\w+)[\"']")


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """Without the scanners the tests are skipped, or fail in CI."""
    if not scanners.is_complete():
        words = "no scanners: python3 tests/security/scanners.py"
        if os.environ.get("REQUIRE_SCANNERS"):
            pytest.fail(words)
        pytest.skip(words)


def _unexplained(found: set[Finding]) -> list[Finding]:
    known = [
        [part.strip() for part in line.split("|")]
        for line in Path(__file__)
        .with_name("findings.txt")
        .read_text(encoding="utf-8")
        .splitlines()
        if line and not line.startswith("#")
    ]
    return sorted(
        each
        for each in found
        if not any(
            each.category == category and re.fullmatch(path, each.path)
            for category, path, _why in known
        )
    )


def _addresses(estate: Estate, role: str) -> list[str]:
    """Every page of this person with every name that the program asks an address for."""
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (scanners.ROOT / "participation").rglob("views/*.py")
    )
    names = sorted({one or other for one, other in ASKED.findall(source)} - {"next"})
    query = "?" + "&".join(f"{name}=1" for name in names)
    cells = table.read()
    return [
        address(estate, route, estate.matters["closed"]) + query
        for route in routes(estate)
        if not route.is_unsafe
        and table.sign(cells, route.name, role, "closed") == "+"
        and ("static" not in route.endpoint)
    ]


def test_wapiti_finds_every_planted_hole(tmp_path: Path) -> None:
    with served(careless_app(tmp_path)) as origin:
        found = wapiti(origin, tmp_path, modules=MODULES, seconds=90, attack_seconds=90)
    missed = {
        (category, path)
        for category, path in HOLES.items()
        if not any((each.category, each.path) == (category, path) for each in found)
    }
    assert missed == set()


@pytest.mark.parametrize("role", PEOPLE)
def test_wapiti_finds_nothing_unexplained_in_our_site(
    grown: Estate, tmp_path: Path, role: str
) -> None:
    slug = grown.matters["open"].slug
    starts = ["/consultations", f"/consultations/{slug}/comments", f"/desk/consultations/{slug}"]
    with served(grown.app) as origin:
        found = wapiti(
            origin,
            tmp_path,
            cookie=grown.cookie(role),
            modules=ALL_MODULES if FULL else QUICK,
            depth=40 if FULL else 1,
            starts=starts,
            seconds=600 if FULL else 6,
            attack_seconds=600 if FULL else 6,
        )
    assert _unexplained(found) == []


def test_sqlmap_finds_the_planted_hole_and_none_in_our_site(grown: Estate, tmp_path: Path) -> None:
    with served(careless_app(tmp_path)) as origin:
        assert sqlmap(origin, ["/item?id=1"], tmp_path) == {"/item"}
    for role in PEOPLE:
        paths = _addresses(grown, role)
        assert len(paths) > 20
        # The pages with the most parameters that reach a query.
        few = [each for each in paths if re.match(r"/desk/people\?|/consultations\?", each)]
        with served(grown.app) as origin:
            found = sqlmap(
                origin,
                paths if FULL else few,
                tmp_path,
                cookie=grown.cookie(role),
                level=2 if FULL else 1,
                technique="BEUT" if FULL else "E",
            )
        assert found == set()
