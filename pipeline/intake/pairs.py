"""Which scan and which electronic copy of a message are one form, where the message brings several.

Five things can say that two files belong together: the reporting body that their names, folders or forwarded messages
tell; a folder, an archive or a forwarded message that holds just these two; their names, once 盖章, 附件3, dates and
the like are taken away; and their text. Each speaks only where it points from one scan to one copy and back. Where two
of them disagree, or none speaks, nothing is paired: that is a finding, and a person decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.departments import match_department
from pipeline.file_names import own_name
from pipeline.intake.roles import Role, Seen
from pipeline.intake.same_texts import pieces_of, same_texts

NAMED = 0.6
"""How sure `match_department` must be of a name: from a region's short name (江苏) up."""
PRINTED = 0.8
"""The same of a form's text: a whole region or more."""
LEAST_WEAK = 20
"""Fit of a file that may be a copy though it wasn't looked into: an old .doc, a picture, a damaged PDF."""
READ = 4000
"""Characters of a form that are searched for its reporting body."""
MOST_COPIES = 100
"""Scans, or electronic copies, of a message that are paired; there are 37 bodies. Every scan is compared with every
copy, so that of thousands the work would have no end."""


@dataclass(frozen=True)
class Place:
    """Where a file stood in its message."""

    path: str
    """As `Attachment.path`."""
    headings: tuple[str, ...] = ()
    """What the forwarded messages around it are called and from whom they are, the nearest first."""


@dataclass(frozen=True)
class Group:
    """The files of one form."""

    members: tuple[int, ...]
    """Positions; a scan and an electronic copy, or what there is of them."""
    body: str | None = None
    """Full name of the reporting body that names, folders or forwarded messages tell."""


@dataclass(frozen=True)
class Groups:
    """The forms of a message."""

    groups: tuple[Group, ...]
    """None where the message brings one form, or where nothing could be paired."""
    unpaired: tuple[int, ...] = ()
    """Positions of scans and electronic copies that could not be told to belong to one of the groups."""


@dataclass(frozen=True)
class _Copy:
    at: int
    sure: bool
    body: str | None
    printed: str | None
    own: str
    within: tuple[str, ...]
    pieces: frozenset[str]

    @property
    def any_body(self) -> str | None:
        return self.body or self.printed


Related = Callable[[_Copy, _Copy], bool]
Pair = tuple[int, int]


def group(files: Sequence[Seen], places: Sequence[Place]) -> Groups:
    """The forms that the files of a message are.

    Args:
        files: All files.
        places: Where each stood.

    Returns:
        What belongs together. Of more than `MOST_COPIES` scans or electronic copies nothing is paired.
    """
    positions = [_positions(files, role) for role in (Role.SCAN, Role.ELECTRONIC)]
    if any(len(each) > MOST_COPIES for each in positions):
        both = {at for each in positions for at, sure in each.items() if sure}
        return Groups((), tuple(sorted(both)))
    scans, copies = ([_copy(at, sure, files[at], places[at]) for at, sure in each.items()] for each in positions)
    sure = [c for c in (*scans, *copies) if c.sure]
    bodies = {c.body for c in (*scans, *copies) if c.body}
    if max(sum(c.sure for c in scans), sum(c.sure for c in copies)) < 2 and len(bodies) < 2:
        return Groups(())
    pairs = _pairs(scans, copies)
    by_position = {c.at: c for c in (*scans, *copies)}
    groups = [Group(pair, by_position[pair[0]].body or by_position[pair[1]].body) for pair in pairs]
    taken = {at for pair in pairs for at in pair}
    rest = {c.at: c for c in sure if c.at not in taken}
    told = {c.body for c in rest.values()}
    if None not in told:  # else one of those without a body may be another's other half
        free = told - {g.body for g in groups}
        for body in sorted(filter(None, free)):
            members = tuple(at for at, c in rest.items() if c.body == body)
            groups.append(Group(members, body))
            rest = {at: c for at, c in rest.items() if at not in members}
    if len(groups) == 1 and not rest:
        return Groups(())
    return Groups(tuple(sorted(groups, key=lambda g: min(g.members))), tuple(sorted(rest)))


