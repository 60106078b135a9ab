"""How a copy writes a canonical value: two values that differ only in their clothes say the same.

An electronic copy is typed by many hands: numbers as text, full-width digits, thousands separators, dates as cells or
in four notations, stray spaces and line breaks. A print is one hand's work: one style for the whole form.
"""

from __future__ import annotations

import datetime
import random

from samples.vocabulary import Column

Value = str | int | float | datetime.datetime
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
PRINT_STYLES = ("plain", "thousands", "dotted-dates", "dashed-dates")


def electronic_value(rng: random.Random, column: Column, text: str, typed: bool) -> Value:
    """The value as an electronic copy holds it; `typed` where the format has numbers and dates (a sheet has)."""
    if column.kind in ("serial", "int", "number"):
        return _number(rng, text, typed, column.kind)
    if column.kind == "date":
        return _date(rng, text, typed)
    if column.kind == "text" and rng.random() < 0.12:
        return _untidy(rng, text)
    return text


def printed_value(column: Column, text: str, style: str) -> str:
    """The value as the form's print shows it, in one of `PRINT_STYLES`."""
    if style == "thousands" and column.kind == "number":
        return _thousands(text)
    if column.kind == "date" and style.endswith("dates"):
        year, month = text.removesuffix("月").split("年")
        return f"{year}.{int(month):02}" if style == "dotted-dates" else f"{year}-{int(month):02}"
    return text


def _number(rng: random.Random, text: str, typed: bool, kind: str) -> Value:
    value: Value = float(text) if "." in text else int(text)
    draw = rng.random()
    if draw < 0.65 or kind == "serial":
        return value if typed and draw < 0.55 else text
    if draw < 0.85 or kind == "int":
        return text
    if draw < 0.9:
        return text.translate(FULL_WIDTH)
    if draw < 0.95:
        return _thousands(text)
    return text if "." in text else text + ".00"


def _thousands(text: str) -> str:
    whole, point, decimals = text.partition(".")
    return f"{int(whole):,}{point}{decimals}"


def _date(rng: random.Random, text: str, typed: bool) -> Value:
    year, month = (int(p) for p in text.removesuffix("月").split("年"))
    styles: list[Value] = [
        text,
        text,
        text,
        f"{year}-{month:02}",
        f"{year}.{month:02}",
        f"{year}/{month}",
        f"{year}年{month:02}月",
    ]
    if typed:
        styles += [datetime.datetime(year, month, 1)] * 2
    return rng.choice(styles)


def _untidy(rng: random.Random, text: str) -> str:
    draw = rng.random()
    if draw < 0.3:
        return text + " "
    if draw < 0.5:
        return " " + text
    if draw < 0.6:
        return text.replace("（", "(").replace("）", ")")
    at = rng.randrange(1, len(text))
    # A line break inside a word of Latin letters or digits would not be clothes any more.
    return text if text[at - 1 : at + 1].isascii() or len(text) < 6 else f"{text[:at]}\n{text[at:]}"
