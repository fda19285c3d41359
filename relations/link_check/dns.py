"""DNS lookup limited to public addresses, so that no URL of a source can reach the internal network (SSRF)."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: IPv4 addresses as mapped by IPv6-only networks (RFC 6052)
TRANSLATED = ip_network("64:ff9b::/96")


class NotPublic(ValueError):
    """The name resolves to a private, local or reserved network."""


def addresses_of(host: str, port: int, allow_private: bool = False) -> list[str]:
    """The IP addresses of a host. Raises NotPublic if any is not public, OSError if the name does not resolve."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_kind, address in found))
    if not allow_private and not all(map(is_public, addresses)):
        raise NotPublic(host)
    return addresses


def is_public(address: str) -> bool:
    inner = inner_of(ip_address(address))
    return inner.is_global and not inner.is_multicast


def inner_of(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that is embedded in an IPv6 one."""
    if ip.version == 4:
        return ip
    if ip in TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
