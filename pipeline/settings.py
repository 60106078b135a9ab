"""Settings from a TOML file and the environment.

Order, the first wins: arguments, environment (``ZHONGSHI_…``, nested with two underscores as in
``ZHONGSHI_LIMITS__ATTACHMENT_MB``), the file, the defaults here. The file is the one that ``ZHONGSHI_CONFIG`` names,
else ``zhongshi.toml`` in the working directory, else ``zhongshi.toml`` in the workspace folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from extractors.errors import UsageError
from pipeline.answers.account import Answers
from pipeline.calls.call import Changes
from pipeline.calls.catalogue import OwnCalls
from pipeline.mailbox.accounts import Account

FILE_NAME = "zhongshi.toml"


class Limits(BaseModel):
    """How much of a sender's input is read; beyond a limit there is a finding, never a crash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attachment_mb: int = Field(default=100, gt=0)
    """One file after decoding, in MiB. A colour scan of 40 pages at 300 dpi takes about 60."""
    archive_mb: int = Field(default=500, gt=0)
    """All files of one archive together, unpacked, in MiB."""
    archive_files: int = Field(default=500, gt=0)
    """Files in one archive, those in nested archives included."""
    archive_depth: int = Field(default=3, gt=0)
    """Archives within archives."""
    archive_ratio: int = Field(default=200, gt=1)
    """Unpacked size by packed size of one member; real documents stay under 50, bombs lie above 1000."""
    message_depth: int = Field(default=5, gt=0)
    """Forwarded messages within messages."""
    message_mb: int = Field(default=300, gt=0)
    """One message as it came, in MiB; a larger one is not fetched. Providers in China take 50 to 100; base64 adds a
    third."""
    header_kb: int = Field(default=256, gt=0)
    """The headers of one part of a message, in KiB. A letter to 2,000 addresses has about 100."""
    message_parts: int = Field(default=2000, gt=0)
    """MIME parts of one message, those of messages within it included."""
    mime_depth: int = Field(default=30, gt=0)
    """MIME parts within parts. Mail programs stay under 6 for each message that is forwarded."""
    message_files: int = Field(default=2000, gt=0)
    """Files of one message, those of its archives and of messages within it included."""
    unpacked_mb: int = Field(default=1000, gt=0)
    """All files of one message together, archives opened, in MiB."""
    dictionary_mb: int = Field(default=256, gt=0)
    """Memory that an archive may ask for to be unpacked, in MiB. WinRAR and 7-Zip take 4 to 64 by themselves."""
    passwords: int = Field(default=10, ge=0)
    """Passwords from the message's own text that are tried on an archive; each costs up to a second."""
    read_seconds: int = Field(default=120, gt=0)
    """Time that taking one message apart may take."""
    read_mb: int = Field(default=3000, ge=500)
    """Address space of the process that takes messages apart, in MiB; the program itself takes some 400 of it."""


