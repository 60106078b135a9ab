"""What Word's styles add to a paragraph or a run, as far as it decides what is read."""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn

_VAL = qn("w:val")
_OFF = ("0", "false", "off", "none")


def value_of(element: Any | None) -> str:
    """The value of a property, empty where there is none."""
    return "" if element is None else element.get(_VAL, "")


def is_on(element: Any | None) -> bool:
    """Whether a property that is on or off is on."""
    return element is not None and element.get(_VAL, "true") not in _OFF


class Styles:
    """The styles of a document."""

    def __init__(self, root: Any | None) -> None:
        """`root` is that of styles.xml, None where there is none."""
        styles = [] if root is None else root.findall(qn("w:style"))
        self._styles: dict[str, Any] = {s.get(qn("w:styleId"), ""): s for s in styles}
        self._default = next(
            (
                s.get(qn("w:styleId"), "")
                for s in styles
                if s.get(qn("w:type")) == "paragraph" and s.get(qn("w:default")) in ("1", "true", "on")
            ),
            "",
        )
        self._found: dict[tuple[str, str, str], Any] = {}

    def run_property(self, run: Any, paragraph: Any, tag: str) -> Any | None:
        """A property (such as ``w:vanish``) of a run: its own, that of its style, or of its paragraph's style."""
        properties = run.find(qn("w:rPr"))
        if properties is not None:
            own = properties.find(qn(tag))
            if own is not None:
                return own
            style = properties.find(qn("w:rStyle"))
            if style is not None and (found := self._of(value_of(style), "w:rPr", tag)) is not None:
                return found
        return self._of(self._style_of(paragraph), "w:rPr", tag)

    def numbering(self, paragraph: Any) -> tuple[str, int]:
        """The list and the level (0-based) of a paragraph: its own, else its style's; an empty list where none."""
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        style = self._of(self._style_of(paragraph), "w:pPr", "w:numPr")
        number, level = "", ""
        for properties in (style, own):
            if properties is not None:
                number = value_of(properties.find(qn("w:numId"))) or number
                level = value_of(properties.find(qn("w:ilvl"))) or level
        return number, min(int(level), 8) if level.isascii() and level.isdigit() else 0

    def number_of(self, style: str) -> str:
        """The list that a style of numbering names."""
        properties = self._of(style, "w:pPr", "w:numPr")
        return "" if properties is None else value_of(properties.find(qn("w:numId")))

    def cell_ground(self, table: Any, first_row: bool) -> str:
        """The colour (RRGGBB) that a table's style lays under a cell, empty where none."""
        style = table.find(f"{qn('w:tblPr')}/{qn('w:tblStyle')}")
        for element in self._chain(value_of(style)):
            conditional = element.findall(qn("w:tblStylePr")) if first_row else []
            parts = [e for e in conditional if e.get(qn("w:type")) == "firstRow"]
            for part in (*parts, element):
                shading = part.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
                if shading is not None:
                    return str(shading.get(qn("w:fill"), ""))
        return ""

    def _style_of(self, paragraph: Any) -> str:
        return value_of(paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")) or self._default

    def _of(self, style: str, group: str, tag: str) -> Any | None:
        key = (style, group, tag)
        if key not in self._found:
            path = f"{qn(group)}/{qn(tag)}"
            found = (element.find(path) for element in self._chain(style))
            self._found[key] = next((e for e in found if e is not None), None)
        return self._found[key]

    def _chain(self, style: str) -> list[Any]:
        """A style, and those that it is based on."""
        chain: list[Any] = []
        while style in self._styles and self._styles[style] not in chain:
            chain.append(self._styles[style])
            style = value_of(chain[-1].find(qn("w:basedOn")))
        return chain
