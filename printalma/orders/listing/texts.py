"""What an order is found by, and what is looked for in it: words without accents, case, apostrophes and hyphens, phone
numbers as digits.
"""

import re
import unicodedata
from collections.abc import Iterable

from printalma.config import settings
from printalma.lib import phones
from printalma.lib.letters import bare, plain
from printalma.orders.queries import ItemRow, OrderRow

MAX_PART = 500  # characters of a text by which an order is found: somebody may send thousands
MIN_PHONE = 9  # digits of the shortest phone number that is told with its leading zeros

_PHONE = re.compile(r"[\d\s+./()-]*\d[\d\s+./()-]*")
# A number among other words; what hangs on a letter (CMD2026…), an address or another number is none.
_PHONE_IN_WORDS = re.compile(r"(?<![\w@.+#-])(?:\+|\(0\))?\d(?:[\s./()-]{0,3}\d){7,}(?![\w@])")
_NUMERO = re.compile(r"№|\bn\s?[°º]", re.I)
_NUMBER = re.compile(r"cmd[\s-]?(\d{8})[\s-]?(\d{3,})", re.I)
# An address behind a name, or as a link has it.
_MAILBOX = re.compile(r"<\s*(?:mailto:)?([^\s<>@]+@[^\s<>@]+)\s*>|mailto:([^\s<>@]+@[^\s<>@?&,;]+)", re.I)
# A title to which its name is glued, unless both are somebody's address.
_GLUED = re.compile(r"(?<!\S)(mm?|mrs?|ms|mmes?|mlles?|dr|pr|me)\.(?=[^\W\d_])(?!\S*@)", re.I)
# What stands around words and is no part of them. Splitting a word there finds it all the same.
_AROUND = re.compile(r"[<>()\[\]{}\"“”„«»,;:!?…#|]", re.I)
_ENDS = "._"
_CALLED = ("monsieur", "madame", "mademoiselle", "docteur")
TITLES = frozenset((*_CALLED, "m", "mm", "mr", "mrs", "ms", "mme", "mmes", "mlle", "mlles", "miss", "dr", "pr", "me"))


def searchable(order: OrderRow, items: Iterable[ItemRow]) -> str:
    """All that an order is found by, each word once. `items` are its lines."""
    parts = [order.number, order.customer, order.shipping_name, order.shipping_company, order.email]
    parts += [*_dialled(order.phone, order.shipping_country), order.shipping_city]
    tracking = order.tracking_number or ""  # written with blanks or without, and looked for either way
    parts += [tracking, "".join(tracking.split())]
    for item in items:
        parts += [item.product_name, item.size, item.color]
    return " ".join(dict.fromkeys(word for part in parts if part for word in plain(part[:MAX_PART]).split()))


def words_of(search: str) -> tuple[str, ...]:
    """What must all be found in an order's text for it to match `search`, longest first.

    People search for what they have in hand. An order's number stands for all that is said around it, and so does an
    address behind a name. Digits, spaces and what is written into phone numbers are one number.
    """
    asked = unicodedata.normalize("NFKC", _NUMERO.sub(" ", bare(search)))
    if number := _NUMBER.search(asked):
        return (f"cmd{number[1]}{number[2]}",)
    if mailbox := _MAILBOX.search(asked):
        return (plain(mailbox[1] or mailbox[2]),)
    if _PHONE.fullmatch(typed := phones.typed(asked)):
        return (_found_by(typed),)
    rest = _GLUED.sub(r"\1 ", _PHONE_IN_WORDS.sub(_number_or_words, phones.typed(asked)))
    words = {word.strip(_ENDS) for word in plain(_AROUND.sub(" ", rest)).split()} - {""}
    words = words - TITLES or words or set(plain(search).replace("#", " ").split())
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _dialled(phone: str, country: str | None) -> list[str]:
    """Digits that hold the number however it is written: as typed, with its country, and as it is dialled at home."""
    forms = [phones.digits(phone)]
    for number in phones.read_all(phone, phones.region(country), settings().shop_country):
        forms += [phones.digits(phones.e164(number)), phones.at_home(number)]
    kept: list[str] = []
    for form in sorted(forms, key=len, reverse=True):
        if not any(form in other for other in kept):
            kept.append(form)
    return kept


def _found_by(typed: str) -> str:
    """The digits that orders with this number have, whichever way either was typed: all of them where it says its
    country. Else the country is open, and the zeros stay out that are dialled at home only."""
    written, found = phones.digits(typed), phones.read(typed, settings().shop_country)
    if found is not None and not _is_at_home(written, found):
        return phones.digits(phones.e164(found))
    if phones.is_international(typed):
        return phones.digits(typed.replace("(0)", "")).removeprefix("00")
    return written.lstrip("0") if len(written) >= MIN_PHONE else written


def _is_at_home(written: str, number: object) -> bool:
    return written.lstrip("0") == phones.at_home(number).lstrip("0")


def _number_or_words(run: re.Match[str]) -> str:
    """Digits in a row are one number if they are somebody's."""
    return _found_by(run[0]) if phones.read(run[0], settings().shop_country) is not None else run[0]
