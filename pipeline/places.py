"""Where something stands in the electronic copy, as people say it; readers name places as ``table 1, row 5``."""

from __future__ import annotations

import re

from extractors.i18n import _

_OBJECT = re.compile(r"object (\d+): (.+)")
_TABLE = re.compile(r"(?:page (\d+), )?table (\d+)(?:, row (\d+))?(?:, column (\d+))?")
_PARAGRAPH = re.compile(r"paragraph (\d+)")
_PAGE = re.compile(r"page (\d+)")


def electronic_place(place: str | None) -> str:
    """A place in the language in use; those of sheets (``Sheet1!C7``) as they are."""
    place = place or ""
    if found := _OBJECT.fullmatch(place):
        return _("对象 {number} 的 {place}").format(number=found[1], place=electronic_place(found[2]))
    if found := _TABLE.fullmatch(place):
        page, table, row, column = found.groups()
        if row and column:
            text = _("表 {table} 第 {row} 行第 {column} 列").format(table=table, row=row, column=column)
        elif row:
            text = _("表 {table} 第 {row} 行").format(table=table, row=row)
        else:
            text = _("表 {table}").format(table=table)
        return _("第 {page} 页{place}").format(page=page, place=text) if page else text
    if found := _PARAGRAPH.fullmatch(place):
        return _("第 {number} 段").format(number=found[1])
    if found := _PAGE.fullmatch(place):
        return _("第 {page} 页").format(page=found[1])
    return _("页眉或页脚") if place == "header" else place


def shown(params: dict[str, str]) -> dict[str, str]:
    """The params of a finding with its place as people say it."""
    return {**params, "place": electronic_place(params["place"])} if "place" in params else params
