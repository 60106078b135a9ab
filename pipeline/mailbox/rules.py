"""Which messages of a mailbox are taken, by their headers alone.

Headers are decoded and compared here and not by the server's SEARCH: many servers refuse Chinese words in a SEARCH,
or find nothing in encoded headers.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.intake.envelope import Envelope
from pipeline.mailbox.accounts import Rule


def passed_over_by(rules: Sequence[Rule], envelope: Envelope) -> Rule | None:
    """The rule that passes a message over, None where it is to be taken."""
    for rule in rules:
        if _within(rule.subject, envelope.subject) and _within(rule.sender, envelope.sender):
            return None if rule.take else rule
    return None


def _within(part: str, whole: str) -> bool:
    return part.casefold() in whole.casefold()
