from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms.numerals import parse_numeral, parse_yuan

DIGITS, UNITS = "零一二三四五六七八九", ("", "十", "百", "千")
CAPITALS = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


def below_ten_thousand(number):
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + UNITS[place]
        gap = not digit
    return text


def in_words(number):
    """A plain writer of numerals, the other way round than the parser under test."""
    if number == 0:
        return "零"
    parts, scale = [], ("", "万", "亿")
    while number:
        parts.append(number % 10**4)
        number //= 10**4
    text = ""
    for place in reversed(range(len(parts))):
        if parts[place]:
            text += ("零" if text and parts[place] < 1000 else "") + below_ten_thousand(parts[place]) + scale[place]
    return text


@given(st.integers(0, 10**12 - 1))
def test_every_number_written_in_words_is_read_again(number):
    assert parse_numeral(in_words(number)) == number
    assert parse_numeral(in_words(number).translate(CAPITALS)) == number


@given(st.integers(1, 10**9), st.integers(0, 9), st.integers(0, 9))
def test_every_amount_in_capitals_is_read_again(yuan, jiao, fen):
    text = in_words(yuan).translate(CAPITALS) + "元" + (f"{DIGITS[jiao]}角" if jiao else "")
    text += f"{DIGITS[fen]}分" if fen else "整"
    assert parse_yuan(text.translate(CAPITALS)) == Decimal(f"{yuan}.{jiao}{fen}")


@pytest.mark.parametrize(
    ("text", "number"),
    [("十二", 12), ("两千", 2000), ("二〇二一", 2021), ("三点五亿", 350000000), ("一万零五", 10005)],
)
def test_numerals_as_offices_write_them(text, number):
    assert parse_numeral(text) == number


@pytest.mark.parametrize("text", ["", "万", "十十", "三万五", "三百五", "五百千", "一零百", "点五", "三亿万", "元"])
def test_what_is_no_numeral_or_may_be_two_numbers_is_none(text):
    assert parse_numeral(text) is None


@given(st.text(alphabet="零一二三四五六七八九十百千万亿点壹贰元角分整", max_size=12))
def test_no_text_makes_it_fail(text):
    for parsed in (parse_numeral(text), parse_yuan(text)):
        assert parsed is None or parsed >= 0
