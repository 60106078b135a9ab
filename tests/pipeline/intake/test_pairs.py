"""Several forms in one message: only what clearly belongs together is paired."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_messages import HEADERS, make_docx, make_message, make_part, make_scan, make_text_pdf, make_xlsx, make_zip

from pipeline.intake.reading import ReadMessage, read_message
from pipeline.settings import Settings

JIANGSU, SICHUAN = "江苏省工业和信息化厅", "四川省经济和信息化厅"
NINGBO, DALIAN = "宁波市经济和信息化局", "大连市工业和信息化局"
LETTER = "关于报送中试平台名录的函 现将有关材料报送你司，请予审阅。"


@cache
def scan(number: int) -> bytes:
    return make_scan(250 - number)


def row(number: int) -> list[str]:
    names = [f"第{number}号装备工艺中试平台" * 3, f"某某{number * 7919}新材料公司" * 3]
    return [str(number), *names, "", "某市", "新能源", "1200"]


@cache
def copy(number: int) -> bytes:
    return make_xlsx([HEADERS, row(number)])


def zipped(*members: tuple[str, bytes]) -> bytes:
    return make_zip([(name.encode("gbk"), data) for name, data in members])


def read(*parts: bytes, **mail: str) -> ReadMessage:
    return read_message(make_message(*parts, **mail), "a.eml", Settings())


def files(*named: tuple[str, bytes], **mail: str) -> ReadMessage:
    return read(*(make_part(name, data) for name, data in named), **mail)


def pairs(message: ReadMessage) -> list[tuple[str | None, str | None]]:
    """Paths of each submission's scan and electronic copy, without the number of the part."""
    documents = [d.attachment.path.partition("/")[2] or d.attachment.name for d in message.documents]
    return [
        tuple(None if at is None else documents[at] for at in (s.scan, s.electronic))  # type: ignore[misc]
        for s in message.submissions
    ]


def departments(message: ReadMessage) -> list[str | None]:
    return [s.department for s in message.submissions]


def codes(message: ReadMessage) -> list[list[str]]:
    return [[f.code for f in s.findings] for s in message.submissions]


def forward(subject: str, *named: tuple[str, bytes], **mail: str) -> bytes:
    inner = make_message(*(make_part(n, d) for n, d in named), subject=subject, **{"sender": "张三", **mail})
    return b"Content-Type: message/rfc822\r\n\r\n" + inner.replace(b'"b"', b'"c"').replace(b"--b", b"--c")


def test_one_scan_and_one_copy_are_a_pair_whatever_their_names() -> None:
    message = files(("江苏省.pdf", scan(1)), ("宁波市.xlsx", copy(1)))
    assert pairs(message) == [("江苏省.pdf", "宁波市.xlsx")]


def test_a_city_s_and_a_province_s_form_by_the_names_of_their_regions() -> None:
    message = files(
        ("附件3（盖章扫描件）-辽宁省.pdf", scan(1)), ("附件3-大连市（电子版）.xlsx", copy(2)),
        ("大连附件3盖章.pdf", scan(2)), ("辽宁附件3.xlsx", copy(1)),
        sender="辽宁省工信厅", subject="辽宁省报送中试平台名录",
    )  # fmt: skip
    assert pairs(message) == [
        ("附件3（盖章扫描件）-辽宁省.pdf", "辽宁附件3.xlsx"), ("大连附件3盖章.pdf", "附件3-大连市（电子版）.xlsx"),
    ]  # fmt: skip
    assert departments(message) == ["辽宁省工业和信息化厅", DALIAN]
    assert codes(message) == [[], []]


