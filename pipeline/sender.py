"""From whom a submission is, once its papers were read: all evidence together, and what of it a person must look at.

Nothing enters the library from a stranger: a message that claims to be a body's and shows nothing that supports it
waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from extractors.i18n import _
from extractors.tables import FULL, SignatureState
from pipeline.departments import seal_likeness
from pipeline.intake.authentication import Authentication
from pipeline.intake.domains import body_of_domain
from pipeline.intake.evidence import NAMES, OF_MAIL, BodyEvidence, department_of, is_supported, piece
from pipeline.model import Finding, Letter, Reconciliation, SealResult, Severity

TOLD = frozenset({"seal-missing", "seal-mismatch", "seal-unreadable", "signature-self-issued", "sender-forged"})
"""Findings that hold a submission for the same cause: one that says what is wrong beats two."""
STRANGER = frozenset({"sender-unsupported", "sender-forged", "sender-other"})
"""Findings that say that a message may not be from the body it claims to be from."""
PAPERS = {"letter": "letter", "electronic": "form", "scan": "form-scan"}
"""Papers (see `PrintedBody`) to the sources of evidence."""
CHECKS = {"spf": "SPF", "dkim": "DKIM", "own-dkim": "DKIM", "dmarc": "DMARC"}


def kept_evidence(kept: Iterable[Mapping[str, Any]]) -> list[BodyEvidence]:
    """What intake saw, from what the ledger keeps; what an earlier comparison added is made anew."""
    return [e for e in map(BodyEvidence.from_json, kept) if e.source in OF_MAIL]


def of_letter(source: str, letter: Letter) -> list[BodyEvidence]:
    """The piece that a letter gives, or a mail's text that was read as one."""
    if letter.department is None:
        return []
    return [piece(source, " ".join(filter(None, (letter.department, letter.number))), letter.department)]


def with_papers(evidence: Sequence[BodyEvidence], result: Reconciliation) -> list[BodyEvidence]:
    """The evidence with that of the papers: letter in front of the form, form, signatures, seals."""
    found = list(evidence)
    found += [piece(PAPERS[p.paper], p.text, p.department, p.probability) for p in result.printed]
    found += _of_signatures(result)
    claimed = department_of(found)
    found += [e for seal in result.seals if seal.kind == FULL for e in _of_seal(seal, claimed)]
    return list(dict.fromkeys(found))


def _of_signatures(result: Reconciliation) -> list[BodyEvidence]:
    """Signatures that are intact and that their owner did not issue himself."""
    from pipeline.reconcile.signatures import body_of

    bodies = ((s, body_of(s)) for s in result.signatures if s.state is SignatureState.INTACT and not s.self_signed)
    return [
        piece("signature", " · ".join(dict.fromkeys(filter(None, (s.signer, s.organisation)))), body)
        for s, body in bodies
        if body is not None
    ]


def _of_seal(seal: SealResult, claimed: str | None) -> list[BodyEvidence]:
    """A seal speaks for the body that is claimed where it reads as its name, else for the one that it reads like."""
    from pipeline.reconcile.seals import is_of

    for body in filter(None, dict.fromkeys((claimed, seal.department))):
        if is_of(seal.text, body, seal.evidence):
            return [piece("seal", seal.text, body, seal_likeness(body, seal.text))]
    if seal.department is None:
        return []
    return [piece("seal-doubtful", seal.text, seal.department, seal_likeness(seal.department, seal.text))]


def sender_findings(
    department: str | None, evidence: Sequence[BodyEvidence], authentication: Authentication, told: Iterable[Finding]
) -> tuple[Finding, ...]:
    """What a person must look at before the sender is believed.

    Args:
        department: the body that the submission is taken for, None where nothing names one.
        evidence: all there is.
        authentication: of the message.
        told: what else was found; a seal that is missing or another's isn't told twice.
    """
    found = [*_of_address(department, authentication), *_of_form(department, evidence)]
    unsupported = not is_supported(evidence, department)
    if department is not None and unsupported and not TOLD & {f.code for f in (*told, *found)}:
        words = [e for e in evidence if e.department == department and not e.supports]
        by = "、".join(dict.fromkeys(_(NAMES[e.source]) for e in words))
        found.append(Finding("sender-unsupported", Severity.ERROR, {"department": department, "by": by}))
    return tuple(found)


def address_findings(department: str | None, authentication: Authentication) -> tuple[Finding, ...]:
    """The same for a submission whose papers couldn't be compared: what its address alone says."""
    return tuple(_of_address(department, authentication))


def _of_address(department: str | None, authentication: Authentication) -> list[Finding]:
    owner = body_of_domain(authentication.domain)
    if owner is None:
        return []
    params = {"domain": authentication.domain, "owner": owner.name}
    if authentication.failed:
        checks = "、".join(dict.fromkeys(CHECKS[name] for name in authentication.failed))
        return [Finding("sender-forged", Severity.ERROR, params | {"checks": checks})]
    if authentication.verified and department not in (None, owner.name):
        return [Finding("sender-other", Severity.WARNING, params | {"department": str(department)})]
    return []


def _of_form(department: str | None, evidence: Sequence[BodyEvidence]) -> list[Finding]:
    """A form that prints another body than all else names: an example copied, or a mix-up."""
    forms = [e for e in evidence if e.source in ("form", "form-scan")]
    named = department_of(e for e in evidence if e not in forms) or department
    others = dict.fromkeys(e.department for e in forms if e.department != named)
    if named is None or not others:
        return []
    return [Finding("department-other-in-form", Severity.WARNING, {"department": named, "form": "、".join(others)})]
