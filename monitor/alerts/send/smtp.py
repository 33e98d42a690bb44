"""mailto:// and mailtos:// — e-mail by our own SMTP client, behind Apprise's address syntax.

    mailtos://user:password@smtp.example.org:587/?from=monitor@example.org&to=desk@example.org    STARTTLS (the default of mailtos)
    mailtos://user:password@example.org/?smtp=mail.example.org&mode=ssl                            TLS from the first byte, port 465
    mailtos://user:app-password@gmail.com                                                          to oneself, the provider's server
    mailto://127.0.0.1:25?from=monitor@example.org&to=desk@example.org                             a local relay, no password

Apprise waits 5.5 s between mails, makes a random Message-ID and cannot tell 4xx from 5xx; here 4xx and network trouble are tried
again and 5xx is final. A login that is refused (535) is tried again: the message is not at fault, and a person has 72 h to mend
the password. Each recipient gets a message of their own (one RCPT), so that readers do not see one another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr

import aiosmtplib

from monitor.alerts.render import Words, clip
from monitor.alerts.send.address import Address, parse
from monitor.alerts.send.letter import Clock, Letter
from monitor.alerts.send.mail import emails
from monitor.errors import SendError
from monitor.model import Receipt
from monitor.text.normal import squeeze, visible

#: whose submission server is not at the address's own name: domain → (server, port)
PROVIDERS = {
    "gmail.com": ("smtp.gmail.com", 587),
    "googlemail.com": ("smtp.gmail.com", 587),
    "outlook.com": ("smtp-mail.outlook.com", 587),
    "hotmail.com": ("smtp-mail.outlook.com", 587),
    "live.com": ("smtp-mail.outlook.com", 587),
    "office365.com": ("smtp.office365.com", 587),
    "yahoo.com": ("smtp.mail.yahoo.com", 587),
    "icloud.com": ("smtp.mail.me.com", 587),
    "fastmail.com": ("smtp.fastmail.com", 587),
    "zoho.com": ("smtp.zoho.com", 587),
    "gmx.net": ("mail.gmx.net", 587),
    "proton.me": ("smtp.protonmail.ch", 587),
}
_MAILBOX = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\\]+")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, repr=False)
class Route:
    """How mail leaves, from a channel's address."""

    host: str
    port: int
    #: "ssl", "starttls" or "insecure"
    mode: str
    user: str
    password: str
    sender: Mailbox
    recipients: tuple[str, ...]
    verify: bool = True

    def __repr__(self) -> str:
        return f"Route({self.host}:{self.port}, {self.mode})"


class Mail:
    """E-mail to one channel's recipients."""

    def __init__(
        self, url: str, clock: Clock, *, words: Words | None = None, timeout: timedelta = timedelta(seconds=30)
    ) -> None:
        self.route, self._clock, self._words, self._timeout = route(url), clock, words, timeout

    async def send(self, letter: Letter) -> Receipt:
        """Sends to every recipient that has not got it in an earlier try. Refused for good by some is success with a note."""
        try:
            async with self._client() as client:
                # Not while connecting: only a refusal in here ends with a QUIT, and not with a connection that nobody closes.
                if self.route.user:
                    await client.login(self.route.user, self.route.password)
                refused = await self._send_all(client, letter)
        except aiosmtplib.SMTPException as error:
            raise _failure(error, self.route) from error
        except OSError as error:
            raise SendError(f"{self.route.host}: {error.strerror or 'connection lost'}") from error
        return self._receipt(letter, refused)

    def _client(self) -> aiosmtplib.SMTP:
        where = self.route
        return aiosmtplib.SMTP(
            hostname=where.host,
            port=where.port,
            use_tls=where.mode == "ssl",
            start_tls={"starttls": True, "insecure": False}.get(where.mode, False),
            validate_certs=where.verify,
            timeout=self._timeout.total_seconds(),
        )

    async def _send_all(self, client: aiosmtplib.SMTP, letter: Letter) -> list[SendError]:
        refused: list[SendError] = []
        for recipient in self.route.recipients:
            for mail in emails(letter, self.route.sender, recipient, self._clock(), words=self._words):
                label = f"{recipient} {mail['Message-ID']}"
                if label in letter.done:
                    continue
                failure = await self._send(client, mail, recipient, letter, label)
                if failure is not None:
                    refused.append(failure)
                    break
        return refused

    async def _send(
        self, client: aiosmtplib.SMTP, mail: EmailMessage, recipient: str, letter: Letter, label: str
    ) -> SendError | None:
        """None if it was accepted; what a recipient's server refused for good is returned, trouble is raised."""
        try:
            _, said = await client.sendmail(self.route.sender.addr_spec, [recipient], mail.as_bytes())
        except aiosmtplib.SMTPException as error:
            failure = _failure(error, self.route)
            if not failure.permanent or isinstance(error, aiosmtplib.SMTPServerDisconnected):
                raise failure from error
            return failure
        letter.done[label] = said
        return None

    def _receipt(self, letter: Letter, refused: Sequence[SendError]) -> Receipt:
        if refused and not letter.done:
            raise refused[0]
        said = next(reversed(letter.done.values()), "accepted")
        note = f"; refused for {len(refused)}: {refused[0]}" if refused else ""
        return Receipt(detail=clip(squeeze(visible(said)), 200) + note)


