"""What a cover letter (函) says: one of the set phrases, with the number of platforms it claims."""

from __future__ import annotations

import random

from samples.documents import CoverLetter
from samples.vocabulary import Department

NOTICE = "《工业和信息化部办公厅关于加快布局建设制造业中试平台的通知》（工信厅科函〔2024〕346号）"
BODIES = (
    "根据{notice}要求，我单位组织开展了申报和审核工作，共报送中试平台{count}个，现将有关材料报上，请审阅。",
    "按照{notice}有关要求，经各地推荐、专家评审，现将我{unit}{count}个省级或重点培育中试平台名录及储备建设情况报送你司，请予支持。",
    "{notice}收悉。我{unit}高度重视，认真组织梳理填报，共梳理中试平台{count}个，详见附件。",
    "为落实{notice}，我{unit}在摸底基础上形成中试平台名录，共计{count}家，现予报送。",
)
NUMERALS = "零一二三四五六七八九"


def make_letter(rng: random.Random, department: Department, count: int, date: str, font: str) -> CoverLetter:
    """A letter that claims `count` platforms."""
    unit = department.own_word
    written = chinese_number(count) if rng.random() < 0.15 else str(count)
    head = "经信" if "经济和信息化" in department.name else "工信"
    number = f"{department.short}{head}函〔2024〕{rng.randrange(3, 480)}号" if rng.random() < 0.7 else ""
    return CoverLetter(
        department=department.name,
        number=number,
        date=date,
        body=rng.choice(BODIES).format(notice=NOTICE, unit=unit, count=written),
        red_head=bool(number) and rng.random() < 0.5,
        font=font,
    )


def chinese_number(value: int) -> str:
    """1 to 99 in Chinese numerals, such as ``二十三``."""
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十"
    return head + (NUMERALS[ones] if ones or not tens else "")
