"""The text of Word's paragraphs as printed, and what they hold beside it: tracked changes, hidden text, comments.

A tracked change has two states: the accepted one is the text, the other one is told. What is deleted, hidden, or the
code of a field is no text; what is there and can't be seen is text, and told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from docx.oxml.ns import qn

from extractors.tables import Notice
from extractors.word_marks import (
    COMPATIBLE,
    DRAWING,
    MATH,
    OFFICE,
    VML,
    alike,
    alternatives,
    form_field,
    is_large,
    nearest_box,
    rgb,
    symbol,
)
from extractors.word_numbers import Numbers
from extractors.word_styles import Styles, is_on, value_of

LINE_BREAKS = frozenset(qn(n) for n in ("w:br", "w:cr"))
TABS = frozenset(qn(n) for n in ("w:tab", "w:ptab"))
HYPHENS = {qn("w:noBreakHyphen"): "-", qn("w:softHyphen"): ""}
INSERTED = frozenset(qn(n) for n in ("w:ins", "w:moveTo"))
DELETED = frozenset(qn(n) for n in ("w:del", "w:moveFrom"))
WRAPPERS = frozenset(
    qn(n) for n in ("w:hyperlink", "w:smartTag", "w:customXml", "w:fldSimple", "w:dir", "w:bdo", "w:sdtContent")
)
SMALLEST = 4
"""Half-points of the smallest print that can be read; smaller is taken for hidden."""


@dataclass(frozen=True)
class Shown:
    """The text of a paragraph or cell in both states."""

    now: str
    before: str
    joins: bool = False
    """Whether its end is deleted: what follows goes on in its line."""


@dataclass
class _Field:
    code: str = ""
    in_code: bool = True
    shows: bool = False


@dataclass(frozen=True)
class _State:
    """What is known of the place of a run."""

    paragraph: Any
    ground: str
    inserted: bool = False
    deleted: bool = False


@dataclass
class _Pieces:
    now: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)

    def add(self, text: str, state: _State) -> None:
        if not state.deleted:
            self.now.append(text)
        if not state.inserted:
            self.before.append(text)


class Story:
    """Reads the paragraphs of a document, in their order; what they hold beside their text gathers in `notices`."""

    def __init__(
        self, styles: Styles, numbers: Numbers, comments: dict[str, tuple[str, str]], footnotes: dict[str, str]
    ) -> None:
        """Comments are author and text, footnotes their text, both by their ids (endnotes' begin with an ``e``)."""
        self.notices: list[Notice] = []
        self.place = ""
        self.in_table = False
        self.objects: list[tuple[Any, str]] = []
        """Embedded objects that were met, each with its place."""
        self.boxes: list[Any] = []
        """Contents of text boxes that were met outside tables."""
        self.told: set[str] = set()
        """Ids of comments."""
        self._styles = styles
        self._numbers = numbers
        self._comments = comments
        self._footnotes = footnotes
        self._fields: list[_Field] = []

    def tell(self, code: str, severity: str = "warning", **params: str) -> None:
        """Adds a notice of the place that is being read."""
        notice = Notice(code, severity, {"place": self.place, **params}, self.place)
        if notice not in self.notices[-3:]:
            self.notices.append(notice)

    def paragraph(self, element: Any, ground: str = "") -> Shown:
        """The text of a paragraph, its number in front; `ground` is the colour that lies under its cell."""
        pieces, place = _Pieces(), _State(element, ground)
        mark = element.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        ends = {None} if mark is None else {child.tag for child in mark}
        self._walk(element, place, pieces)
        now, before = "".join(pieces.now), "".join(pieces.before)
        joins = bool(ends & DELETED)
        if not (joins and not now) and not (qn("w:vanish") in ends and not now):
            label = self._numbers.label(element)
            if label.unknown:
                self.tell("numbering-unknown", format=label.unknown)
            if label.text:
                now, before = (f"{label.text}{t}" if t.strip() else label.text.rstrip() for t in (now, before))
        return Shown(now, before, joins)

    def _walk(self, element: Any, state: _State, pieces: _Pieces) -> None:
        for child in element:
            tag = child.tag
            if tag == qn("w:r"):
                self._run(child, state, pieces)
            elif tag in INSERTED:
                self._walk(child, replace(state, inserted=True), pieces)
            elif tag in DELETED:
                self._walk(child, replace(state, deleted=True), pieces)
            elif tag in WRAPPERS:
                self._walk(child, state, pieces)
            elif tag == qn("w:sdt"):
                self._control(child, state, pieces)
            elif tag == f"{COMPATIBLE}AlternateContent":
                for chosen in alternatives(child):
                    self._walk(chosen, state, pieces)
            elif tag in (f"{MATH}oMath", f"{MATH}oMathPara"):
                text = "".join(t.text or "" for t in child.iter(f"{MATH}t"))
                pieces.add(text, state)
                if text:
                    self.tell("equation-flattened", text=text)

    def _control(self, control: Any, state: _State, pieces: _Pieces) -> None:
        content = control.find(qn("w:sdtContent"))
        if content is None:
            return
        inner = _Pieces()
        self._walk(content, state, inner)
        pieces.now += inner.now
        pieces.before += inner.before
        if is_on(control.find(f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}")) and "".join(inner.now).strip():
            self.tell("placeholder-text", text="".join(inner.now).strip())

    def _run(self, run: Any, state: _State, pieces: _Pieces) -> None:
        inner = _Pieces()
        for child in run:
            self._piece(child, run, state, inner)
        text = "".join(inner.now) or "".join(inner.before)
        if not text:
            return
        if self._is_on(run, state, "w:vanish"):
            if text.strip() and not state.deleted:
                self.tell("text-hidden", text=text.strip())
            return
        pieces.now += inner.now
        pieces.before += inner.before
        if not text.strip() or state.deleted:
            return
        if self._unseen(run, state):
            self.tell("text-unseen", text=text.strip())
        if self._is_on(run, state, "w:strike") or self._is_on(run, state, "w:dstrike"):
            self.tell("text-struck", text=text.strip())

    def _piece(self, child: Any, run: Any, state: _State, pieces: _Pieces) -> None:
        tag = child.tag
        if tag == qn("w:fldChar"):
            self._field(child, state, pieces)
        elif tag in (qn("w:instrText"), qn("w:delInstrText")):
            if self._fields:
                self._fields[-1].code += child.text or ""
        elif any(f.in_code for f in self._fields):
            return
        elif tag in (qn("w:t"), qn("w:delText")):
            self._show((child.text or "").replace("\u00ad", ""), state, pieces)
        elif tag in TABS or tag in LINE_BREAKS:
            pieces.add("\t" if tag in TABS else "\n", state)
        elif tag in HYPHENS:
            self._show(HYPHENS[tag], state, pieces)
        elif tag == qn("w:sym"):
            font, code = child.get(qn("w:font"), ""), child.get(qn("w:char"), "")
            found = symbol(font, code)
            if found is None:
                self.tell("symbol-unknown", font=font, char=code)
            self._show(found or "□", state, pieces)
        elif tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
            number = ("e" if tag == qn("w:endnoteReference") else "") + child.get(qn("w:id"), "")
            if self.in_table:
                self.tell("footnote-in-cell", text=self._footnotes.get(number, ""))
        elif tag == qn("w:commentReference"):
            self._comment(child.get(qn("w:id"), ""))
        elif tag == qn("w:ruby"):
            for base in child.iterchildren(qn("w:rubyBase")):
                self._walk(base, state, pieces)
        elif tag == f"{COMPATIBLE}AlternateContent":
            for chosen in alternatives(child):
                for inner in chosen:
                    self._piece(inner, run, state, pieces)
        elif tag in (qn("w:drawing"), qn("w:pict"), qn("w:object")):
            self._drawn(child, state, pieces)

    def _show(self, text: str, state: _State, pieces: _Pieces) -> None:
        for known in self._fields:
            known.shows = known.shows or bool(text)
        pieces.add(text, state)

    def _field(self, mark: Any, state: _State, pieces: _Pieces) -> None:
        kind = mark.get(qn("w:fldCharType"))
        if kind == "begin":
            self._fields.append(_Field())
            self._show(form_field(mark), state, pieces)
        elif self._fields and kind == "separate":
            self._fields[-1].in_code = False
        elif self._fields and kind == "end":
            done = self._fields.pop()
            name = (done.code.split() or [""])[0].upper()
            silent = name.startswith("FORM") or name in ("", "XE", "TC", "SET", "SEQ", "PRIVATE", "ASK")
            if not done.shows and self.in_table and not silent and not state.deleted:
                self.tell("formula-without-value")

    def _comment(self, number: str) -> None:
        if number in self._comments and number not in self.told:
            self.told.add(number)
            author, text = self._comments[number]
            self.tell("comment-found", author=author, text=text)

    def _drawn(self, element: Any, state: _State, pieces: _Pieces) -> None:
        """Pictures, text boxes and embedded objects."""
        if state.deleted:
            return
        linked = element.iter(f"{OFFICE}OLEObject")
        if any(True for _ in linked):
            self.objects.append((element, self.place))
            return
        boxes = [b for b in element.iter(qn("w:txbxContent")) if nearest_box(b) is None]
        for box in boxes:
            if not self.in_table:
                self.boxes.append(box)
                continue
            text = "\n".join(self.paragraph(p, state.ground).now for p in box.iter(qn("w:p")))
            pieces.add(f"\n{text}", state)
            if text.strip():
                self.tell("text-box", text=text.strip())
        pictures = [*element.iter(f"{DRAWING}blip"), *element.iter(f"{VML}imagedata")]
        if pictures and (self.in_table or is_large(element)):
            self.tell("picture-unread")

    def _is_on(self, run: Any, state: _State, tag: str) -> bool:
        return is_on(self._styles.run_property(run, state.paragraph, tag))

    def _unseen(self, run: Any, state: _State) -> bool:
        """Whether the print of a run is as its ground, or too small to be read."""
        size = value_of(self._styles.run_property(run, state.paragraph, "w:sz"))
        if size.isascii() and size.isdigit() and int(size) <= SMALLEST:
            return True
        colour = rgb(value_of(self._styles.run_property(run, state.paragraph, "w:color")))
        if colour is None:
            return False
        own = [run.find(f"{qn('w:rPr')}/{qn('w:shd')}"), state.paragraph.find(f"{qn('w:pPr')}/{qn('w:shd')}")]
        fills = [s.get(qn("w:fill"), "") for s in own if s is not None]
        if run.find(f"{qn('w:rPr')}/{qn('w:highlight')}") is not None:
            return False
        ground = next((g for fill in (*fills, state.ground) if (g := rgb(fill)) is not None), (255, 255, 255))
        return alike(colour, ground)


def joined(parts: Iterable[Shown]) -> Shown:
    """Paragraphs of a cell, a line each; one whose end is deleted goes on in the next."""
    now = before = ""
    first, goes_on = True, False
    for part in parts:
        now += part.now if first or goes_on else f"\n{part.now}"
        before += part.before if first else f"\n{part.before}"
        first, goes_on = False, part.joins
    return Shown(now.strip("\n"), before.strip("\n"))
