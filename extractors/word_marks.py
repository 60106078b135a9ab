"""What stands in Word's paragraphs and is no letter: check boxes, symbols, pictures, colours."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

from extractors.word_styles import is_on, value_of

MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"

_HEX = "0123456789abcdefABCDEF"
NEAR = 0x18
"""Levels by which two colours must differ in one of red, green and blue to be told apart on paper."""
LARGE = (2_000_000, 900_000)
"""Width and height (914,400 an inch) from which a picture may show a table: 5.5 by 2.5 cm. Logos are smaller."""
SYMBOLS = {
    ("wingdings", 0xFE): "☑", ("wingdings", 0xFD): "☒", ("wingdings", 0xA8): "□", ("wingdings", 0x6F): "□",
    ("wingdings", 0x71): "□", ("wingdings", 0x72): "□", ("wingdings", 0xFC): "√", ("wingdings", 0xFB): "×",
    ("wingdings 2", 0x52): "☑", ("wingdings 2", 0x53): "☒", ("wingdings 2", 0x54): "☒", ("wingdings 2", 0xA3): "□",
    ("wingdings 2", 0x50): "√", ("wingdings 2", 0x4F): "×", ("wingdings 2", 0x2A): "□", ("symbol", 0xB3): "≥",
    ("symbol", 0xA3): "≤", ("symbol", 0xB4): "×", ("symbol", 0xB1): "±", ("symbol", 0xB0): "°", ("symbol", 0xD7): "·",
    ("symbol", 0xB7): "·", ("symbol", 0x6D): "μ", ("symbol", 0x61): "α", ("symbol", 0x62): "β",
}  # fmt: skip
"""Characters of symbol fonts that forms hold, by font and code."""


def symbol(font: str, code: str) -> str | None:
    """The character of a symbol font as Unicode has it; `code` is hexadecimal. None where it isn't known here."""
    if not code or any(c not in _HEX for c in code):
        return None
    number = int(code, 16)
    return SYMBOLS.get((font.lower(), number - 0xF000 if 0xF000 <= number <= 0xF0FF else number))


def alike(first: tuple[int, int, int], second: tuple[int, int, int]) -> bool:
    """Whether two colours can't be told apart on paper."""
    return max(abs(a - b) for a, b in zip(first, second, strict=True)) < NEAR


def alternatives(element: Any) -> list[Any]:
    """What Word itself would take: the first choice, else the fallback."""
    choices = [*element.iterchildren(f"{COMPATIBLE}Choice"), *element.iterchildren(f"{COMPATIBLE}Fallback")]
    return choices[:1]


def form_field(mark: Any) -> str:
    """The sign of a check box, or the chosen entry of a list, of Word's old form fields."""
    box, entries = mark.find(f"{qn('w:ffData')}/{qn('w:checkBox')}"), mark.find(f"{qn('w:ffData')}/{qn('w:ddList')}")
    if box is not None:
        checked = box.find(qn("w:checked"))
        return "☒" if is_on(checked if checked is not None else box.find(qn("w:default"))) else "☐"
    if entries is not None:
        texts = [value_of(e) for e in entries.findall(qn("w:listEntry"))]
        chosen = value_of(entries.find(qn("w:result"))) or value_of(entries.find(qn("w:default"))) or "0"
        return texts[int(chosen)] if chosen.isdigit() and int(chosen) < len(texts) else ""
    return ""


def nearest_box(box: Any) -> Any | None:
    """The text box around one, if any: its text is read with that one's."""
    return next(iter(box.iterancestors(qn("w:txbxContent"))), None)


def is_large(element: Any) -> bool:
    """Whether a drawing is as large as a picture of a table; one without a size is."""
    extents = [e for e in element.iter() if e.tag.endswith("}extent") and e.get("cx")]
    sizes = [(int(e.get("cx", "0")), int(e.get("cy", "0"))) for e in extents]
    return not sizes or any(w >= LARGE[0] and h >= LARGE[1] for w, h in sizes)


def rgb(text: str) -> tuple[int, int, int] | None:
    """A colour as RRGGBB; None for ``auto`` and whatever is none."""
    if len(text) != 6 or any(c not in _HEX for c in text):
        return None
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)
