import pytest

from pipeline.letters import read_letter
from pipeline.model import Letter

LETTER = """山东省工业和信息化厅
鲁工信函〔2024〕12号
关于报送制造业中试平台名录及储备建设情况的
函
工业和信息化部科技司：
按照《工业和信息化部办公厅关于加快布局建设制造业中
试平台的通知》（工信厅科函〔2024〕346号）要求，我单位
组织开展了梳理填报工作，共报送中试平台7个，现将有关材
料报上，请审阅。
附件：省级或重点培育中试平台名录及储备建设情况
联系人：朱建，联系电话：0531-37439827
山东省工业和信息化厅
2024年10月15日"""


def letter(body: str = "", number: str = "", end: str = "江苏省工业和信息化厅\n2024年10月9日") -> Letter:
    head = f"江苏省工业和信息化厅\n{number}\n工业和信息化部科技司：\n"
    cited = "按照《通知》（工信厅科函〔2024〕346\n号）要求，"
    return read_letter(f"{head}{cited}{body}\n{end}".split("\n"))


def test_a_letter_says_who_sends_what_and_when():
    assert read_letter(LETTER.split("\n")) == Letter(
        department="山东省工业和信息化厅",
        number="鲁工信函〔2024〕12号",
        date="2024-10-15",
        count=7,
        contact="朱建 0531-37439827",
    )


@pytest.mark.parametrize(
    "written",
    [
        "苏工信函〔2024〕12号",
        "苏工信函［2024］12 号",
        "苏工信函(2024)12号",
        "苏工信函【2024】第12号",
        "文号：苏工信函[2024]12号",
        "（苏工信函〔2024〕12号）",
        "苏工信函2024〕12号",
    ],
)
def test_the_number_is_found_in_any_brackets(written):
    assert letter(number=written).number == "苏工信函〔2024〕12号"


def test_the_cited_notice_is_not_the_letter_s_number():
    assert letter().number is None
    assert read_letter(["（工信厅科函〔2024〕346号）要求", "工信厅科函〔2024〕346号"]).number is None


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("经遴选，共计12家中试平台，现予报送。", 12),
        ("我厅推荐绿色化工等15个平台。", 15),
        ("现报送七个中试平台。", 7),
        ("共报送中试平台十二个，其中省级5个、重点培育3个、储备4个。", 12),
        ("其中省级平台6个，重点培育4个，储备2个，共计12个。", 12),
        ("现报送省级中试平台5个、重点培育中试平台3个、储备平台4个。", 12),
        ("共推荐中试平台（省级3个、重点培育5个、储备4个）共12个。", 12),
        ("我省现有中试平台20个，择优报送15个。", 15),
        ("我单位共报送中试平台 1\n1个，服务企业2300家。", 11),
        ("全省31个地市参与，共报送平台9个。", 9),
        ("现报送中试平台名录。经统计共计8家。", 8),
        ("围绕5个行业、39个方向，服务企业共120家，建成公共服务平台。", None),
        ("现将名录及储备建设情况（电子版及盖章扫描件）报上，附件共2个。", None),
    ],
)
def test_the_claimed_count_is_told_from_other_numbers(body, count):
    assert letter(body).count == count


@pytest.mark.parametrize(
    ("end", "date"),
    [
        ("江苏省工业和信息化厅\n二〇二四年十月十五日", "2024-10-15"),
        ("江苏省工业和信息化厅2024年10月1日", "2024-10-01"),
        ("请于2024年10月20日前反馈", None),
        ("2024 年 10 月 15 日\n（联系人：王小明 13812345678）", "2024-10-15"),
        ("江苏省工业和信息化厅\n_2024年10月8日.", "2024-10-08"),
        ("江苏省工业和信息化厅\n2024年10月8日\n东汉三EAo170429634919", "2024-10-08"),
        ("江苏省工业和信息化厅\n2024年\n10月8日", "2024-10-08"),
        ("江苏省工业和信息化厅\n2024-10-08", "2024-10-08"),
        ("江苏省工业和信息化厅\n2024年10月8曰", "2024-10-08"),
        ("江苏省工业和信息化厅\n2025年1月2日", "2025-01-02"),
        ("江苏省工业和信息化厅\n2024年0月8日", None),
        ("江苏省工业和信息化厅\n2024年13月8日", None),
        ("江苏省工业和信息化厅\n2024年9月31日", None),
        ("江苏省工业和信息化厅\n2024年1O月8日", None),
        ("江苏省工业和信息化厅\n204年10月8日", None),
        ("江苏省工业和信息化厅\n2024年10月日", None),
        ("江苏省工业和信息化厅\n2024年10月8", None),
        ("江苏省工业和信息化厅\n12024年10月8日", None),
        ("江苏省工业和信息化厅\n2024年10月82日", None),
        ("江苏省工业和信息化厅\n2074年10月8日", None),
        ("江苏省工业和信息化厅\n2021年10月8日", None),
        ("2024年9月10日\n江苏省工业和信息化厅\n2024年0月8日", None),
        ("现按要求于\n2024年10月15日\n前报送\n江苏省工业和信息化厅", None),
        ("二〇二四年十月八日", "2024-10-08"),
        ("二〇二四年十月三十二日", None),
    ],
)
def test_the_date_is_that_of_the_signature(end, date):
    assert letter(end=end).date == date


def test_a_date_that_the_letter_s_own_number_contradicts_was_misread():
    end = "江苏省工业和信息化厅\n2029年10月8日"
    assert letter(end=end).date == "2029-10-08"
    assert letter(end=end, number="苏工信函〔2024〕12号").date is None


def test_a_mail_s_text_says_what_it_says_and_no_more():
    lines = [
        "您好：",
        "现将我单位材料（电子版及盖章扫描件）报上，请查收。",
        "山东省工信厅科技处",
        "电话：0531-86123456",
    ]
    assert read_letter(lines) == Letter(department="山东省工业和信息化厅", contact="0531-86123456")
    assert read_letter([]) == Letter()


def test_a_misread_letterhead_still_names_the_department():
    assert read_letter(["山东省工业和信怠化斤", "关于报送名录的函"]).department == "山东省工业和信息化厅"
