"""What is known of who really sent a message: DKIM, SPF and DMARC as the receiving server recorded them.

Anybody can write an ``Authentication-Results`` header, so a record counts only where our own server wrote it. Its
names are settings (`Authentication.servers`). ``ARC-Authentication-Results`` (RFC 8617) never counts: it tells what a
server on the way saw, so no server takes out those that bear its own name. Risks that remain: a server that writes no
record of some messages and doesn't take out those that bear its own name (RFC 8601, 5) lets a sender write one.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from pipeline.intake.domains import aligned, from_domain
from pipeline.intake.own_dkim import check_dkim
from pipeline.intake.results_header import Record, Result, parse_received_spf, parse_record
from pipeline.settings import Authentication as Wanted

MOST_HEADERS = 200
"""Fields of a message's header that are looked at; a way through ten servers leaves about 60."""
LONGEST_FIELD = 8 << 10
"""Bytes of one field's value."""
LARGEST_HEADER = 1 << 20
"""Bytes of the header that are looked at."""
RECORD = b"authentication-results"
REFUSED = frozenset({"fail", "softfail"})
"""Results of SPF that say that the envelope's domain doesn't send from there (RFC 7208, 8.4, 8.5)."""
_BY = re.compile(rb"(?:^|\s)by\s+([^\s;()]+)", re.IGNORECASE)

