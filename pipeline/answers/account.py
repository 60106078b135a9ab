"""How answers are sent, as an administrator configures it, under ``[answers]`` in the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from extractors.i18n import _
from pipeline.answers.address import address
from pipeline.secrets import must_be_encrypted

PORTS = {"tls": 465, "starttls": 587, "none": 25}
"""RFC 8314, 7.3; RFC 6409, 3.1; RFC 5321, 4.5.4.2."""


class Smtp(BaseModel):
    """The server that takes our mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str
    port: int = Field(default=0, ge=0, le=65535)
    """0: the usual one, 465 with TLS, 587 with STARTTLS, 25 otherwise."""
    security: Literal["tls", "starttls", "none"] = "tls"
    """With ``none`` a password is sent to a server on this machine only."""
    ca_file: Path | None = None
    """Certificates to trust besides the system's, for a server with a certificate of the house."""
    user: str = ""
    """Empty: the server takes mail without a login."""
    password_file: Path | None = None
    """Holds the password (163, 126, QQ: 授权码) on its first line; only its owner may read it. Where it isn't given
    the environment variable ``ZHONGSHI_SMTP_PASSWORD`` is used."""
    timeout: float = Field(default=60, gt=0, le=3600)
    """Seconds without an answer after which the server counts as unreachable."""

    @property
    def real_port(self) -> int:
        """The port that is connected to."""
        return self.port or PORTS[self.security]

    @model_validator(mode="after")
    def _keeps_the_password(self) -> Smtp:
        if self.user:
            must_be_encrypted(self.host, self.security)
        return self


class Answers(BaseModel):
    """What is sent, from whom, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    send: Literal["never", "acknowledgements", "all"] = "never"
    """What goes out by itself; other answers stay drafts until a person releases them. With ``never`` nothing is sent,
    not even what was released. A draft made under another setting still waits for a person, and what was queued stays
    queued. Only an acknowledgement is withdrawn where, under ``all``, a correction letter takes its place: that one
    says what was received, too."""
    sender: str = ""
    """The address that answers come from; empty: the call's own mailbox."""
    attempts: int = Field(default=10, ge=1, le=100)
    """How often an answer is tried while the server refuses for the moment or can't be reached."""
    wait_hours: float = Field(default=24, ge=0, le=24 * 365)
    """How long after a message was taken the answer to it waits for the other half, where it brought one half only.
    Where that comes meanwhile, the answer is withdrawn."""
    smtp: Smtp | None = None

    @field_validator("sender")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and address(value) is None:
            raise ValueError(_("“{value}”不是邮箱地址").format(value=value))
        return value

    @model_validator(mode="after")
    def _complete(self) -> Answers:
        if self.send != "never" and self.smtp is None:
            raise ValueError(_("要发送，须写明 [answers.smtp]"))
        return self
