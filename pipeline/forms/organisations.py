"""Names of organisations: their legal form, a short name told in brackets, and whether one may be short for another.

Rules do here what a trained model would be asked for: a name ends in its legal form or in a word such as 研究院, and
a short name is a part of the full one. 有限责任公司 and 有限公司 are two forms, and a short name proves nothing: both
stay different wherever values are compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.forms.text import fold

FORMS = (
    "股份有限公司", "有限责任公司", "股份有限责任公司", "有限公司", "集团公司", "合伙企业(有限合伙)",
    "合伙企业(普通合伙)", "合伙企业", "总公司", "分公司", "公司", "工厂", "厂", "研究设计院", "研究总院", "研究院",
    "设计院", "研究所", "研究中心", "创新中心", "实验室", "学院", "大学", "学校", "医院", "中心", "协会", "学会",
    "联盟", "委员会", "管理局", "集团",
)  # fmt: skip
_TOLD = re.compile(r"\((?:以下)?(?:简称|又名)[:\"']*(?P<short>[^()\"']+)[\"']*\)")
_STAMP = re.compile(r"\((?:盖章|公章|签章)\)$")
SHORTEST = 2
"""Characters that a short name has at least."""


@dataclass(frozen=True)
class Organisation:
    """A name as a form holds it."""

    name: str
    """In full, folded."""
    short: str = ""
    """The short name that the cell tells (简称……)."""

    @property
    def form(self) -> str:
        """Its legal form or kind, empty where the name doesn't end in one."""
        return next((f for f in sorted(FORMS, key=len, reverse=True) if self.name.endswith(f)), "")

    @property
    def core(self) -> str:
        """The name without its form, and without the brackets of a region or of 集团."""
        return re.sub(r"[()]", "", self.name.removesuffix(self.form))

    def show(self) -> str:
        """The normal print."""
        return self.name + (f"(简称{self.short})" if self.short else "")


def parse_organisation(text: str) -> Organisation | None:
    """The organisation that a cell names, None where it names none."""
    folded = _STAMP.sub("", fold(text))
    told = _TOLD.search(folded)
    name = folded if told is None else folded[: told.start()] + folded[told.end() :]
    if not name or _TOLD.search(name) or _STAMP.search(name):
        return None
    return Organisation(name, "" if told is None else told["short"])


def may_be_short_for(one: Organisation, other: Organisation) -> bool:
    """Whether one may be the other's short name; whoever asks must have it looked at. Symmetric, not for equal names.

    It may where a cell tells so, or where one name without its form stands in the other's: 华星光电 in
    苏州华星光电科技有限公司, and where forms are told they are the same.
    """
    if one.name == other.name:
        return False
    if (one.short and one.short == other.name) or (other.short and other.short == one.name):
        return True
    if one.form and other.form:
        return False
    short, full = (one, other) if len(one.core) <= len(other.core) else (other, one)
    return not short.form and len(short.core) >= SHORTEST and short.core in full.core
