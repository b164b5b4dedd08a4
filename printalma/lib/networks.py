"""Which addresses are everybody's. Who is told by somebody else where to connect to connects to these only.

The list is ours: `ipaddress.is_global` knows other networks in Python 3.13 than in 3.11, and in none of them that an
address may have another within it.
"""

import random
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

# Of IPv6, all that has been given to anybody. Around it are the loopback, IPv4 within (mapped, compatible, translated:
# ::/8, 64:ff9b::/96), unique-local, link-local, site-local and multicast.
_GIVEN = ip_network("2000::/3")
# RFC 6890 and its registry at IANA: none of them is the internet.
REFUSED = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # a carrier's own
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: where clouds answer with keys
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and to everybody
        "2001::/23",  # Teredo, which has IPv4 within, and other protocols' own
        "2001:db8::/32",
        "2002::/16",  # 6to4: IPv4 within
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
)


class NotPublic(OSError):
    """A name stands for no address of the internet."""


def is_public(address: str) -> bool:
    """Whether an address, as the system spells it, is one of the internet's. With a zone behind it, none is."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (found.scope_id or found not in _GIVEN):
        return False
    return not any(found in network for network in REFUSED if network.version == found.version)


def public_address(name: str, port: int, look_up: Callable[..., list[Any]] = socket.getaddrinfo) -> str:
    """One of the internet's addresses that a name stands for at this moment. Blocks; raises OSError, of a name that is
    not known, too.

    IPv4 is what every host of a shop can reach. Of several any will do: the next attempt may draw another.
    """
    try:
        entries = look_up(name, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a part that is too long
        raise OSError(f"{name} is no name: {error}") from error
    found = {address for entry in entries if is_public(address := str(entry[4][0]))}
    if not found:
        raise NotPublic(f"{name} is not a public address")
    return random.choice([address for address in found if ":" not in address] or list(found))
