"""Chinese names of attachments, in every form that senders' programs give them."""

from __future__ import annotations

import base64
import quopri
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from made_messages import make_message, make_part

from extractors.charsets import decode
from pipeline.intake.headers import decode_text, parameters
from pipeline.intake.mail import Attachment
from pipeline.intake.mime import parse
from pipeline.intake.names import base_name
from pipeline.intake.reading import read_message
from pipeline.settings import Limits, Settings

NAME = "附件3 省级或重点培育中试平台名录及储备建设情况(四川省).xlsx"
GBK = NAME.encode("gbk")
TRADITIONAL = "報送功能許蓋章掃描件.pdf"  # 功 and 許 end in 0x5C, the backslash, in Big5


def word(charset: str, data: bytes, encoding: str = "B") -> bytes:
    if encoding == "B":
        coded = base64.b64encode(data)
    else:
        coded = quopri.encodestring(data, header=True, quotetabs=True).replace(b"=\n", b"").replace(b"?", b"=3F")
    return b"=?" + charset.encode() + b"?" + encoding.encode() + b"?" + coded + b"?="


def filename(header: bytes) -> str:
    decoded = parameters(b"attachment; " + header)["filename"]
    assert decoded.whole
    return decoded.text


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "GB18030", "x-gbk", "cp936"])
@pytest.mark.parametrize("encoding", ["B", "Q"])
def test_encoded_word_in_a_parameter(charset: str, encoding: str) -> None:
    assert filename(b'filename="' + word(charset, GBK, encoding) + b'"') == NAME


def test_encoded_word_without_quotes() -> None:
    assert filename(b"filename=" + word("gb2312", GBK)) == NAME


def test_a_character_that_gb2312_lacks_under_that_label() -> None:
    assert filename(b'filename="' + word("gb2312", "朱镕基喆.pdf".encode("gb18030")) + b'"') == "朱镕基喆.pdf"


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_character_split_across_two_encoded_words(cut: int) -> None:
    words = word("gb2312", GBK[:cut]) + b"\r\n " + word("GB2312", GBK[cut:])
    assert filename(b'filename="' + words + b'"') == NAME


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_utf8_character_split_across_two_encoded_words(cut: int) -> None:
    data = NAME.encode()
    assert filename(b'filename="' + word("utf-8", data[:cut]) + b" " + word("utf-8", data[cut:], "Q") + b'"') == NAME


def test_base64_that_was_cut_anywhere() -> None:
    coded = base64.b64encode(GBK)
    words = b"=?gbk?B?" + coded[:13] + b"?=\r\n =?gbk?B?" + coded[13:] + b"?="
    assert filename(b'filename="' + words + b'"') == NAME


def test_space_between_encoded_words_goes_and_other_text_stays() -> None:
    raw = b"Re: " + word("gbk", "中试".encode("gbk")) + b"  \r\n\t" + word("gbk", "平台".encode("gbk")) + b" (1)"
    assert decode_text(raw).text == "Re: 中试平台 (1)"


def test_encoded_words_of_two_charsets() -> None:
    raw = word("gbk", "中试".encode("gbk")) + b" " + word("utf-8", "平台".encode())
    assert decode_text(raw).text == "中试平台"


@pytest.mark.parametrize("charset", ["gbk", "gb2312", "gb18030", "utf-8", "UTF-8"])
def test_rfc2231(charset: str) -> None:
    coded = quote_from_bytes(NAME.encode("gbk" if charset.lower().startswith("gb") else "utf-8")).encode()
    assert filename(b"filename*=" + charset.encode() + b"''" + coded) == NAME


