"""Pairing over many files: what it promises whatever the files are, and how much work it takes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake import pairs, same_texts
from pipeline.intake.contents import Content
from pipeline.intake.mail import Attachment, Mail
from pipeline.intake.pairs import MOST_COPIES, Groups, Place, group
from pipeline.intake.parts import parts_of
from pipeline.intake.roles import Candidate, Fit, Seen
from pipeline.intake.same_texts import OTHER_TEXT, SAME_TEXT

BODIES = ("江苏省", "宁波市", "大连市", "四川省", "浙江省", "广东省")
TraceFunction = Callable[[FrameType, str, object], Any]
OUR_MODULES = {pairs.__file__, same_texts.__file__}


def a_scan(name: str, text: str = "") -> Seen:
    content = Content(text=text, headers=5 if text else 0, image_pages=1)
    return Seen(Candidate(name, f"scan {name} {text}".encode()), "pdf", content, Fit(scan=60))


def a_copy(name: str, text: str = "") -> Seen:
    content = Content(text=text, headers=5)
    return Seen(Candidate(name, f"copy {name} {text}".encode()), "xlsx", content, Fit(electronic=60))


def text_of(number: int) -> str:
    return "".join(f"第{number}号平台{number * 7919 + at}公司" for at in range(4))


def grouped(files: list[tuple[str, Seen]]) -> Groups:
    return group([seen for _, seen in files], [Place(path) for path, _ in files])


def named(files: list[tuple[str, Seen]], found: Groups) -> tuple[set[frozenset[str]], set[str]]:
    groups = {frozenset(f"{files[at][0]} {files[at][1].kind}" for at in g.members) for g in found.groups}
    return groups, {f"{files[at][0]} {files[at][1].kind}" for at in found.unpaired}


def path(folder: str, name: str) -> str:
    return f"2/材料.zip/{folder}/{name}" if folder else f"2/材料.zip/{name}"


FILES = st.lists(
    st.tuples(
        st.sampled_from(["", "甲", "乙", "丙", *BODIES[:2]]),
        st.sampled_from(["盖章", "附件3", "苏南", "苏北", "苏南二", *BODIES[:3]]),
        st.sampled_from([a_scan, a_copy]),
        st.sampled_from(["", text_of(1), text_of(2), text_of(1) + text_of(2)]),
    ),
    max_size=8, unique_by=lambda each: (each[1], each[2], each[3]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(FILES, st.data())
def test_any_order_of_any_files_gives_the_same_pairs(
    drawn: list[tuple[str, str, Callable[[str, str], Seen], str]], data: st.DataObject
) -> None:
    files = [(path(folder, f"{name}{at}"), make(name, text)) for at, (folder, name, make, text) in enumerate(drawn)]
    other = data.draw(st.permutations(files))
    assert named(files, grouped(files)) == named(other, grouped(other))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["盖章", "附件3", "苏南", "苏北"]), st.sampled_from(["附件3", "名录", "苏南", "苏北"]),
            st.booleans(), st.booleans(),
        ),
        min_size=2, max_size=len(BODIES),
    ),
    st.data(),
)  # fmt: skip
def test_no_pair_across_bodies_that_have_folders_of_their_own(
    drawn: list[tuple[str, str, bool, bool]], data: st.DataObject
) -> None:
    files: list[tuple[str, Seen]] = []
    for number, (scan, copy, with_scan, with_copy) in enumerate(drawn):
        text = text_of(number)
        files += [(path(BODIES[number], f"{scan}.pdf"), a_scan(f"{scan}.pdf", text))] * with_scan
        files += [(path(BODIES[number], f"{copy}.xlsx"), a_copy(f"{copy}.xlsx", text))] * with_copy
    files = data.draw(st.permutations(files))
    found = grouped(files)
    assert all(len({files[at][0].rpartition("/")[0] for at in g.members}) == 1 for g in found.groups)
    whole = {BODIES[n] for n, (_, _, with_scan, with_copy) in enumerate(drawn) if with_scan and with_copy}
    paired = {files[g.members[0]][0].split("/")[2] for g in found.groups if len(g.members) == 2}
    assert paired == whole or (not found.groups and len(files) <= 2)


PIECES = st.dictionaries(st.integers(0, 5), st.frozensets(st.sampled_from("abcdefghij"), max_size=8), max_size=6)


@settings(max_examples=200, deadline=None)
@given(PIECES, PIECES)
def test_same_texts_are_those_that_comparing_every_pair_tells(
    scans: dict[int, frozenset[str]], copies: dict[int, frozenset[str]]
) -> None:
    copies = {at + 10: found for at, found in copies.items()}

    def own(found: frozenset[str]) -> set[str]:
        return {piece for piece in found if sum(piece in other for other in copies.values()) < 2}

    shares = {
        (s, c): len(own(scans[s]) & own(copies[c])) / (min(len(own(scans[s])), len(own(copies[c]))) or 1)
        for s in scans
        for c in copies
    }
    said = {
        pair
        for pair, share in shares.items()
        if share >= SAME_TEXT
        and all(x <= OTHER_TEXT for other, x in shares.items() if (other[0] == pair[0]) != (other[1] == pair[1]))
    }
    assert same_texts.same_texts(scans, copies) == said


def steps(work: Callable[[], object]) -> int:
    """How many instructions of pairing are carried out."""
    count = 0

    def step(_: FrameType, event: str, __: object) -> TraceFunction:
        nonlocal count
        count += event == "opcode"
        return step

    def enter(frame: FrameType, _: str, __: object) -> TraceFunction | None:
        if frame.f_code.co_filename not in OUR_MODULES:
            return None
        frame.f_trace_opcodes = True
        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("told_by", ["names", "texts", "nothing"])
def test_the_work_grows_with_the_number_of_pairs_and_no_faster(told_by: str) -> None:
    def files(count: int) -> list[tuple[str, Seen]]:
        found = []
        for n in range(count):
            sign = chr(0x4E00 + 37 * n)
            name = sign if told_by == "names" else chr(0x7000 + n)
            text = text_of(n) if told_by == "texts" else ""
            found += [(f"{n}a", a_scan(f"{name}.pdf", text)), (f"{n}b", a_copy(f"{sign}.xlsx", text))]
        return found

    small, large = files(10), files(40)
    few, many = steps(lambda: grouped(small)), steps(lambda: grouped(large))
    assert many < 20 * few  # 16 times as many pairs
    assert len(grouped(large).groups) == (0 if told_by == "nothing" else 40)


@pytest.mark.parametrize("copies", [0, 1, MOST_COPIES + 1])
def test_more_scans_than_are_compared_are_not_paired(copies: int) -> None:
    scans = [(f"{n}a", a_scan(f"甲{n}.pdf")) for n in range(MOST_COPIES + 1)]
    files = [*scans, *((f"{n}b", a_copy(f"甲{n}.xlsx")) for n in range(copies))]
    attachments = [Attachment(seen.file.name, b"", "", True, seen.file.data, "", where) for where, seen in files]
    assert steps(lambda: grouped(files)) < 200 * len(files)
    (part,), _ = parts_of(Mail(attachments=attachments), attachments, [seen for _, seen in files])
    assert [f.code for f in part.findings] == ["documents-unpaired"]
    assert not part.roles
