"""Loading: once, whole, and exactly the difference."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select

from extractors import i18n
from pipeline.database.engine import reading
from pipeline.database.ledger import unsettled
from pipeline.database.overview import body_rows, library_size, submission_row
from pipeline.database.states import ForbiddenMoveError, State
from pipeline.database.tables import Base, LoadTable, VersionTable
from pipeline.library.decision import HOLDING
from pipeline.library.load import load_submission
from pipeline.library.pairing import pair
from pipeline.library.query import list_entries, show_entry
from pipeline.library.settle import Settlement, needs_decision, settle
from pipeline.library.values import platform_of, said
from pipeline.model import FieldResult, Finding, RecordResult, Severity, Verdict, Where

Submit, Compare = Callable[..., int], Callable[..., int]
HYDROGEN = ["1", "氢能装备中试平台", "91510500MA62A0001X", "1200", "甲"]
BIOLOGY = ["2", "合成生物中试基地", "91510700MA62A0002K", "800", "乙"]
CARBON = ["3", "碳纤维中试平台", "91510100MA62A0003L", "300", ""]


def size_of(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}


def load(engine: Engine, submission: int) -> tuple[int, int, int, int]:
    report = settle(engine, submission).load
    assert report is not None
    return report.added, report.changed, report.unchanged, report.withdrawn


def test_what_needs_no_decision_is_loaded(engine: Engine, submit: Submit, compare: Compare) -> None:
    new = compare(submit(), [HYDROGEN, BIOLOGY])
    assert load(engine, new) == (2, 0, 0, 0)
    assert submission_row(engine, new).state is State.LOADED
    first, second = list_entries(engine)
    assert (first.name, first.region, first.versions) == ("氢能装备中试平台", "四川省", 1)
    assert first.values == {"name": "氢能装备中试平台", "code": HYDROGEN[2], "investment": "1200", "备用栏": "甲"}
    assert library_size(engine) == 2
    assert next(row.platforms for row in body_rows(engine, "2024") if row.region == "四川省") == 2


def test_every_value_knows_where_it_comes_from(engine: Engine, submit: Submit, compare: Compare) -> None:
    new = compare(submit(), [HYDROGEN])
    settle(engine, new)
    history = show_entry(engine, 1)
    assert history is not None
    assert history.versions[0].provenance["investment"] == {
        "submission": new,
        "header": "投资总额（万元）",
        "electronic": {"sha256": "e" * 64, "place": "Sheet1!D1"},
        "scan": {"sha256": "5" * 64, "page": 1, "box": [10, 20, 30, 40]},
        "verdict": "match",
    }


def test_settling_and_loading_again_changes_nothing(engine: Engine, submit: Submit, compare: Compare) -> None:
    new = compare(submit(), [HYDROGEN, BIOLOGY])
    settle(engine, new)
    before = size_of(engine)
    assert settle(engine, new) == Settlement(State.LOADED)
    assert load_submission(engine, new).repeated
    compare(new, [HYDROGEN, BIOLOGY])
    assert size_of(engine) == before


def test_a_stop_between_result_and_load_is_made_good(engine: Engine, submit: Submit, compare: Compare) -> None:
    new = compare(submit(), [HYDROGEN])
    assert unsettled(engine) == [new]
    settle(engine, new)
    assert unsettled(engine) == []


def test_a_load_that_fails_half_way_leaves_nothing(
    engine: Engine, submit: Submit, compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = compare(submit(), [HYDROGEN, BIOLOGY])
    before = size_of(engine)
    monkeypatch.setattr("pipeline.library.load._replaced_by", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        settle(engine, new)
    assert size_of(engine) == before
    assert submission_row(engine, new).state is State.COMPARED


def test_every_version_belongs_to_a_load(engine: Engine, submit: Submit, compare: Compare) -> None:
    settle(engine, compare(submit(), [HYDROGEN]))
    with reading(engine) as session:
        loads = set(session.scalars(select(LoadTable.id)))
        assert {v.load_id for v in session.scalars(select(VersionTable))} <= loads


def test_a_correction_yields_exactly_the_difference(engine: Engine, submit: Submit, compare: Compare) -> None:
    settle(engine, compare(submit(), [HYDROGEN, BIOLOGY]))
    changed = [*HYDROGEN[:3], "1250", "甲"]
    correction = compare(submit(day=12, corrects=True), [changed, ["2", *CARBON[1:]]])
    assert load(engine, correction) == (1, 1, 0, 1)
    assert [(e.name, e.versions) for e in list_entries(engine)] == [("氢能装备中试平台", 2), ("碳纤维中试平台", 1)]
    history = show_entry(engine, 1)
    assert history is not None
    assert [v.values["investment"] for v in history.versions] == ["1200", "1250"]
    assert history.versions[1].changes == {"investment": ("1200", "1250")}
    withdrawn = show_entry(engine, 2)
    assert withdrawn is not None
    assert [v.withdrawn for v in withdrawn.versions] == [False, True]
    assert withdrawn.versions[1].values == withdrawn.versions[0].values
    assert library_size(engine) == 2


def test_another_row_number_or_other_white_space_is_no_change(engine: Engine, submit: Submit, compare: Compare) -> None:
    settle(engine, compare(submit(), [HYDROGEN, BIOLOGY]))
    moved = [["1", *BIOLOGY[1:]], ["2", "氢能装备 中试平台", *HYDROGEN[2:]]]
    assert load(engine, compare(submit(day=12, corrects=True), moved)) == (0, 0, 2, 0)


def test_another_dress_of_a_number_is_no_change_and_another_unit_is(
    engine: Engine, submit: Submit, compare: Compare
) -> None:
    settle(engine, compare(submit(), [HYDROGEN]))
    dressed = compare(submit(day=12, corrects=True), [[*HYDROGEN[:3], "1,200.00", "甲"]])
    assert load(engine, dressed) == (0, 0, 1, 0)
    assert said("investment", "12", "投资总额（万元）") != said("investment", "12", "投资总额（元）")


def test_a_number_under_another_unit_keeps_its_own() -> None:
    where = Where("A1", None)
    fields = [
        FieldResult("投资总额（元）", "investment", "100", "100", Verdict.MATCH, 1.0, where),
        FieldResult("场地面积（平方米）", "area", "50", "50", Verdict.MATCH, 1.0, where),
    ]
    result = {"electronic": {"sha256": "e"}, "scan": {"sha256": "s"}}
    values = platform_of(RecordResult(1, 1, "甲", tuple(fields)), 1, result).values
    assert values == {"investment": "100元", "area": "50"}


def test_line_breaks_of_a_narrow_cell_do_not_get_into_the_library(
    engine: Engine, submit: Submit, compare: Compare
) -> None:
    settle(engine, compare(submit(), [["1", "氢能装备\n中试平台", HYDROGEN[2], "1200", "Green\nHydrogen"]]))
    (entry,) = list_entries(engine)
    assert (entry.name, entry.values["备用栏"]) == ("氢能装备中试平台", "Green Hydrogen")


def test_a_platform_that_comes_back(engine: Engine, submit: Submit, compare: Compare) -> None:
    settle(engine, compare(submit(), [HYDROGEN, BIOLOGY]))
    settle(engine, compare(submit(day=12, corrects=True), [HYDROGEN]))
    assert load(engine, compare(submit(day=13, corrects=True), [HYDROGEN, BIOLOGY])) == (1, 0, 1, 0)
    assert [e.versions for e in list_entries(engine)] == [1, 3]


def test_a_third_correction_withdraws_what_the_first_had_brought(
    engine: Engine, submit: Submit, compare: Compare
) -> None:
    settle(engine, compare(submit(), [HYDROGEN, BIOLOGY]))
    settle(engine, compare(submit(day=12, corrects=True), [HYDROGEN, BIOLOGY]))  # nothing changed
    assert load(engine, compare(submit(day=13, corrects=True), [HYDROGEN])) == (0, 0, 1, 1)


def test_an_addition_withdraws_nothing(engine: Engine, submit: Submit, compare: Compare) -> None:
    settle(engine, compare(submit(), [HYDROGEN]))
    assert load(engine, compare(submit(day=12, adds=True), [CARBON])) == (1, 0, 0, 0)
    assert library_size(engine) == 2


def test_a_corrected_code_or_name_stays_the_same_platform(engine: Engine, submit: Submit, compare: Compare) -> None:
    settle(engine, compare(submit(), [HYDROGEN, BIOLOGY]))
    code = [*HYDROGEN[:2], "91510500MA62A0009X", *HYDROGEN[3:]]
    name = ["2", "合成生物学中试基地", *BIOLOGY[2:]]
    assert load(engine, compare(submit(day=12, corrects=True), [code, name])) == (0, 2, 0, 0)
    assert [e.name for e in list_entries(engine)] == ["氢能装备中试平台", "合成生物学中试基地"]


def test_equal_names_in_two_reporting_bodies_are_two_platforms(
    engine: Engine, submit: Submit, compare: Compare
) -> None:
    settle(engine, compare(submit(), [HYDROGEN]))
    assert load(engine, compare(submit("江苏省工业和信息化厅"), [HYDROGEN])) == (1, 0, 0, 0)


def test_pairing_takes_nothing_that_is_ambiguous() -> None:
    assert pair([("a", "1")], [("a", "1")]) == [0]
    assert pair([("a", "2"), ("b", "1")], [("a", "1"), ("c", "1")]) == [0, 1]
    assert pair([("x", "1"), ("y", "1")], [("a", "1"), ("b", "1")]) == [None, None]
    assert pair([("a", "")], [("a", ""), ("b", "")]) == [0]
    assert pair([("x", "")], [("b", "")]) == [None]
    assert pair([("a", "3")], [("a", "1"), ("a", "2")]) == [None]


@pytest.mark.parametrize("verdict", [Verdict.MISMATCH, Verdict.UNSURE])
def test_a_field_that_is_no_match_waits(engine: Engine, submit: Submit, compare: Compare, verdict: Verdict) -> None:
    new = compare(submit(), [HYDROGEN], verdict)
    settled = settle(engine, new)
    assert (settled.state, settled.load) == (State.WAITING, None)
    assert settled.reason == ("5 处不一致" if verdict is Verdict.MISMATCH else "5 处存疑")
    assert submission_row(engine, new).reason == settled.reason
    assert settle(engine, new) == settled
    assert list_entries(engine) == []


def test_a_finding_that_is_an_error_waits(engine: Engine, submit: Submit, compare: Compare) -> None:
    new = compare(submit(), [HYDROGEN], findings=(Finding("seal-missing", Severity.ERROR),))
    assert settle(engine, new).reason == "1 个其他问题"


def test_a_warning_does_not_wait(engine: Engine, submit: Submit, compare: Compare) -> None:
    late = Finding("message-late", Severity.WARNING, {"deadline": "2024-10-15", "days": "1"})
    assert settle(engine, compare(submit(findings=(late,)), [HYDROGEN])).state is State.LOADED


@pytest.mark.parametrize("code", sorted(HOLDING))
def test_a_warning_that_asks_a_person_to_look_waits(code: str) -> None:
    there = RecordResult(1, 1, "甲", ())
    assert needs_decision([Finding(code, Severity.WARNING)], [there]).errors == 1


def test_an_error_that_intake_found_waits(engine: Engine, submit: Submit, compare: Compare) -> None:
    ambiguous = Finding("document-ambiguous", Severity.ERROR, {"role": "盖章扫描件", "names": "a、b"})
    assert settle(engine, compare(submit(findings=(ambiguous,)), [HYDROGEN])).state is State.WAITING


def test_a_second_report_without_a_word_waits(engine: Engine, submit: Submit, compare: Compare) -> None:
    first, second = submit(), submit(day=12)
    assert settle(engine, compare(first, [HYDROGEN])).state is State.LOADED
    assert settle(engine, compare(second, [BIOLOGY])).state is State.WAITING


def test_an_unknown_body_and_no_record_at_all_wait(engine: Engine, submit: Submit, compare: Compare) -> None:
    assert settle(engine, compare(submit(department=None), [HYDROGEN])).state is State.WAITING
    assert settle(engine, compare(submit("江苏省工业和信息化厅"), [])).reason == "没有可入库的记录"


def test_rows_in_one_copy_or_twice_need_a_decision() -> None:
    missing, there = RecordResult(1, None, "甲"), RecordResult(2, 1, "乙")
    finding = Finding("row-missing-in-scan", Severity.ERROR, {"row": "1", "key": "甲"})
    assert needs_decision([finding], [missing, there]).reason == "1 行只在一份材料中"
    assert needs_decision([], [there, there]).reason == "2 行重复"
    assert not needs_decision([], [there])
    assert i18n.language() == "zh"


def test_a_superseded_submission_is_not_loaded(engine: Engine, submit: Submit, compare: Compare) -> None:
    first = compare(submit(), [HYDROGEN])
    submit(day=12, corrects=True)
    assert settle(engine, first).state is State.SUPERSEDED
    with pytest.raises(ForbiddenMoveError):
        load_submission(engine, first)


def test_a_submission_without_a_result_is_not_loaded(engine: Engine, submit: Submit) -> None:
    with pytest.raises(ValueError, match="can't be loaded"):
        load_submission(engine, submit())
