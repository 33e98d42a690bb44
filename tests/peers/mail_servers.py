"""Mail from end to end: Exim takes it (STARTTLS, a login), hands it to Dovecot by LMTP, and a reader looks by IMAP."""

from __future__ import annotations

import imaplib
import os
import pwd
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from certificate import Certificate
from servers import Server, as_root, command, free_port, until, version

INSTALL = "apt-get install --no-install-recommends exim4-daemon-light dovecot-imapd dovecot-lmtpd"
DOMAIN = "news.example"
READERS = ("desk", "night")
LOGIN = ("monitor", "pässword/with@odd:signs")

# Its own rules only: who is a reader, who may send, and what is too early (a file beside it says so, as a greylist would).
_EXIM = """
keep_environment =
primary_hostname = mx.{domain}
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/exim.pid
daemon_smtp_ports = {port}
local_interfaces = 127.0.0.1
exim_user = {user}
exim_group = {user}
domainlist local_domains = {domain}
tls_advertise_hosts = *
tls_certificate = {cert}
tls_privatekey = {key}
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
smtp_accept_max = 50
message_size_limit = 1M
timezone = UTC
acl_smtp_rcpt = rcpt
acl_smtp_data = data

begin acl
rcpt:
  deny    message = authentication required
          !authenticated = *
  deny    message = no such reader here
          !recipients = {readers}
  defer   message = greylisted, try again later
          condition = ${{if exists{{{folder}/too-early}}}}
  deny    message = one reader a message
          condition = ${{if >{{$rcpt_count}}{{1}}}}
  accept
data:
  deny    message = header lines must be in order: $acl_verify_message
          !verify = header_syntax
  accept

begin routers
readers:
  driver = manualroute
  domains = +local_domains
  transport = dovecot
  route_list = * 127.0.0.1
  self = send

begin transports
dovecot:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = {lmtp}
  allow_localhost

begin retry
* * F,1m,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{login}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""

_DOVECOT = """
protocols = imap lmtp
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
auth_mechanisms = plain
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
passdb {{
  driver = static
  args = password=reading
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service stats {{
  client_limit = 100
}}
"""


def _user(*names: str) -> pwd.struct_passwd:
    """The first of these users that there is: distributions name them differently."""
    known = {one.pw_name: one for one in pwd.getpwall()}
    return next(known[name] for name in names if name in known)


class Post:
    """A mail server, its readers' boxes, and what they hold."""

    def __init__(self, folder: Path, certificate: Certificate) -> None:
        exim, dovecot = command("exim4", INSTALL), command("dovecot", INSTALL)
        as_root("exim4")
        self.folder, self.port, self.imap, lmtp = folder, free_port(), free_port(), free_port()
        user, mailer = _user("Debian-exim", "exim", "mail"), _user("mail", "nobody")
        (folder / "spool").mkdir()
        (folder / "mail").mkdir()
        os.chown(folder / "mail", mailer.pw_uid, mailer.pw_gid)
        os.chown(folder, user.pw_uid, user.pw_gid)
        os.chown(folder / "spool", user.pw_uid, user.pw_gid)
        folder.chmod(0o755)
        certificate.readable()
        readers = " : ".join(f"{name}@{DOMAIN}" for name in READERS)
        rules = _EXIM.format(
            folder=folder, port=self.port, lmtp=lmtp, user=user.pw_name, readers=readers, domain=DOMAIN,
            cert=certificate.cert, key=certificate.key, login=LOGIN[0], password=LOGIN[1],
        )  # fmt: skip
        (folder / "exim.conf").write_text(rules)
        boxes = _DOVECOT.format(folder=folder, uid=mailer.pw_uid, gid=mailer.pw_gid, imap=self.imap, lmtp=lmtp)
        (folder / "dovecot.conf").write_text(boxes)
        self.dovecot = Server([dovecot, "-F", "-c", str(folder / "dovecot.conf")], self.imap, folder)
        try:
            self.exim = Server([exim, "-C", str(folder / "exim.conf"), "-bdf", "-q1s"], self.port, folder)
        except BaseException:
            self.dovecot.stop()
            raise

    def too_early(self, yes: bool) -> None:
        """Whether every message is told to come again later, as by a greylist."""
        sign = self.folder / "too-early"
        sign.touch() if yes else sign.unlink(missing_ok=True)

    def box(self, reader: str, count: int) -> list[EmailMessage]:
        """A reader's messages in order of arrival, once there are that many."""
        with imaplib.IMAP4("127.0.0.1", self.imap) as box:
            box.login(f"{reader}@{DOMAIN}", "reading")
            found: list[EmailMessage] = []

            def arrived() -> bool:
                found[:] = _messages(box)
                return len(found) >= count

            until(arrived, f"{reader} has {len(found)} messages and not {count}")
            return found

    @property
    def version(self) -> str:
        return version(self.exim.call[0], "-bV", of="version")

    def envelopes(self) -> list[str]:
        """The lines of Exim's log that say who was handed a message: one a recipient."""
        return [line for line in (self.folder / "mainlog").read_text().splitlines() if " => " in line]

    def messages(self) -> list[str]:
        """Exim's own ids of the messages that it took."""
        return [line.split()[2] for line in (self.folder / "mainlog").read_text().splitlines() if " <= " in line]

    def stop(self) -> None:
        self.exim.stop()
        self.dovecot.stop()


def _messages(box: imaplib.IMAP4) -> list[EmailMessage]:
    box.select("INBOX", readonly=True)
    numbers = box.search(None, "ALL")[1][0].split()
    bodies = [box.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]
    found = [message_from_bytes(body, policy=policy.default) for body in bodies]
    return [one for one in found if isinstance(one, EmailMessage)]