@dataclass
class _Wish:
    """What an address asks for, before the defaults."""

    address: Address
    host: str = ""
    port: int | None = None
    mode: str = ""
    recipients: list[str] = field(default_factory=list)


def route(url: str) -> Route:
    """How mail for this address leaves. Raises `SendError` (permanent), naming what is missing and never the address."""
    address = parse(url)
    domain = address.host.lower()
    provider = PROVIDERS.get(domain)
    host = address.wants("smtp") or (provider[0] if provider else address.host)
    if not host:
        raise SendError("a mail address needs a server: mailtos://user:password@smtp.example.org", permanent=True)
    user, password = address.wants("user", address.user), address.wants("pass", address.password)
    mode = _mode(address, provided=provider is not None, password=bool(password), host=host)
    port = address.port or (
        provider[1] if provider and mode == "starttls" else {"ssl": 465, "starttls": 587, "insecure": 25}[mode]
    )
    sender = _sender(address, user, domain)
    recipients = _recipients(address) or (sender.addr_spec,)
    return Route(
        host=host,
        port=port,
        mode=mode,
        user=user,
        password=password,
        sender=sender,
        recipients=recipients,
        verify=address.flag("verify", True),
    )


def _mode(address: Address, *, provided: bool, password: bool, host: str) -> str:
    mode = address.wants("mode").lower()
    if mode:
        if mode not in ("ssl", "starttls", "insecure"):
            raise SendError("mode must be ssl, starttls or insecure", permanent=True)
        return mode
    if address.port == 465:
        return "ssl"
    # A password never travels in clear unless that was asked for, or stays on this machine.
    secure = address.scheme == "mailtos" or provided or (password and host not in _LOOPBACK)
    return "starttls" if secure else "insecure"


def _sender(address: Address, user: str, domain: str) -> Mailbox:
    name, given = parseaddr(address.wants("from"))
    if address.wants("from") and "@" not in given:  # Apprise: from=Name alone
        name, given = address.wants("from"), ""
    given = given or (user if "@" in user else f"{user or 'monitor'}@{domain}")
    if not _MAILBOX.fullmatch(given):
        raise SendError("the sender is not a mail address: add ?from=monitor@example.org", permanent=True)
    local, _, host = given.rpartition("@")
    display = squeeze(visible(address.wants("name", name) or "monitor"))
    return Mailbox(display_name=display, username=local, domain=host)


def _recipients(address: Address) -> tuple[str, ...]:
    wanted = [address.wants("to"), *(segment for segment in address.path if "@" in segment)]
    found = [mailbox for _, mailbox in getaddresses([one for one in wanted if one])]
    for one in found:
        if not _MAILBOX.fullmatch(one):
            raise SendError("a recipient is not a mail address", permanent=True)
    return tuple(dict.fromkeys(found))


def _failure(error: aiosmtplib.SMTPException, where: Route) -> SendError:
    """Transient or final, by the reply code (RFC 5321 §4.2.1)."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        said = clip(squeeze(visible(str(error.message))), 200)
        final = error.code >= 500 and not isinstance(
            error, aiosmtplib.SMTPAuthenticationError | aiosmtplib.SMTPHeloError
        )
        login = "the login was refused: " if isinstance(error, aiosmtplib.SMTPAuthenticationError) else ""
        return SendError(f"{where.host}: {login}{error.code} {said}".rstrip(), permanent=final)
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return SendError(f"{where.host}: no answer in time")
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return SendError(f"{where.host}: the server offers no STARTTLS or no login that we know")
    return SendError(f"{where.host}: {clip(squeeze(visible(str(error))), 200) or type(error).__name__}")
