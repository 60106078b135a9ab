"""The role of each document of a message: sealed scan, electronic copy, cover letter, other.

Content first: what a file is and what stands in it. The sender's name for it decides between files that content alone
can't tell apart, such as two scans of which one is the cover letter. Where that fails too, the best guess is taken
and a finding says so, which keeps the submission from being loaded before a person has looked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from extractors.i18n import N_
from pipeline.file_names import listed
from pipeline.intake.contents import Content, look
from pipeline.intake.kinds import CLOSED, EMPTY, PICTURES, SHEETS, kind_of_bytes
from pipeline.model import Finding, Severity


class Role(StrEnum):
    """What a document is for."""

    SCAN = "scan"
    ELECTRONIC = "electronic"
    LETTER = "letter"
    OTHER = "other"
    OURS = "ours"
    """A letter of ours that came back."""


ROLE_NAMES = {
    Role.SCAN: N_("盖章扫描件"),
    Role.ELECTRONIC: N_("电子版"),
    Role.LETTER: N_("来函"),
    Role.OTHER: N_("其他文件"),
    Role.OURS: N_("我方函件"),
}
SCAN_WORDS = re.compile(r"盖章|扫描|签章|用印|已盖|红章|签字版|pdf版", re.IGNORECASE)
ELECTRONIC_WORDS = re.compile(r"电子版|电子表|可编辑|未盖章|excel|word", re.IGNORECASE)
LETTER_WORDS = re.compile(r"函(?!数|授)|来文|公文|报告|请示|说明|封面")
FORM_WORDS = re.compile(r"附件\s*[3三]|名录|汇总表|情况表|清单|统计表|储备建设情况(?!的)")
ANNEX = re.compile(r"附件\s*[3三]|附表")
"""Letters are called 关于报送中试平台名录的函, so the form's title alone doesn't make a file the form; this does."""
LETTER_PHRASES = re.compile(r"现将|报送|特此|随函|此函|请予|请审阅|请查收|函〔|函\[")
FORM_FIT, NAMES_WEIGH = 55, 15
"""A file that fits so well holds the form (60) but for what its name takes away; names add or take 15 at the most."""
FEWEST_HEADERS = 3
"""Headers of the form that make a table the form's. Other lists share one or two (序号, 名称)."""


@dataclass(frozen=True)
class Candidate:
    """A file with all that is needed to say its role."""

    name: str
    data: bytes
    inline: bool = False


@dataclass(frozen=True)
class Fit:
    """How well a file fits each role; 0 for not at all."""

    scan: int = 0
    electronic: int = 0
    letter: int = 0
    reason: str = ""
    """From what it was decided; for the log and the ledger, not translated."""


@dataclass(frozen=True)
class Seen:
    """A file with what a look into it told."""

    file: Candidate
    kind: str
    content: Content
    fit: Fit

    @property
    def has_form(self) -> bool:
        """Whether the form's headers were found in it."""
        return self.content.headers >= FEWEST_HEADERS

    @property
    def sure_scan(self) -> bool:
        """Whether it is a scan that no name calls a letter."""
        return bool(self.content.image_pages) and self.fit.scan > 0 and not self.fit.letter

    @property
    def sure_electronic(self) -> bool:
        """Whether it is a sheet or a text with the form's table."""
        return self.fit.electronic >= FORM_FIT

    def score(self, role: Role) -> int:
        """How well it fits a role."""
        return {Role.SCAN: self.fit.scan, Role.ELECTRONIC: self.fit.electronic, Role.LETTER: self.fit.letter}[role]


@dataclass(frozen=True)
class Sorted:
    """Roles of all files, in their order; at most one of each role but other."""

    roles: tuple[Role, ...]
    findings: tuple[Finding, ...]


def see(file: Candidate) -> Seen:
    """Looks into a file."""
    kind = kind_of_bytes(file.data)
    content = look(file.data, kind)
    return Seen(file, kind, content, _fit(file, kind, content))


def sort_roles(files: Sequence[Seen]) -> Sorted:
    """Gives each file its role, where all files are of one form."""
    roles = [Role.OTHER] * len(files)
    findings: list[Finding] = []
    # The scan first: a lone PDF is the scan even if its name speaks of a letter, for the two are often one scan
    for role in (Role.SCAN, Role.ELECTRONIC, Role.LETTER):
        chosen, equals = _best(role, files, roles)
        if chosen is None:
            continue
        roles[chosen] = role
        rivals = equals or _alike(role, files, roles, chosen)
        if rivals and role is not Role.LETTER:
            names = listed([files[at].file.name for at in (chosen, *rivals)])
            params = {"role": ROLE_NAMES[role], "names": names}
            findings.append(Finding("document-ambiguous", Severity.ERROR, params))
    return Sorted(tuple(roles), tuple(findings))


def _best(role: Role, files: Sequence[Seen], roles: Sequence[Role]) -> tuple[int | None, list[int]]:
    """The file that fits a role best, and others that fit as well and hold something else."""
    free = [at for at in range(len(files)) if roles[at] is Role.OTHER and files[at].score(role) > 0]
    if not free:
        return None, []
    top = max(files[at].score(role) for at in free)
    equals = [at for at in free if files[at].score(role) == top]
    return equals[0], [at for at in equals[1:] if files[at].file.data != files[equals[0]].file.data]


