"""Old Word files (.doc, WPS .wps, RTF) turned into .docx by LibreOffice, without a window.

What remains: LibreOffice is a large program that reads untrusted bytes. It runs in a profile of its own that is thrown
away, with macros and links off and every address of the network turned to a closed port, and is ended with all of its
processes when its time is over.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from extractors.errors import UnreadableFileError

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 120
"""For one file. A form of a thousand rows takes 3 s, the first start on a cold disk 20 s."""
_SETTING = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *(("Inet/Settings", f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")),
)
"""Names of LibreOffice's configuration (officecfg); port 9 is that of the discard service, which nothing answers."""


@contextmanager
def convert(path: Path, to: str, kind: str = "") -> Iterator[Path]:
    """A copy of a document in another format, for as long as the context is open.

    Args:
        path: the document.
        to: the format, as LibreOffice names it: ``docx``, ``pdf``; with a filter ``csv:Text - txt - csv (StarCalc)``.
        kind: what the document is, where its name may say otherwise.

    Raises:
        UnreadableFileError: office-missing, where LibreOffice isn't installed; office-too-slow; file-damaged, where it
            can't read the document.
    """
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise UnreadableFileError("office-missing", name=path.name)
    with tempfile.TemporaryDirectory(prefix="zhongshi-office-") as folder:
        base = Path(folder)
        # A name of ours: senders' names hold what no program expects, and say other formats than they are.
        source = base / f"document.{kind or path.suffix.lstrip('.').lower()}"
        shutil.copyfile(path, source)
        _write_profile(base / "profile")
        command = [
            program,
            f"-env:UserInstallation={(base / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", to, "--outdir", str(base / "out"), str(source)),
        ]
        if not _finished(command, SECONDS):
            raise UnreadableFileError("office-too-slow", name=path.name, seconds=str(SECONDS))
        made = base / "out" / f"document.{to.partition(':')[0]}"
        if not made.is_file():
            raise UnreadableFileError("file-damaged", name=path.name)
        yield made


def _write_profile(folder: Path) -> None:
    items = "".join(_SETTING.format(path=path, name=name, value=value) for path, name, value in _SETTINGS)
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )


def _finished(command: Sequence[str], seconds: float) -> bool:
    """Whether a command ended in its time; else it is ended with every process that it started."""
    quiet = {**os.environ, "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env=quiet
    )
    with suppress(ProcessLookupError, PermissionError):
        # Should this process be killed meanwhile, nobody ends the command but the system.
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        process.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
