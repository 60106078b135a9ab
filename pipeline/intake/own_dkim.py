"""DKIM signatures (RFC 6376) checked here, with the keys that an operator gives: nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.intake.domains import domain_of
from pipeline.intake.results_header import Result

SMALLEST_KEY = 1024
"""Bits (RFC 8301, 3.2)."""
MOST_SIGNATURES = 5


def check_dkim(data: bytes, signatures: Sequence[bytes], keys: Mapping[str, str]) -> tuple[Result, ...]:
    """The results of the signatures whose key is known: ``pass``, ``fail`` or ``partial``.

    Args:
        data: the raw message.
        signatures: its ``DKIM-Signature`` headers, topmost first.
        keys: name of the DNS record (``selector._domainkey.domain``) to its text.
    """
    known = {name.lower().rstrip("."): text for name, text in keys.items()}
    found: list[Result] = []
    for at, value in enumerate(signatures[:MOST_SIGNATURES] if known else ()):
        tags = _tags(value)
        domain = domain_of(tags.get("d", ""))
        if f"{tags.get('s', '').lower()}._domainkey.{domain}" in known:
            found.append(Result(_check(data, at, tags, known), domain))
    return tuple(found)


def _check(data: bytes, at: int, tags: Mapping[str, str], keys: Mapping[str, str]) -> str:
    if "l" in tags:
        return "partial"  # anybody can add to what was signed, and an attachment is all that counts here
    import dkim

    def record(name: bytes, timeout: int = 5) -> bytes:
        return keys.get(name.decode("ascii", "replace").lower().rstrip("."), "").encode()

    try:
        return "pass" if dkim.DKIM(data, minkey=SMALLEST_KEY).verify(idx=at, dnsfunc=record) else "fail"
    except Exception:  # the library raises its own and, on malformed input, any of Python's errors
        return "fail"


def _tags(value: bytes) -> dict[str, str]:
    pairs = (piece.partition("=") for piece in value.decode("utf-8", "replace").split(";"))
    return {name.strip(): re.sub(r"\s+", "", text) for name, equals, text in pairs if equals}
