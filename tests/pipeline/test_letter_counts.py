"""How many platforms a cover letter claims: real phrasings, as typed and as scans are read."""

import random

import pytest

from pipeline.letter_mentions import value_of
from pipeline.letters import read_letter
from samples.letters import BODIES, NOTICE, chinese_number, make_letter
from samples.vocabulary import departments

# As a scan of 150 dpi was read, line by line.
SCANNED = [
    "内工信函(2024)350号",
    "内蒙古自治区工业和信息化厅",
    "关于报送制造业中试平台名录及储备建建设青况的",
    "函",
    "工业和信息化部科技司:",
    "按照",
    "工业和信息化部办公厅关于加快布局建设制造业中",
    "试平台的通知",
    "(工信厅科函(2024)346号)",
    "有关要求,经",
    "各地推荐、",
    "专家评审,现将我厅20个省级或重点培育中试平",
    "台名录及储备建设情况报送你司,",
    "请予支持",
    "附件:",
    "省级或重点培育中试平台名录及储备建设情况",
    "内蒙古自治区工业和信息化厅",
    "2024年10月8日",
]
HEAD = (
    "江苏省工业和信息化厅\n关于报送制造业中试平台名录及储备建设情况的函\n工业和信息化部科技司：\n"
    "按照《工业和信息化部办公厅关于加快布局建设制造业中试平台的通知》（工信厅科函〔2024〕346号）要求，"
)
END = "\n附件：省级或重点培育中试平台名录及储备建设情况\n江苏省工业和信息化厅\n2024年10月9日"


def claimed(body: str) -> int | None:
    return read_letter((HEAD + body + END).split("\n")).count


def test_a_scanned_letter_without_its_brackets_and_full_stops():
    assert read_letter(SCANNED).count == 20
    assert read_letter([line.replace("346号)", "2024346号)") for line in SCANNED]).count == 20


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("written", [str, chinese_number])
def test_every_phrase_of_the_samples_wherever_its_lines_break(body, written):
    rng = random.Random(body)
    for department in departments()[::6]:
        number = rng.randrange(1, 60)
        letter = make_letter(rng, department, number, "2024年10月8日", "")
        text = body.format(notice=NOTICE, unit=department.own_word, count=written(number))
        for _ in range(4):
            width = rng.randrange(5, 30)
            lines = [text[i : i + width] for i in range(0, len(text), width)]
            assert read_letter([letter.department, *lines, letter.department, letter.date]).count == number, lines


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("经各地推荐、专家评审，现将我局8个省级或重点培育中试平台名录及储备建设情况报送你司。", 8),
        ("现推荐南京电子化学品中试基地等12个中试平台，请审核。", 12),
        ("现将我省二十三个省级中试平台及储备建设情况报来，请查收。", 23),
        ("我厅共推荐中试平台一百零二个。", 102),
        ("共推荐12（拾贰）个中试平台。", 12),
        ("共推荐十二（12）个中试平台。", 12),
        ("我委组织专家评审，遴选确定15家中试平台，现予上报。", 15),
        ("经企业申报、地市推荐、专家评审、网上公示，共有18个中试平台纳入名录，现报送你部。", 18),
        ("本次共上报制造业中试平台 16 个，其中省级中试平台 9 个，重点培育中试平台 5 个，储备 2 个。", 16),
        ("合计报送平台21家（省级11家，重点培育6家，储备4家）。", 21),
        ("现推荐上报我市制造业中试平台（基地）7个，详见附件。", 7),
        ("推荐我市6个制造业中试平台纳入培育库。", 6),
        ("我省14个中试平台符合申报条件，现推荐上报。", 14),
        ("汇总形成中试平台名录（共13个），现随函报送。", 13),
        ("名录共包含中试平台17项，现予报送。", 17),
        ("现将名录报上，总计平台22个。", 22),
        ("我厅高度重视，组织各市摸底，共梳理出制造业中试平台31个，涉及新材料、生物医药等9个行业领域。", 31),
        ("现报送5个省级中试平台和7个储备中试平台的有关情况。", 12),
        ("现报送省级5个、重点培育3个、储备4个中试平台。", 12),
        ("现报送中试平台（省级3个、重点培育5个、储备4个）。", 12),
        ("拟推荐省级中试平台5个（其中国家级2个）、重点培育中试平台3个。", 8),
        ("报送中试平台名录，包括已建成5个、在建3个、拟建2个。", 10),
        ("省级中试平台共5个、重点培育共7个，总计12个，现予报送。", 12),
        ("共报送中试平台12个，按级别分省级5个、重点培育7个，按进展分已建成8个、在建4个。", 12),
        ("共推荐中试平台10个，含国家级1个。", 10),
        ("从征集的45个项目中遴选推荐中试平台12个。", 12),
        ("全省各市共申报中试平台45个，经专家评审，择优推荐20个。", 20),
        ("各市共推荐45个中试平台，我厅遴选后推荐上报20个。", 20),
        ("全省现有中试平台36个，其中省级15个，现推荐其中12个纳入培育库。", 12),
        ("在前期报送8个平台的基础上，本次补充报送中试平台4个。", 4),
        ("推荐12家企业建设的15个中试平台。", 15),
        ("共报送由9家企业牵头建设的中试平台11个，总投资25.6亿元。", 11),
        ("推荐平台11个，服务企业1200家，拥有专利350项，人员2000人。", 11),
        ("按照“成熟一个、启动一个”的原则，推荐平台9个。", 9),
        ("按照一平台一方案的要求，分两批共报送平台9个，第一批5个，第二批4个。", 9),
        ("我省现有中试平台20个，现予报送。", 20),
        ("共报送中试平合20个，请予支持。", 20),
        ("其报送中试平台20个，请予支持。", 20),
        ("现报送中试平台\n- 2 -\n20个，请予支持。", 20),
        ("现将我厅\n20\n个省级或重点培育中试平台名录报送你司。", 20),
        ("共报\n送中\n试平\n台12\n个。", 12),
        ("经研究，同意推荐平台1个。", 1),
    ],
)
def test_the_whole_is_told_from_its_parts_and_from_what_else_is_counted(body, count):
    assert claimed(body) == count


