"""Where webhooks may go: to public addresses only, so that nobody reaches into the company's own network through them.

A name is looked up once and the connection goes to the very address that was checked: a second look-up could answer
otherwise. Redirections are not followed, proxies of the environment not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _

SECONDS = 10.0
"""How long a target may take to answer."""
_MOST_READ = 4_096
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class BadTarget(Problem):
    """An address that nothing is sent to, and why."""


@dataclass(frozen=True)
class Target:
    """The parts of a webhook's address."""

    scheme: str
    host: str
    port: int
    path: str


def read_target(url: str, *, private: bool = False) -> Target:
    """Return the parts of an address; raises BadTarget. ``private`` allows http, too, for programs close by."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadTarget(_("This is not the address of a page."), "url") from None
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise BadTarget(_("The address must begin with https://."), "url")
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise BadTarget(_("This is not the address of a page."), "url")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadTarget(_("The address must have neither a user name nor a part behind #."), "url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path)


def find_address(target: Target, *, private: bool = False) -> str:
    """Return the numeric address to connect to; raises BadTarget when the name leads nowhere or into a private net."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadTarget(_("There is no machine of this name."), "url") from None
    addresses = [str(each[4][0]) for each in found]
    if not private and not all(is_public(address) for address in addresses):
        raise BadTarget(_("This address lies in a private network; nothing is sent there."), "url")
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an address is one of the open internet, in whatever form it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def post(target: Target, address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post a body to an address that was checked and return the status; raises OSError and HTTPException."""
    connection = _connection(target, address)
    # A target that sends one byte now and then never runs into the time limit of a single read.
    watch = threading.Timer(SECONDS, _cut, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(_MOST_READ)
        return answer.status
    finally:
        watch.cancel()
        connection.close()


def _connection(target: Target, address: str) -> http.client.HTTPConnection:
    if target.scheme == "http":
        plain = http.client.HTTPConnection(target.host, target.port, timeout=SECONDS)
        plain.sock = socket.create_connection((address, target.port), SECONDS)
        return plain
    secure = http.client.HTTPSConnection(target.host, target.port, timeout=SECONDS)
    plain_socket = socket.create_connection((address, target.port), SECONDS)
    secure.sock = ssl.create_default_context().wrap_socket(plain_socket, server_hostname=target.host)
    return secure


def _cut(connection: http.client.HTTPConnection) -> None:
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
