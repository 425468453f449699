"""Which other systems may be called: only addresses that were checked are connected to."""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from httpx2 import URL, InvalidURL

from server.connectors.connector import TemporaryFailure
from server.errors import Failure

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""From host and port to the addresses of the host, as text; raises OSError where there is none."""

PORTS = {"http": 80, "https": 443}

# Written out, because ipaddress errs for this use: is_private misses 100.64/10, is_global accepts NAT64 and 6to4.
CLOSED = {
    ip_network(network): words
    for words, networks in {
        "the unspecified address": "0.0.0.0/8 ::/128",
        "a loopback address": "127.0.0.0/8 ::1/128",
        "a private address": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10",
        "a link-local address": "169.254.0.0/16 fe80::/10",
        "an address shared by a provider's customers": "100.64.0.0/10",
        "an address of a cloud's metadata": "168.63.129.16/32",
        "an address that stands for another": "::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 "
        "2001::/32 2002::/16 192.88.99.0/24",
        "a multicast address": "224.0.0.0/4 ff00::/8",
        "a reserved address": "192.0.0.0/24 192.0.2.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 "
        "100::/64 2001::/23 2001:db8::/32 3fff::/20 5f00::/16",
    }.items()
    for network in networks.split()
}
UNICAST = IPv6Network("2000::/3")  # all that is given out for the public Internet (RFC 4291, 2.4)


@dataclass(frozen=True)
class Target:
    """Where a request goes: its URL in parts, and the addresses that were checked for it."""

    url: URL
    host: str  # lower case, ASCII
    port: int
    addresses: tuple[str, ...]

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.url.scheme, self.host, self.port


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the system's resolver knows for *host*, in its order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_target(url: URL, allowed: Sequence[str], resolver: Resolver) -> Target:
    """Resolve the host of *url* once and check every address. Raises Failure for what may not be called.

    With nothing in *allowed* (PROCESSION_HTTP_ALLOWED), public addresses may be called; else only what is listed.
    """
    host, port = _host_and_port(url)
    listed = any(_lists_name(entry, host, port) for entry in allowed)
    networks = [network for network in map(_network, allowed) if network is not None]
    if allowed and not listed and not networks:
        raise _unlisted(host, port)
    try:
        texts = resolver(host, port)
        addresses = [ip_address(text) for text in texts]
    except (OSError, UnicodeError) as error:
        raise TemporaryFailure(f"The host {host} is not known: {error}.") from error
    if not addresses:
        raise TemporaryFailure(f"The host {host} has no address.")
    if allowed:
        if not listed and not all(_within(address, networks) for address in addresses):
            raise _unlisted(host, port)
    else:
        for address in addresses:
            _check_public(address, host)
    return Target(url, host, port, tuple(texts))


def read_url(text: str) -> URL:
    """The URL in *text*; raises Failure where it cannot be called."""
    try:
        return URL(text)
    except InvalidURL as error:
        raise Failure(f"The url cannot be read ({error}); write it like https://api.example.org/path.") from error


def reason_closed(address: Address) -> str | None:
    """What kind of not public address this is; None for a public one."""
    for network, words in CLOSED.items():
        if address in network:
            return words
    if isinstance(address, IPv6Address) and address not in UNICAST:
        return "a reserved address"
    return None


def _host_and_port(url: URL) -> tuple[str, int]:
    if url.scheme not in PORTS:
        raise Failure(f'The url begins with "{url.scheme}:"; only http and https can be called.')
    if url.userinfo:
        raise Failure("The url holds a name or password before the host; send it in the header Authorization.")
    host = url.raw_host.decode("ascii").lower().rstrip(".")
    if not host:
        raise Failure("The url names no host; write it like https://api.example.org/path.")
    port = PORTS[url.scheme] if url.port is None else url.port
    if not 0 < port < 65536:
        raise Failure(f"The url names the port {port}; ports are 1 to 65535.")
    return host, port


def _check_public(address: Address, host: str) -> None:
    words = reason_closed(address)
    if words is not None:
        named = "" if host == str(address) else f" ({host})"
        text = f"{address}{named} is {words} and may not be called; PROCESSION_HTTP_ALLOWED can list its host."
        raise Failure(text)


def _unlisted(host: str, port: int) -> Failure:
    return Failure(f"{host}:{port} may not be called: PROCESSION_HTTP_ALLOWED does not list it.")


def _lists_name(entry: str, host: str, port: int) -> bool:
    """Whether *entry* (host, host:port, *.example.org) names the host; a wildcard stands for at least one label."""
    matched = re.fullmatch(r"(\[[^\]]+\]|[^:]+)(?::(\d+))?", entry.strip().lower())
    if matched is None or (matched[2] and int(matched[2]) != port):
        return False
    name = matched[1].strip("[]").rstrip(".")
    return host.endswith(name[1:]) and host != name[1:] if name.startswith("*.") else host == name


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry.strip(), strict=False)
    except ValueError:
        return None


def _within(address: Address, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)