def test_a_zip_with_a_folder_for_each_body() -> None:
    packed = zipped(
        ("江苏省工信厅/盖章.pdf", scan(1)), ("江苏省工信厅/附件3.xlsx", copy(1)),
        ("宁波/盖章.pdf", scan(2)), ("宁波/附件3.xlsx", copy(2)), ("宁波/函.docx", make_docx(LETTER)),
    )  # fmt: skip
    message = read(make_part("材料.zip", packed), sender="张三", subject="转发名录")
    assert pairs(message) == [
        ("材料.zip/江苏省工信厅/盖章.pdf", "材料.zip/江苏省工信厅/附件3.xlsx"),
        ("材料.zip/宁波/盖章.pdf", "材料.zip/宁波/附件3.xlsx"),
    ]
    assert departments(message) == [JIANGSU, NINGBO]
    assert [s.letter is None for s in message.submissions] == [True, False]


def test_folders_whose_names_tell_nothing_are_pairs_of_the_message_s_body() -> None:
    packed = zipped(("a/1.pdf", scan(1)), ("a/2.xlsx", copy(1)), ("b/3.pdf", scan(2)), ("b/4.xlsx", copy(2)))
    message = read(make_part("材料.zip", packed))
    assert pairs(message) == [("材料.zip/a/1.pdf", "材料.zip/a/2.xlsx"), ("材料.zip/b/3.pdf", "材料.zip/b/4.xlsx")]
    assert departments(message) == [SICHUAN, SICHUAN]


def test_an_archive_for_each_body() -> None:
    packed = [zipped(("盖章.pdf", scan(n)), ("电子版.xlsx", copy(n))) for n in (1, 2)]
    message = files(("江苏.zip", packed[0]), ("宁波.zip", packed[1]))
    assert departments(message) == [JIANGSU, NINGBO]
    assert len(pairs(message)) == 2


def test_scans_in_one_archive_and_copies_in_another_by_their_names() -> None:
    scans = zipped(*((f"{n}盖章扫描件.pdf", scan(at)) for at, n in enumerate(("苏南", "苏北", "苏中"))))
    copies = zipped(*((f"附件3-{n}（电子版）20241012.xlsx", copy(at)) for at, n in enumerate(("苏中", "苏北", "苏南"))))
    message = files(("扫描件.zip", scans), ("电子版.zip", copies))
    assert pairs(message) == [
        (f"扫描件.zip/{n}盖章扫描件.pdf", f"电子版.zip/附件3-{n}（电子版）20241012.xlsx")
        for n in ("苏南", "苏北", "苏中")
    ]


def test_several_forwarded_messages_in_one() -> None:
    message = read(
        forward("江苏省工信厅报送名录", ("盖章.pdf", scan(1)), ("附件3.xlsx", copy(1)), body="江苏的材料"),
        forward("宁波市经信局更正报送", ("盖章.pdf", scan(2)), ("附件3.xlsx", copy(2)), body="宁波以此为准"),
        sender="李四", subject="转发两家报送", body="见附件",
    )  # fmt: skip
    assert departments(message) == [JIANGSU, NINGBO]
    assert [s.corrects for s in message.submissions] == [False, True]
    assert len(pairs(message)) == 2


def test_forwarded_messages_within_an_archive() -> None:
    inner = [
        make_message(make_part("盖章.pdf", scan(n)), make_part("附件3.xlsx", copy(n)), sender="", subject=s, body=s)
        for n, s in ((1, "江苏省报送"), (2, "宁波市更正报送"))
    ]
    packed = zipped(("1.eml", inner[0]), ("2.eml", inner[1]))
    message = read(make_part("材料.zip", packed), sender="李四", subject="转发", body="见附件")
    assert departments(message) == [JIANGSU, NINGBO]
    assert [s.corrects for s in message.submissions] == [False, True]


def test_two_halves_forwarded_by_themselves_are_one_pair() -> None:
    message = read(forward("江苏省扫描件", ("盖章.pdf", scan(1))), forward("江苏省电子版", ("附件3.xlsx", copy(1))))
    assert pairs(message) == [("2", "2")]


