"""Yes and no in their many forms: 是, √, 有, Y, 已建成 and 否, ×, 无, N, 未建成; ☑是□否."""

from __future__ import annotations

import re

from extractors.tables import Value
from pipeline.forms.marks import ON, chosen
from pipeline.forms.text import fold, squeeze

YES = "是"
NO = "否"
_YES = frozenset({"是", "√", "有", "已", "对", "Y", "YES", "TRUE", "是的"})
_NO = frozenset({"否", "×", "无", "未", "没有", "没", "不是", "N", "NO", "FALSE", "X"})
_DONE = "(?:建|建成|开放|对外开放|开展|提供|设立|完成|投用|运营|服务|对外服务|认定|备案|共享|实现|具备|取得)"
"""What 已 and 未 stand before; 已停止 is no yes."""
_BOXES = f"{ON}☐□"
"""A mark alone in its cell; a ring may be a nought."""
_PAIRS = (("是", "否"), ("有", "无"), ("已", "未"), ("Y", "N"))


def parse_yes_no(text: str, value: Value = None) -> bool | None:
    """Whether a cell says yes or no, None where it says neither (部分) or both."""
    folded = fold(text).upper()
    if not folded:
        return value if isinstance(value, bool) else None
    if folded in _YES or re.fullmatch(rf"已经?{_DONE}", folded):
        return True
    if folded in _NO or re.fullmatch(rf"(?:未|尚未|没有){_DONE}", folded):
        return False
    for pair in _PAIRS:
        marked = chosen(text, pair)
        if marked is not None:
            return marked[0] == pair[0] if len(marked) == 1 else None
    box = squeeze(text)
    if len(box) == 1 and box in _BOXES:
        return box in ON
    return None


def show_yes_no(value: bool) -> str:
    """是 or 否."""
    return YES if value else NO
