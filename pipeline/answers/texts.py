"""The words of the answers. They are short: the letter says the rest."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.i18n import _
from pipeline.answers.message import one_line
from pipeline.calls.call import CHINA
from pipeline.calls.catalogue import call
from pipeline.database.jobs import ReceivedFile, SubmissionJob
from pipeline.model import Reconciliation
from pipeline.reports.info import ROLES, SubmissionInfo
from pipeline.reports.letter_text import LetterGroup, LetterText, Wanted, close_up, us, you
from pipeline.reports.text import clean, day

MOST_FILES = 30
"""Files that are listed by name; an archive of photographs holds hundreds."""
MOST_POINTS = 5
"""Points of the letter that the mail tells in full; of more, only the headings."""


@dataclass(frozen=True)
class Case:
    """A submission that is answered."""

    job: SubmissionJob
    info: SubmissionInfo
    result: Reconciliation | None
    letter: LetterText
    """What the letter says of it."""
    settled: bool
    """Its platforms go into the library, no person has to decide."""


def subject(case: Case) -> str:
    """回复：and the original's subject."""
    return _("回复：{subject}").format(subject=one_line(case.job.subject) or _("（无主题）"))


def correction_subject(case: Case) -> str:
    """更正通知： the original's subject and the submission's number."""
    original = one_line(case.job.subject) or _("（无主题）")
    return _("更正通知：{subject}（登记编号 {number}）").format(subject=original, number=case.info.id)


def acknowledgement(case: Case) -> str:
    """What was received, and what comes next."""
    return _whole(case, [_next(case), _("所列文件如有遗漏或与发送的不符，请回复本邮件说明。")])


def correction(case: Case) -> str:
    """What was received, and that there is something to correct, which the attached letter says in full."""
    info, groups = case.info, case.letter.groups
    count = sum(len(group.points) for group in groups)
    found = close_up(
        _("经核对，有 {count} 处需请{you}核实更正或补充，详见附件《{title}》：")
    ).format(count=count, you=you(info.department), title=case.letter.title)  # fmt: skip
    lines = [line for group in groups for line in _group(group, in_full=count <= MOST_POINTS)]
    wanted = case.letter.wanted
    text = _("请{you}于 {days} 个工作日内将{wanted}发送至 {mailbox}，并在邮件主题中注明“更正”。")
    if wanted is not Wanted.CORRECTED:
        text = _("请{you}于 {days} 个工作日内将{wanted}发送至 {mailbox}，可直接回复本邮件。")
    answer = close_up(text).format(
        you=you(info.department), days=info.call.answer_days, wanted=wanted.text, mailbox=info.call.mailbox
    )
    return _whole(case, ["\n".join([found, *lines]), answer])


def _group(group: LetterGroup, in_full: bool) -> list[str]:
    return [group.heading, *(f"· {point.text}" for point in group.points if in_full)]


def _whole(case: Case, paragraphs: list[str]) -> str:
    info = case.info
    greeting = _("{department}：").format(department=info.department) if info.department else _("您好：")
    parts = [greeting, _received(case), _late(case), *paragraphs, info.call.office]
    return clean("\n\n".join([*filter(None, parts), _("（本邮件由报送材料核对系统生成。）")])) + "\n"


def _received(case: Case) -> str:
    info, job = case.info, case.job
    when = job.received_at.astimezone(CHINA) if job.received_at else None
    text = _("{you}发来的邮件（主题：{subject}）收悉，登记编号 {number}。")
    if when:
        text = _("{you}于{day}{time}发来的邮件（主题：{subject}）收悉，登记编号 {number}。")
    said = close_up(text).format(
        you=you(info.department),
        day=day(when),
        time=f"{when:%H:%M}" if when else "",
        subject=one_line(job.subject) or _("（无主题）"),
        number=info.id,
    )
    files = _files(job)
    return "\n".join([said + _count(files), *_listed(files, job)])


def _count(files: list[ReceivedFile]) -> str:
    text = close_up(_("收到以下 {count} 个文件："))
    return text.format(count=len(files)) if files else _("没有收到可用的附件。")


def _listed(files: list[ReceivedFile], job: SubmissionJob) -> list[str]:
    lines = [
        _("{number}. {name}（{role}，{size}）").format(
            number=number, name=one_line(file.name), role=_role(file, job), size=size_text(file.size)
        )
        for number, file in enumerate(files[:MOST_FILES], 1)
    ]
    return [*lines, _("……等 {count} 个文件").format(count=len(files))] if len(files) > MOST_FILES else lines


def _role(file: ReceivedFile, job: SubmissionJob) -> str:
    role = _(ROLES.get(file.role, ROLES["other"]))
    return role if file in job.files else _("{role}，此前来信所附").format(role=role)


def _files(job: SubmissionJob) -> list[ReceivedFile]:
    """The message's files, and a half that an earlier message brought."""
    own = {file.sha256 for file in job.files}
    halves = {"scan": job.scan, "electronic": job.electronic, "letter": job.letter}
    earlier = [
        ReceivedFile(half.name, half.path.stat().st_size, half.sha256, role)
        for role, half in halves.items()
        if half is not None and half.sha256 not in own
    ]
    return [*job.files, *earlier]


def size_text(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, round(size / 2**10))} KB"


def _late(case: Case) -> str:
    asked, job = call(case.job.call), case.job
    days = asked.days_late(job.received_at) if job.received_at else 0
    text = close_up(_("报送截止日期为{deadline}，该邮件逾期 {days} 天收到。"))
    return text.format(deadline=day(asked.deadline), days=days) if days else ""


def _next(case: Case) -> str:
    office = us(case.info.call.office)
    if case.letter.groups:
        text = _("经核对，有需要核实更正或补充的内容，{us}将另行发送《{title}》。")
        return text.format(us=office, title=case.letter.title)
    if case.settled and case.result is not None:
        text = close_up(_("经核对，电子版与盖章扫描件所列 {count} 个平台的内容一致，无需更正，本次报送办理完毕。"))
        return text.format(count=len(case.result.records))
    return _("材料正在核对，如需补充或更正，{us}将另行函告。").format(us=office)
