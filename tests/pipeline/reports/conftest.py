"""One submission made by hand, with everything in it that a report has to show, and a scan to cut crops from."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors.tables import Box
from pipeline.model import (
    FieldResult,
    FileInfo,
    Finding,
    Letter,
    Reconciliation,
    RecordResult,
    SealResult,
    Severity,
    Verdict,
    Where,
)
from pipeline.reports.info import CallInfo, DocumentInfo, SubmissionInfo, Tone

HEADERS = ["序号", "中试平台名称", "承担单位（建设主体）", "统一社会信用代码", "所在地", "所属行业", "平台类别",
           "投资总额（万元）", "场地面积（平方米）", "专职人员（人）", "联系方式"]  # fmt: skip
WIDTHS = [34, 104, 110, 92, 70, 58, 54, 62, 62, 54, 74]
ROWS = [
    ["1", "宜宾市氢能装备中试验证平台", "宜宾联瑞新材料科技股份有限公司", "91511500MA62A0001X", "宜宾市翠屏区",
     "新能源", "重点培育", "90812", "33293", "454", "0831-2341862"],
    ["2", "合成生物制造中试熟化基地", "宜宾凯莱检测认证集团有限公司", "91511500MA62A0002Q", "宜宾市翠屏区",
     "生物制造", "重点培育", "88482", "28400", "77", "0831-7402948"],
    ["3", "绵阳市细胞治疗制剂中试熟化基地", "绵阳天士先进制造创新中心有限公司", "91510700MA62A0003T", "绵阳市涪城区",
     "生物医药", "省级", "89491.56", "21990", "492", "0816-3649844"],
    ["4", "成都市环保催化剂中试平台", "成都埃夫特工业技术研究院", "91510100MA62A0004N", "成都市双流区", "新材料",
     "省级", "94866.4", "34014", "79", "028-53712369"],
    ["5", "自贡合成生物制造中试验证平台", "自贡埃夫特先进制造创新中心有限公司", "91510300MA62A0005L", "自贡市沿滩区",
     "工业母机", "储备", "31596.2", "8100", "76", "15296063594"],
    ["6", "德阳工业机器人关节中试基地", "德阳天士先进制造创新中心有限公司", "91510600MA62A0006J", "德阳市旌阳区",
     "环保装备", "省级", "85675", "20500", "127", "0838-4358254"],
]  # fmt: skip
CHANGED = {(2, 7): "39491.56", (3, 1): "成都市环保催化济中试平台", (4, 9): ""}
"""What the electronic copy has instead: row and column, 0-based."""
DOUBTED = {(0, 10): ("0831-2341852", 0.62), (1, 8): ("28100", 0.21)}
"""What was read, and the probability that it is the same."""
DPI = 200
PAGE = (842.0, 595.0)
LEFT, TOP, ROW_HEIGHT, HEADER_HEIGHT = 34.0, 80.0, 34.0, 30.0
_FACES = Path("/usr/share/fonts/opentype/noto")
_FONTS = (_FACES / "NotoSerifCJK-Regular.ttc", _FACES / "NotoSansCJK-Regular.ttc")


def cell_box(row: int, column: int) -> Box:
    """Where a cell stands on the upright page 1."""
    x = LEFT + sum(WIDTHS[:column])
    y = TOP + HEADER_HEIGHT + row * ROW_HEIGHT
    return Box(1, x, y, x + WIDTHS[column], y + ROW_HEIGHT)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for path in _FONTS:
        if path.exists():
            return ImageFont.truetype(path, size * DPI / 72, index=2)
    return ImageFont.load_default(size * DPI / 72)


def _draw_page() -> Image.Image:
    k = DPI / 72
    page = Image.new("RGB", (round(PAGE[0] * k), round(PAGE[1] * k)), (252, 252, 250))
    draw = ImageDraw.Draw(page)
    font = _font(9)
    draw.text(
        (PAGE[0] * k / 2, 45 * k),
        "四川省省级或重点培育中试平台名录及储备建设情况",
        (20, 20, 20),
        _font(16),
        anchor="mm",
    )
    for row in range(-1, len(ROWS)):
        for column, header in enumerate(HEADERS):
            box = cell_box(row, column)
            top = TOP if row < 0 else box.y0
            draw.rectangle((box.x0 * k, top * k, box.x1 * k, box.y1 * k), outline=(30, 30, 30), width=2)
            text = header if row < 0 else ROWS[row][column]
            lines, line = [], ""
            for character in text:
                if draw.textlength(line + character, font) > (WIDTHS[column] - 6) * k:
                    lines.append(line)
                    line = ""
                line += character
            for i, part in enumerate([*lines, line]):
                draw.text(((box.x0 + 3) * k, (top + 3 + 11 * i) * k), part, (25, 25, 25), font)
    draw.ellipse((560 * k, 320 * k, 680 * k, 440 * k), outline=(208, 40, 40), width=8)
    draw.text((620 * k, 380 * k), "★", (208, 40, 40), _font(40), anchor="mm")
    draw.text((620 * k, 350 * k), "四川省经济和信息化厅", (208, 40, 40), _font(9), anchor="mm")
    return page


@pytest.fixture(scope="session")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages: the form, and the same sideways."""
    path = tmp_path_factory.mktemp("scan") / "盖章扫描件.pdf"
    page = _draw_page()
    sideways = page.rotate(90, expand=True)
    page.save(path, "PDF", resolution=DPI, save_all=True, append_images=[sideways])
    return path


