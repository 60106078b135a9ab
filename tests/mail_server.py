"""A real Dovecot for tests: on free ports of this machine, its mail in a Maildir that tests can fill."""

from __future__ import annotations

import datetime
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

HOST, USER, PASSWORD = "localhost", "office", "s3cret-of-the-office"
CHINESE_USER, CHINESE_PASSWORD = "office-zh", "密码授权"
"""The same mailbox under a password that LOGIN can't carry."""
SERVANT = "nobody"
"""Who runs the server where the tests are root's."""
START_SECONDS = 20.0

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
default_vsz_limit = 1G
first_valid_uid = 1
mail_fsync = never
mail_max_userip_connections = 100
maildir_stat_dirs = yes
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail
}}
mail_location = maildir:{home}/mail/Maildir
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass(frozen=True)
class MailServer:
    """A running Dovecot with one mailbox."""

    home: Path
    port: int
    tls_port: int
    owner: tuple[int, int]

    @property
    def maildir(self) -> Path:
        return self.home / "mail" / "Maildir"

    @property
    def certificate(self) -> Path:
        return self.home / "cert.pem"

    def deliver(self, *messages: bytes, folder: str = "", day: int = 12) -> None:
        """Puts messages into a folder, in this order, as if they had come on this day of October 2024."""
        box = self.maildir / (f".{folder}" if folder else "")
        for path in (box, *(box / name for name in ("cur", "new", "tmp"))):
            path.mkdir(parents=True, exist_ok=True)
            os.chown(path, *self.owner)
        self._write(box / "new", messages, day)

    def deliver_later(self, *messages: bytes) -> tuple[Path, Path]:
        """Puts messages into a folder beside the mailbox; that one, and the one that they can be moved to."""
        self.deliver()
        waiting = self.home / "waiting"
        waiting.mkdir()
        self._write(waiting, messages, 12)
        return waiting, self.maildir / "new"

    def _write(self, folder: Path, messages: Sequence[bytes], day: int) -> None:
        arrived = datetime.datetime(2024, 10, day, 12, tzinfo=datetime.UTC).timestamp()
        for data in messages:
            number = next(NUMBERS)
            path = folder / f"{1728700000 + number}.M{number:06d}.host"
            path.write_bytes(data)
            os.utime(path, (arrived, arrived))
            os.chown(path, *self.owner)

    def renumber(self) -> None:
        """Makes the server forget all UIDs: the folder gets another UIDVALIDITY."""
        for path in (*self.maildir.glob("dovecot*"), *self.maildir.glob(".*/dovecot*")):
            if path.is_file():
                path.unlink()
        # Dovecot takes the time in seconds; two in one second would be the same
        time.sleep(1.1)

    @contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """A client of the test's own."""
        with IMAPClient(HOST, self.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            client.select_folder(folder)
            yield client

    def settings(self, name: str = "office", **more: str) -> str:
        """The section of zhongshi.toml for this mailbox; `more` are lines of it."""
        given = {
            "host": f'"{HOST}"',
            "port": str(self.tls_port),
            "user": f'"{USER}"',
            "ca_file": f'"{self.certificate}"',
        }
        return f"[imap.{name}]\n" + "".join(f"{key} = {value}\n" for key, value in {**given, **more}.items())


def numbers() -> Iterator[int]:
    at = 0
    while True:
        at += 1
        yield at


NUMBERS = numbers()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Starts Dovecot and stops it."""
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))  # short: the names of its sockets have a limit of 100 characters
    user, group, owner = servant()
    port, tls_port = free_ports(2)
    make_certificate(home)
    (home / "users").write_text(
        f"{USER}:{{PLAIN}}{PASSWORD}\n{CHINESE_USER}:{{PLAIN}}{CHINESE_PASSWORD}\n", encoding="utf-8"
    )
    config = home / "dovecot.conf"
    config.write_text(CONFIG.format(home=home, user=user, group=group, port=port, tls_port=tls_port))
    for folder in ("run", "state", "mail", "mail/Maildir"):
        (home / folder).mkdir()
    for path in (home, *home.rglob("*")):
        os.chown(path, *owner)
    # As `owner` all the way: a Dovecot that root starts would give up its rights only in part
    command = ["dovecot", "-F", "-c", str(config)]
    process = subprocess.Popen(
        command, user=owner[0], group=owner[1], extra_groups=[], cwd=home, start_new_session=True
    )
    server = MailServer(home, port, tls_port, owner)
    try:
        wait_for(port, process)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # asked politely it takes a second
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def servant() -> tuple[str, str, tuple[int, int]]:
    """Names and numbers of user and group that the server runs as."""
    import grp

    entry = pwd.getpwnam(SERVANT) if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    return entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name, (entry.pw_uid, entry.pw_gid)


def free_ports(count: int) -> Sequence[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                if connection.recv(10).startswith(b"* OK"):
                    return
        except OSError:
            pass
        assert process.poll() is None and time.monotonic() < deadline, "Dovecot did not start"
        time.sleep(0.05)


def make_certificate(home: Path) -> None:
    """A certificate of the house for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(days=2)
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    (home / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