def test_rfc2231_in_big5() -> None:
    assert filename(b"filename*=big5'zh-TW'" + quote_from_bytes(TRADITIONAL.encode("big5")).encode()) == TRADITIONAL


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
@pytest.mark.parametrize("step", [1, 2, 5])
def test_rfc2231_continuations_that_split_a_character(charset: str, step: int) -> None:
    data = NAME.encode(charset)
    parts = [quote_from_bytes(data[i : i + step]).encode() for i in range(0, len(data), step)]
    segments = [
        b"filename*%d*=" % n + (charset.encode() + b"''" if n == 0 else b"") + part for n, part in enumerate(parts)
    ]
    assert filename(b";\r\n ".join(segments)) == NAME


@pytest.mark.parametrize("step", range(4, 60, 5))
def test_rfc2231_continuations_that_split_a_percent_sign_from_its_digits(step: int) -> None:
    coded = quote_from_bytes(NAME.encode()).encode()
    parts = [coded[i : i + step] for i in range(0, len(coded), step)]
    segments = [b"filename*%d*=" % n + (b"UTF-8''" if n == 0 else b"") + part for n, part in enumerate(parts)]
    assert filename(b"; ".join(segments)) == NAME


def test_rfc2231_continuations_in_any_order_and_mixed_with_plain_segments() -> None:
    header = b"filename*2=\"3.xlsx\"; filename*0*=gbk''%B8%BD; filename*1*=%BC%FE"
    assert filename(header) == "附件3.xlsx"


def test_rfc2231_without_charset() -> None:
    assert filename(b"filename*=" + quote_from_bytes(GBK).encode()) == NAME


def test_rfc2231_with_an_unknown_charset() -> None:
    decoded = parameters(b"attachment; filename*=x-chinese''" + quote_from_bytes(GBK).encode())["filename"]
    assert (decoded.text, decoded.rule) == (NAME, "rfc2231/gb18030/guessed")


@pytest.mark.parametrize("coded", [word("gbk", GBK), quote_from_bytes(word("gbk", GBK)).encode()])
def test_encoded_words_in_rfc2231(coded: bytes) -> None:
    decoded = parameters(b"attachment; filename*=utf-8''" + coded)["filename"]
    assert (decoded.text, decoded.rule, decoded.whole) == (NAME, "rfc2231/rfc2047/gb18030", True)


def test_percent_signs_that_were_encoded_again() -> None:
    twice = quote_from_bytes(quote_from_bytes(NAME.encode()).encode())
    decoded = parameters(b"attachment; filename*=utf-8''" + twice.encode())["filename"]
    assert (decoded.text, decoded.rule) == (NAME, "rfc2231/percent/utf-8")


def test_character_references_in_a_name() -> None:
    coded = "".join(f"&#{ord(c)};" for c in "附件盖章") + ".pdf"
    decoded = parameters(b'attachment; filename="' + coded.encode() + b'"')["filename"]
    assert (decoded.text, decoded.rule) == ("附件盖章.pdf", "entities")


def test_an_encoded_word_that_was_cut_off_at_its_end() -> None:
    decoded = parameters(b'attachment; filename="' + word("gbk", "附件材料".encode("gbk"))[:-2] + b'"')["filename"]
    assert (decoded.text, decoded.whole) == ("附件材料", False)


def attachment(headers: bytes, data: bytes = b"%PDF-1.4") -> Attachment:
    part = headers + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data)
    return parse(make_message(part), "a.eml", Limits()).attachments[0]


@pytest.mark.parametrize("name", [b"tcmime.1234.5678.9012.bin", b"ATT00001.bin", b"noname"])
def test_a_placeholder_gets_the_suffix_of_its_content(name: bytes) -> None:
    head = b'Content-Type: application/octet-stream; name="' + name + b'"\r\n'
    found = attachment(head + b"Content-Disposition: attachment")
    assert (found.name, found.rule) == (name.decode().removesuffix(".bin") + ".pdf", "placeholder/content")


