"""Accounts as an administrator configures them, under ``[imap.NAME]`` in the settings."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractors.i18n import _
from pipeline.secrets import must_be_encrypted

SECURE_PORT, PLAIN_PORT = 993, 143
"""Of IMAP over TLS, and without it or with STARTTLS (RFC 8314)."""


class Rule(BaseModel):
    """Which messages to take or to pass over; all conditions that are given must hold, in any letter case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    take: bool = True
    """Take such a message, or pass it over: its header is recorded, the rest is never fetched."""
    subject: str = ""
    """A part of the subject."""
    sender: str = ""
    """A part of the sender's display name and address, such as ``@example.cn``."""

    @property
    def text(self) -> str:
        """The rule in one line, as the ledger keeps it."""
        return f"take={self.take} subject={self.subject} sender={self.sender}"


class Mark(BaseModel):
    """What is done to a message in the mailbox once it is safe in the ledger. It is never deleted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["none", "seen", "flag", "label", "move"] = "none"
    """Nothing; as read; with the flag (star); with a label (keyword); into another folder."""
    to: str = ""
    """The label (ASCII letters, digits, ``-``, ``_``) or the folder."""

    @model_validator(mode="after")
    def _complete(self) -> Mark:
        if self.kind in ("label", "move") and not self.to:
            raise ValueError(_("mark 为 {kind} 时要写明 to").format(kind=self.kind))
        if self.kind == "label" and not (self.to.isascii() and self.to.replace("-", "").replace("_", "").isalnum()):
            raise ValueError(_("标签 to 只能用英文字母、数字、- 和 _"))
        return self


class Account(BaseModel):
    """A mailbox on an IMAP server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int = Field(default=0, ge=0, le=65535)
    """0: the usual one, 993 with TLS and 143 otherwise."""
    security: Literal["tls", "starttls", "none"] = "tls"
    """``none`` sends the password readable: only for a server on this machine."""
    ca_file: Path | None = None
    """Certificates to trust besides the system's, for a server with a certificate of the house."""
    user: str
    password_file: Path | None = None
    """Holds the password (163, 126, QQ: 授权码) on its first line; only its owner may read it. Where it isn't given
    the environment variable ``ZHONGSHI_IMAP_<NAME>_PASSWORD`` is used."""
    login: Literal["password", "oauth2"] = "password"
    """``oauth2``: the secret is an access token (XOAUTH2), as Exchange Online wants it."""
    folders: tuple[str, ...] = Field(default=("INBOX",), min_length=1)
    since: datetime.date | None = None
    """Only messages that came on this day or later, by the server's date."""
    rules: tuple[Rule, ...] = ()
    """The first that fits decides; a message that none fits is taken."""
    mark: Mark = Mark()
    timeout: float = Field(default=60, gt=0, le=3600)
    """Seconds without an answer after which a server counts as unreachable."""

    @property
    def rules_key(self) -> str:
        """Names these rules in this order: messages that others passed over are looked at again."""
        return hashlib.sha256("\n".join(rule.text for rule in self.rules).encode()).hexdigest()[:16]

    @model_validator(mode="after")
    def _sound(self) -> Account:
        must_be_encrypted(self.host, self.security)
        if self.mark.kind == "move" and self.mark.to in self.folders:
            raise ValueError(_("mark 移到的文件夹“{to}”也在 folders 中，邮件会反复收取").format(to=self.mark.to))
        return self

    @property
    def real_port(self) -> int:
        """The port that is connected to."""
        return self.port or (SECURE_PORT if self.security == "tls" else PLAIN_PORT)
