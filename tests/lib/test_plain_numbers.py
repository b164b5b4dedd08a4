"""Numbers that are read without the library of all numbers are what it says that they are, of every country."""

import random
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from printalma.lib import phones, plain_numbers

MANY = 3_000


def test_what_is_read_plainly_is_what_the_library_reads() -> None:
    found = [(text, plain_numbers.read(text)) for text in _written()]
    read = [(text, number) for text, number in found if number is not None]
    assert len(read) > MANY
    assert [text for text, number in read if number != _by_the_library(text)] == []


def test_what_is_dialled_at_home_is_what_the_library_writes() -> None:
    numbers = [number for text in _written() if (number := _by_the_library(text)) is not None]
    kept = [(number, digits) for number in numbers if (digits := plain_numbers.at_home(number)) is not None]
    assert len(kept) > MANY // 3
    assert [number for number, digits in kept if digits != _at_home(number)] == []


def test_numbers_of_where_we_are_are_plain() -> None:
    for text in ("+221771234567", "+221 77 123 45 67", "+22365123456", "+2250708091011", "+33612345678"):
        number = plain_numbers.read(text)
        assert number is not None, text
        assert number == _by_the_library(text)


def _written() -> Iterator[str]:
    """Numbers of all kinds and countries, and what becomes of them when somebody mistypes a digit or two."""
    chance = random.Random(7)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in PhoneNumberType.values():
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            yield phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
            digits = list(phonenumbers.format_number(number, PhoneNumberFormat.E164))
            for _ in range(4):
                digits[chance.randrange(2, len(digits))] = chance.choice("0123456789")
                yield "".join(digits)


def _by_the_library(text: str) -> object:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.FrozenPhoneNumber(number) if phonenumbers.is_valid_number(number) else None


def _at_home(number: object) -> str:
    written: str = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)  # type: ignore[arg-type]
    return phones.digits(written.partition("ext")[0])
