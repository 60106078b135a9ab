"""A platform that two bodies report: told for both, as long as both report it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from pipeline.database.jobs import Outcome
from pipeline.database.ledger import move_state, save_outcome
from pipeline.database.overview import submission_row, submission_rows
from pipeline.database.shared import LIKE_NAME, SAME_CODE, SAME_NAME, SAME_OPERATOR, Listed, how_alike, shared
from pipeline.database.states import State
from pipeline.library.settle import settle
from pipeline.model import FieldResult, FileInfo, Reconciliation, RecordResult, Severity, Verdict, Where
from pipeline.run_overview import shared_platforms

SICHUAN, LIAONING, DALIAN = "四川省经济和信息化厅", "辽宁省工业和信息化厅", "大连市工业和信息化局"
SHAFT = ("高端轴承中试平台", "大连轴承厂有限公司", "91210200MA0XW0KE2B")
RESIN = ("树脂中试平台", "大连树脂有限公司", "912102007113026534")


def result_of(*platforms: tuple[str, str, str]) -> Reconciliation:
    records = []
    for row, values in enumerate(platforms, start=1):
        fields = [
            FieldResult(header, field, value, value, Verdict.MATCH, 0.999, Where(f"Sheet1!{column}{row + 1}"))
            for header, field, value, column in zip(
                ("中试平台名称", "建设运营单位", "统一社会信用代码"), ("name", "operator", "code"), values, "BCD",
                strict=True,
            )
        ]  # fmt: skip
        records.append(RecordResult(row, row, values[0], tuple(fields)))
    files = FileInfo("a.pdf", "5" * 64, 1), FileInfo("a.xlsx", "e" * 64)
    return Reconciliation(*files, tuple(records), (), (), None, {})


@pytest.fixture
def report(engine: Engine, submit: Callable[..., int]) -> Callable[..., int]:
    """A body reports platforms; the id of the settled submission."""

    def write(department: str, *platforms: tuple[str, str, str], **more: object) -> int:
        submission = submit(department, **more)
        save_outcome(engine, submission, Outcome(State.COMPARED, result_of(*platforms).to_json()))
        settle(engine, submission)
        return submission

    return write


def told(engine: Engine, submission: int) -> list[tuple[str, str, str]]:
    found = [f for f in submission_row(engine, submission).findings if f.code == "record-elsewhere"]
    assert all(f.severity is Severity.WARNING and f.message for f in found)
    return [(f.params["row"], f.params["department"], f.params["other"]) for f in found]


def test_a_platform_of_a_province_and_its_city_is_told_for_both(engine: Engine, report: Callable[..., int]) -> None:
    province = report(LIAONING, RESIN, SHAFT)
    assert told(engine, province) == []
    city = report(DALIAN, SHAFT)
    other = report(SICHUAN, ("别的中试平台", "某公司", ""))
    assert told(engine, province) == [("2", DALIAN, "1")] and told(engine, city) == [("1", LIAONING, "2")]
    assert told(engine, other) == []
    finding = next(f for f in submission_row(engine, city).findings if f.code == "record-elsewhere")
    assert finding.where is not None and finding.where.electronic == "Sheet1!B2"
    assert "名称和统一社会信用代码相同" in finding.message


def test_settling_again_changes_nothing_and_a_new_comparison_is_told_anew(
    engine: Engine, report: Callable[..., int]
) -> None:
    province, city = report(LIAONING, SHAFT), report(DALIAN, SHAFT)
    before = told(engine, province), told(engine, city)
    settle(engine, city)
    assert (told(engine, province), told(engine, city)) == before


def test_two_submissions_of_one_body_are_not_held_against_each_other(
    engine: Engine, report: Callable[..., int]
) -> None:
    first, second = report(LIAONING, SHAFT), report(LIAONING, SHAFT)
    assert told(engine, first) == told(engine, second) == []


def test_the_overview_tells_each_pair_once(engine: Engine, report: Callable[..., int]) -> None:
    report(LIAONING, RESIN, SHAFT)
    report(DALIAN, SHAFT)
    (text,) = shared_platforms(submission_rows(engine))
    assert text.startswith(f"{LIAONING}：第 2 行“{SHAFT[0]}”与“{DALIAN}”报送（2.eml）的第 1 行")


def test_a_correction_that_drops_the_platform_takes_the_finding_away(
    engine: Engine, report: Callable[..., int]
) -> None:
    province, city = report(LIAONING, RESIN, SHAFT), report(DALIAN, SHAFT)
    assert told(engine, city) == [("1", LIAONING, "2")]
    move_state(engine, province, State.SUPERSEDED)
    report(LIAONING, RESIN)
    assert told(engine, city) == []
    assert shared_platforms(submission_rows(engine)) == ()


def listed(department: str, name: str, operator: str = "", code: str = "") -> Listed:
    return Listed(1, department, 1, name, name, operator, code, None)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (("甲中试平台", "A", "1"), ("甲中试平台", "B", "1"), SAME_CODE),
        (("甲中试平台", "A", ""), ("甲中试平台", "A", "1"), SAME_OPERATOR),
        (("甲中试平台", "", ""), ("甲中试平台", "A", "1"), SAME_NAME),
        (("甲中试平台", "A", "1"), ("甲中试平台", "B", "2"), None),
        (("高端轴承中试平台", "A", ""), ("大连市高端轴承中试平台", "A", ""), LIKE_NAME),
        (("高端轴承中试平台", "A", ""), ("树脂中试平台", "A", ""), None),
        (("高端轴承中试平台", "", ""), ("大连市高端轴承中试平台", "", ""), None),
    ],
)
def test_what_makes_two_platforms_one(
    one: tuple[str, str, str], other: tuple[str, str, str], how: str | None
) -> None:
    a, b = listed(LIAONING, *one), listed(DALIAN, *other)
    assert how_alike(a, b) == how_alike(b, a) == how
    assert shared([a, b]) == ([] if how is None else [(a, b, how)])
