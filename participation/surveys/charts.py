"""The picture of a question's results: horizontal bars in the table's order, drawn as SVG."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from participation.kernel.text import excerpt
from participation.surveys.queries import OptionResult

WIDTH = 480
ROW, FRAME = 36, 24
FONT = 18
WIDEST_LABEL = 12
FAMILY = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a chart may do when it is opened by itself: be looked at, with its own style sheet."""

VALUES_BESIDE_BARS = "inline:.text-overlay text.value{text-anchor:start}"
INK, RULE, PAPER, BAR = "#1f2328", "#d9d4c7", "#fffdf9", "#1f5f74"


@cache
def _pygal() -> Any:
    """The library, imported at the first drawing: few processes ever draw.

    It leaves an importer for its map plug-ins behind, of a kind that Python has given up and warns
    of at every later import; we draw no maps.
    """
    import pygal

    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return pygal


def size_of(options: Sequence[OptionResult]) -> tuple[int, int]:
    """Width and height of a chart in pixels, so that the page keeps its place."""
    return WIDTH, ROW * max(len(options), 1) + FRAME


def draw(title: str, options: Sequence[OptionResult]) -> bytes:
    """An SVG document of the votes; long labels are shortened, the table has them whole."""
    width, height = size_of(options)
    labels = [_short(option.text) for option in options]
    most = max((option.votes for option in options), default=0)
    chart = _pygal().HorizontalBar(
        width=width,
        height=height,
        # pygal reckons 0.6 of the font's size for a letter; a Chinese one is a whole square.
        margin_left=_missing_width(labels),
        margin_right=64,
        margin_top=10,
        margin_bottom=10,
        title=None,
        js=[],
        show_legend=False,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda votes: f"{votes:,.0f}",
        truncate_label=-1,
        range=(0, max(most, 1)),
        show_x_labels=False,
        show_x_guides=False,
        css=["file://style.css", "file://graph.css", VALUES_BESIDE_BARS],
        spacing=8,
        disable_xml_declaration=False,
        style=_style(),
    )
    # Horizontal bars are drawn from the bottom up; the table reads from the top down.
    chart.x_labels = labels[::-1]
    chart.add(title, [option.votes for option in options][::-1])
    chart.add_xml_filter(lambda root: _bare(root, title))
    return bytes(chart.render())


def _short(text: str) -> str:
    """The label within the widest that leaves room for bars, in whole-square letters."""
    length = len(text)
    while _ems(excerpt(text, length)) > WIDEST_LABEL:
        length -= 1
    return excerpt(text, length)


def _missing_width(labels: Sequence[str]) -> int:
    longest = max(map(len, labels), default=0)
    widest = max(map(_ems, labels), default=0.0)
    return 16 + max(0, round(widest * FONT - longest * FONT * 0.6))


def _ems(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.6 for sign in text)


def _style() -> Any:
    return _pygal().style.Style(
        background=PAPER,
        plot_background=PAPER,
        foreground=INK,
        foreground_strong=INK,
        foreground_subtle=RULE,
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=(BAR,),
        font_family=FAMILY,
        value_font_family=FAMILY,
        label_font_family=FAMILY,
        major_label_font_family=FAMILY,
        label_font_size=FONT,
        major_label_font_size=FONT,
        value_font_size=FONT,
        value_colors=(INK,),
    )


def _bare(root: Any, title: str) -> Any:
    """The drawing without pygal's scripts and comments, under the question's own title."""
    for each in list(root.iter()):
        # A comment's tag is a function.
        is_named = isinstance(each.tag, str)
        if not is_named or each.tag.rpartition("}")[2] == "script":
            each.getparent().remove(each)
    root.find("{*}title").text = title
    return root
