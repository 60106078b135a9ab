"""The words of the letter to the sender, apart from their typography.

Three letters: one that asks for corrections; one that acknowledges that both copies agree; and, where nothing is to
be asked but the office still has doubts to settle, one that only acknowledges receipt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from extractors.i18n import N_, _
from extractors.tables import Box
from pipeline import places
from pipeline.findings import text_of
from pipeline.model import Finding, Reconciliation, Verdict
from pipeline.reports.info import SubmissionInfo
from pipeline.reports.letter_phrases import PHRASES
from pipeline.reports.points import (
    GROUP_OF,
    LETTER_GROUPS,
    FieldPoint,
    field_points,
    findings_beside_fields,
    for_sender,
)
from pipeline.reports.text import clean, day, shown

YOU: tuple[tuple[str, str], ...] = (
    ("委员会", N_("你委")),
    ("厅", N_("你厅")),
    ("局", N_("你局")),
    ("", N_("你单位")),
)
"""How a letter speaks to a body, by the end of its name."""
US: tuple[tuple[str, str], ...] = (("司", N_("我司")), ("局", N_("我局")), ("处", N_("我处")), ("", N_("我单位")))
NUMERALS = (N_("一"), N_("二"), N_("三"), N_("四"), N_("五"))
_SPACE_AT_VALUE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\{)|(?<=\}) (?=[\u4e00-\u9fff])")


class Wanted(Enum):
    """What the sender is asked to send."""

    CORRECTED = N_("更正后的电子版和加盖公章的扫描件")
    ELECTRONIC = N_("电子版（Excel 或 Word）")
    SCAN = N_("加盖公章的扫描件（PDF）")
    BOTH = N_("电子版和加盖公章的扫描件")
    UNLOCKED = N_("不加密的压缩包或文件（或原件，并在邮件正文中写明密码）")

    @property
    def text(self) -> str:
        """In the language in use."""
        return _(self.value)


@dataclass(frozen=True)
class LetterPoint:
    """One numbered point, with the place on the scan that shows it."""

    text: str
    box: Box | None = None


@dataclass(frozen=True)
class LetterGroup:
    """A part of the letter with its heading."""

    heading: str
    points: tuple[LetterPoint, ...]


@dataclass(frozen=True)
class LetterText:
    """A whole letter in words."""

    title: str
    addressee: str
    opening: str
    groups: tuple[LetterGroup, ...]
    closing: tuple[str, ...]
    signature: str
    date: str
    contact: str
    wanted: Wanted = Wanted.CORRECTED
    """What the closing asks for."""


def compose(info: SubmissionInfo, reconciliation: Reconciliation | None) -> LetterText:
    """The letter that this outcome calls for."""
    groups = _groups(info, reconciliation)
    unsure = field_points(reconciliation, Verdict.UNSURE)
    open_findings = [f for f in findings_beside_fields(info, reconciliation) if _holds_back(f)]
    wanted = _wanted(info, reconciliation)
    if groups:
        title, rest, closing = _correction(info, groups, len(unsure), wanted)
    elif unsure or open_findings or reconciliation is None:
        title, rest, closing = _receipt(info)
    else:
        title, rest, closing = _acknowledgement(info, reconciliation)
    return LetterText(
        title=title,
        addressee=_("{department}：").format(department=clean(info.department) or _("（报送单位待确认）")),
        opening=_opening(info) + rest,
        groups=groups,
        closing=closing,
        signature=clean(info.call.office),
        date=day(info.made),
        contact=_("（联系人：　　　　　　电话：　　　　　　　　）"),
        wanted=wanted,
    )


def _opening(info: SubmissionInfo) -> str:
    call = info.call
    text = _("按照《{title}》（{number}）要求，{you}报送的《{form}》材料")
    if info.received:
        text = _("按照《{title}》（{number}）要求，{you}于{received}报送的《{form}》材料")
    opening = close_up(text).format(
        title=call.title, number=call.number, you=you(info.department), form=call.form, received=day(info.received)
    )
    if info.subject.strip():
        opening += close_up(_("（邮件主题：{subject}）")).format(subject=clean(info.subject.strip()))
    return opening


def _wanted(info: SubmissionInfo, reconciliation: Reconciliation | None) -> Wanted:
    codes = {finding.code for finding in findings_beside_fields(info, reconciliation)}
    missing = codes & {"document-missing-scan", "document-missing-electronic"}
    if codes & {"archive-encrypted", "file-encrypted"} and (missing or reconciliation is None):
        return Wanted.UNLOCKED
    if len(missing) == 2:
        return Wanted.BOTH
    if missing:
        return Wanted.SCAN if "document-missing-scan" in missing else Wanted.ELECTRONIC
    return Wanted.CORRECTED


def _correction(
    info: SubmissionInfo, groups: tuple[LetterGroup, ...], unsure: int, wanted: Wanted
) -> tuple[str, str, tuple[str, ...]]:
    count = sum(len(g.points) for g in groups)
    rest = close_up(_("收悉。经核对，有以下 {count} 处需请{you}核实更正：")).format(
        count=count, you=you(info.department)
    )
    asked = _("请{you}对照上述问题逐项核实，于收到本函后 {days} 个工作日内将{wanted}发送至 {mailbox}，"
              "并在邮件主题中注明“更正”。两份材料的内容应当完全一致。")  # fmt: skip
    if wanted is not Wanted.CORRECTED:
        asked = _("请{you}于收到本函后 {days} 个工作日内将{wanted}发送至 {mailbox}。两份材料的内容应当完全一致。")
    closing = [
        close_up(asked).format(
            you=you(info.department), days=info.call.answer_days, wanted=wanted.text, mailbox=info.call.mailbox
        )
    ]
    if unsure:
        closing.append(
            close_up(_("另有 {count} 处内容{us}正在人工核对，如需更正将另行函告。")).format(
                count=unsure, us=us(info.call.office)
            )
        )
    closing.append(_("专此函告。"))
    return _("关于请更正中试平台报送材料的函"), rest, tuple(closing)


def _acknowledgement(info: SubmissionInfo, reconciliation: Reconciliation) -> tuple[str, str, tuple[str, ...]]:
    rest = close_up(
        _("收悉。经核对，电子版与盖章扫描件所列 {count} 个平台的内容一致，无需更正。{us}将按程序开展后续工作。")
    ).format(count=len(reconciliation.records), us=us(info.call.office))
    return _("关于中试平台报送材料收悉的函"), rest, (_("专此函复。"),)


def _receipt(info: SubmissionInfo) -> tuple[str, str, tuple[str, ...]]:
    rest = close_up(_("收悉。材料正在核对，如需补充或更正，{us}将另行函告。")).format(us=us(info.call.office))
    return _("关于中试平台报送材料收悉的函"), rest, (_("专此函复。"),)


def _groups(info: SubmissionInfo, reconciliation: Reconciliation | None) -> tuple[LetterGroup, ...]:
    points: dict[str, list[LetterPoint]] = {group: [] for group in LETTER_GROUPS}
    points["fields"] = [_field_point(p) for p in field_points(reconciliation, Verdict.MISMATCH)]
    for finding in findings_beside_fields(info, reconciliation):
        if for_sender(finding):
            points[GROUP_OF[finding.code]].append(_finding_point(finding))
    filled = [(LETTER_GROUPS[group], tuple(found)) for group, found in points.items() if found]
    return tuple(
        LetterGroup(
            _("{number}、{heading}（{count} 处）").format(number=_(NUMERALS[i]), heading=_(heading), count=len(found)),
            found,
        )
        for i, (heading, found) in enumerate(filled)
    )


def _field_point(point: FieldPoint) -> LetterPoint:
    field = point.field
    text = _(
        "第 {row} 行“{key}”的“{header}”：电子版为“{electronic}”，盖章扫描件识读为“{scan}”。请核实以哪份为准并更正。"
    )
    if field.where.scan:
        text = _("第 {row} 行“{key}”的“{header}”：电子版为“{electronic}”，盖章扫描件识读为“{scan}”"
                 "（{place}，截图附后）。请核实以哪份为准并更正。")  # fmt: skip
    return LetterPoint(
        clean(
            close_up(text).format(
                row=point.row,
                key=point.record.key,
                header=field.header,
                electronic=shown(field.electronic),
                scan=shown(field.scan),
                place=close_up(_("第 {page} 页")).format(page=field.where.scan.page) if field.where.scan else "",
            )
        ),
        field.where.scan,
    )


def _finding_point(finding: Finding) -> LetterPoint:
    template = PHRASES.get(finding.code) or text_of(finding.code)
    text = close_up(_(template)).format(**places.shown(finding.params))
    return LetterPoint(clean(text), finding.where.scan if finding.where else None)


def _holds_back(finding: Finding) -> bool:
    """Whether "both copies agree, nothing to correct" can't be written yet."""
    return not for_sender(finding) and finding.severity != "info" and finding.code != "message-late"


def close_up(template: str) -> str:
    """Takes out the space between Chinese characters and a value, which letters don't have (第3行, not 第 3 行)."""
    return _SPACE_AT_VALUE.sub("", template)


def you(department: str) -> str:
    """你厅, 你局, 你委 or 你单位."""
    return _(next(word for ending, word in YOU if department.endswith(ending)))


def us(office: str) -> str:
    """我司, 我局, 我处 or 我单位."""
    return _(next(word for ending, word in US if office.endswith(ending)))