def test_a_true_name_goes_before_a_placeholder() -> None:
    head = b'Content-Type: application/octet-stream; name="' + word("gbk", GBK) + b'"\r\n'
    assert attachment(head + b'Content-Disposition: attachment; filename="tcmime.1.2.bin"').name == NAME
    head = b"Content-Type: application/octet-stream\r\nContent-Description: " + word("gbk", GBK) + b"\r\n"
    found = attachment(head + b'Content-Disposition: attachment; filename="ATT00001.bin"')
    assert (found.name, found.rule) == (NAME, "description/rfc2047/gb18030")


@pytest.mark.parametrize(
    ("kind", "data", "name", "rule"),
    [
        (b"application/octet-stream", b"%PDF-1.4", "未命名附件1.pdf", "content"),
        (b"application/pdf", b"%PDF-1.4", "未命名附件1.pdf", "content-type"),
        (b"application/msword", b"PK\x05\x06" + bytes(18), "未命名附件1.zip", "content"),
        (b"application/pdf", b"???", "未命名附件1.pdf", "content-type"),
        (b"application/octet-stream", b"???", "未命名附件1", "content-type"),
    ],
)
def test_no_name_at_all(kind: bytes, data: bytes, name: str, rule: str) -> None:
    found = [*read_message(make_message(b"Content-Type: " + kind + b"\r\n\r\n" + data), "a", Settings()).documents]
    mail = parse(make_message(b"Content-Type: " + kind + b"\r\n\r\n" + data), "a.eml", Limits())
    assert [(a.name, a.rule) for a in mail.attachments] == [(name, rule)]
    assert all(document.attachment.name == name for document in found)


def test_encoded_words_in_plain_continuations() -> None:
    header = b'filename*0="' + word("gbk", GBK[:9]) + b'"; filename*1=" ' + word("gbk", GBK[9:]) + b'"'
    assert filename(header) == NAME


@pytest.mark.parametrize("quote", [b'"', b""])
def test_raw_gbk_bytes(quote: bytes) -> None:
    assert filename(b"filename=" + quote + GBK + quote) == NAME


def test_raw_utf8_bytes() -> None:
    assert filename(b'filename="' + NAME.encode() + b'"; size=3') == NAME


def test_raw_big5_bytes_whose_second_byte_is_a_backslash() -> None:
    header = b'filename="' + "報送中試平台名錄成功".encode("big5") + b'"; size=3'
    assert filename(header) == "報送中試平台名錄成功"


@pytest.mark.parametrize("name", ["通.pdf", "联通.xls", "函.pdf", "表.xlsx"])
def test_raw_gbk_names_of_one_or_two_characters(name: str) -> None:
    assert filename(b'filename="' + name.encode("gbk") + b'"') == name


@pytest.mark.parametrize("label", ["x-unknown", "unknown-8bit", "iso-8859-1", "us-ascii", "utf-8"])
def test_a_wrong_or_unknown_label_over_gbk(label: str) -> None:
    decoded = decode_text(word(label, GBK))
    assert (decoded.text, decoded.rule) == (NAME, "rfc2047/gb18030/guessed")


def test_a_gbk_label_over_utf8() -> None:
    assert decode_text(word("gbk", NAME.encode())).text == NAME


@pytest.mark.parametrize("data", [NAME.encode(), GBK])
def test_percent_encoding_without_any_label(data: bytes) -> None:
    assert filename(b'filename="' + quote_from_bytes(data).encode() + b'"') == NAME


@pytest.mark.parametrize("name", ["100%.xlsx", "a%20b.xlsx", "50%E.pdf"])
def test_percent_signs_that_are_no_encoding(name: str) -> None:
    assert filename(b'filename="' + name.encode() + b'"') == name


def test_escaped_quotes_and_a_semicolon_in_quotes() -> None:
    assert filename(rb'filename="a\"b;c.pdf"') == 'a"b;c.pdf'


def test_the_extended_form_goes_before_the_plain_one() -> None:
    header = b"filename=\"__.xlsx\"; filename*=utf-8''" + quote_from_bytes(NAME.encode()).encode()
    assert filename(header) == NAME


