"""Outlook's files: .msg as a message and as an attachment, winmail.dat."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_archives import plain_zip, seven_zip
from made_messages import COPY, HEADERS, SCAN, make_message, make_part, make_scan, make_xlsx, whole_copies
from made_outlook import make_msg, make_tnef

from pipeline.intake.mail import Mail
from pipeline.intake.outlook import mail_of_msg
from pipeline.intake.reading import ReadMessage, read_message
from pipeline.intake.rtf import text_of_rtf
from pipeline.intake.tnef import mail_of_tnef
from pipeline.settings import Limits, Settings

PAIR = [(SCAN, whole_copies()[0]), (COPY, whole_copies()[1])]


def read(data: bytes, **limits: int) -> ReadMessage:
    return read_message(data, "a.msg", Settings(limits=Limits(**limits)))


def codes(result: ReadMessage) -> list[str]:
    return [finding.code for finding in result.submissions[0].findings]


def msg(data: bytes) -> Mail:
    return mail_of_msg(data, "a.msg", Limits())


def test_a_msg_file_is_a_message() -> None:
    result = read(make_msg(files=PAIR))
    assert (result.subject, result.sender) == ("报送中试平台名录", "四川省经济和信息化厅 <kjc@example.cn>")
    assert (result.body, result.reply_to) == ("您好：现将名录报上。", "kjc@example.cn")
    assert (result.submissions[0].scan, result.submissions[0].electronic, codes(result)) == (0, 1, [])
    assert result.submissions[0].department == "四川省经济和信息化厅"
    assert [d.attachment.rule for d in result.documents] == ["msg/unicode"] * 2


@pytest.mark.parametrize(("charset", "page"), [("gbk", 936), ("gbk", 1252), ("utf-8", 65001), ("utf-8", 936)])
def test_an_ansi_msg_file_whatever_code_page_it_claims(charset: str, page: int) -> None:
    mail = msg(make_msg(files=PAIR, charset=charset, page=page))
    assert (mail.subject, mail.body) == ("报送中试平台名录", "您好：现将名录报上。")
    assert [a.name for a in mail.attachments] == [SCAN, COPY]
    assert mail.attachments[0].rule.startswith("msg/gb18030" if charset == "gbk" else "msg/utf-8")


def test_the_internet_headers_of_a_msg_file() -> None:
    headers = (
        "Microsoft Mail Internet Headers Version 2.0\r\n"
        "Received: from a by b; Wed, 16 Oct 2024 01:00:00 +0800\r\nFrom: =?gbk?B?1cXI/Q==?= <z@example.cn>\r\n"
        "Message-ID: <1@example.cn>\r\nReferences: <0@example.cn>\r\nReply-To: <r@example.cn>\r\n\r\n"
    )
    mail = msg(make_msg(headers=headers))
    assert (mail.mail_id, mail.references, mail.reply_to) == ("<1@example.cn>", "<0@example.cn>", "r@example.cn")
    assert mail.received_at is not None
    assert mail.received_at.isoformat() == "2024-10-16T01:00:00+08:00"


def test_messages_within_msg_files() -> None:
    inner = {"subject": "内层", "body": "内层正文", "sender": ("江苏省工业和信息化厅", "j@example.cn"), "files": PAIR}
    outer = {"subject": "中层", "messages": [inner], "body": None}
    mail = msg(make_msg(subject="转发", body="请见转发", messages=[outer]))
    assert [a.name for a in mail.attachments] == [SCAN, COPY]
    assert [subject for _, subject in mail.forwarded] == ["中层", "内层"]
    assert mail.body == "请见转发\n\n内层正文"
    for _ in range(8):
        outer = {"messages": [outer]}
    assert "message-too-deep" in [f.code for f in msg(make_msg(messages=[outer])).findings]


def test_html_and_rtf_bodies() -> None:
    assert msg(make_msg(body=None, html="<p>现将名录</p>报上".encode())).body == "现将名录\n报上"
    rtf = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 Arial;}}\pard \'cf\'d6\'bd\'ab\u21517?\par{\*\x y}ok}"
    assert text_of_rtf(rtf) == "现将名\nok"
    stored = struct.pack("<LL4sL", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    assert msg(make_msg(body=None, rtf=stored)).body == "现将名\nok"


@pytest.mark.parametrize(
    "pack", [lambda data: data, lambda data: plain_zip(("a.msg", data)), lambda data: seven_zip(("a.msg", data))]
)
def test_a_msg_file_attached_or_in_an_archive(pack: object) -> None:
    inner = make_msg(files=PAIR, subject="四川报送")
    result = read(make_message(make_part("转发.msg", pack(inner)), subject="转发", body="请见"))  # type: ignore[operator]
    assert [d.attachment.name for d in result.documents] == [SCAN, COPY]
    assert ("四川报送" in result.body, "现将名录报上" in result.body, codes(result)) == (False, True, [])


def test_an_archive_in_a_msg_file() -> None:
    assert [d.attachment.name for d in read(make_msg(files=[("a.zip", plain_zip(*PAIR))])).documents] == [SCAN, COPY]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(("charset", "page"), [("gbk", 936), ("gbk", 1252), ("utf-8", 1252)])
def test_winmail_dat(wide: bool, charset: str, page: int) -> None:
    data = make_tnef(*PAIR, charset=charset, page=page, wide=wide, body="现将名录报上")
    part = make_part("winmail.dat", data).replace(b"octet-stream", b"ms-tnef")
    result = read(make_message(part, body="请见附件"))
    assert [d.attachment.name for d in result.documents] == [SCAN, COPY]
    assert (result.body, codes(result)) == ("请见附件\n\n现将名录报上", [])
    assert result.documents[0].attachment.path == "2/winmail.dat/1"


def test_messages_within_winmail_dat() -> None:
    mail = mail_of_tnef(make_tnef(inner=[make_tnef(*PAIR)]), "winmail.dat", Limits())
    assert ([a.name for a in mail.attachments], mail.forwarded) == ([SCAN, COPY], [("", "报送材料")])
    data = make_tnef(*PAIR)
    for _ in range(9):
        data = make_tnef(inner=[data])
    assert [f.code for f in mail_of_tnef(data, "winmail.dat", Limits()).findings] == ["message-too-deep"]


JIANGSU, ZHEJIANG = "江苏省工业和信息化厅", "浙江省经济和信息化厅"


def pair(shade: int, platform: str) -> list[tuple[str, bytes]]:
    rows = [HEADERS, ["1", f"{platform}中试平台", f"{platform}公司", "", "某市", "新能源", "1200"]]
    return [("盖章.pdf", make_scan(shade)), ("名录.xlsx", make_xlsx(rows))]


TWO = ((JIANGSU, pair(200, "甲"), "现报上。"), (ZHEJIANG, pair(210, "乙"), "更正稿，现报上。"))


def two_forwarded_in_msg() -> bytes:
    within = [{"subject": f"{body}报送", "body": text, "sender": (body, "a@b.cn"), "files": files}
              for body, files, text in TWO]
    return make_msg(subject="转发两省材料", body="转发", sender=("张三", "z@b.cn"), messages=within)


def two_forwarded_in_tnef() -> bytes:
    inner = [make_tnef(*files, subject="报送", sender=body, body=text) for body, files, text in TWO]
    data = make_tnef(inner=inner, subject="转发", body="转发")
    return make_message(make_part("winmail.dat", data), sender="张三", subject="转发两省材料", body="转发")


@pytest.mark.parametrize("made", [two_forwarded_in_msg, two_forwarded_in_tnef])
def test_two_reports_forwarded_in_one_message_of_outlook(made: Callable[[], bytes]) -> None:
    result = read(made())
    assert [(s.department, s.scan, s.electronic) for s in result.submissions] == [(JIANGSU, 0, 1), (ZHEJIANG, 2, 3)]
    assert [[f.code for f in s.findings] for s in result.submissions] == [[], []]
    assert [s.corrects for s in result.submissions] == [False, True]
    assert len({d.attachment.path for d in result.documents}) == 4


def test_where_the_files_of_messages_within_stand() -> None:
    innermost = {"subject": "再转", "body": "三", "files": PAIR}
    inner = {"subject": "江苏来件", "body": "二", "files": PAIR, "messages": [innermost]}
    mail = msg(make_msg(body="一", files=PAIR, messages=[inner, {"subject": "浙江来件", "body": "二", "files": PAIR}]))
    assert [a.path for a in mail.attachments] == ["1", "2", "3/1", "3/2", "3/3/1", "3/3/2", "4/1", "4/2"]
    assert [(w.path, w.subject, w.text) for w in mail.within] == [
        ("3/3", "再转", "三"), ("3", "江苏来件", "二\n\n三"), ("4", "浙江来件", "二"),
    ]  # fmt: skip
    middle = make_tnef(*PAIR, inner=[make_tnef(*PAIR, body="三")], body="二")
    mail = mail_of_tnef(make_tnef(*PAIR, inner=[middle, make_tnef(*PAIR)], body="一"), "winmail.dat", Limits())
    assert [a.path for a in mail.attachments] == ["1", "2", "3/1", "3/2", "3/3/1", "3/3/2", "4/1", "4/2"]
    assert sorted((w.path, w.text) for w in mail.within) == [("3", "二\n\n三"), ("3/3", "三"), ("4", "")]


def test_a_half_in_each_message_within_is_no_pair_with_the_outer_one_s_files() -> None:
    scan = {"subject": "江苏来件", "files": [("a.pdf", make_scan(220))]}
    copy = {"subject": "浙江来件", "files": [("b.xlsx", pair(0, "丙")[1][1])]}
    own = pair(200, "甲")
    result = read(make_msg(subject="转发", body="转发", sender=("张三", "z@b.cn"), files=own, messages=[scan, copy]))
    assert (2, 3) not in [(s.scan, s.electronic) for s in result.submissions]


@pytest.mark.parametrize("cut", [0.2, 0.6, 0.95])
def test_outlook_s_files_cut_short_are_damaged(cut: float) -> None:
    whole = make_tnef(*PAIR)
    assert "message-damaged" in [f.code for f in mail_of_tnef(whole[: int(len(whole) * cut)], "a", Limits()).findings]
    whole = make_msg(files=PAIR)
    assert "message-damaged" in [f.code for f in msg(whole[: int(len(whole) * cut)]).findings]


def test_counts_that_a_hostile_envelope_declares() -> None:
    endless = struct.pack("<L", 0xFFFFFFFF) + struct.pack("<HHL", 0x1003, 0x1000, 0xFFFFFFFF) + bytes(400)
    data = struct.pack("<LH", 0x223E9F78, 1) + struct.pack("<BHHL", 1, 0x9003, 6, len(endless)) + endless + b"\0\0"
    assert [f.code for f in mail_of_tnef(data, "a", Limits()).findings] == ["message-damaged"]


def test_limits_of_msg_files() -> None:
    files = [(f"{n}.txt", b"x" * 600_000) for n in range(6)]
    assert "message-parts-too-many" in codes(read(make_msg(files=files), message_parts=4))
    assert "message-files-too-many" in codes(read(make_msg(files=files), unpacked_mb=2))
    assert "message-too-large" in codes(read(make_msg(files=files), message_mb=2))


MSG, TNEF = make_msg(files=[("a.xlsx", make_xlsx())], messages=[{}]), make_tnef(("a.xlsx", make_xlsx()), wide=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8000), st.integers(0, 255)), max_size=8))
def test_no_damage_makes_the_readers_fail(changes: list[tuple[int, int]]) -> None:
    for whole, reader in ((MSG, mail_of_msg), (TNEF, mail_of_tnef)):
        data = bytearray(whole)
        for at, byte in changes:
            data[at % len(data)] = byte
        reader(bytes(data), "a", Limits())