Fields = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Authentication:
    """What is known of a message's sender. `to_json` is what the ledger keeps."""

    domain: str = ""
    """Of the address in From; empty where there is none, or more than one."""
    server: str = ""
    """Which server recorded the results; empty where nothing is recorded."""
    trusted: bool = False
    """Whether our own server wrote the record: else its results are recorded and count for nothing."""
    spf: Result | None = None
    dkim: tuple[Result, ...] = ()
    dmarc: Result | None = None
    own_dkim: tuple[Result, ...] = ()
    """Of the signatures that were checked here."""

    @property
    def verified(self) -> str:
        """What shows that the domain of the address really sent it: ``dmarc``, ``dkim``, ``own-dkim``, or empty."""
        if not self.domain:
            return ""
        if self._passes(self.own_dkim):
            return "own-dkim"
        if not self.trusted:
            return ""
        if self.dmarc is not None and self.dmarc.result == "pass" and self.dmarc.domain in ("", self.domain):
            return "dmarc"
        return "dkim" if self._passes(self.dkim) else ""

    @property
    def failed(self) -> tuple[str, ...]:
        """The checks that say that the domain of the address did not send it; empty where another shows it did."""
        if not self.domain or self.verified:
            return ()
        found = [("own-dkim", r) for r in self.own_dkim]
        if self.trusted:
            recorded = [("spf", self.spf), *(("dkim", r) for r in self.dkim), ("dmarc", self.dmarc)]
            found += [(name, result) for name, result in recorded if result is not None]
        ours = [name for name, r in found if r.result == "fail" and (not r.domain or aligned(r.domain, self.domain))]
        if self.trusted and self.spf is not None and self._passes([self.spf]):
            # A signature breaks where a server on the way changes the text; the envelope's server was the right one
            ours = [name for name in ours if not name.endswith("dkim")]
        return tuple(dict.fromkeys(ours))

    def _passes(self, results: Sequence[Result]) -> bool:
        return any(r.result == "pass" and aligned(r.domain, self.domain) for r in results)

    def to_json(self) -> dict[str, Any]:
        """All of it, with what follows from it."""
        kept = dataclasses.asdict(self)
        kept |= {name: list(kept[name]) for name in ("dkim", "own_dkim")}
        return kept | {"verified": self.verified, "failed": list(self.failed)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Authentication:
        """What `to_json` gave; an empty object is a message of which nothing is known."""

        def result(value: Mapping[str, str] | None) -> Result | None:
            return None if value is None else Result(value["result"], value["domain"])

        def results(values: Sequence[Mapping[str, str]]) -> tuple[Result, ...]:
            return tuple(Result(value["result"], value["domain"]) for value in values)

        return cls(
            domain=kept.get("domain", ""),
            server=kept.get("server", ""),
            trusted=kept.get("trusted", False),
            spf=result(kept.get("spf")),
            dkim=results(kept.get("dkim", ())),
            dmarc=result(kept.get("dmarc")),
            own_dkim=results(kept.get("own_dkim", ())),
        )


def authenticate(data: bytes, wanted: Wanted) -> Authentication:
    """What a raw message shows of its sender. What stands in it never raises, and no network is asked."""
    fields = header_fields(data)
    found = _recorded(fields, wanted)
    senders = [value for name, value in fields if name == b"from"]
    return dataclasses.replace(
        found,
        domain=from_domain(senders[0]) if len(senders) == 1 else "",
        own_dkim=check_dkim(data, [value for name, value in fields if name == b"dkim-signature"], wanted.dkim_keys),
    )


def header_fields(data: bytes) -> list[tuple[bytes, bytes]]:
    """The fields of a raw message's header, topmost first: names in lower case, values on one line."""
    head = re.split(rb"\r?\n\r?\n", data[:LARGEST_HEADER], maxsplit=1)[0]
    fields: list[tuple[bytes, bytes]] = []
    for line in re.sub(rb"\r?\n(?=[ \t])", b"", head).splitlines():
        name, colon, value = line.partition(b":")
        if colon and re.fullmatch(rb"[!-9;-~]+[ \t]*", name):
            fields.append((name.strip().lower(), value[:LONGEST_FIELD].strip()))
        if len(fields) == MOST_HEADERS:
            break
    return fields


def is_own(server: str, servers: Sequence[str]) -> bool:
    """Whether a name is one of the configured ones, which may hold ``*``."""
    return any(fnmatchcase(server.lower(), pattern.lower()) for pattern in servers)


def _recorded(fields: Fields, wanted: Wanted) -> Authentication:
    """What our own server recorded, else the topmost record there is, not trusted."""
    ours, spf = _own_records(fields, wanted)
    if ours or spf is not None:
        found = _combined(ours)
        return dataclasses.replace(found, trusted=True, spf=found.spf or spf, server=found.server or _receiver(fields))
    records = (parse_record(value) for name, value in fields if name == RECORD)
    found = _combined([record for record in records if record is not None][:1])
    spfs = (parse_received_spf(value) for name, value in fields if name == b"received-spf")
    return dataclasses.replace(found, spf=found.spf or next(filter(None, spfs), None))


def _own_records(fields: Fields, wanted: Wanted) -> tuple[list[Record], Result | None]:
    """The records that our own server wrote, and its ``Received-SPF``.

    Whatever stands above the topmost ``Received`` was added after that hop, so it is ours, and where there is any
    verdict all below is ignored. Some servers write their record below (QQ), and where a message goes on to a store
    within the house, the store's hop stands above; so where there is none at the top, the first one below counts, and
    that one alone, as long as no foreign hop comes before it. It could still be the sender's: where a ``Received-SPF``
    there says that the server refused the envelope's domain, that counts and no record does.
    A record without a server's name counts below only where the settings say that a server of ours leaves it out
    (Exchange Online): else the sender wrote it. A message whose topmost hop isn't ours (a saved file, say) has no
    record that can be trusted.
    """
    servers = wanted.servers
    hops = [at for at, (name, _) in enumerate(fields) if name == b"received"]
    if not hops or not is_own(_hop(fields[hops[0]][1]), servers):
        return [], None
    records, spfs = _verdicts(fields[: hops[0]], servers, nameless=True)
    if records or spfs:
        return records, spfs[0] if spfs else None
    foreign = next((at for at in hops if not is_own(_hop(fields[at][1]), servers)), len(fields))
    below = fields[hops[0] : foreign]
    records, spfs = _verdicts(below, servers, wanted.nameless)
    refused = next((spf for spf in spfs if spf.result in REFUSED), None)
    if refused is not None:
        return [], refused
    return records[:1], spfs[0] if spfs and not records else None


def _verdicts(fields: Fields, servers: Sequence[str], nameless: bool) -> tuple[list[Record], list[Result]]:
    """The records that bear a name of ours, or none where that is right, and what ``Received-SPF`` says; in order."""
    records = [parse_record(value) for name, value in fields if name == RECORD]
    named = [r for r in records if r is not None and (is_own(r.server, servers) if r.server else nameless)]
    spfs = [parse_received_spf(value) for name, value in fields if name == b"received-spf"]
    return named, [spf for spf in spfs if spf is not None]


def _hop(received: bytes) -> str:
    found = _BY.search(received)
    return found[1].decode("ascii", "replace").rstrip(".") if found else ""


def _receiver(fields: Fields) -> str:
    return next((_hop(value) for name, value in fields if name == b"received"), "")


def _combined(records: Sequence[Record]) -> Authentication:
    """Several records of one server as one. Where two results of DMARC or SPF differ, none is believed that is good."""
    return Authentication(
        server=next((r.server for r in records if r.server), ""),
        spf=_one([r.spf for r in records if r.spf is not None]),
        dkim=tuple(dict.fromkeys(result for r in records for result in r.dkim)),
        dmarc=_one([r.dmarc for r in records if r.dmarc is not None]),
    )


def _one(results: Sequence[Result]) -> Result | None:
    bad = [r for r in results if r.result != "pass"]
    return next(iter([*bad, *results]), None)
