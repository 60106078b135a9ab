"""The office's workbook: summary, mismatches and doubts with crops, findings, and every value side by side."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from extractors.i18n import N_, _
from pipeline.model import Reconciliation, Verdict
from pipeline.places import electronic_place
from pipeline.reports.info import SubmissionInfo
from pipeline.reports.pictures import Scan
from pipeline.reports.points import FieldPoint, field_points, findings_beside_fields, for_sender, one_sided
from pipeline.reports.sheets import (
    BORDER,
    FACE,
    FILLS,
    INK,
    LABEL_FILL,
    Column,
    add_row,
    finish,
    page_setup,
    picture,
    put,
    start,
)
from pipeline.reports.stable import steady_zip, write_whole
from pipeline.reports.text import minute, place_text, scan_place, severity_text, verdict_text

OPINIONS = (N_("以电子版为准"), N_("以盖章件为准"), N_("请报送单位更正"), N_("视为一致"))
"""What a reviewer can say of a field, offered as a list."""
HASH_LENGTH = 64
"""Hexadecimal digits of a SHA-256."""


def write_workbook(
    path: Path, info: SubmissionInfo, reconciliation: Reconciliation | None, scan_path: Path | None
) -> None:
    """Writes the office's workbook (xlsx).

    Args:
        path: where to; an older workbook there is replaced.
        info: the submission and the call.
        reconciliation: None where there was nothing to compare.
        scan_path: the PDF that the crops are cut from; None for a workbook without crops.
    """
    book = Workbook()
    _summary(book.active, info, reconciliation)
    with Scan(scan_path, reconciliation.page_turns if reconciliation else {}) as scan:
        for title, heading, verdict in (
            (_("不一致"), _("两份材料不一致的内容"), Verdict.MISMATCH),
            (_("待人工确认"), _("机器不能断定、待人工确认的内容"), Verdict.UNSURE),
        ):
            _fields(book.create_sheet(title), heading, verdict, reconciliation, scan)
    _findings(book.create_sheet(_("问题清单")), info, reconciliation)
    _everything(book.create_sheet(_("全部比对")), reconciliation)
    book.properties.creator = info.call.office
    book.properties.title = _("{department}报送材料核对结果").format(department=_department(info))
    midnight = datetime.datetime(info.made.year, info.made.month, info.made.day)
    book.properties.created = book.properties.modified = midnight
    buffer = io.BytesIO()
    book.save(buffer)
    write_whole(path, steady_zip(buffer.getvalue(), info.made))


def _department(info: SubmissionInfo) -> str:
    return info.department or _("（报送单位待确认）")


def _summary(sheet: Worksheet, info: SubmissionInfo, reconciliation: Reconciliation | None) -> None:
    sheet.title = _("汇总")
    sheet.sheet_view.showGridLines = False
    for column, width in zip("ABCDE", (22, 44, 18, 72, 4), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.row_dimensions[1].height = 34
    title = put(sheet["A1"], _("{department}报送材料核对结果").format(department=_department(info)))
    title.font, title.alignment = Font(name=FACE, size=18, bold=True, color=INK), Alignment(vertical="center")
    count = reconciliation.count if reconciliation else lambda verdict: 0
    rows: list[tuple[str, str | int]] = [
        (_("通知"), f"{info.call.title}（{info.call.number}）"),
        (_("报送编号"), info.id),
        (_("版次"), info.version),
        (_("收到时间"), minute(info.received)),
        (_("邮件主题"), info.subject),
        (_("邮件标识"), info.message_id),
        (_("状态"), info.state),
        (_("平台数"), len(reconciliation.records) if reconciliation else 0),
        (_("仅在一份材料中的平台"), len(one_sided(reconciliation))),
        (_("一致的值"), count(Verdict.MATCH)),
        (_("不一致的值"), count(Verdict.MISMATCH)),
        (_("待人工确认的值"), count(Verdict.UNSURE)),
        (_("其他问题"), len(findings_beside_fields(info, reconciliation))),
        (_("制表日期"), info.made.isoformat()),
    ]
    for label, value in rows:
        _pair(sheet, label, value)
    _block(
        sheet, _("文件"), [_("文件名"), _("用途"), "SHA-256"], [[d.name, d.role_text, d.sha256] for d in info.documents]
    )
    if reconciliation and reconciliation.seals:
        _block(
            sheet,
            _("印章"),
            [_("辨认出的文字"), _("页"), _("所属单位")],
            [[s.text, s.box.page, s.department or _("未能对应")] for s in reconciliation.seals],
        )
    letter = reconciliation.letter if reconciliation else None
    if letter:
        claims = [(_("来函单位"), letter.department), (_("发文字号"), letter.number), (_("来函日期"), letter.date),
                  (_("所称平台数"), letter.count), (_("联系人"), letter.contact)]  # fmt: skip
        _block(
            sheet,
            _("来函"),
            [_("项目"), _("内容")],
            [[label, "—" if claim is None else claim] for label, claim in claims],
        )
    _sender(sheet, info)
    page_setup(sheet)
    sheet.page_setup.fitToHeight = 1


def _sender(sheet: Worksheet, info: SubmissionInfo) -> None:
    """What the reporting body was told from, and what is known of the address."""
    if info.evidence:
        rows = [[f"{e.source} · {e.weight:.2f}", e.department, e.says] for e in info.evidence]
        _block(sheet, _("报送单位依据"), [_("来源与分量"), _("指向的单位"), _("内容")], rows)
    if info.authentication:
        rows = [[str(number), text] for number, text in enumerate(info.authentication, 1)]
        _block(sheet, _("发件验证"), [_("序号"), _("内容")], rows)


def _pair(sheet: Worksheet, label: str, value: str | int) -> None:
    row = sheet.max_row + 1
    name, cell = put(sheet.cell(row, 1), label), put(sheet.cell(row, 2), value)
    name.font, name.fill = Font(name=FACE, size=10.5, bold=True, color=INK), LABEL_FILL
    cell.font = Font(name=FACE, size=10.5, color=INK)
    sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=4)
    for column in range(1, 5):
        sheet.cell(row, column).border = BORDER
    name.alignment = Alignment(horizontal="left", vertical="center", indent=1)
    cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    sheet.row_dimensions[row].height = 20


def _block(sheet: Worksheet, title: str, headers: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    row = sheet.max_row + 2
    put(sheet.cell(row, 1), title).font = Font(name=FACE, size=12, bold=True, color=INK)
    sheet.row_dimensions[row].height = 22
    for offset, values in enumerate([headers, *rows] if headers else rows):
        for column, value in enumerate(values, 2):
            cell = put(sheet.cell(row + offset, column), value)
            is_hash = offset > 0 and len(str(value)) == HASH_LENGTH
            cell.font = Font(
                name="Consolas" if is_hash else FACE, size=9 if is_hash else 10.5, bold=not offset, color=INK
            )
            cell.border = BORDER
            cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
            if not offset:
                cell.fill = LABEL_FILL
        if len(values) == 2:
            sheet.cell(row + offset, 4).border = BORDER
            sheet.merge_cells(start_row=row + offset, end_row=row + offset, start_column=3, end_column=4)
        widths = (48, 100) if len(values) == 2 else (48, 24, 80)
        lines = max(-(-_width(value) // width) for value, width in zip(values, widths, strict=True))
        sheet.row_dimensions[row + offset].height = 22 if lines < 2 else 15 * lines + 6


def _width(value: str | int) -> int:
    """Of a text in a cell, in widths of a Latin character."""
    return sum(1 if character.isascii() else 2 for character in str(value))


def _fields(sheet: Worksheet, title: str, verdict: Verdict, reconciliation: Reconciliation | None, scan: Scan) -> None:
    columns = [
        Column(_("序号"), 5, True),
        Column(_("电子版行"), 7, True),
        Column(_("扫描件行"), 7, True),
        Column(_("平台名称"), 22),
        Column(_("字段"), 16),
        Column(_("电子版"), 20),
        Column(_("盖章扫描件（机器识读）"), 20),
        Column(_("扫描件截图"), 34, True),
        Column(_("一致概率"), 8, True),
        Column(_("电子版位置"), 12, True),
        Column(_("扫描件位置"), 8, True),
        Column(_("处理意见"), 14, True),
        Column(_("处理人"), 8, True),
        Column(_("处理日期"), 11, True),
    ]
    start(sheet, title, columns)
    for number, point in enumerate(field_points(reconciliation, verdict), 1):
        row = add_row(sheet, columns, [number, *_field_values(point), None, None, None])
        for column in (6, 7):
            sheet.cell(row, column).fill = FILLS[verdict.value]
            sheet.cell(row, column).font = Font(name=FACE, size=12, bold=True, color=INK)
        sheet.cell(row, 9).number_format = "0.00%"
        data = scan.crop(point.field.where.scan)
        if data is not None:
            picture(sheet, row, 8, data, columns[7].width)
    if sheet.max_row > 2:
        opinions = DataValidation(type="list", formula1='"' + ",".join(_(o) for o in OPINIONS) + '"', allow_blank=True)
        opinions.add(f"L3:L{sheet.max_row}")
        sheet.add_data_validation(opinions)
    finish(sheet, columns)


def _field_values(point: FieldPoint) -> list[str | int | float | None]:
    record, field = point.record, point.field
    return [
        record.electronic_row,
        record.scan_row,
        record.key,
        field.header,
        field.electronic,
        field.scan,
        None,
        round(field.probability, 6),
        electronic_place(field.where.electronic),
        scan_place(field.where.scan),
    ]


def _findings(sheet: Worksheet, info: SubmissionInfo, reconciliation: Reconciliation | None) -> None:
    columns = [
        Column(_("序号"), 6, True),
        Column(_("级别"), 8, True),
        Column(_("问题"), 84),
        Column(_("位置"), 26),
        Column(_("由谁处理"), 14, True),
        Column(_("代码"), 28),
        Column(_("处理意见"), 24),
    ]
    start(sheet, _("问题清单"), columns)
    for number, finding in enumerate(findings_beside_fields(info, reconciliation), 1):
        who = _("报送单位") if for_sender(finding) else _("本单位")
        place = place_text(finding.where)
        add_row(
            sheet, columns, [number, severity_text(finding.severity), finding.message, place, who, finding.code, None]
        )
    _colour(sheet, "B", {severity_text_of: fill for severity_text_of, fill in (
        (_("错误"), "mismatch"), (_("注意"), "unsure"))}, 7)  # fmt: skip
    finish(sheet, columns)


def _everything(sheet: Worksheet, reconciliation: Reconciliation | None) -> None:
    columns = [
        Column(_("电子版行"), 9, True),
        Column(_("扫描件行"), 9, True),
        Column(_("平台名称"), 32),
        Column(_("字段"), 24),
        Column(_("电子版"), 34),
        Column(_("盖章扫描件（机器识读）"), 34),
        Column(_("比对结论"), 14, True),
        Column(_("一致概率"), 10, True),
        Column(_("电子版位置"), 20, True),
        Column(_("扫描件位置"), 12, True),
    ]
    start(sheet, _("全部比对"), columns)
    sheet.freeze_panes = "D3"
    for record in reconciliation.records if reconciliation else ():
        if not record.fields:
            only = _("仅电子版有") if record.scan_row is None else _("仅扫描件有")
            add_row(
                sheet, columns, [record.electronic_row, record.scan_row, record.key, *[None] * 3, only, *[None] * 3]
            )
        for field in record.fields:
            values = _field_values(FieldPoint(record, field))
            row = add_row(sheet, columns, [*values[:6], verdict_text(field.verdict), *values[7:]])
            sheet.cell(row, 8).number_format = "0.00%"
    colours = {verdict_text(verdict): verdict.value for verdict in Verdict}
    _colour(sheet, "G", colours | {_("仅电子版有"): "mismatch", _("仅扫描件有"): "mismatch"}, len(columns))
    finish(sheet, columns)


def _colour(sheet: Worksheet, by: str, fills: dict[str, str], columns: int) -> None:
    """Colours rows by the text of one column, so that they stay right when a person sorts or edits."""
    if sheet.max_row < 3:
        return
    for text, fill in fills.items():
        area = f"A3:{get_column_letter(columns)}{sheet.max_row}" if fill != "match" else f"{by}3:{by}{sheet.max_row}"
        quoted = text.replace('"', '""')
        sheet.conditional_formatting.add(area, FormulaRule(formula=[f'${by}3="{quoted}"'], fill=FILLS[fill]))
