"""Which platform of a report is which entry of the library, within one reporting body.

In steps, each only where it is unambiguous among what is left on both sides: name and code; the name alone (the code
was corrected); the code alone (the name was). One operator can run several platforms, so a code that two share tells
nothing. Platforms that changed both, or their operator, are for entity resolution, not for this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

Identity = tuple[str, str]
"""Name without its clothes, code or empty."""


def pair(platforms: Sequence[Identity], entries: Sequence[Identity]) -> list[int | None]:
    """For each platform the position of its entry, None for a new one."""
    paired: list[int | None] = [None] * len(platforms)
    steps: tuple[Callable[[Identity], object], ...] = (
        lambda identity: identity,
        lambda identity: identity[0] or None,
        lambda identity: identity[1] or None,
    )
    for key in steps:
        taken = {at for at in paired if at is not None}
        left = [at for at in range(len(entries)) if at not in taken]
        mine = Counter(key(p) for at, p in enumerate(platforms) if paired[at] is None)
        theirs = Counter(key(entries[at]) for at in left)
        found = {key(entries[at]): at for at in left if theirs[key(entries[at])] == 1}
        for at, platform in enumerate(platforms):
            if paired[at] is None and key(platform) is not None and mine[key(platform)] == 1:
                paired[at] = found.get(key(platform))
    return paired
