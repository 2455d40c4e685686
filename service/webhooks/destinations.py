"""Where webhooks may go: to public addresses over TLS, and nowhere that only this machine can reach.

A name is judged by the addresses that it leads to, when it is connected to and not before: whoever owns the
name may have it lead elsewhere a moment later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from domain.errors import Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC = tuple(
    ip_network(one)
    for one in (
        "168.63.129.16/32",  # the metadata of one cloud lies at an address that looks public
        "192.0.0.0/24",
        "192.88.99.0/24",
        "fec0::/10",
        "3fff::/20",
        "5f00::/16",
    )
)
"""What the standard library takes for public in some of its versions, and is not."""
TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
"""Here a gateway puts IPv4 addresses into the last four bytes of IPv6 ones."""
HERE = ("localhost", "127.0.0.1", "::1")
LONGEST_URL = 2_000


def carried(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address) or address.is_loopback:
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in TRANSLATED) or int(address) >> 32 == 0:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether an address is one of the whole world."""
    inner = carried(address)
    return (
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and not any(inner in network for network in NOT_PUBLIC)
    )


@dataclass(frozen=True)
class Destinations:
    """What the settings allow."""

    hosts: Sequence[str] = ()
    """The only hosts, where there are any."""
    networks: Sequence[Network] = ()
    """Networks that are allowed though they are not public."""
    loopback: bool = False

    def require_url(self, url: str, pointer: str) -> None:
        """Raise `Invalid` for an address that nothing may be sent to, as far as it can be told from it."""
        parts = _split(url, pointer)
        host = (parts.hostname or "").lower()
        if parts.scheme != "https" and not (self.loopback and parts.scheme == "http" and host in HERE):
            raise Invalid(pointer, "it should begin with https://")
        if not host:
            raise Invalid(pointer, "it names no host")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise Invalid(pointer, "it should have no user, no password and no fragment")
        if not self._lists(host):
            raise Invalid(pointer, f"this service sends to no host {host!r}: its keeper says which")
        literal = _literal(host)
        if literal is not None and not self.allows(literal):
            raise Invalid(pointer, f"{literal} is not a public address")

    def allows(self, address: Address) -> bool:
        """Whether an address may be connected to."""
        inner = carried(address)
        if any(inner in network for network in self.networks):
            return True
        return (self.loopback and inner.is_loopback) or is_public(address)

    def _lists(self, host: str) -> bool:
        return not self.hosts or any(
            host.endswith(one[1:].lower()) if one.startswith("*.") else host == one.lower()
            for one in self.hosts
        )


def _split(url: str, pointer: str) -> SplitResult:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Invalid(pointer, f"it should be an address of at most {LONGEST_URL} letters of ASCII")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise Invalid(pointer, f"it is no address: {error}") from error
    return parts


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