def test_the_text_of_a_printed_pdf_tells_its_copy() -> None:
    printed = [make_text_pdf([*HEADERS, *row(n)]) for n in (1, 2)]
    message = files(("a.pdf", printed[0]), ("b.pdf", printed[1]), ("c.xlsx", copy(2)), ("d.xlsx", copy(1)))
    assert pairs(message) == [("a.pdf", "d.xlsx"), ("b.pdf", "c.xlsx")]


def test_the_body_within_a_form_tells_which_scan_is_its_own() -> None:
    copies = [make_xlsx([[f"填报单位：{body}"], HEADERS, row(n)]) for n, body in ((1, JIANGSU), (2, NINGBO))]
    message = files(("1.xlsx", copies[0]), ("2.xlsx", copies[1]), ("宁波.pdf", scan(2)), ("江苏.pdf", scan(1)))
    assert pairs(message) == [("江苏.pdf", "1.xlsx"), ("宁波.pdf", "2.xlsx")]


def test_the_last_two_are_a_pair_when_nothing_speaks_against() -> None:
    message = files(("盖章.pdf", scan(1)), ("附件3.xlsx", copy(1)), ("大连盖章.pdf", scan(2)), ("大连.xlsx", copy(2)))
    assert pairs(message) == [("盖章.pdf", "附件3.xlsx"), ("大连盖章.pdf", "大连.xlsx")]


def test_two_of_each_that_nothing_tells_apart_are_not_paired() -> None:
    message = files(
        ("扫描件.pdf", scan(1)), ("盖章.pdf", scan(2)), ("附件3.xlsx", copy(1)), ("附件3（终稿）.xlsx", copy(2))
    )
    assert pairs(message) == [(None, None)]
    assert codes(message) == [["documents-unpaired"]]
    (finding,) = message.submissions[0].findings
    assert finding.params["names"] == "扫描件.pdf、盖章.pdf、附件3.xlsx、附件3（终稿）.xlsx"
    assert [d.role.value for d in message.documents] == ["scan", "scan", "electronic", "electronic"]


def test_a_folder_and_a_name_that_disagree_are_not_paired() -> None:
    packed = zipped(
        ("甲/苏南.pdf", scan(1)), ("甲/苏北.xlsx", copy(2)), ("乙/苏北.pdf", scan(2)), ("乙/苏南.xlsx", copy(1))
    )
    assert codes(read(make_part("材料.zip", packed))) == [["documents-unpaired"]]


def test_pages_as_files_of_their_own_are_not_joined_in_silence() -> None:
    message = files(("附件3-1.pdf", scan(1)), ("附件3-2.pdf", scan(2)), ("附件3.xlsx", copy(1)))
    assert codes(message) == [["document-ambiguous"]]


def test_a_scan_that_is_left_over_holds_all_parts_back() -> None:
    message = files(
        ("苏南.pdf", scan(1)), ("苏南.xlsx", copy(1)), ("苏北.pdf", scan(2)), ("苏北.xlsx", copy(2)),
        ("某.pdf", scan(3)),
    )  # fmt: skip
    assert len(pairs(message)) == 2
    assert codes(message) == [["documents-unpaired"]] * 2


def test_a_half_of_another_body_is_a_submission_of_its_own() -> None:
    message = files(("江苏.pdf", scan(1)), ("江苏.xlsx", copy(1)), ("宁波.pdf", scan(2)))
    assert pairs(message) == [("江苏.pdf", "江苏.xlsx"), ("宁波.pdf", None)]
    assert departments(message) == [JIANGSU, NINGBO]


def test_scans_of_three_bodies_are_three_halves() -> None:
    message = files(("江苏.pdf", scan(1)), ("宁波.pdf", scan(2)), ("大连.pdf", scan(3)))
    assert departments(message) == [JIANGSU, NINGBO, DALIAN]


def test_an_old_word_file_is_the_other_half_of_the_scan_that_names_the_same_body() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    message = files(("江苏.pdf", scan(1)), ("江苏.xlsx", copy(1)), ("宁波.pdf", scan(2)), ("宁波附件3.doc", ole))
    assert pairs(message) == [("江苏.pdf", "江苏.xlsx"), ("宁波.pdf", "宁波附件3.doc")]


