"""Connecting to an IMAP server, and what its errors mean for an administrator."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from extractors.errors import TransientError, UsageError, ZhongshiError
from extractors.i18n import _
from pipeline.mailbox.accounts import Account
from pipeline.secrets import secret

log = structlog.get_logger("pipeline.mailbox")

CLIENT = {"name": "zhongshi", "version": "1", "vendor": "zhongshi"}
"""What the ID command tells (RFC 2971). 163 and 126 refuse SELECT ("Unsafe Login") to a client that hasn't sent it."""
PASSING = ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CONTACTADMIN")
"""Response codes of a login that may succeed later (RFC 5530)."""
SHORTEST_WAIT = 5.0
LONGEST_LINE = 10_000_000
"""Bytes of one line of an answer: a search of a large mailbox gives all UIDs on one. imaplib's own limit is 1 MB."""


@contextmanager
def connected(name: str, account: Account) -> Iterator[IMAPClient]:
    """A client that is logged in. What goes wrong within the block is translated, too.

    Raises:
        UsageError: secret-missing, secret-exposed, mailbox-login-refused.
        TransientError: mailbox-unreachable.
    """
    password = secret(f"ZHONGSHI_IMAP_{name.upper()}_PASSWORD", account.password_file)
    with translated(name, account):
        client = _connect(account)
        try:
            _log_in(client, name, account, password.get_secret_value())
            with suppress(IMAPClientError, imaplib.IMAP4.error):  # servers without it say BAD
                client.id_(CLIENT)
            yield client
        finally:
            with suppress(Exception):  # the connection may be gone already
                client.logout()


@contextmanager
def translated(name: str, account: Account) -> Iterator[None]:
    """Turns what the network and the server say into an error of ours."""
    try:
        yield
    except ZhongshiError:
        raise
    except (IMAPClientError, imaplib.IMAP4.error, OSError, EOFError) as theirs:
        raise cut_off(name, account, theirs) from theirs


def cut_off(name: str, account: Account, error: BaseException) -> TransientError:
    """What the network or the server did, for an administrator."""
    log.warning("mailbox-unreachable", account=name, host=account.host, reason=str(error))
    host = f"{account.host}:{account.real_port}"
    return TransientError("mailbox-unreachable", name=name, host=host, reason=reason(error))


def reason(error: BaseException) -> str:
    """What the server or the network said, on one line; what has a remedy in words of ours."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("服务器的证书不受信任，内部证书请用 ca_file 指明其根证书")
    if isinstance(error, ssl.SSLError):
        return _("加密方式不对，请检查 port 和 security（993 用 tls，143 用 starttls）")
    if isinstance(error, socket.gaierror):
        return _("找不到这个服务器名")
    if isinstance(error, ConnectionRefusedError):
        return _("服务器拒绝连接，请检查 port")
    if isinstance(error, TimeoutError):
        return _("服务器没有应答")
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:200]


def _connect(account: Account) -> IMAPClient:
    imaplib._MAXLINE = max(imaplib._MAXLINE, LONGEST_LINE)  # type: ignore[attr-defined]
    context = ssl.create_default_context()
    if account.ca_file is not None:
        try:
            context.load_verify_locations(account.ca_file)
        except OSError as theirs:
            raise UsageError("certificate-unusable", name=str(account.ca_file)) from theirs
    wait = max(SHORTEST_WAIT, account.timeout)
    tls = account.security == "tls"
    client = IMAPClient(account.host, account.real_port, ssl=tls, ssl_context=context if tls else None, timeout=wait)
    # Times as the server gives them, with their zone
    client.normalise_times = False
    if account.security == "starttls":
        client.starttls(context)
    return client


def _log_in(client: IMAPClient, name: str, account: Account, password: str) -> None:
    try:
        if account.login == "oauth2":
            client.oauth2_login(account.user, password)
        elif password.isascii() and account.user.isascii():
            client.login(account.user, password)
        else:
            client.plain_login(account.user, password)  # LOGIN carries ASCII only
    except LoginError as theirs:
        if isinstance(theirs.__context__, imaplib.IMAP4.abort):
            raise TransientError("mailbox-unreachable", name=name, host=account.host, reason="EOF") from None
        # Only the response code (RFC 5530): a server may repeat the password in its text
        code = next(iter(re.findall(r"\[([A-Z-]{2,40})\]", str(theirs).upper())), "NO")
        if code in PASSING:
            raise TransientError("mailbox-unreachable", name=name, host=account.host, reason=code) from None
        raise UsageError("mailbox-login-refused", name=name, user=account.user, reason=code) from None