def _alike(role: Role, files: Sequence[Seen], roles: Sequence[Role], chosen: int) -> list[int]:
    """Other files that hold the form too, whatever their names say: none is passed over in silence."""
    least = max(files[chosen].score(role) - NAMES_WEIGH, FORM_FIT)
    return [
        at
        for at in range(len(files))
        if roles[at] is Role.OTHER
        and files[at].score(role) >= least
        and not files[at].fit.letter
        and files[at].file.data != files[chosen].file.data
    ]


def _fit(file: Candidate, kind: str, content: Content) -> Fit:
    if file.name.startswith(("~$", "._")) or kind == EMPTY:
        return Fit(reason=f"{kind}: no content")
    if kind == "pdf":
        return _fit_pdf(file.name, content)
    if kind in SHEETS:
        form = content.headers >= FEWEST_HEADERS
        if content.readable and not content.tables:
            return Fit(reason=f"{kind}: empty")
        score = (60 if form else 30) + _named(ELECTRONIC_WORDS, file.name) + _form(file.name)
        return Fit(electronic=score, reason=f"{kind}: {content.headers} headers of the form")
    if kind in ("html", "text") and content.headers >= FEWEST_HEADERS:
        score = 60 + _named(ELECTRONIC_WORDS, file.name) + _form(file.name)
        return Fit(electronic=score, reason=f"{kind}: {content.headers} headers of the form")
    if kind == "docx" or kind in CLOSED or (kind == "text" and file.name.lower().endswith(".csv")):
        return _fit_word(file.name, kind, content)
    if kind in PICTURES or kind == "ofd":
        return _fit_picture(file, kind, content)
    return Fit(reason=kind)


def _fit_pdf(name: str, content: Content) -> Fit:
    letter = _letter(name)
    if not content.readable:
        return Fit(scan=20 + _named(SCAN_WORDS, name) - letter, letter=letter, reason="pdf: unreadable")
    form = content.headers >= FEWEST_HEADERS
    if content.image_pages:  # image pages, with or without a text layer
        score = 60 + _named(SCAN_WORDS, name) + _form(name) - _named(ELECTRONIC_WORDS, name) - letter
        reason = f"pdf: {content.image_pages} image pages"
        return Fit(scan=score, letter=letter, electronic=0, reason=reason)
    if form:
        # Printed to PDF and sealed electronically, or an electronic copy where an image scan is there too
        score = 40 + _named(SCAN_WORDS, name) + _form(name) - _named(ELECTRONIC_WORDS, name)
        return Fit(scan=score, electronic=10, reason=f"pdf: text, {content.headers} headers of the form")
    speaks = bool(LETTER_PHRASES.search(content.text)) or letter > 0
    if speaks:
        return Fit(letter=40 + letter, reason="pdf: text of a letter")
    return Fit(scan=10 + _named(SCAN_WORDS, name), reason="pdf: text or drawing, no form")


def _fit_word(name: str, kind: str, content: Content) -> Fit:
    letter = _letter(name)
    if kind != "docx" or not content.readable:  # only the name tells
        if letter > 0:
            return Fit(letter=20 + letter, reason=f"{kind}: name of a letter")
        return Fit(electronic=20 + _named(ELECTRONIC_WORDS, name), reason=f"{kind}: not looked into")
    if content.headers >= FEWEST_HEADERS:
        score = 60 + _named(ELECTRONIC_WORDS, name) + _form(name)
        return Fit(electronic=score, reason=f"docx: {content.headers} headers of the form")
    if letter > 0 or LETTER_PHRASES.search(content.text):
        return Fit(letter=40 + letter, reason="docx: text of a letter")
    return Fit(electronic=20 if content.tables else 0, reason=f"docx: {content.tables} tables, none the form's")


def _fit_picture(file: Candidate, kind: str, content: Content) -> Fit:
    if kind != "ofd" and (not content.large_picture or (file.inline and not SCAN_WORDS.search(file.name))):
        return Fit(reason=f"{kind}: small or within the text")
    letter = _letter(file.name)
    scan = 30 + _named(SCAN_WORDS, file.name) - letter
    if content.headers >= FEWEST_HEADERS:  # of an OFD with text of its own, which is an electronic copy beside a scan
        electronic = 25 + _named(ELECTRONIC_WORDS, file.name)
        reason = f"{kind}: text, {content.headers} headers of the form"
        return Fit(scan=scan, electronic=electronic, letter=letter, reason=reason)
    return Fit(scan=scan, letter=letter, reason=f"{kind}: page")


def _named(words: re.Pattern[str], name: str) -> int:
    """What a word in the name adds; less than any difference of content."""
    return 5 if words.search(name) else 0


def _letter(name: str) -> int:
    return 0 if ANNEX.search(name) else _named(LETTER_WORDS, name)


def _form(name: str) -> int:
    return 0 if _letter(name) else _named(FORM_WORDS, name)