@pytest.mark.parametrize("charset", ["gbk", "utf-8"])
@pytest.mark.parametrize("label", ["gbk", "utf-8", "x-unknown"])
def test_a_name_cut_within_a_character_says_so(charset: str, label: str) -> None:
    cut = word(label, "附件材料".encode(charset)[:-1])
    decoded = parameters(b'attachment; filename="' + cut + b'"')
    assert decoded["filename"].text.startswith("附件材")
    assert not decoded["filename"].whole


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("C:\\报送\\附件3.xlsx", "附件3.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("/tmp/附件.pdf", "附件.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("..", ""),
        ("\u202e附件fdp.exe", "附件fdp.exe"),
    ],
)
def test_only_the_last_part_of_a_path_is_kept(text: str, kept: str) -> None:
    assert base_name(text) == kept


def test_a_very_long_name_keeps_its_suffix() -> None:
    assert len(base_name("长" * 400 + ".xlsx")) <= 200
    assert base_name("长" * 400 + ".xlsx").endswith(".xlsx")


COMMON = st.text(
    st.characters(codec="gb2312", categories=["Lo", "Nd", "Lu", "Ll"], min_codepoint=32).filter(
        lambda c: c.isascii() or "\u4e00" <= c <= "\u9fff"
    ),
    min_size=4,
    max_size=40,
)


@given(COMMON, st.sampled_from(["gb2312", "gbk", "utf-8"]), st.integers(1, 20))
def test_any_chinese_text_comes_back_from_encoded_words_cut_anywhere(text: str, charset: str, step: int) -> None:
    data = text.encode(charset)
    raw = b"\r\n ".join(word(charset, data[i : i + step]) for i in range(0, len(data), step))
    assert decode_text(raw).text == text


@given(COMMON, st.sampled_from(["gbk", "gb18030", "utf-8"]), st.integers(1, 20))
def test_any_chinese_text_comes_back_from_continuations_cut_anywhere(text: str, charset: str, step: int) -> None:
    data = text.encode(charset)
    parts = [quote_from_bytes(data[i : i + step], safe="").encode() for i in range(0, len(data), step)]
    segments = [
        b"filename*%d*=" % n + (charset.encode() + b"''" if n == 0 else b"") + part for n, part in enumerate(parts)
    ]
    assert filename(b"; ".join(segments)) == text


@given(st.text("省级重点培育中试平台名录及储备建设情况报送材料附件盖章扫描件电子版四川江苏工业和信息化厅", min_size=3))
def test_raw_bytes_of_the_words_that_names_hold(text: str) -> None:
    assert decode(text.encode("gbk")).text == text
    assert decode(text.encode()).text == text


@given(st.binary(max_size=80))
def test_any_bytes_give_some_text(data: bytes) -> None:
    decode_text(data)
    assume(b";" not in data)
    parameters(b"attachment; filename=" + data)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"../../etc/a.xlsx", "a.xlsx"),
        (b"/etc/a.xlsx", "a.xlsx"),
        (b"..\\..\\a.xlsx", "a.xlsx"),
        (b"a%00b.xlsx", "ab.xlsx"),
        ("附件3%E2%80%AExslx.exe".encode(), "附件3xslx.exe"),
    ],
)
def test_a_name_that_leads_elsewhere_or_hides_something_is_told(sent: bytes, kept: str) -> None:
    disposition = b"attachment; filename*=utf-8''" + quote_from_bytes(sent, safe="%/").encode()
    mail = parse(make_message(make_part("", b"x", disposition)), "a.eml", Limits())
    told = [finding.params for finding in mail.findings if finding.code == "name-unsafe"]
    assert [params["name"] for params in told] == [kept] == [mail.attachments[0].name]
    assert told[0]["sent"].isprintable()


def test_an_ordinary_name_is_not_told() -> None:
    assert parse(make_message(make_part(NAME, b"x")), "a.eml", Limits()).findings == []
