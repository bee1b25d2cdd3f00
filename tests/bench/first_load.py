"""A first visit with an empty cache: bytes over the wire, the largest paint, how much jumps.

In Chromium, on loopback, the processor four times as slow, the page 390 px wide; a draft of 95
articles with 10,000 opinions. Usage: python -m tests.bench.first_load [--comments 10000]
"""

from __future__ import annotations

import argparse
import shutil
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from participation.consultations.numbering import format_number
from tests.bench.filling import fill
from tests.bench.measuring import a_place, an_open_consultation, at_most, inside, median, say
from tests.browser.chromium import NAMES

ARTICLES, ROUNDS, SLOWER = 95, 5, 4
MOST_BYTES, LATEST_PAINT = 150_000, 1.0
SENTENCE = "应当按照便民、节约的原则办理，在三日内答复，并把办理的经过写进台账。"
WATCH = """() => {
  window.painted = 0; window.jumped = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.painted = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.jumped += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=10_000)
    given = parser.parse_args()
    with a_place() as place:
        with inside(place):
            found = an_open_consultation(a_long_draft())
            fill(found, given.comments)
            slug = found.slug
        place.serve()
        chromium = next(path for name in NAMES if (path := shutil.which(name)))
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, path in (
                ("the consultation", ""),
                ("its draft", "/draft"),
                ("the opinions", "/comments"),
            ):
                address = f"http://127.0.0.1:{place.port}/consultations/{slug}{path}"
                visits = [visit(browser, address) for _ in range(ROUNDS)]
                say(f"{name} ({given.comments} opinions)")
                at_most("bytes over the wire", max(each[0] for each in visits), MOST_BYTES)
                at_most("largest paint, s (median)", median([each[1] for each in visits]), 1.0)
                at_most("layout shift", max(each[2] for each in visits), 0.01)


def a_long_draft() -> str:
    """A draft of 95 articles in seven chapters."""
    lines = ["云溪县村道养护管理办法", "（征求意见稿）", ""]
    for number in range(1, ARTICLES + 1):
        if number % 14 == 1:
            lines.append(f"第{format_number(number // 14 + 1)}章　总则")
        lines.append(f"第{format_number(number)}条　村道的养护{SENTENCE * 3}")
        if number % 5 == 0:
            lines += [f"（{format_number(item)}）{SENTENCE}" for item in range(1, 4)]
    return "\n".join(lines) + "\n"


def visit(browser: Browser, address: str) -> tuple[int, float, float]:
    """One first visit: bytes received with all that the page asks for, seconds, shift."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    received: list[float] = []

    def count(event: dict[str, Any]) -> None:
        received.append(event["encodedDataLength"])

    line.on("Network.loadingFinished", count)
    page.add_init_script(f"({WATCH})()")
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(500)
    painted, jumped = page.evaluate("[window.painted, window.jumped]")
    context.close()
    return int(sum(received)), painted / 1000, jumped


if __name__ == "__main__":
    main()
