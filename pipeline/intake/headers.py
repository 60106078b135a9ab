"""Header values from raw bytes: parameters (RFC 2045, 2231) and encoded words (RFC 2047), as senders really write them.

The e-mail package of Python decodes each encoded word by itself, which corrupts a character that is split across two,
and it loses raw GBK bytes. Here bytes are joined first and decoded last.
"""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote_to_bytes

from extractors.charsets import decode

WORD = re.compile(rb"=\?([^?\s]{0,40})\?([bBqQ])\?([^?]*)(\?=|\?\Z|\Z)")
"""The end may be cut off, with the end of a name that was too long for somebody."""
SEGMENT = re.compile(r"^(?P<name>[^*]+)(?:\*(?P<number>\d{1,4}))?(?P<extended>\*)?$")
PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
ENTITY = re.compile(rb"&#(?:\d{3,6}|x[0-9A-Fa-f]{3,5});")
"""A character reference of HTML, in which some web mails write what their charset lacks."""


@dataclass(frozen=True)
class Decoded:
    """A header text, and the rule that decoded it."""

    text: str
    rule: str
    """``ascii``, ``rfc2047``, ``rfc2231``, ``percent``, ``entities``, ``raw``, then ``/`` and the charset where one was
    used, and ``/guessed`` where the label was absent, unknown or wrong. One in another: ``rfc2231/rfc2047/utf-8``."""
    whole: bool = True
    """Nothing was lost."""


def unfold(raw: bytes) -> bytes:
    """A header value on one line (RFC 5322, 2.2.3)."""
    return re.sub(rb"\r?\n(?=[ \t])|[\r\n]+", b"", raw).strip()


def decode_text(raw: bytes) -> Decoded:
    """The text of an unstructured header or of a plain parameter."""
    raw = unfold(raw)
    if WORD.search(raw):
        return _words(raw)
    if not raw.isascii():
        text = decode(raw)
        return Decoded(text.text, f"raw/{text.charset}", text.whole)
    if PERCENT.search(raw):
        text = decode(unquote_to_bytes(raw))
        # "100%.xlsx" and "a%20b.xlsx" are left alone: only Chinese text tells that the percent signs are an encoding
        if text.whole and not text.text.isascii():
            return Decoded(text.text, f"percent/{text.charset}")
    if ENTITY.search(raw):
        return Decoded(html.unescape(raw.decode("ascii")), "entities")
    return Decoded(raw.decode("ascii"), "ascii")


def parameters(raw: bytes) -> dict[str, Decoded]:
    """The parameters of a structured header such as Content-Disposition, by name in lower case.

    Where a parameter is there both in the form of RFC 2231 and plain, the former counts, unless it lost something.
    """
    plain: dict[str, bytes] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for key, value in _split(unfold(raw)):
        form = SEGMENT.match(key)
        if form is None:
            continue
        if form["number"] is None and form["extended"] is None:
            plain.setdefault(form["name"], value)
        else:
            pieces.setdefault(form["name"], []).append((int(form["number"] or 0), bool(form["extended"]), value))
    found = {name: decode_text(value) for name, value in plain.items()}
    for name, parts in pieces.items():
        text = _continued(parts)
        if text.whole or name not in found:
            found[name] = text
    return found


def _words(raw: bytes) -> Decoded:
    """Text with encoded words; the bytes of neighbours with the same charset are joined before they are decoded."""
    runs: list[tuple[str | None, str, list[bytes]]] = []  # charset (None: bare text), encoding, payloads
    at, cut = 0, False
    for word in WORD.finditer(raw):
        between = raw[at : word.start()]
        if between.strip() or (between and not runs):
            runs.append((None, "", [between]))
        label, encoding = word[1].decode("ascii", "replace").lower(), word[2].decode().lower()
        if runs and runs[-1][0] == label and runs[-1][1] == encoding:
            runs[-1][2].append(word[3])
        else:
            runs.append((label, encoding, [word[3]]))
        at, cut = word.end(), word[4] != b"?="
    if raw[at:]:
        runs.append((None, "", [raw[at:]]))
    texts, rule, whole = [], "", True
    for label, neighbours in groupby(runs, key=lambda run: run[0]):
        data = b"".join(_payload(encoding, payloads) for _, encoding, payloads in neighbours)
        text = decode(data, label)
        texts.append(text.text)
        whole = whole and text.whole
        if label is not None and not rule:
            rule = f"rfc2047/{text.charset}" + ("" if text.labelled else "/guessed")
        whole = whole and (label is None or not cut)
    return Decoded("".join(texts), rule, whole)


