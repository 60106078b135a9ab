"""The page and the overview show everything, hold everything, and run nothing."""

from __future__ import annotations

import dataclasses
import datetime
import re
from pathlib import Path

import pytest

from pipeline.model import FieldResult, Letter, Reconciliation, RecordResult, SealResult, Verdict, Where
from pipeline.reports.difference import marked
from pipeline.reports.info import (
    Body,
    CallInfo,
    DocumentInfo,
    EvidenceInfo,
    OverviewRow,
    ReportLink,
    RunInfo,
    SubmissionInfo,
    Tone,
    UnusableMessage,
)
from pipeline.reports.overview import short_region, write_overview
from pipeline.reports.page import write_page

EVIL = "<script>alert(1)</script>\"'&"


def has_outside_address(html: str) -> bool:
    return bool(re.search(r"https?:|//[a-z]|@import|<script|<link|<iframe", html, re.IGNORECASE))


def run_info(call: CallInfo, text: str = "通知") -> RunInfo:
    return RunInfo(
        call=call,
        source=text,
        started=datetime.datetime(2024, 10, 16, 9, 0),
        seconds=41.2,
        messages=3,
        bodies=(
            Body("四川省经济和信息化厅", "四川省", "省级"),
            Body("宁夏回族自治区工业和信息化厅", "宁夏回族自治区", "省级"),
            Body("大连市工业和信息化局", "大连市", "计划单列市"),
        ),
        unusable=(UnusableMessage("0003.eml", text, text, text),),
    )


def row(department: str, **changes: object) -> OverviewRow:
    links = (ReportLink("核对页", "reports/四川 1/page.html"),)
    first = OverviewRow(department, 4, 7, 50, 3, 2, 7, "待报送单位更正", Tone.BAD, links=links)
    return dataclasses.replace(first, **changes)


