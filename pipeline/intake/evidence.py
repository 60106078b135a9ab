"""What speaks for which reporting body, each piece with its weight, and which body follows from all of it.

Two kinds of pieces. *Words* (letter, form, subject, text, names) can be written by anybody; they say for whom a
message claims to speak. *Support* (a seal, a digital signature, an address that was verified) shows that it is so.

The rule: the body is the one whose words weigh most together; only where no word names one, the one that the address
and the support speak for. Support for another body than the one that is named doesn't change who is named: it is a
finding (seal-mismatch, sender-other). Where two weigh alike, nobody is named.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from extractors.i18n import N_
from pipeline.departments import match_department
from pipeline.intake.authentication import Authentication
from pipeline.intake.domains import body_of_domain
from pipeline.intake.mail import Mail

WEIGHTS: dict[str, float] = {
    "letter": 0.95,  # signed by the body, with a number; more than all that the mail itself can say together (0.945)
    "mail-signature": 0.4,  # who signs the mail's text, where it is read as a letter
    "form": 0.3,  # 填报单位 or the title of the electronic copy: often kept from another body's example
    "form-scan": 0.3,  # the same of the scan, which is most often its print
    "subject": 0.35,
    "body-text": 0.35,  # may name the addressee or a neighbour as well
    "container": 0.5,  # where a message submits several bodies' forms
    "display-name": 0.3,  # often a person's, or the one who forwards
    "forwarded-subject": 0.3,
    "forwarded-sender": 0.25,
    "file-name": 0.25,  # often kept from another body's example
    "address": 0.2,  # anybody can write it in From
    "address-verified": 0.8,  # DMARC or DKIM: sent from the body's own domain, by whomever
    "signature": 0.9,  # the certificate names the body; its issuer can't be asked from a closed network
    "seal": 0.95,  # times how well the name reads
    "seal-doubtful": 0.5,  # another office's name may read alike
}
"""By source, 0 to 1: how far one piece alone shows for whom a message speaks. Set by judgement, not measured: what
matters is their order, and that no number of weak words outweighs a letter."""
SUPPORT = frozenset({"seal", "signature", "address-verified"})
NOT_WORDS = SUPPORT | {"address", "seal-doubtful"}
OF_MAIL = frozenset(
    {
        "subject", "body-text", "container", "display-name", "file-name", "forwarded-sender", "forwarded-subject",
        "address", "address-verified",
    }
)  # fmt: skip
"""Sources that intake sees; the comparison adds the others."""
SAME = {"mail-signature": "body-text", "form-scan": "form"}
"""Sources that are one text read in two ways, and count once."""
NAMES: dict[str, str] = {
    "letter": N_("来函"),
    "container": N_("所在文件夹或转发邮件"),
    "mail-signature": N_("邮件正文落款"),
    "form": N_("电子版表格"),
    "form-scan": N_("盖章件表格"),
    "subject": N_("邮件主题"),
    "body-text": N_("邮件正文"),
    "display-name": N_("发件人名称"),
    "forwarded-subject": N_("被转发邮件的主题"),
    "forwarded-sender": N_("被转发邮件的发件人"),
    "file-name": N_("文件名"),
    "address": N_("发件地址（未经验证）"),
    "address-verified": N_("发件地址（已验证）"),
    "signature": N_("数字签名"),
    "seal": N_("印章"),
    "seal-doubtful": N_("印章（辨认不清）"),
}
LONGEST_QUOTE = 60
"""Characters of a quoted text; what was matched stands in the middle of it."""


@dataclass(frozen=True)
class BodyEvidence:
    """One piece of evidence. `to_json` is what the ledger keeps."""

    source: str
    """A key of `WEIGHTS`."""
    says: str
    """What stands there, quoted."""
    department: str
    """Full name of the reporting body that it speaks for."""
    weight: float
    """0 to 1: of its source, times how surely it names the body."""

    @property
    def supports(self) -> bool:
        """Whether it is more than words."""
        return self.source in SUPPORT

    def to_json(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BodyEvidence:
        """What `to_json` gave."""
        return cls(kept["source"], kept["says"], kept["department"], kept["weight"])


def piece(source: str, says: str, department: str, probability: float = 1.0) -> BodyEvidence:
    """A piece of evidence with the weight of its source."""
    return BodyEvidence(source, quote(says, department), department, round(WEIGHTS[source] * probability, 3))


def of_text(source: str, text: str) -> list[BodyEvidence]:
    """The piece that a text gives: one where it names a reporting body, else none."""
    department, probability = match_department(text)
    return [] if department is None else [piece(source, text, department.name, probability)]


def of_mail(mail: Mail, names: Sequence[str], authentication: Authentication) -> list[BodyEvidence]:
    """What a mail says of its reporting body.

    Args:
        mail: the mail.
        names: of the documents that are submitted together.
        authentication: what is known of its sender's address.
    """
    display, address = display_and_address(mail.sender)
    found = [
        *of_text("subject", mail.subject),
        *of_text("body-text", mail.body),
        *of_text("display-name", display),
        *of_text("file-name", " ".join(names)),
    ]
    for sender, subject in mail.forwarded:
        found += [*of_text("forwarded-sender", sender), *of_text("forwarded-subject", subject)]
    owner = body_of_domain(authentication.domain)
    if owner is not None:
        source = "address-verified" if authentication.verified else "address"
        found.append(piece(source, address or authentication.domain, owner.name))
    return list(dict.fromkeys(found))


def of_part(evidence: Iterable[BodyEvidence], body: str) -> list[BodyEvidence]:
    """What a mail of several forms says of one that stood in a folder, or came in a forward, of this body.

    Words for other bodies are about the other forms.
    """
    kept = [e for e in evidence if e.source in NOT_WORDS or e.department == body]
    return [*kept, piece("container", body, body)]


def department_of(evidence: Iterable[BodyEvidence]) -> str | None:
    """The full name of the reporting body by the rule above; None where nothing speaks for one, or two weigh alike."""
    pieces = list(evidence)
    words = [e for e in pieces if e.source not in NOT_WORDS]
    weights = combined(words or pieces)
    ranked = sorted(weights, key=lambda name: -weights[name])
    if not ranked or (len(ranked) > 1 and weights[ranked[0]] == weights[ranked[1]]):
        return None
    return ranked[0]


def is_supported(evidence: Iterable[BodyEvidence], department: str | None, own_scan: bool = True) -> bool:
    """Whether anything supports a body.

    Args:
        evidence: all there is.
        department: its full name; nothing supports None.
        own_scan: the scan came with the message in question: else its seals and signatures say nothing of the sender.
    """
    return any(
        e.supports and e.department == department and (own_scan or e.source == "address-verified") for e in evidence
    )


def combined(evidence: Iterable[BodyEvidence]) -> dict[str, float]:
    """The weight of each body: that not all of its pieces err (1 - ∏(1 - w)), a source counted once, at its best.

    A hundred files with the same name say no more than one.
    """
    best: dict[str, dict[str, float]] = {}
    for each in evidence:
        of_body = best.setdefault(each.department, {})
        source = SAME.get(each.source, each.source)
        of_body[source] = max(each.weight, of_body.get(source, 0.0))
    # Sorted and rounded, so that two bodies with the same pieces weigh the same to the last digit
    return {
        name: round(1 - math.prod(1 - w for w in sorted(weights.values())), 6) for name, weights in best.items()
    }


def display_and_address(sender: str) -> tuple[str, str]:
    """``江苏省工信厅 <a@b.cn>`` to its two parts; an address alone has no display name."""
    found = re.search(r"<([^<>]*)>\s*$", sender)
    if found is not None:
        return sender[: found.start()].strip().strip('"').strip(), found[1].strip()
    return ("", sender.strip()) if "@" in sender else (sender.strip(), "")


def quote(text: str, department: str) -> str:
    """A text on one line, cut to what stands around the body's name or, where it doesn't hold that, its beginning."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_QUOTE:
        return line
    marks = (department, department[:3], department[:2])
    at = next((p for mark in marks if (p := line.find(mark)) >= 0), 0)
    start = max(0, min(at - (LONGEST_QUOTE - len(department)) // 2, len(line) - LONGEST_QUOTE))
    cut = line[start : start + LONGEST_QUOTE]
    return ("…" if start else "") + cut + ("…" if start + LONGEST_QUOTE < len(line) else "")