def _payload(encoding: str, payloads: list[bytes]) -> bytes:
    if encoding == "q":
        return b"".join(quopri.decodestring(p.replace(b"_", b" "), header=True) for p in payloads)
    if encoding == "b":
        payloads = [re.sub(rb"[^A-Za-z0-9+/]", b"", p) for p in payloads]
        if any(len(p) % 4 == 1 for p in payloads):
            payloads = [b"".join(payloads)]  # cut anywhere by the sender, not at whole bytes
        return b"".join(_base64(p) for p in payloads)
    return b"".join(payloads)


def _base64(text: bytes) -> bytes:
    if len(text) % 4 == 1:
        text = text[:-1]  # six bits are no byte
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _continued(parts: list[tuple[int, bool, bytes]]) -> Decoded:
    """RFC 2231: segments in order, percent signs to bytes, all bytes joined, then decoded once.

    Neighbouring segments are joined before their percent signs are read, for some programs cut within a ``%E4``.
    """
    ordered = sorted(parts, key=lambda part: part[0])
    if not any(extended for _, extended, _ in ordered):
        return decode_text(b"".join(value for *_, value in ordered))  # often holding encoded words
    label: str | None = None
    number, extended, first = ordered[0]
    if extended and first.count(b"'") >= 2:
        charset, _, first = first.split(b"'", 2)
        label = charset.decode("ascii", "replace") or None
        ordered[0] = (number, extended, first)
    data = b""
    for coded, run in groupby(ordered, key=lambda part: part[1]):
        joined = b"".join(value for *_, value in run)
        data += unquote_to_bytes(joined) if coded else joined
    if data.isascii() and (WORD.search(data) or PERCENT.search(data)):
        twice = decode_text(data)  # encoded words within, or percent signs that were encoded again
        if twice.rule != "ascii":
            return Decoded(twice.text, f"rfc2231/{twice.rule}", twice.whole)
    text = decode(data, label)
    return Decoded(text.text, f"rfc2231/{text.charset}" + ("" if text.labelled else "/guessed"), text.whole)


def _split(raw: bytes) -> list[tuple[str, bytes]]:
    """``value; a=b; c="d"`` to its parameters.

    The second byte of a GBK or Big5 character may be 0x5C, the backslash, so bytes that aren't UTF-8 go in pairs.
    """
    try:
        raw.decode("utf-8")
        pairs = False
    except UnicodeDecodeError:
        pairs = True
    fields: list[bytearray] = [bytearray()]
    quoted, at = False, 0
    while at < len(raw):
        byte = raw[at : at + 1]
        if pairs and byte > b"\x80" and at + 1 < len(raw) and raw[at + 1 : at + 2] not in b'";':
            fields[-1] += raw[at : at + 2]
            at += 2
            continue
        if quoted and byte == b"\\" and raw[at + 1 : at + 2] in (b'"', b"\\"):
            fields[-1] += raw[at + 1 : at + 2]
            at += 2
            continue
        if byte == b'"':
            quoted = not quoted
        elif byte == b";" and not quoted:
            fields.append(bytearray())
        else:
            fields[-1] += byte
        at += 1
    named = [bytes(f).partition(b"=") for f in fields[1:]]
    return [(k.strip().decode("ascii", "replace").lower(), v.strip()) for k, equals, v in named if equals]