def test_a_file_that_comes_twice_is_no_second_form() -> None:
    packed = zipped(("盖章.pdf", scan(1)), ("附件3.xlsx", copy(1)))
    message = files(("盖章.pdf", scan(1)), ("附件3.xlsx", copy(1)), ("打包.zip", packed))
    assert pairs(message) == [("盖章.pdf", "附件3.xlsx")]
    assert codes(message) == [[]]


def test_one_cover_letter_serves_all_forms() -> None:
    message = files(
        ("江苏.pdf", scan(1)), ("江苏.xlsx", copy(1)), ("宁波.pdf", scan(2)), ("宁波.xlsx", copy(2)),
        ("来函.docx", make_docx(LETTER)),
    )  # fmt: skip
    assert [s.letter for s in message.submissions] == [4, 4]


def test_each_form_has_the_letter_of_its_own_body() -> None:
    message = files(
        ("江苏.pdf", scan(1)), ("江苏.xlsx", copy(1)), ("宁波.pdf", scan(2)), ("宁波.xlsx", copy(2)),
        ("宁波的函.docx", make_docx(LETTER)), ("江苏的函.docx", make_docx(LETTER + "二")),
    )  # fmt: skip
    assert [s.letter for s in message.submissions] == [5, 4]


def test_several_letters_that_nothing_tells_apart_serve_none() -> None:
    message = files(
        ("江苏.pdf", scan(1)), ("江苏.xlsx", copy(1)), ("宁波.pdf", scan(2)), ("宁波.xlsx", copy(2)),
        ("函一.docx", make_docx(LETTER)), ("函二.docx", make_docx(LETTER + "二")),
    )  # fmt: skip
    assert [s.letter for s in message.submissions] == [None, None]


@pytest.mark.parametrize("word", ["更正", "补充"])
def test_a_word_in_one_form_s_name_is_not_said_of_the_other(word: str) -> None:
    message = files(
        (f"江苏{word}.pdf", scan(1)), (f"江苏{word}.xlsx", copy(1)), ("宁波.pdf", scan(2)), ("宁波.xlsx", copy(2)),
        subject="名录", body="见附件",
    )  # fmt: skip
    assert [s.corrects or s.adds for s in message.submissions] == [True, False]


@settings(max_examples=40, deadline=None)
@given(st.permutations([("苏南", 1), ("苏北", 2), ("苏中", 3)]), st.permutations([1, 2, 3]), st.data())
def test_pairs_do_not_depend_on_the_order_of_the_files(
    scans: list[tuple[str, int]], copies: list[int], data: st.DataObject
) -> None:
    names = {1: "苏南", 2: "苏北", 3: "苏中"}
    named = [(f"{name}盖章.pdf", scan(n)) for name, n in scans] + [(f"{names[n]}.xlsx", copy(n)) for n in copies]
    message = files(*data.draw(st.permutations(named)))
    assert sorted(pairs(message)) == sorted((f"{n}盖章.pdf", f"{n}.xlsx") for n in names.values())


def test_the_words_of_one_of_two_messages_forwarded_together_are_not_said_of_the_other() -> None:
    two = [
        forward("江苏省工信厅报送", ("盖章.pdf", scan(1)), ("附件3.xlsx", copy(1)), body="江苏的材料"),
        forward("宁波市经信局报送", ("盖章.pdf", scan(2)), ("附件3.xlsx", copy(2)), body="宁波以此更正"),
    ]
    around = make_message(*two, sender="王五", subject="转", body="请阅")
    part = b"Content-Type: message/rfc822\r\n\r\n" + around.replace(b'"b"', b'"d"').replace(b"--b", b"--d")
    message = read(part, sender="李四", subject="转发", body="见附件")
    assert [s.corrects for s in message.submissions] == [False, True]