def _field(row: int, column: int) -> FieldResult:
    printed = ROWS[row][column]
    where = Where(f"附件3!{'ABCDEFGHIJK'[column]}{row + 4}", cell_box(row, column))
    if (row, column) in CHANGED:
        written = CHANGED[row, column]
        return FieldResult(HEADERS[column], None, written, printed, Verdict.MISMATCH, 0.0004, where)
    if (row, column) in DOUBTED:
        read, probability = DOUBTED[row, column]
        return FieldResult(HEADERS[column], None, printed, read, Verdict.UNSURE, probability, where)
    return FieldResult(HEADERS[column], None, printed, printed, Verdict.MATCH, 0.99993, where)


@pytest.fixture
def reconciliation() -> Reconciliation:
    """Three mismatches, two doubts, a row on each side alone, findings of several kinds."""
    columns = range(len(HEADERS))
    records = [RecordResult(i + 1, i + 1, ROWS[i][1], tuple(_field(i, c) for c in columns)) for i in range(5)]
    records.append(RecordResult(6, None, "攀枝花钒钛新材料中试平台"))
    records.append(RecordResult(None, 6, ROWS[5][1]))
    findings = (
        Finding("field-mismatch", Severity.ERROR, {"row": "3", "key": ROWS[2][1], "header": HEADERS[7],
                "electronic": "39491.56", "scan": "89491.56"}, Where("附件3!H6", cell_box(2, 7))),
        Finding("row-missing-in-scan", Severity.ERROR, {"row": "6", "key": "攀枝花钒钛新材料中试平台"}),
        Finding("row-missing-in-electronic", Severity.ERROR, {"row": "6", "key": ROWS[5][1]},
                Where(None, cell_box(5, 1))),
        Finding("letter-count-mismatch", Severity.ERROR, {"claimed": "7", "counted": "6"}),
        Finding("code-check-wrong", Severity.WARNING, {"row": "2", "key": ROWS[1][1], "value": "91511500MA62A0002Q"},
                Where("附件3!D5", cell_box(1, 3))),
        Finding("table-unruled", Severity.WARNING, {"page": "2"}),
    )  # fmt: skip
    return Reconciliation(
        scan=FileInfo("盖章扫描件.pdf", "5c" * 32, 2),
        electronic=FileInfo("附件3（四川）.xlsx", "a1" * 32),
        records=tuple(records),
        findings=findings,
        seals=(SealResult(Box(1, 560, 320, 680, 440), "四川省经济和信息化厅", "四川省经济和信息化厅", 0.994),),
        letter=Letter("四川省经济和信息化厅", "川经信函〔2024〕512号", "2024-10-12", 7, "王工 028-86262626"),
        timing={"extract": 2.31, "reconcile": 0.18},
        page_turns={2: 90},
    )


@pytest.fixture
def agreeing(reconciliation: Reconciliation) -> Reconciliation:
    """Both copies say the same."""
    record = reconciliation.records[2]
    fields = tuple(f for f in record.fields if f.verdict is Verdict.MATCH)
    return Reconciliation(
        reconciliation.scan,
        reconciliation.electronic,
        (RecordResult(1, 1, record.key, fields),),
        (),
        reconciliation.seals,
        None,
        {},
    )


@pytest.fixture
def call() -> CallInfo:
    """The call of 2024."""
    return CallInfo(
        title="工业和信息化部办公厅关于加快布局建设制造业中试平台的通知",
        number="工信厅科函〔2024〕346号",
        form="省级或重点培育中试平台名录及储备建设情况（附件3）",
        office="工业和信息化部科技司",
        mailbox="zhiliang@miit.gov.cn",
        deadline=datetime.date(2024, 10, 15),
    )


@pytest.fixture
def info(call: CallInfo) -> SubmissionInfo:
    """The submission of Sichuan."""
    return SubmissionInfo(
        id="2024-510000-1",
        department="四川省经济和信息化厅",
        received=datetime.datetime(2024, 10, 12, 16, 42),
        message_id="<20241012164211.7F2A@jxt.sc.gov.cn>",
        subject="四川省中试平台名录报送材料",
        state="待报送单位更正",
        tone=Tone.BAD,
        call=call,
        made=datetime.date(2024, 10, 16),
        findings=(
            Finding("name-undecodable", Severity.INFO, {"name": "附件-2.bin"}),
            Finding("file-encrypted", Severity.ERROR, {"name": "佐证材料.zip"}),
        ),
        documents=(
            DocumentInfo("盖章扫描件.pdf", "5c" * 32, "scan"),
            DocumentInfo("附件3（四川）.xlsx", "a1" * 32, "electronic"),
            DocumentInfo("关于报送中试平台名录的函.pdf", "0f" * 32, "letter"),
            DocumentInfo("佐证材料.zip", "77" * 32, "other"),
        ),
    )
