"""Handing a message to a mail server (RFC 5321), and what its answers mean.

Up to the recipient nothing has been promised; `Line.deliver` is the step after which only the server's word counts.
What a server says ends in the ledger and on the screen, so the password is taken out of it.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress

from pydantic import SecretStr

from extractors.i18n import N_, _
from pipeline.answers.account import Smtp

LONGEST_REASON = 200
"""Characters of what a server said that are kept."""
WRONG_PORT = N_("请检查 [answers.smtp] 的 port 和 security（465 用 tls，587 用 starttls）")
NOT_TRUSTED = N_("服务器的证书不受信任：内部证书请用 [answers.smtp] 的 ca_file 指明根证书，并核对 host 与证书上的名字")
NOT_LET_IN = frozenset({421, 530, 534, 535, 538})
"""Codes about the connection or the login, not about a message (RFC 5321, 4.2.2; RFC 4954, 6): wherever they
come, this message is not refused."""


class Unreachable(Exception):  # noqa: N818
    """No connection, no encryption or no login: nothing can be sent for now."""


class Lost(Exception):  # noqa: N818
    """The connection broke before the message was handed over: it has not been sent."""


class Refused(Exception):  # noqa: N818
    """The server said no: the message has not been sent."""

    def __init__(self, code: int, said: str) -> None:
        """The code of RFC 5321, and the text."""
        super().__init__(said)
        self.permanent = 500 <= code < 600 and code not in NOT_LET_IN


class Unknown(Exception):  # noqa: N818
    """The connection broke while the message was being handed over: nobody knows whether it has been sent."""


class Line:
    """A connection that is made when it is first needed, and made anew where the server hung up between messages."""

    def __init__(self, account: Smtp, password: SecretStr | None) -> None:
        """Nothing is connected yet; no password: no login."""
        self._account, self._password = account, password
        self._client: smtplib.SMTP | None = None

    def offer(self, sender: str, recipient: str) -> None:
        """Tells the server from whom and to whom.

        Raises:
            Unreachable, Lost, Refused: the message has not been sent.
        """
        reused = self._client is not None
        try:
            self._offer(sender, recipient)
        except Lost:
            if not reused:
                raise
            self._offer(sender, recipient)

    def deliver(self, data: bytes) -> None:
        """Hands the message over; when this returns, the server has taken responsibility for it (RFC 5321, 4.2.5).

        Raises:
            Refused: it has not been sent.
            Unknown: it may have been.
        """
        assert self._client is not None, "offer first"
        try:
            code, said = self._client.data(data)
        except smtplib.SMTPDataError as theirs:  # said instead of "go ahead": no byte of the message has left
            self.hang_up()
            raise Refused(theirs.smtp_code, self._reason(theirs)) from None
        except (smtplib.SMTPException, OSError, ValueError) as theirs:
            self.hang_up()
            raise Unknown(self._reason(theirs)) from None
        except BaseException:
            self.hang_up()
            raise
        if 200 <= code < 300:
            return
        error = smtplib.SMTPResponseException(code, said)
        if code == 421 or not 400 <= code < 600:
            self.hang_up()
        if not 400 <= code < 600:
            raise Unknown(self._reason(error))
        raise Refused(code, self._reason(error))

    def take_back(self) -> None:
        """After `offer`: the message is not to be sent."""
        if self._client is not None:
            try:
                self._client.rset()
            except (smtplib.SMTPException, OSError):
                self.hang_up()

    def hang_up(self) -> None:
        """Ends the connection."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.close()

    def quit(self) -> None:
        """Ends the connection politely."""
        if self._client is not None:
            with suppress(Exception):
                self._client.quit()
        self.hang_up()

    def _offer(self, sender: str, recipient: str) -> None:
        client = self._client = self._client or self._connect()
        try:
            _expect(client.mail(sender))
            _expect(client.rcpt(recipient))
        except smtplib.SMTPServerDisconnected as theirs:
            self.hang_up()
            raise Lost(self._reason(theirs)) from None
        except smtplib.SMTPResponseException as theirs:
            reason = self._reason(theirs)
            if theirs.smtp_code in NOT_LET_IN:
                self.hang_up()
                raise (Lost if theirs.smtp_code == 421 else Unreachable)(reason) from None
            self.take_back()
            raise Refused(theirs.smtp_code, reason) from None
        except OSError as theirs:
            self.hang_up()
            raise Lost(self._reason(theirs)) from None

    def _connect(self) -> smtplib.SMTP:
        account = self._account
        client: smtplib.SMTP | None = None
        try:
            context = ssl.create_default_context()
            if account.ca_file is not None:
                context.load_verify_locations(account.ca_file)
            if account.security == "tls":
                client = smtplib.SMTP_SSL(
                    account.host, account.real_port, timeout=account.timeout, context=context
                )
            else:
                client = smtplib.SMTP(account.host, account.real_port, timeout=account.timeout)
            client.ehlo_or_helo_if_needed()
            if account.security == "starttls":
                client.starttls(context=context)
            if self._password is not None:
                client.login(account.user, self._password.get_secret_value())
            return client
        except (smtplib.SMTPException, OSError, ValueError) as theirs:
            if client is not None:
                client.close()
            hint = _hint(theirs)
            raise Unreachable(self._reason(theirs) + (f"（{hint}）" if hint else "")) from None

    def _reason(self, error: BaseException) -> str:
        """What the server or the network said, on one line, without the password."""
        if isinstance(error, UnicodeEncodeError):  # would tell a character of it
            return "password: ASCII only"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return f"{error.smtp_code} (login)"  # some servers repeat what they were sent, in other writings too
        if isinstance(error, smtplib.SMTPResponseException):
            said = error.smtp_error
            text = f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
        else:
            text = str(error) or type(error).__name__
        if self._password is not None and self._password.get_secret_value():
            text = text.replace(self._password.get_secret_value(), "…")
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_REASON]


def _hint(error: BaseException) -> str:
    """What an administrator can do about a connection that couldn't be made; empty where that isn't known."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _(NOT_TRUSTED)
    talks_otherwise = (ssl.SSLError, smtplib.SMTPServerDisconnected, smtplib.SMTPNotSupportedError)
    return _(WRONG_PORT) if isinstance(error, talks_otherwise) else ""


def _expect(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)