@pytest.mark.parametrize(
    "body",
    [
        "现将有关情况报送你司，请予支持。",
        "共报送中试平台2O个，请予支持。",
        "共报送中试平台l2个，其中省级5个、储备3个。",
        "共报送中试平台个，省级5个、储备3个。",
        "共报送中试平台2·0个。",
        "共报送中试平台20余个。",
        "共报送中试平台十余个。",
        "共报送中试平台约20个。",
        "共报送中试平台10-15个。",
        "共报送中试平台三五个。",
        "共报送中试平台0个。",
        "共报送中试平台\n2\n12个。",
        "共报送中试平台202412个。",
        "共报送中试平台1\n2\n个。",
        "现报送中试平台名录，其中省级5个、储备3个。",
        "推荐12家单位申报的中试平台，详见附件。",
        "推荐南京化工研究院等12家单位申报的中试平台。",
        "力争到2027年建成中试平台50个，现将储备建设情况报送你司。",
        "请于10个工作日内反馈，联系电话见附件，分3个批次报送。",
        "报送中试平台12个。经核，报送中试平台13个。",
        "推荐了3个重点行业领域、5个产业集群的中试平台。",
        "涉及21个地市、36个园区，全部报送。",
        "第3个平台的材料另行报送。",
        "每个平台报送1份材料，各个平台均已审核。",
        "共推荐十二（13）个中试平台。",
    ],
)
def test_a_number_is_never_made_up(body):
    assert claimed(body) is None


def test_platforms_of_a_mail_s_attachment():
    assert read_letter(["您好：", "附件为我省12个中试平台名录（电子版及扫描件），请查收。"]).count == 12
    assert read_letter(["您好：", "附件共2个：12家企业的材料，请查收。"]).count is None


@pytest.mark.parametrize(
    "pair",
    [
        "7=7",
        "120=120",
        "两=2",
        "十=10",
        "十二=12",
        "二十=20",
        "二〇=20",
        "三十五=35",
        "一百零二=102",
        "一百二十=120",
        "拾贰=12",
        "贰拾壹=21",
        "十二(12)=12",
        "百=",
        "0=",
        "08=",
        "1000=",
        "三五=",
        "十十=",
        "〇=",
        "12(十三)=",
    ],
)
def test_numbers_as_they_are_written(pair):
    written, _, value = pair.partition("=")
    assert value_of(written) == (int(value) if value else None)
