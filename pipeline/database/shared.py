"""One platform in the reports of two bodies: a province and its separately reporting city both list it.

Found when a submission is settled, for all of the call that are in force, and written down for both. The findings are
of a stage of their own, ``call``, made anew each time: a correction may have taken the platform out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from extractors.i18n import N_, _
from pipeline.database.findings import finding_of, row_of
from pipeline.database.ledger import newest_result
from pipeline.database.order import name_of_submission
from pipeline.database.states import State
from pipeline.database.tables import FindingTable, SubmissionTable
from pipeline.forms.codes import normal_code
from pipeline.forms.text import fold
from pipeline.model import Finding, Severity, Where

STAGE = "call"
IN_FORCE = (State.COMPARED, State.WAITING, State.LOADED)
SHORTEST = 6
"""Characters of a name that counts as the same platform's where it stands in a longer one of the same operator."""
SAME_CODE = N_("名称和统一社会信用代码相同")
SAME_OPERATOR = N_("名称和建设运营单位相同")
SAME_NAME = N_("名称相同（至少一方没有填写单位和代码）")
LIKE_NAME = N_("名称相近，单位或代码相同")


@dataclass(frozen=True)
class Listed:
    """A platform in a submission."""

    submission: int
    department: str
    row: int
    name: str
    """As written."""
    key: str
    """Without its clothes."""
    operator: str
    code: str
    place: str | None


def mark_shared(session: Session, call: str) -> None:
    """Writes the findings about shared platforms for every submission of a call that is in force."""
    query = select(SubmissionTable).where(SubmissionTable.call == call, SubmissionTable.state.in_(IN_FORCE))
    submissions = {each.id: each for each in session.scalars(query.order_by(SubmissionTable.id))}
    listed: list[Listed] = []
    for each in submissions.values():
        result = None if each.department is None else newest_result(session, each.id)
        if result is not None and each.department is not None:
            listed += platforms_of(each.id, each.department, result.result)
    found: dict[int, list[Finding]] = defaultdict(list)
    for one, other, how in shared(listed):
        for mine, theirs in ((one, other), (other, one)):
            name = name_of_submission(session, submissions[theirs.submission])
            found[mine.submission].append(_finding(mine, theirs, how, name))
    for each in submissions.values():
        _write(session, each, found[each.id])


def platforms_of(submission: int, department: str, result: Mapping[str, Any]) -> list[Listed]:
    """The platforms that the electronic copy of a stored result lists."""
    made = []
    for record in result["records"]:
        if record["electronic_row"] is None:
            continue
        fields = {field["field"]: field for field in record["fields"]}
        text = {key: fields[key]["electronic"] if key in fields else "" for key in ("name", "operator", "code")}
        name = text["name"] or record["key"]
        place = fields["name"]["where"]["electronic"] if "name" in fields else None
        operator, code = fold(text["operator"]), normal_code(text["code"])
        made.append(
            Listed(submission, department, record["electronic_row"], name, fold(name), operator, code, place)
        )
    return made


def shared(listed: Iterable[Listed]) -> list[tuple[Listed, Listed, str]]:
    """Pairs of platforms that two bodies list and that are one, or may well be, with what they have in common."""
    groups: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for each in listed:
        for what, value in (("name", each.key), ("operator", each.operator), ("code", each.code)):
            if value:
                groups[what, value].append(each)
    found: dict[tuple[Listed, Listed], str] = {}
    for group in groups.values():
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                how = None if one.department == other.department else how_alike(one, other)
                if how is not None:
                    found.setdefault((one, other), how)
    return [(one, other, how) for (one, other), how in found.items()]


def how_alike(one: Listed, other: Listed) -> str | None:
    """What two platforms have in common, a key for ``_()``; None where they are two.

    A name alone is not enough where both say who runs the platform and say otherwise: 新材料中试平台 is many a
    platform's name. Nor is an operator or a code alone: one operator may run several.
    """
    same_code = bool(one.code) and one.code == other.code
    same_operator = bool(one.operator) and one.operator == other.operator
    if one.key == other.key:
        if same_code or same_operator:
            return SAME_CODE if same_code else SAME_OPERATOR
        told_apart = (one.code and other.code) or (one.operator and other.operator)
        return None if told_apart else SAME_NAME
    short, long = sorted((one.key, other.key), key=len)
    return LIKE_NAME if (same_code or same_operator) and len(short) >= SHORTEST and short in long else None


def _finding(mine: Listed, theirs: Listed, how: str, of: str) -> Finding:
    params = {
        "row": str(mine.row),
        "key": mine.name,
        "department": theirs.department,
        "of": of,
        "other": str(theirs.row),
        "name": theirs.name,
        "how": _(how),
        "rule": "identity:unique-in-call",
    }
    return Finding("record-elsewhere", Severity.WARNING, params, Where(electronic=mine.place))


def _write(session: Session, submission: SubmissionTable, findings: list[Finding]) -> None:
    mine = (FindingTable.submission_id == submission.id, FindingTable.stage == STAGE)
    old = [finding_of(row) for row in session.scalars(select(FindingTable).where(*mine).order_by(FindingTable.id))]
    if old != findings:
        session.execute(delete(FindingTable).where(*mine))
        session.add_all(row_of(f, submission.message_id, submission.id, STAGE) for f in findings)
