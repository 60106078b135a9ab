"""What a mail says about itself: whether it corrects or adds, whether it is late. From whom it is: `evidence`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.calls.call import Call
from pipeline.intake.mail import Mail
from pipeline.intake.quotes import own_texts
from pipeline.model import Finding, Severity

REPLACES = (
    r"以(?:此|本|该|这)(?:次|件|版|份|邮件|附件|表|稿|封)?[^，。；\n]{0,6}为准"
    r"|以(?:后[一者附]|新|最新|更新|修改|修订|更正|现报)[^，。；\n]{0,8}为准|(?:^|请|[。；，\n])以附件为准"
    r"|重新(?:报送|上报|提交|发送|报|发|上传|提供)|重报|重发|勘误|修订[版稿件]|订正(?:版|稿|件|后|如下)"
    r"|(?:替换|取代|代替)(?:此前|之前|原|前)"
    r"|(?:此前|之前|以前|前期|上次|前次|[前上]一?封|[前上]一[份版次]|前面|先前|早前|旧|原|昨[天日])[^，。；\n]{0,12}"
    r"(?<!不)(?:作废|撤回|撤销|无效|忽略|勿用|停用)"
    r"|(?:忽略|撤回|撤销|作废)(?:此前|之前|上次|[前上]一?封|[前上]一[份版次]|前面|旧|原)"
)
TITLE_CORRECTS = re.compile(rf"(?<!关于请)更正|{REPLACES}")
"""In a subject or a file's name, which are about the message itself; our letter is called 关于请更正….docx."""
CORRECTS = re.compile(
    r"(?<![出发实体表呈兑])现(?!正|在正|场|有|行|状)[^，。；\n]{0,30}更正"
    r"|(?:已经?|予以|特此|以此|特作?|作出?|做出?|进行了?|如下)更正(?:如下)?"
    r"|已经?(?:按|根据|依照?)[^，。；\n]{0,8}更正"
    r"|(?<!电话)(?<!邮箱)(?<!联系人)更正(?:如下|后|版|稿|件|为|了)"
    r"|更正(?:的)?(?:材料|附件|表格?|名录|电子版|盖章件|扫描件)(?:如下|见|请查收|详见|已|现|随|附上|一并)"
    r"|(?:附件[为是]|附上|附|报上|报来|发上|发来|提交|报送|发送|发|上传|呈报)更正的?(?:材料|附件|表|名录|电子版|盖章件|扫描件)"
    rf"|{REPLACES}"
)
"""In a text: a statement about this very message (现更正, 更正如下, 更正后的, 以此为准, 重新报送); texts also speak of
corrections in general (更正联系人：张三, 收到要求更正的通知)."""
NO_STATEMENT = re.compile(
    r"^(?:材料)?(?:报送)?(?:通知|要求|模板|样表|须知|流程|办法|联系|事宜|与否|电话|”|」|\")"
    r"|^[^，,。；\n]{0,16}(?:另行|稍后|随后|尽快|正在|另发|联系|咨询|[将会]于)"
)
"""Right behind such a word in a text: no statement about this message (更正要求, 更正后的材料将另行报送)."""
HYPOTHETICAL = re.compile(
    r"(?<![例诸比正])如(?:有|需|须|果|遇|存|发现|不|能|仍|后续|您|贵|蒙|对|确|变|后期|今后)|假如|若|倘|万一|一旦|请勿"
    r"|无需|无须|不必|不再|是否|能否|可否|后续|后期|日后|今后|另行|联系(?:人|方式|电话)[^，,。；\n]{0,4}$"
    r"|(?:[收接]到[^，。；\n]{0,8}要求|(?<![按所])需要?|须|请[你各](?:厅|局|委|办|司|单位|地))[^，。；\n]{0,20}$"
    r"|(?<!现)将(?:及时|尽快|再|另行|随时|予以|立即|进一步|按要求|于[^，。；\n]{0,8}|会)*$"
    r"|不(?:一致|符|同)的|有(?:出入|差异|不符)"
)
"""Before a word of correction or addition: a case that may come (如需修改，我们将重新报送), or a rule between the two
copies of this very mail (电子版与盖章件不一致的，以盖章件为准). Neither takes the place of an earlier report."""
DENIED = re.compile(
    r"(?:没有?|未(?!来)|无|不)(?:曾|再|作出?|做出?|进行|涉及|需|存在|任何|其他|要|有|予以?|的"
    r"|(?:更正|补充|增补|修改|变更|变化|调整)[、或和及与以]*)*$"
)
"""Right before such a word: that there is none (本次没有更正内容)."""
LONGEST_CLAUSE = 300
"""Characters before a word that are looked at; so time doesn't grow with the square of a text's length."""
ADDS = re.compile(r"补充(?:报送|上报|材料|提交|名单|名录)?|增补|补报|补发")


def corrects(mail: Mail, names: Sequence[str]) -> bool:
    """Whether subject, text or a document's name says that this takes the place of an earlier report."""
    return titles_correct(_titles(mail, names)) or any(_says(CORRECTS, text, NO_STATEMENT) for text in own_texts(mail))


def titles_correct(titles: Iterable[str]) -> bool:
    """Whether one of these subjects and file names says so, whatever stands in the text."""
    return any(_says(TITLE_CORRECTS, title) for title in titles)


def adds(mail: Mail, names: Sequence[str]) -> bool:
    """Whether it says that it adds to an earlier report."""
    return any(_says(ADDS, text) for text in [*_titles(mail, names), *own_texts(mail)])


def _says(word: re.Pattern[str], text: str, not_before: re.Pattern[str] | None = None) -> bool:
    """Whether a text says it of itself, and neither of a case that may come nor that it isn't so."""
    for found in word.finditer(text):
        before = re.split(r"[。；;！？!?\n]", text[max(0, found.start() - LONGEST_CLAUSE) : found.start()])[-1]
        behind = text[found.end() : found.end() + LONGEST_CLAUSE]
        stated = not_before is None or not not_before.search(behind)
        if stated and not HYPOTHETICAL.search(before) and not DENIED.search(before):
            return True
    return False


def _titles(mail: Mail, names: Sequence[str]) -> list[str]:
    return [mail.subject, *names, *(text for pair in mail.forwarded for text in pair)]


def lateness(mail: Mail, call: Call) -> tuple[int, list[Finding]]:
    """Days after the call's deadline, and the finding that says so. A mail without any date counts as in time."""
    days = 0 if mail.received_at is None else call.days_late(mail.received_at)
    params = {"deadline": call.deadline.isoformat(), "days": str(days)}
    return days, [Finding("message-late", Severity.WARNING, params)] if days else []

