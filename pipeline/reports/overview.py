"""The overview of a run: all submissions, who has reported, and the messages that could not be used."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from extractors.i18n import N_, _
from pipeline.reports.info import Body, OverviewRow, RunInfo, Tone
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
_HEAVIEST = (Tone.BAD, Tone.ATTENTION, Tone.GOOD, Tone.NEUTRAL)


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
    groups = _groups(rows, run_info)
    page = render(
        "overview.html",
        rows=rows,
        run=run_info,
        groups=groups,
        bodies=sum(len(g.tiles) for g in groups),
        reported=sum(g.reported for g in groups),
        totals={
            name: sum(getattr(r, name) for r in rows)
            for name in ("documents", "records", "match", "mismatch", "unsure", "findings")
        },
    )
    write_whole(path, page)


def _groups(rows: Sequence[OverviewRow], run: RunInfo) -> list[Group]:
    started = in_china(run.started)
    today = started.date() if isinstance(started, datetime.datetime) else started
    late = run.call.deadline is not None and today > run.call.deadline
    kinds = dict.fromkeys([*KINDS, *(b.kind for b in run.bodies)])
    groups = []
    for kind in kinds:
        tiles = tuple(_tile(b, rows, late) for b in run.bodies if b.kind == kind)
        if tiles:
            reported = sum(t.tone not in ("missing", "late") for t in tiles)
            groups.append(Group(_(KINDS[kind]) if kind in KINDS else kind, tiles, reported))
    return groups


def _tile(body: Body, rows: Sequence[OverviewRow], late: bool) -> BodyTile:
    own = [row for row in rows if row.department == body.name]
    if not own:
        state = _("逾期未报") if late else _("未报送")
        return BodyTile(body.name, short_region(body.region), state, "late" if late else "missing", None)
    # The newest version that stands counts; where two have the same, the one that weighs more.
    row = max([r for r in own if r.standing] or own, key=lambda r: (r.version, -_HEAVIEST.index(r.tone)))
    href = row.links[0].href if row.links else None
    return BodyTile(body.name, short_region(body.region), row.state, row.tone.value, href)


def short_region(region: str) -> str:
    """A region's name as maps write it: 四川, 广西, 新疆, 新疆兵团."""
    if region == "新疆生产建设兵团":
        return "新疆兵团"
    ending = next((e for e in _LONG_REGIONS if region.endswith(e)), "")
    return region[: len(region) - len(ending)]
