"""The number formats of Word's automatic numbering: 十二, 甲, ①, xii."""

from __future__ import annotations

from collections.abc import Callable

from participation.consultations.numbering import format_number

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def _of_row(row: str) -> Callable[[int], str | None]:
    return lambda number: row[number - 1] if 0 < number <= len(row) else None


def _chinese(number: int) -> str | None:
    return format_number(number) if 0 < number <= 9999 else None


def _formal(number: int) -> str | None:
    written = _chinese(number)
    table = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
    return written.translate(table) if written else None


def _digital(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def _full_width(number: int) -> str:
    return str(number).translate(_FULL_WIDTH)


def _roman(number: int) -> str | None:
    if not 0 < number < 4000:
        return None
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str | None:
    """a to z, then aa, bb and so on, as Word does."""
    if not 0 < number <= 780:
        return None
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _upper(write: Callable[[int], str | None]) -> Callable[[int], str | None]:
    return lambda number: (write(number) or "").upper() or None


_WRITERS: dict[str, Callable[[int], str | None]] = {
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
            "japaneseCounting",
            "japaneseDigitalTenThousand",
        ),
        _chinese,
    ),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional"), _formal),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital"), _digital),
    **dict.fromkeys(("decimal", "decimalHalfWidth"), str),
    **dict.fromkeys(
        ("decimalEnclosedCircle", "decimalEnclosedCircleChinese"),
        _of_row("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    ),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), _full_width),
    "ideographTraditional": _of_row("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of_row("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _of_row("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "decimalEnclosedParen": "（{}）".format,
    "decimalEnclosedFullstop": "{}.".format,
    "decimalZero": "{:02d}".format,
    "lowerRoman": _roman,
    "upperRoman": _upper(_roman),
    "lowerLetter": _letters,
    "upperLetter": _upper(_letters),
    "none": lambda _: "",
}


def write_number(number: int, form: str) -> str | None:
    """`number` in a Word number format (``chineseCounting``, ``decimal`` …); None if not known."""
    writer = _WRITERS.get(form)
    return writer(number) if writer else None
