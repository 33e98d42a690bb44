"""An MQTT broker, an IRC server, an XMPP server and a Matrix homeserver, each as a small site would set it up."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from certificate import Certificate
from servers import Server, command, free_port

DOMAIN = "news.example"


class Broker(Server):
    """Mosquitto, with a login, and a topic that the login may not write to."""

    def __init__(self, folder: Path, login: tuple[str, str]) -> None:
        mosquitto = command("mosquitto", "apt-get install --no-install-recommends mosquitto")
        port = free_port()
        self.passwords = folder / "passwords"
        (folder / "acl").write_text(f"user {login[0]}\ntopic readwrite news/#\n")
        (folder / "mosquitto.conf").write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {self.passwords}\n"
            f"acl_file {folder / 'acl'}\nuser {pwd.getpwuid(os.getuid()).pw_name}\nlog_dest stderr\nlog_type all\n"
        )
        self.passwords.touch(mode=0o600)
        self.know(*login)
        super().__init__([mosquitto, "-c", str(folder / "mosquitto.conf")], port, folder)

    def know(self, user: str, password: str) -> None:
        """Lets somebody in from now on, or from the next start."""
        tool = command("mosquitto_passwd", "apt-get install --no-install-recommends mosquitto")
        subprocess.run([tool, "-b", str(self.passwords), user, password], check=True, capture_output=True)


class Irc(Server):
    """ngIRCd with its own measure against floods, and a password."""

    def __init__(self, folder: Path, password: str = "", more: str = "") -> None:
        ngircd = command("ngircd", "apt-get install --no-install-recommends ngircd")
        port = free_port()
        (folder / "ngircd.conf").write_text(
            f"[Global]\nName = irc.{DOMAIN}\nInfo = news\nListen = 127.0.0.1\nPorts = {port}\nMotdPhrase = hello\n"
            f"{f'Password = {password}' if password else ''}\n"
            f"[Limits]\nMaxNickLength = 16\n[Options]\nDNS = no\nIdent = no\nPAM = no\n{more}\n"
        )
        super().__init__([ngircd, "-n", "-f", str(folder / "ngircd.conf")], port, folder)


class Xmpp(Server):
    """Prosody with a room, STARTTLS and the accounts that are named."""

    def __init__(self, folder: Path, certificate: Certificate, accounts: dict[str, str]) -> None:
        prosody = command("prosody", "apt-get install --no-install-recommends prosody")
        port = free_port()
        certificate.readable()
        (folder / "data").mkdir()
        (folder / "prosody.cfg.lua").write_text(
            f"""
daemonize = false
run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{}}
modules_enabled = {{ "roster", "saslauth", "tls", "disco", "offline", "register" }}
modules_disabled = {{ "s2s" }}
c2s_require_encryption = true
authentication = "internal_plain"
ssl = {{ certificate = "{certificate.cert}", key = "{certificate.key}" }}
VirtualHost "{DOMAIN}"
Component "rooms.{DOMAIN}" "muc"
    muc_room_locking = false
"""
        )
        for name, password in accounts.items():
            place = folder / "data" / DOMAIN.replace(".", "%2e") / "accounts"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{name}.dat").write_text(
                f'return {{ ["password"] = {json.dumps(password, ensure_ascii=False)} }}\n'
            )
        super().__init__([prosody, "--config", str(folder / "prosody.cfg.lua"), "-F"], port, folder)


# Alone in the world: no federation, and nobody's keys are asked for. The limits on senders are the defaults.
_SYNAPSE = """
server_name: {domain}
report_stats: false
listeners:
  - {{port: {port}, bind_addresses: [127.0.0.1], type: http, resources: [{{names: [client]}}]}}
database: {{name: sqlite3, args: {{database: {folder}/homeserver.db}}}}
media_store_path: {folder}/media
pid_file: {folder}/homeserver.pid
signing_key_path: {folder}/signing.key
macaroon_secret_key: macaroon
form_secret: form
registration_shared_secret: shared
trusted_key_servers: []
federation_domain_whitelist: []
"""


class Matrix(Server):
    """Synapse on SQLite, with its own limits on who sends how fast."""

    def __init__(self, folder: Path) -> None:
        if find_spec("synapse") is None:
            pytest.skip("matrix-synapse is not here: pip install --require-hashes -r requirements-peers.lock")
        port = free_port()
        made = [sys.executable, "-W", "ignore", "-m", "synapse.app.homeserver"]
        config = folder / "homeserver.yaml"
        config.write_text(_SYNAPSE.format(folder=folder, port=port, domain=DOMAIN))
        call = [*made, "--config-path", str(config)]
        subprocess.run([*call, "--generate-keys"], check=True, capture_output=True, cwd=folder, timeout=60)
        super().__init__(call, port, folder)

    def register(self, name: str, password: str) -> str:
        """A new account; its access token."""
        import hashlib
        import hmac

        nonce = self.ask("GET", "/_synapse/admin/v1/register")["nonce"]
        said = f"{nonce}\0{name}\0{password}\0notadmin".encode()
        mac = hmac.new(b"shared", said, hashlib.sha1).hexdigest()
        wanted = {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac}
        return str(self.ask("POST", "/_synapse/admin/v1/register", wanted)["access_token"])

    def ask(self, method: str, path: str, value: Any = None, token: str = "") -> Any:
        """One request of the client-server API."""
        body = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, method=method)
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
