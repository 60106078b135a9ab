"""Domains of mail addresses: which stands in a header, whether two belong together, which reporting body owns one."""

from __future__ import annotations

import re

from pipeline.departments import Department, departments
from pipeline.intake.comments import QUOTED, without_comments
from pipeline.mail_addresses import LOOKS_LIKE_ADDRESS

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
CN_SECOND = frozenset(
    ["ac", "com", "edu", "gov", "mil", "net", "org", "ah", "bj", "cq", "fj", "gd", "gs", "gx", "gz", "ha", "hb", "he",
     "hi", "hk", "hl", "hn", "jl", "js", "jx", "ln", "mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw",
     "xj", "xz", "yn", "zj"]
)  # fmt: skip
"""What stands before ``.cn`` without being anybody's own (CNNIC's categories and the provinces' codes)."""


def domain_of(text: str) -> str:
    """The domain of an address, or of a text that is one; in lower case, empty where there is none."""
    last = text.strip("<>\"' ").rpartition("@")[2].lower().rstrip(".")
    return last if _DOMAIN.fullmatch(last) else ""


def from_domain(value: bytes) -> str:
    """The domain of the only address in a From header; empty where there is none or several.

    A display name can look like an address ("a@gxt.jiangsu.gov.cn" <b@qq.com>), so names and comments are put aside.
    """
    text = QUOTED.sub("", without_comments(value.decode("utf-8", "replace")))
    angled = re.findall(r"<([^<>]*)>", text)
    if not angled:
        found = LOOKS_LIKE_ADDRESS.findall(text)
        return domain_of(found[0]) if len(found) == 1 else ""
    return domain_of(angled[0]) if len(angled) == 1 and angled[0].count("@") == 1 else ""


def organisation(domain: str) -> str:
    """The part that somebody registered: ``jiangsu.gov.cn`` of ``gxt.jiangsu.gov.cn``, ``qq.com`` of ``mail.qq.com``.

    A rule for ``.cn`` and plain top-level domains, since the public suffix list isn't at hand; for others, such as
    ``.co.uk``, it can name too short a part.
    """
    labels = domain.split(".")
    size = 3 if labels[-1] == "cn" and len(labels) > 1 and labels[-2] in CN_SECOND else 2
    return ".".join(labels[-size:]) if len(labels) >= size else ""


def aligned(signer: str, domain: str) -> bool:
    """Whether a signer's domain speaks for the domain of an address: the same, one above it or one below it.

    Stricter than the relaxed mode of RFC 7489 (3.1.1): two offices of one province (``gxt`` and ``kjt.jiangsu.gov.cn``)
    share what was registered and still don't speak for each other.
    """
    if not signer or not domain or not organisation(domain) or organisation(signer) != organisation(domain):
        return False
    return signer == domain or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")


def body_of_domain(domain: str) -> Department | None:
    """The reporting body in whose own domain an address stands; a province's common domain is nobody's own."""
    for department in departments():
        own = department.domain.removeprefix("www.")
        if own and (domain == own or domain.endswith(f".{own}")):
            return department
    return None