def test_a_page_shows_each_mismatch_and_doubt_with_its_crop(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    write_page(tmp_path / "p.html", info, reconciliation, scan)
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert html.count('<article class="card mismatch"') == 3
    assert html.count('<article class="card unsure"') == 2
    assert html.count('<div class="crop"><img src="data:image/') == 5
    assert "<mark>3</mark>9491.56" in html and "<mark>8</mark>9491.56" in html
    assert "成都市环保催化<mark>济</mark>中试平台" in html
    assert html.count('<figure class="sheet wide">') == 2, "both pages of the scan, upright"
    assert "川经信函〔2024〕512号" in html and "待报送单位更正" in html and "5c" * 32 in html
    assert set(re.findall(r'href="#([\w-]+)"', html)) <= set(re.findall(r'id="([\w-]+)"', html))


def test_a_page_needs_nothing_from_outside(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path, call: CallInfo
) -> None:
    write_page(tmp_path / "p.html", info, reconciliation, scan)
    write_overview(tmp_path / "o.html", [row("四川省经济和信息化厅")], run_info(call))
    for name in ("p.html", "o.html"):
        html = re.sub(r"base64,[\w+/=]+", "", (tmp_path / name).read_text(encoding="utf-8"))
        assert not has_outside_address(html)
        assert all(address.startswith("data:") for address in re.findall(r'src="([^"]*)"', html))


def test_what_a_sender_wrote_is_never_markup(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, call: CallInfo
) -> None:
    fields = tuple(FieldResult(EVIL, None, EVIL, EVIL + v, Verdict(v), 0.5, Where(EVIL)) for v in Verdict)
    strange = dataclasses.replace(
        reconciliation,
        records=(RecordResult(1, 1, EVIL, fields), RecordResult(2, None, EVIL)),
        seals=(SealResult(reconciliation.seals[0].box, EVIL, EVIL, 0.5),),
        letter=Letter(EVIL, EVIL, EVIL, 1, EVIL),
    )
    who = dataclasses.replace(
        info, department=EVIL, subject=EVIL, state=EVIL, documents=(DocumentInfo(EVIL, EVIL, EVIL),)
    )
    write_page(tmp_path / "p.html", who, strange, None)
    write_overview(tmp_path / "o.html", [row(EVIL, links=(ReportLink(EVIL, EVIL),))], run_info(call, EVIL))
    for name in ("p.html", "o.html"):
        html = (tmp_path / name).read_text(encoding="utf-8")
        assert "<script" not in html and "alert(1)" in html


def test_two_files_alone_make_a_page_too(tmp_path: Path, reconciliation: Reconciliation, scan: Path) -> None:
    write_page(tmp_path / "p.html", None, reconciliation, scan)
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "附件3（四川）.xlsx" in html and html.count('<article class="card') == 5


def test_a_scan_that_cannot_be_opened_leaves_a_page_without_pictures(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation
) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 not really")
    for path in (tmp_path / "bad.pdf", tmp_path / "absent.pdf"):
        write_page(tmp_path / "p.html", info, reconciliation, path)
        html = (tmp_path / "p.html").read_text(encoding="utf-8")
        assert "没有截图" in html and "data:image" not in html


def test_a_page_made_twice_has_the_same_bytes(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation, scan: Path
) -> None:
    for name in ("a.html", "b.html"):
        write_page(tmp_path / name, info, reconciliation, scan)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_overview_tells_who_has_reported_and_who_is_late(tmp_path: Path, call: CallInfo) -> None:
    old = row("四川省经济和信息化厅", state="已被更正件取代", tone=Tone.NEUTRAL)
    new = row("四川省经济和信息化厅", state="已入库", tone=Tone.GOOD, version=2)
    run = run_info(call)
    link = new.links[0].href
    bodies = [
        dataclasses.replace(b, reported=True, state=new.state, tone=new.tone, href=link) if b.region == "四川省" else b
        for b in run.bodies
    ]
    write_overview(tmp_path / "o.html", [old, new], dataclasses.replace(run, bodies=tuple(bodies)))
    html = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "<b>1 / 3</b>" in html
    assert '<a class="body good" href="./reports/%E5%9B%9B%E5%B7%9D%201/page.html"' in html
    assert html.count("逾期未报") == 2
    assert "0003.eml" in html


def test_platforms_of_two_bodies_are_listed_in_the_overview(tmp_path: Path, call: CallInfo) -> None:
    text = "四川省经济和信息化厅：第 1 行与另一单位相同。"
    write_overview(tmp_path / "o.html", [], dataclasses.replace(run_info(call), shared=(text,)))
    html = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "两个单位都报送的平台" in html and text in html
    write_overview(tmp_path / "o.html", [], run_info(call))
    assert "两个单位都报送的平台" not in (tmp_path / "o.html").read_text(encoding="utf-8")


def test_nobody_is_late_before_the_deadline(tmp_path: Path, call: CallInfo) -> None:
    early = dataclasses.replace(run_info(call), started=datetime.datetime(2024, 10, 15, 15, 59, tzinfo=datetime.UTC))
    write_overview(tmp_path / "o.html", [], early)
    html = (tmp_path / "o.html").read_text(encoding="utf-8")
    assert "逾期未报" not in html and html.count("<span>未报送</span>") == 3


@pytest.mark.parametrize(
    ("region", "short"),
    [
        ("四川省", "四川"),
        ("广西壮族自治区", "广西"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆生产建设兵团", "新疆兵团"),
        ("大连市", "大连"),
    ],
)
def test_regions_are_written_as_on_maps(region: str, short: str) -> None:
    assert short_region(region) == short


def test_only_what_differs_is_marked() -> None:
    left, right = marked("12,850.50", "12850.60")
    assert [p.text for p in left if p.marked] == ["5"]
    assert [p.text for p in right if p.marked] == ["6"]
    assert "".join(p.text for p in left) == "12,850.50"
    left, _ = marked("（甲） 公司", "(甲)公司")
    assert not any(p.marked for p in left)
    left, right = marked("建材", "人工智能")
    assert [p.marked for p in left] == [True] and [p.marked for p in right] == [True]


def test_dates_are_compared_number_by_number() -> None:
    left, right = marked("2015-04", "2014年4月")
    assert [p.text for p in left if p.marked] == ["2015"]
    assert [p.text for p in right if p.marked] == ["2014"]


def test_a_page_without_a_comparison_says_so_and_claims_nothing(tmp_path: Path, info: SubmissionInfo) -> None:
    write_page(tmp_path / "p.html", info, None, None)
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "两份材料不全，没有进行比对。" in html
    assert "没有发现不一致的值" not in html and "没有发现印章" not in html
    assert set(re.findall(r'href="#([\w-]+)"', html)) <= set(re.findall(r'id="([\w-]+)"', html))


def test_a_page_shows_what_the_body_was_told_from(
    tmp_path: Path, info: SubmissionInfo, reconciliation: Reconciliation
) -> None:
    told = dataclasses.replace(
        info,
        evidence=(
            EvidenceInfo("印章", "四川省经济和信息化厅", info.department, 0.95, True),
            EvidenceInfo("邮件主题", EVIL, "云南省工业和信息化厅", 0.35, False),
        ),
        authentication=("收信服务器没有留下 SPF、DKIM、DMARC 的验证记录。",),
    )
    write_page(tmp_path / "p.html", told, reconciliation, None)
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert 'href="#sender"' in html and "报送单位依据" in html
    assert html.count('<span class="proof">') == 1
    assert html.count('<tr class="other">') == 1 and "云南省工业和信息化厅" in html
    assert "没有留下 SPF" in html and not has_outside_address(html)
    write_page(tmp_path / "q.html", info, reconciliation, None)
    assert 'id="sender"' not in (tmp_path / "q.html").read_text(encoding="utf-8")
