"""Holds every pair of colours of the three themes to the contrast that WCAG 2.1 asks."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "static" / "_base"
THEMES = ("light", "dark", "contrast")
TEXT_ON = {
    "paper": ["ink", "ink-soft", "primary", "primary-deep", "seal", "green", "ochre", "grey"],
    "paper-sunk": ["ink", "ink-soft", "primary", "primary-deep"],
    "field": ["ink", "ink-soft", "primary", "primary-deep", "seal", "green", "ochre", "grey"],
    "shade": ["ink", "ink-soft"],
    "primary-wash": [
        "ink",
        "ink-soft",
        "primary",
        "primary-deep",
        "seal",
        "ochre",
        "green",
        "grey",
    ],
    "seal-wash": ["ink", "primary", "primary-deep", "seal"],
    "green-wash": ["ink", "primary", "primary-deep", "green"],
    "ochre-wash": ["ink", "primary", "primary-deep", "ochre"],
    "grey-wash": ["ink", "grey"],
    "primary": ["on-primary"],
    "primary-deep": ["on-primary"],
}
# Edges of fields, focus rings and shapes: WCAG 1.4.11 asks 3:1 against what they stand on.
DRAWN_ON = {
    "paper": ["edge", "focus", "primary", "seal", "green", "ochre", "grey"],
    "field": ["edge", "focus"],
    "paper-sunk": ["primary", "green", "ochre", "grey"],
}


def palette(theme: str) -> dict[str, str]:
    """The named colours of one theme, as ``#rrggbb``."""
    text = (STYLES / f"theme-{theme}.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.1), between 0 and 1."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, between 1 and 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(theme: str, pairs: dict[str, list[str]], least: float) -> list[str]:
    """Each pair of ``theme`` that falls short of ``least``, said with its ratio."""
    colours = palette(theme)
    ratios = {
        (front, ground): contrast(colours[front], colours[ground])
        for ground, fronts in pairs.items()
        for front in fronts
    }
    return [f"{f} on {g}: {ratio:.2f}" for (f, g), ratio in ratios.items() if ratio < least]


def test_the_measure_knows_black_white_and_a_known_grey() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("theme", "least"), [("light", 4.5), ("dark", 4.5), ("contrast", 7)])
def test_every_text_is_readable_on_its_ground(theme: str, least: float) -> None:
    assert too_weak(theme, TEXT_ON, least) == []


@pytest.mark.parametrize("theme", THEMES)
def test_edges_rings_and_shapes_stand_out(theme: str) -> None:
    assert too_weak(theme, DRAWN_ON, 3) == []


def test_the_three_themes_name_the_same_colours() -> None:
    assert palette("light").keys() == palette("dark").keys() == palette("contrast").keys()


def test_no_colour_is_named_outside_the_themes() -> None:
    for sheet in STYLES.glob("*.css"):
        if sheet.stem.startswith("theme-") or sheet.stem == "print":
            continue
        strangers = set(re.findall(r"#[0-9a-f]{3,6}\b", sheet.read_text(encoding="utf-8")))
        assert strangers <= {"#fff"}, f"{sheet.name} names {strangers}"  # white under a QR code


def test_every_variable_that_is_used_is_defined() -> None:
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in STYLES.glob("*.css"))
    used = set(re.findall(r"var\(--([a-z-]+)\)", text))
    assert used <= set(re.findall(r"--([a-z-]+):", text))
