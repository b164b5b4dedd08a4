"""Whose an address is, for whatever is counted by address."""

from ipaddress import IPv6Address, IPv6Network, ip_address

NETWORK_BITS = 64


def address_key(address: str | None) -> str:
    """What requests from `address` are counted under; at most 64 characters.

    One customer of a provider has all 2^64 addresses of an IPv6 network /64: counted one by one, 40 guesses from 40 of
    them were never stopped. An IPv4 address written as IPv6 is the same address.
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return (address or "")[:64]  # a proxy may call its peers by any name
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, NETWORK_BITS), strict=False))
