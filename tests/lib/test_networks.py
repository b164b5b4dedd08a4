"""Which addresses are everybody's: the same on every Python."""

import socket
from typing import Any

import pytest

from printalma.lib import networks

INSIDE = [
    *(
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
    ),
    *(
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
    ),
    *("198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1"),
    *("2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1"),
    *("fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1", "ff02::1", "4000::1"),
]
OUTSIDE = [
    *("1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255"),
    *("172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.1.1", "198.17.255.255", "198.20.0.0", "223.255.255.255"),
    *("2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4007::1", "2003::1", "2001:200::1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused(address: str) -> None:
    assert not networks.is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is_not(address: str) -> None:
    assert networks.is_public(address)


@pytest.mark.parametrize(
    "spelling", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "", "localhost", "8.8.8.8 "]
)
def test_what_is_no_address_is_refused(spelling: str) -> None:
    assert not networks.is_public(spelling)


def looked_up(*addresses: str) -> str:
    def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]

    return networks.public_address("name.example", 80, look_up)


def test_of_several_addresses_only_those_of_the_internet_count() -> None:
    assert {looked_up("10.0.0.1", "2606:4700::1", "8.8.8.8") for _ in range(20)} == {"8.8.8.8"}
    assert looked_up("64:ff9b::808:808", "2606:4700::1") == "2606:4700::1"
    with pytest.raises(networks.NotPublic):
        looked_up("127.0.0.1", "::1", "fe80::1%eth0")


def test_a_name_that_is_none_is_not_known() -> None:
    with pytest.raises(OSError, match="is no name"):
        networks.public_address("ü" * 70, 80)