def body_of(name: str, place: Place) -> str | None:
    """The reporting body that a file's name tells, else its folders and archives, else the messages around it."""
    folders = place.path.split("/")[-2::-1]
    for text in (name, *folders, *place.headings):
        department, probability = match_department(text) if text else (None, 0.0)
        if department is not None and probability >= NAMED:
            return department.name
    return None


def folders_of(path: str) -> tuple[str, ...]:
    """Every folder, archive or part of the message around a file, the outermost first."""
    parts = path.split("/")[:-1]
    return tuple("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def _positions(files: Sequence[Seen], role: Role) -> dict[int, bool]:
    """Those that may be copies of a form in a role, and whether they surely are.

    Of files with the same bytes the first; where there are too many, only those that surely are.
    """
    found: dict[int, bool] = {}
    data: set[bytes] = set()
    for at, seen in enumerate(files):
        sure = seen.sure_scan if role is Role.SCAN else seen.sure_electronic
        may_be = seen.score(role) >= LEAST_WEAK or (seen.has_form and seen.score(role) > 0)
        if seen.file.data not in data and (sure or may_be):
            data.add(seen.file.data)
            found[at] = sure
    return found if len(found) <= MOST_COPIES else {at: sure for at, sure in found.items() if sure}


def _copy(at: int, sure: bool, seen: Seen, place: Place) -> _Copy:
    text = seen.content.text if seen.has_form else ""
    printed, likely = match_department(text[:READ]) if text else (None, 0.0)
    return _Copy(
        at, sure, body_of(seen.file.name, place),
        printed.name if printed is not None and likely >= PRINTED else None,
        own_name(seen.file.name), folders_of(place.path), pieces_of(text),
    )  # fmt: skip


def _pairs(scans: Sequence[_Copy], copies: Sequence[_Copy]) -> list[Pair]:
    """The pairs that are clear: first of files that surely hold the form, then with those that may."""
    pairs: list[Pair] = []
    disputed: set[int] = set()
    for allowed in (_both_sure, _one_sure, _one_name):
        left = _left(scans, copies, {at for pair in pairs for at in pair})
        found, about = _clear(*left, allowed)
        pairs, disputed = pairs + found, disputed | about
        pairs += _last_two(scans, copies, pairs, disputed)
    ends = [c.at for side in (scans, copies) for c in side if c.sure]
    if _one_each(scans, copies) and not {at for pair in pairs for at in pair}.intersection(ends):
        pairs.append((ends[0], ends[1]))  # nothing else that they could belong to
    return pairs


def _clear(scans: Sequence[_Copy], copies: Sequence[_Copy], allowed: Related) -> tuple[list[Pair], set[int]]:
    """The pairs that something speaks for and nothing against, and the files on which two things disagree."""
    said = {
        (s.at, c.at)
        for related in (_same_body, _alone_in(scans, copies), _named_alike(scans, copies), _texts(scans, copies))
        for s, c in _one_to_one(scans, copies, related, allowed)
    }
    times = Counter(at for pair in said for at in pair)
    return [p for p in sorted(said) if all(times[at] == 1 for at in p)], {at for at, n in times.items() if n > 1}


def _one_to_one(
    scans: Sequence[_Copy], copies: Sequence[_Copy], related: Related, allowed: Related
) -> Iterable[tuple[_Copy, _Copy]]:
    """Pairs of which each is the other's only one."""

    def may_be(scan: _Copy, copy: _Copy) -> bool:
        return scan.at != copy.at and allowed(scan, copy) and related(scan, copy) and not _conflict(scan, copy)

    for scan in scans:
        mine = [c for c in copies if may_be(scan, c)]
        if len(mine) == 1 and [s for s in scans if may_be(s, mine[0])] == [scan]:
            yield scan, mine[0]


def _last_two(
    scans: Sequence[_Copy], copies: Sequence[_Copy], pairs: Sequence[Pair], disputed: set[int]
) -> list[Pair]:
    """The one scan and the one electronic copy that are left when all others are paired, if nothing speaks against."""
    left = _left(scans, copies, {at for pair in pairs for at in pair})
    sure = [[c for c in side if c.sure] for side in left]
    if not all(len(side) == 1 for side in sure):
        return []
    scan, copy = sure[0][0], sure[1][0]
    against = _conflict(scan, copy) or _other_names(scan, copy) and not _one_each(scans, copies)
    return [] if against or disputed & {scan.at, copy.at} else [(scan.at, copy.at)]


def _left(scans: Sequence[_Copy], copies: Sequence[_Copy], taken: set[int]) -> tuple[list[_Copy], list[_Copy]]:
    return [c for c in scans if c.at not in taken], [c for c in copies if c.at not in taken]


def _one_each(scans: Sequence[_Copy], copies: Sequence[_Copy]) -> bool:
    """Whether one scan and one electronic copy surely hold the form: they are taken for a pair whatever their names."""
    return all(sum(c.sure for c in side) == 1 for side in (scans, copies))


def _both_sure(scan: _Copy, copy: _Copy) -> bool:
    return scan.sure and copy.sure


def _one_sure(scan: _Copy, copy: _Copy) -> bool:
    return scan.sure or copy.sure


def _one_name(scan: _Copy, copy: _Copy) -> bool:
    return scan.body is not None and scan.body == copy.body


def _surest(found: list[_Copy]) -> list[_Copy]:
    return [c for c in found if c.sure] or found


def _conflict(scan: _Copy, copy: _Copy) -> bool:
    return None not in (scan.any_body, copy.any_body) and scan.any_body != copy.any_body


def _other_names(scan: _Copy, copy: _Copy) -> bool:
    return bool(scan.own and copy.own) and scan.own not in copy.own and copy.own not in scan.own


def _same_body(scan: _Copy, copy: _Copy) -> bool:
    return scan.any_body is not None and scan.any_body == copy.any_body


def _alone_in(scans: Sequence[_Copy], copies: Sequence[_Copy]) -> Related:
    """A folder, archive or forwarded message that holds one scan and one electronic copy."""
    alone: set[Pair] = set()
    for folder in {f for c in (*scans, *copies) for f in c.within}:
        inside = [_surest([c for c in side if folder in c.within]) for side in (scans, copies)]
        if len(inside[0]) == len(inside[1]) == 1:
            alone.add((inside[0][0].at, inside[1][0].at))
    return lambda scan, copy: (scan.at, copy.at) in alone


def _named_alike(scans: Sequence[_Copy], copies: Sequence[_Copy]) -> Related:
    """The same own name; for those that share theirs with none, one name that is a part of the other."""
    shared = {s.own for s in scans if s.own} & {c.own for c in copies}

    def alike(scan: _Copy, copy: _Copy) -> bool:
        if scan.own in shared or copy.own in shared:
            return scan.own == copy.own
        return bool(scan.own and copy.own) and (scan.own in copy.own or copy.own in scan.own)

    return alike


def _texts(scans: Sequence[_Copy], copies: Sequence[_Copy]) -> Related:
    """Much the same text, for scans that have one; a PDF with text may be either and isn't compared with itself."""
    either = {s.at for s in scans}
    same = same_texts({s.at: s.pieces for s in scans}, {c.at: c.pieces for c in copies if c.at not in either})
    return lambda scan, copy: (scan.at, copy.at) in same


def letters_of(
    groups: Sequence[Group], letters: Sequence[int], files: Sequence[Seen], places: Sequence[Place]
) -> list[int | None]:
    """For each group its cover letter: the one of its own folder, else of its body, else the message's single one."""
    found: list[int | None] = []
    for mine in groups:
        theirs = {f for g in groups if g is not mine for at in g.members for f in folders_of(places[at].path)}
        own = {f for at in mine.members for f in folders_of(places[at].path)}
        folders, others = own - theirs, theirs - own
        near = [at for at in letters if folders.intersection(folders_of(places[at].path))]
        same = [at for at in letters if mine.body and body_of(files[at].file.name, places[at]) == mine.body]
        chosen = next((each for each in (near, same) if each), [at for at in letters if len(letters) == 1])
        found.append(next((at for at in chosen if not others.intersection(folders_of(places[at].path))), None))
    return found
