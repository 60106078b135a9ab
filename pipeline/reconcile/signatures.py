"""What the digital signatures of a sealed copy say: who signed, whether it was changed since, for whom it stands."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from extractors.i18n import _
from extractors.tables import Signature, SignatureState
from pipeline.departments import match_department
from pipeline.model import Finding, Severity

NAMED = 0.95
"""A signer's name counts as a body's where it is the full name or a usual short one; a region alone (江苏省科学技术厅)
is not enough."""
CHINA = datetime.timezone(datetime.timedelta(hours=8))
_CODES = {
    SignatureState.CHANGED: ("signature-changed", Severity.ERROR),
    SignatureState.BROKEN: ("signature-broken", Severity.ERROR),
    SignatureState.UNREADABLE: ("signature-unreadable", Severity.WARNING),
}


def body_of(signature: Signature) -> str | None:
    """The reporting body that a signature's certificate names."""
    for name in (signature.organisation, signature.signer):
        department, score = match_department(name)
        if department is not None and score >= NAMED:
            return department.name
    return None


def standing_for_seal(signatures: Sequence[Signature], department: str | None) -> Signature | None:
    """The signature that stands for the seal of the body (of any body, where it isn't known); None where none does.

    The certificate's word is taken for who signed (nothing can be asked of its issuer from a closed network), so the
    finding says that it is a signature that stands there.
    """
    for signature in signatures:
        body = body_of(signature)
        if signature.state is SignatureState.INTACT and body is not None and department in (None, body):
            return signature
    return None


def signature_findings(signatures: Sequence[Signature], department: str | None) -> list[Finding]:
    """One finding for each signature, and one where none is the reporting body's."""
    found = [_finding(s) for s in signatures]
    readable = [s for s in signatures if s.signer]
    if department is not None and readable and all(body_of(s) != department for s in readable):
        names = "、".join(dict.fromkeys(s.signer for s in readable))
        found.append(Finding("signature-other", Severity.WARNING, {"signer": names, "department": department}))
    return found


def _finding(signature: Signature) -> Finding:
    code, severity = _CODES.get(signature.state, ("signature-valid", Severity.INFO))
    if code == "signature-valid" and signature.self_signed:
        code, severity = "signature-self-issued", Severity.WARNING
    name = f"“{signature.signer}”" if code == "signature-unreadable" and signature.signer else signature.signer
    return Finding(code, severity, {"signer": name, "time": _local(signature.time)})


def _local(time: str) -> str:
    """The hour in China, where both office and senders are."""
    if not time:
        return _("不明时间")
    return datetime.datetime.fromisoformat(time).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
