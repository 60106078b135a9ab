"""What a mail says about itself: whether it corrects or adds, whether it is late. From whom it is: `evidence`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.calls.call import Call
from pipeline.intake.mail import Mail
from pipeline.model import Finding, Severity

CORRECTS = re.compile(
    r"(?<!如有)(?<!如需)(?<!若需)(?<!若有)(?<!无需)(?<!如须)更正"
    r"|以(?:此|本|该|这)(?:次|件|版|份|邮件|附件|表|稿)?[^，。；\n]{0,6}为准"
    r"|重新(?:报送|上报|提交|发送|报|发)|重报|勘误|修订[版稿件]|替换(?:此前|之前|原|前)"
    r"|(?:此前|之前|前期|上次|原)[^，。；\n]{0,12}(?<!不)(?:作废|撤回)"
)
HYPOTHETICAL = re.compile(
    r"(?<![例诸比正])如(?:有|需|须|果|遇|存|发现|不|能|仍|后续|您|贵|蒙)|假如|若|倘|万一|一旦|请勿|无需|无须|不必|不再"
    r"|(?<!现)将(?:及时|尽快|再|另行|随时|予以|立即|进一步|按要求)*$|不(?:一致|符|同)的|有(?:出入|差异|不符)"
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
    return any(_says(CORRECTS, text) for text in _said(mail, names))


def _says(word: re.Pattern[str], text: str) -> bool:
    """Whether a text says it of itself, and neither of a case that may come nor that it isn't so."""
    clauses = (text[max(0, found.start() - LONGEST_CLAUSE) : found.start()] for found in word.finditer(text))
    before = (re.split(r"[。；\n]", clause)[-1] for clause in clauses)
    return any(not HYPOTHETICAL.search(clause) and not DENIED.search(clause) for clause in before)


def adds(mail: Mail, names: Sequence[str]) -> bool:
    """Whether it says that it adds to an earlier report."""
    return any(_says(ADDS, text) for text in _said(mail, names))


def lateness(mail: Mail, call: Call) -> tuple[int, list[Finding]]:
    """Days after the call's deadline, and the finding that says so. A mail without any date counts as in time."""
    days = 0 if mail.received_at is None else call.days_late(mail.received_at)
    params = {"deadline": call.deadline.isoformat(), "days": str(days)}
    return days, [Finding("message-late", Severity.WARNING, params)] if days else []


def _said(mail: Mail, names: Iterable[str]) -> list[str]:
    forwarded = [text for pair in mail.forwarded for text in pair]
    return [mail.subject, mail.body, *names, *forwarded]
