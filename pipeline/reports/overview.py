"""The overview of a run: all submissions, who has reported, and the messages that could not be used."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from extractors.i18n import N_, _
from pipeline.reports.info import Body, OverviewRow, RunInfo
from pipeline.reports.rendering import render
from pipeline.reports.stable import write_whole
from pipeline.reports.text import in_china

KINDS: dict[str, str] = {
    "省级": N_("省、自治区、直辖市"),
    "计划单列市": N_("计划单列市"),
    "兵团": N_("新疆生产建设兵团"),
}
"""Kinds of bodies in the order in which the notice addresses them."""
_LONG_REGIONS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "生产建设兵团", "省", "市")


@dataclass(frozen=True)
class BodyTile:
    """One reporting body and where its report stands."""

    name: str
    short: str
    state: str
    tone: str
    """A tone, or ``missing`` where nothing has come, or ``late`` where nothing has come and the deadline is past."""
    href: str | None


@dataclass(frozen=True)
class Group:
    """The bodies of one kind."""

    heading: str
    tiles: tuple[BodyTile, ...]
    reported: int


def write_overview(path: Path, rows: Sequence[OverviewRow], run_info: RunInfo) -> None:
    """Writes the overview of a run (one self-contained HTML file; its links to reports are relative).

    Args:
        path: where to; an older overview there is replaced.
        rows: the submissions, in the order in which they are to stand.
        run_info: the run, the call, the bodies of the call, and the messages that gave no submission.
    """
    groups = _groups(run_info)
    standing = [row for row in rows if row.standing]
    page = render(
        "overview.html",
        rows=rows,
        run=run_info,
        groups=groups,
        bodies=sum(len(g.tiles) for g in groups),
        reported=sum(b.reported for b in run_info.bodies),
        incomplete=sum(b.incomplete for b in run_info.bodies),
        standing=len(standing),
        totals={
            name: sum(getattr(r, name) for r in standing)
            for name in ("documents", "records", "match", "mismatch", "unsure", "findings")
        },
    )
    write_whole(path, page)


def _groups(run: RunInfo) -> list[Group]:
    started = in_china(run.started)
    today = started.date() if isinstance(started, datetime.datetime) else started
    late = run.call.deadline is not None and today > run.call.deadline
    kinds = dict.fromkeys([*KINDS, *(b.kind for b in run.bodies)])
    groups = []
    for kind in kinds:
        bodies = [b for b in run.bodies if b.kind == kind]
        if bodies:
            tiles = tuple(_tile(b, late) for b in bodies)
            heading = _(KINDS[kind]) if kind in KINDS else kind
            groups.append(Group(heading, tiles, sum(b.reported for b in bodies)))
    return groups


def _tile(body: Body, late: bool) -> BodyTile:
    if not body.reported:
        state = _("逾期未报") if late else _("未报送")
        return BodyTile(body.name, short_region(body.region), state, "late" if late else "missing", body.href)
    return BodyTile(body.name, short_region(body.region), body.state, body.tone.value, body.href)


def short_region(region: str) -> str:
    """A region's name as maps write it: 四川, 广西, 新疆, 新疆兵团."""
    if region == "新疆生产建设兵团":
        return "新疆兵团"
    ending = next((e for e in _LONG_REGIONS if region.endswith(e)), "")
    return region[: len(region) - len(ending)]
