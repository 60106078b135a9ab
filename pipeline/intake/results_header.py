"""The headers in which a mail server says what it found of a sender: RFC 8601, RFC 7208 (SPF)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.intake.comments import QUOTED, without_comments
from pipeline.intake.domains import domain_of

_RESULT = re.compile(r"\s*(?P<method>spf|dkim|dmarc)\s*(?:/\s*1\s*)?=\s*(?P<result>[a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(?P<type>[a-z]+)\s*\.\s*(?P<name>[a-z0-9-]+)\s*=\s*(?P<value>[^\s;]+)", re.IGNORECASE)
_SERVER = re.compile(r'\s*"?([^\s"=;/]+)"?(?:\s+\d+)?\s*$')
_SENDER = re.compile(r"""envelope-from\s*=\s*["<]*([^\s;">]+)""", re.IGNORECASE)
SPF_RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"})


@dataclass(frozen=True)
class Result:
    """What came of one check."""

    result: str
    """``pass``, ``fail``, ``softfail``, ``none``, … as the server wrote it, in lower case."""
    domain: str = ""
    """Which domain it is about: the signer's, the envelope's, that of From; empty where it isn't said."""


@dataclass(frozen=True)
class Record:
    """One header."""

    server: str
    """The name that the server gives itself; empty where it gives none (Exchange Online)."""
    spf: Result | None = None
    dkim: tuple[Result, ...] = ()
    dmarc: Result | None = None


def parse_record(value: bytes) -> Record | None:
    """An ``Authentication-Results`` header, None for what is none.

    What can't be read of it is left out. Of two results of SPF, that of the envelope's address counts, not that of the
    greeting; of two of DMARC that differ, the one that isn't ``pass``.
    """
    pieces = _pieces(value.decode("utf-8", "replace"))
    named = _SERVER.match(pieces[0]) if pieces else None
    spf: list[tuple[bool, Result]] = []
    dkim: list[Result] = []
    dmarc: list[Result] = []
    for piece in pieces[1:] if named else pieces:
        found = _RESULT.match(piece)
        if found is None:
            continue
        method, result = found["method"].lower(), found["result"].lower()
        said = {f"{p['type']}.{p['name']}".lower(): p["value"] for p in _PROPERTY.finditer(_without_reason(piece))}
        if method == "spf":
            envelope = said.get("smtp.mailfrom") or said.get("smtp.mail") or ""
            spf.append((bool(envelope), Result(result, domain_of(envelope or said.get("smtp.helo", "")))))
        elif method == "dkim":
            dkim.append(Result(result, domain_of(said.get("header.d") or said.get("header.i") or "")))
        else:
            dmarc.append(Result(result, domain_of(said.get("header.from", ""))))
    if named is None and not (spf or dkim or dmarc):
        return None
    of_envelope = [r for envelope, r in spf if envelope] or [r for _, r in spf]
    return Record(named[1].lower() if named else "", _worst(of_envelope), tuple(dkim), _worst(dmarc))


def parse_received_spf(value: bytes) -> Result | None:
    """A ``Received-SPF`` header (RFC 7208, 9.1)."""
    text = value.decode("utf-8", "replace")
    word = re.match(r"\s*([a-z]+)", text, re.IGNORECASE)
    if word is None or word[1].lower() not in SPF_RESULTS:
        return None
    sender = _SENDER.search(without_comments(text))
    return Result(word[1].lower(), domain_of(sender[1]) if sender else "")


def _pieces(text: str) -> list[str]:
    """The header without comments at the semicolons that stand in no quotes."""
    return re.findall(rf"(?:{QUOTED.pattern}|[^;])+", without_comments(text))


def _without_reason(piece: str) -> str:
    """A piece without quoted texts that stand alone (``reason="…"``); a quoted address keeps what follows it."""
    return re.sub(rf"\breason\s*=\s*(?:{QUOTED.pattern}|\S+)", " ", piece, flags=re.IGNORECASE)


def _worst(results: list[Result]) -> Result | None:
    return next((r for r in results if r.result != "pass"), results[0] if results else None)