class Authentication(BaseModel):
    """What shows that a message really comes from the domain of its address (DKIM, SPF, DMARC)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    servers: tuple[str, ...] = ()
    """Names of the mail servers that are ours, as they stand behind ``by`` in Received and at the beginning of
    Authentication-Results; ``*`` stands for anything (``mx.miit.gov.cn``, ``*.qq.com``). What they recorded of DKIM,
    SPF and DMARC counts; without any, records are kept and count for nothing, since a sender can write one himself.
    A server named here has to take out records that bear its own name before it adds its own (RFC 8601, 5)."""
    nameless: bool = False
    """Whether a server named here leaves its own name out of Authentication-Results, as Exchange Online does. Then a
    record without a name counts below our own hops too; else only above the topmost one, where no sender can write.
    Such a server has to write a record of every message: where it doesn't, the sender's own would be taken for it."""
    dkim_keys: dict[str, str] = {}
    """Keys with which DKIM signatures are checked here: ``selector._domainkey.domain`` to the text of the DNS record
    (``v=DKIM1; k=rsa; p=…``) or the path of a file that holds it. Nothing is looked up on a network."""

    @field_validator("dkim_keys")
    @classmethod
    def _texts(cls, keys: dict[str, str]) -> dict[str, str]:
        return {name: _dkim_record(name, value) for name, value in keys.items()}


def _dkim_record(name: str, value: str) -> str:
    if "._domainkey." not in name:
        raise ValueError(f"{name}: selector._domainkey.domain")
    text = value if "p=" in value else Path(value).read_text(encoding="utf-8").strip()
    if "p=" not in text:
        raise ValueError(f"{name}: v=DKIM1; k=rsa; p=…")
    return text


class Settings(BaseSettings):
    """Everything that an operator can set."""

    model_config = SettingsConfigDict(
        env_prefix="ZHONGSHI_", env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    workspace: Path = Path("workspace")
    """Folder for store, database, results, reports and logs."""
    lang: Literal["zh", "en"] = "zh"
    """Language of what people see."""
    database_url: str | None = None
    """SQLAlchemy URL; None: SQLite in the workspace."""
    store_url: str | None = None
    """fsspec URL of the store; None: a folder in the workspace."""
    call: str = "2024"
    """Which call the mailbox answers to, see ``zhongshi form show``; where several run, the one of a report that
    doesn't tell."""
    calls: tuple[str, ...] = ()
    """Further calls that run at the same time. A report is assigned to one by its notice, words, form and date."""
    forms_folder: Path | None = None
    """Folder of the office's own forms and calls (``forms/*.toml``, ``calls/*.toml``), read beside the shipped ones;
    a file takes the place of the shipped one of the same name. See docs/forms.md."""
    call_changes: dict[str, Changes] = Field(default_factory=dict)
    """What is other than in a call's file, by the call's id: ``[call_changes.2024]`` with ``deadline = 2024-10-31``."""
    workers: int = Field(default=2, ge=1, le=64)
    """Processes that compare submissions at the same time."""
    retries: int = Field(default=2, ge=0, le=20)
    """How often a passing fault is tried again."""
    target_missed_rate: float = Field(default=1e-4, gt=0, le=0.1)
    """Of fields that differ, the share that may come out as a match; the thresholds of the comparison follow from it.
    A smaller share leaves more fields in doubt."""
    limits: Limits = Limits()
    watch_minutes: float = Field(default=10, gt=0, le=1440)
    """How often ``zhongshi watch`` polls the mailboxes."""
    imap: dict[str, Account] = Field(default_factory=dict)
    """Mailboxes by name: what ``zhongshi run imap`` reads."""
    answers: Answers = Answers()
    """Answers to senders: drafts unless it says otherwise."""
    authentication: Authentication = Authentication()
    """Whose word counts for who sent a message."""

    @property
    def running(self) -> tuple[str, ...]:
        """The ids of all calls that run, the usual one first."""
        return tuple(dict.fromkeys((self.call, *self.calls)))

    @property
    def own_calls(self) -> OwnCalls:
        """What `pipeline.calls.catalogue.use` takes."""
        return OwnCalls(self.forms_folder, self.call_changes)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, file: in this order."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _file(init_settings())))


def _file(given: dict[str, Any]) -> Path | None:
    named = os.environ.get("ZHONGSHI_CONFIG")
    if named:
        if not Path(named).is_file():
            raise UsageError("setting-wrong", reason=f"ZHONGSHI_CONFIG: {named}")
        return Path(named)
    workspace = given.get("workspace") or os.environ.get("ZHONGSHI_WORKSPACE") or "workspace"
    return next((p for p in (Path(FILE_NAME), Path(workspace) / FILE_NAME) if p.is_file()), None)


def load_settings(**given: Any) -> Settings:
    """The settings in force; arguments that are None count as not given.

    Raises:
        UsageError: setting-wrong, naming each wrong setting and why.
    """
    from pipeline import setting_errors

    named = {key: value for key, value in given.items() if value is not None}
    try:
        return Settings(**named)
    except ValidationError as theirs:
        reason = setting_errors.of_values(theirs, Settings)
        raise UsageError("setting-wrong", reason=setting_errors.in_file(_file(named), reason)) from theirs
    except ValueError as theirs:  # the TOML itself
        reason = setting_errors.of_syntax(theirs)
        raise UsageError("setting-wrong", reason=setting_errors.in_file(_file(named), reason)) from theirs
    except OSError as theirs:
        raise UsageError("setting-wrong", reason=str(theirs)) from theirs
