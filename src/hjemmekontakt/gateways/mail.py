"""E-mail out of the house: the message, the addresses it may go to, and a client that speaks SMTP."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from hashlib import sha256
from typing import Protocol
from urllib.parse import unquote, urlsplit

from hjemmekontakt.gateways.handover import Accepted, NotAccepted, Why
from hjemmekontakt.gateways.mail_returned import REFERENCE_HEADER, return_path, signed
from hjemmekontakt.ground import clock

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{4,253}$)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PLAIN_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,100}")
PASSING_CODES = range(400, 500)


class Flaw(StrEnum):
    """What is wrong with an e-mail address."""

    NOT_AN_ADDRESS = "not-an-address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One e-mail in plain text; the same reference is the same message however often it is sent."""

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    reference: str
    sender_name: str = ""


class MailGateway(Protocol):
    """Whoever can take over an e-mail."""

    def send(self, mail: Mail) -> Accepted:
        """Hand over one e-mail, or raise NotAccepted."""
        ...


def why_not_address(text: str) -> Flaw | None:
    """Say why no e-mail can go to this address; None means that one can.

    >>> why_not_address("jonas.berg@example.no"), why_not_address("jonas.berg@example")
    (None, <Flaw.NOT_AN_ADDRESS: 'not-an-address'>)
    """
    return None if ADDRESS.fullmatch(_on_the_wire(text)) else Flaw.NOT_AN_ADDRESS


def message_id(reference: str, *, domain: str) -> str:
    """Make the Message-ID out of our reference, so that an e-mail sent twice carries the same one.

    >>> message_id("notice-17", domain="tunvik.example")
    '<notice-17@tunvik.example>'
    """
    name = reference if PLAIN_REFERENCE.fullmatch(reference) else sha256(reference.encode()).hexdigest()
    return f"<{name}@{domain}>"


class Smtp:
    """The client that hands e-mail to a server: smtps://, smtp+starttls://, or smtp:// on this machine only."""

    def __init__(
        self,
        url: str,
        *,
        sender: str,
        returns_to: str = "",
        tls: ssl.SSLContext | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self._server = urlsplit(url)
        if self._server.scheme not in PORTS or not self._server.hostname:
            raise ValueError("the mail server's address must begin with smtps://, smtp+starttls:// or smtp://")
        if self._server.scheme == "smtp" and self._server.hostname not in LOOPBACK:
            raise ValueError("e-mail may leave this machine over TLS only")
        self._name, self._address = parseaddr(sender)
        if not ADDRESS.fullmatch(self._address):
            raise ValueError("the sender of e-mail must have an address")
        self._domain = self._address.partition("@")[2]
        self._returns_to = returns_to or self._address
        if not ADDRESS.fullmatch(self._returns_to):
            raise ValueError("what cannot be delivered must come back to an address")
        self._tls = tls or ssl.create_default_context()
        self._timeout_s = timeout_s

    def send(self, mail: Mail) -> Accepted:
        """Hand over one e-mail; a silent or broken line counts as passing, and the same reference may be sent again."""
        if why_not_address(mail.to):
            raise NotAccepted(Why.BAD_ADDRESS)
        letter = self._letter(mail)
        try:
            line = self._line()
            try:
                back_to = return_path(mail.reference, returns_to=self._returns_to)
                line.send_message(letter, back_to, [_on_the_wire(mail.to)])
            finally:
                _hang_up(line)
        except (smtplib.SMTPException, OSError) as failure:
            raise NotAccepted(_why(failure)) from None
        return Accepted(letter["Message-ID"])

    def _letter(self, mail: Mail) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = Address(_one_line(mail.sender_name or self._name), addr_spec=self._address)
        letter["To"] = _on_the_wire(mail.to)
        letter["Subject"] = _one_line(mail.subject)
        letter["Date"] = format_datetime(clock.real())
        letter["Message-ID"] = message_id(mail.reference, domain=self._domain)
        letter["Auto-Submitted"] = "auto-generated"
        letter[REFERENCE_HEADER] = signed(mail.reference)
        letter.set_content(mail.text, charset="utf-8", cte="quoted-printable")
        return letter

    def _line(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or PORTS[self._server.scheme]
        if self._server.scheme == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, self._domain, timeout=self._timeout_s, context=self._tls)
        else:
            line = smtplib.SMTP(host, port, self._domain, timeout=self._timeout_s)
        try:
            self._open(line)
        except (smtplib.SMTPException, OSError):
            line.close()
            raise
        return line

    def _open(self, line: smtplib.SMTP) -> None:
        if self._server.scheme == "smtp+starttls":
            line.starttls(context=self._tls)
        if self._server.username:
            line.login(unquote(self._server.username), unquote(self._server.password or ""))


def _hang_up(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except (smtplib.SMTPException, OSError):
        line.close()


def _on_the_wire(address: str) -> str:
    name, at, domain = address.rpartition("@")
    try:
        return f"{name}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _why(failure: Exception) -> Why:
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _ in failure.recipients.values()), default=0)
        return Why.BUSY if code in PASSING_CODES else Why.BAD_ADDRESS
    if isinstance(
        failure, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError | ssl.SSLCertVerificationError
    ):
        return Why.SETUP
    if isinstance(failure, smtplib.SMTPResponseException) and failure.smtp_code > 0:
        return Why.BUSY if failure.smtp_code in PASSING_CODES else Why.REFUSED
    return Why.UNAVAILABLE
