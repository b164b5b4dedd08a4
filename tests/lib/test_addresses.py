"""Addresses of one network count as one caller's."""

import pytest

from printalma.lib.addresses import address_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2::1", "2001:0DB8:0001:0002:0000:0000:0000:0002"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::2"),
    ],
)
def test_one_callers_addresses_are_counted_together(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.7", "192.0.2.8"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8"),
        ("unknown", "hidden"),
    ],
)
def test_anothers_addresses_are_not(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize("odd", [None, "", "x" * 500, "2001:db8::1%" + "x" * 500])
def test_whatever_is_called_an_address_fits(odd: str | None) -> None:
    assert len(address_key(odd)) <= 64
