"""Digital signatures of a PDF: who signed, when, and whether the file was changed since. pyHanko does the reading.

Whether a certificate can be trusted isn't asked: that takes the issuer's root and its lists of revoked certificates,
and a closed network has neither. What is said is what the file itself shows: the mathematics of the signature hold or
don't, and what was added to the file later is harmless or isn't. Nothing is ever fetched.
"""

from __future__ import annotations

import logging
import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.tables import Signature, SignatureState

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

MARK = b"/ByteRange"
"""Every signature has it in plain sight: it says which bytes are signed, so its dictionary is never packed."""
MOST = 20
"""Signatures that are looked at in a file; forms with more are not known, and each takes a look at the whole file."""

# pyHanko tells of each certificate without a trusted issuer, which here is every one; the log still has it.
logging.getLogger("pyhanko").addHandler(logging.NullHandler())
logging.getLogger("pyhanko_certvalidator").addHandler(logging.NullHandler())


def are_there(path: Path) -> bool:
    """Whether a file may hold signatures: a search through its bytes, without a library that takes half a second."""
    if path.stat().st_size == 0:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(MARK) >= 0


def read(path: Path) -> tuple[Signature, ...]:
    """The signatures of a PDF, in the order in which they were made; time stamps of documents are none.

    Never raises for what the file holds: a signature that can't be read is one with that state.
    """
    if not are_there(path):
        return ()
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        with path.open("rb") as file:
            # Office programs write files that a strict reader refuses, and sign them.
            reader = PdfFileReader(file, strict=False)
            if reader.encrypted:
                reader.decrypt(b"")  # a file that is locked against printing only opens without a password
            return tuple(_found(reader))
    except Exception as error:  # any damage at all, in a library that was never meant for hostile files
        logging.getLogger(__name__).info("signatures of %s can't be read: %s", path.name, error)
        return (Signature("", "", "", SignatureState.UNREADABLE),)


def _found(reader: Any) -> Iterable[Signature]:
    from pyhanko.sign.fields import enumerate_sig_fields
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

    made = []
    fields = list(enumerate_sig_fields(reader, filled_status=True))[:MOST]
    for name, _, field in fields:
        try:
            made.append(EmbeddedPdfSignature(reader, field, name))
        except Exception as error:  # of signatures by programs of their own kind, one must not hide the others
            logging.getLogger(__name__).info("signature %s can't be read: %s", name, error)
            yield Signature("", "", "", SignatureState.UNREADABLE)
    for one in sorted(made, key=lambda s: int(s.signed_revision)):
        if one.sig_object_type == "/Sig":
            yield _read(one, {name for name, _, _ in fields})


def _read(one: EmbeddedPdfSignature, signature_fields: set[str]) -> Signature:
    common, organisation, self_signed, time = "", "", False, ""
    try:
        subject = one.signer_cert.subject.native
        common, organisation = _text(subject, "common_name"), _text(subject, "organization_name")
        self_signed = one.signer_cert.subject == one.signer_cert.issuer
        claimed = one.self_reported_timestamp
        time = claimed.isoformat(timespec="seconds") if claimed is not None else ""
        state = _state(one, signature_fields)
    except Exception as error:  # unknown algorithms (SM2 among them), broken structures
        logging.getLogger(__name__).info("signature %s can't be checked: %s", one.field_name, error)
        state = SignatureState.UNREADABLE
    return Signature(common or organisation, organisation, time, state, self_signed)


def _state(one: EmbeddedPdfSignature, signature_fields: set[str]) -> SignatureState:
    """What the file shows, and no more: neither trust nor revocation."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import ModificationInfo

    one.compute_integrity_info()  # type: ignore[no-untyped-call]
    intact, valid = validate_sig_integrity(one.signer_info, one.signer_cert, "data", one.compute_digest())
    if not (intact and valid):
        return SignatureState.BROKEN
    level = ModificationInfo(one.coverage, one.diff_result).modification_level
    if level is None or level >= ModificationLevel.ANNOTATIONS:
        return SignatureState.CHANGED
    if level < ModificationLevel.FORM_FILLING:
        return SignatureState.INTACT
    # A second signature is a field that is filled in too. Any other shows values that this signer didn't see.
    filled = set(getattr(one.diff_result, "changed_form_fields", ()))
    return SignatureState.INTACT if filled <= signature_fields else SignatureState.CHANGED


def _text(subject: dict[str, Any], key: str) -> str:
    """A part of a name; a certificate may hold several of a kind."""
    value = subject.get(key, "")
    return str(value[0] if isinstance(value, list) and value else value or "").strip()
