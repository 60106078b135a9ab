"""Passwords: from the environment or from a file that only its owner can read; never from the settings file.

What is read here is a `SecretStr`, which doesn't show itself in logs, errors or a debugger's listing.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pydantic import SecretStr

from extractors.errors import UsageError
from extractors.i18n import _

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""Rights of group and others."""


def must_be_encrypted(host: str, security: str) -> None:
    """Refuses to send a password readable to another machine.

    Raises:
        ValueError: with a text for the one who wrote the setting.
    """
    if security == "none" and host not in THIS_MACHINE:
        raise ValueError(_("security = none 会把密码明文发到别的机器，请用 tls 或 starttls"))


def secret(variable: str, file: Path | None) -> SecretStr:
    """The secret in `file` (its first line), else in the environment variable.

    Raises:
        UsageError: secret-missing, secret-file-missing, secret-exposed where others may read the file.
    """
    if file is None:
        value = os.environ.get(variable, "")
        if not value:
            raise UsageError("secret-missing", name=variable)
        return SecretStr(value)
    try:
        if os.name == "posix" and file.stat().st_mode & OTHERS:
            raise UsageError("secret-exposed", name=str(file))
        value = file.read_text(encoding="utf-8").partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError) as theirs:
        raise UsageError("secret-file-missing", name=str(file)) from theirs
    if not value:
        raise UsageError("secret-file-missing", name=str(file))
    return SecretStr(value)
