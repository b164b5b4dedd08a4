"""What an order is found by, and what is looked for in it: words without accents, case, apostrophes and hyphens, phone
numbers as digits, amounts as a form shows them.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from printalma.config import settings
from printalma.lib import money, phones
from printalma.lib.letters import bare, compared, plain
from printalma.orders.queries import ItemRow, OrderRow

MAX_PART = 500  # characters of a text by which an order is found: somebody may send thousands
MAX_TEXT = 10_000  # characters by which one order is found; no note adds any more
MAX_NOTES = 2000  # characters of what the team wrote, the last first
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


# Any of these spellings does.
Word = tuple[str, ...]

_GROUPED = r"[0-9]{1,3}(?:[ .,'’][0-9]{3}(?![0-9]))+"


def searchable(order: OrderRow, items: Iterable[ItemRow], notes: Sequence[str] = ()) -> str:
    """All that an order is found by, each word once. `items` are its lines, `notes` what the team wrote of it, oldest
    first. The lines' words come last: three hundred may have more than there is room for."""
    parts = [order.number, order.customer, order.shipping_name, order.shipping_company, order.email]
    parts += [*_dialled(order.phone, order.shipping_country), order.shipping_city]
    parts += [order.shipping_street, order.shipping_apartment, order.shipping_region]
    for code in (order.tracking_number, order.shipping_postal_code):
        if code:
            parts += [code, "".join(code.split())]  # with blanks or without, and looked for either way
    parts += [_amount(amount) for amount in (order.total, order.announced_total) if amount is not None]
    parts += [order.notes, *_last(notes)]
    for item in items:
        parts += [item.product_name, item.size, item.color]
    # Compared as one text: a blank between two parts is what they were split at.
    words = compared(" ".join([part[:MAX_PART] for part in parts if part])).split()
    return " ".join(dict.fromkeys(words))[:MAX_TEXT].rstrip()


def as_words(part: str | None) -> list[str]:
    """A text's words as they are compared."""
    return plain(part[:MAX_PART]).split() if part else []


def words_of(search: str) -> tuple[Word, ...]:
    """What must all be found in an order's text for it to match `search`, longest first.

    People search for what they have in hand. An order's number stands for all that is said around it, and so does an
    address behind a name. Digits, spaces and what is written into phone numbers are one number.
    """
    asked = unicodedata.normalize("NFKC", _NUMERO.sub(" ", bare(search)))
    if number := _NUMBER.search(asked):
        return ((f"cmd{number[1]}{number[2]}",),)
    if mailbox := _MAILBOX.search(asked):
        return ((plain(mailbox[1] or mailbox[2]),),)
    if _PHONE.fullmatch(typed := phones.typed(asked)):
        return ((_found_by(typed), *_amounts(typed)),)
    amounts, typed = _without_amounts(typed)
    rest = _GLUED.sub(r"\1 ", _PHONE_IN_WORDS.sub(_number_or_words, typed))
    words = {word.strip(_ENDS) for word in plain(_AROUND.sub(" ", rest)).split()} - {""}
    if not amounts:
        words = words - TITLES or words or set(plain(search).replace("#", " ").split())
    found = [*amounts, *((word,) for word in words if not amounts or word not in TITLES)]
    return tuple(sorted(found, key=lambda word: (-min(map(len, word)), word)))


def _last(notes: Sequence[str]) -> list[str]:
    """The last of the notes, of which there may be hundreds."""
    kept, room = list[str](), MAX_NOTES
    for note in reversed(notes):
        kept.append(note[: min(room, MAX_PART)])
        room -= len(kept[-1])
    return [note for note in kept if note]


def _amount(minor: int) -> str:
    """An amount by which it is told from longer ones, and from telephone numbers."""
    return f"={money.typed(minor, settings().shop_currency)}="


def _amounts(typed: str) -> list[str]:
    """The amounts that somebody may have typed."""
    return [_amount(minor) for minor in money.readings(typed, settings().shop_currency)]


def _without_amounts(asked: str) -> tuple[list[Word], str]:
    """The amounts among words, each also as it is typed, for "33,5 cl" is none; and the rest."""
    found: list[Word] = []

    def take(run: re.Match[str]) -> str:
        amounts = _amounts(run[0])
        if not amounts:
            return run[0]
        as_typed = re.sub(r"[ '’](?=[0-9])", "", run["marked"] or run["before"] or run["cut"])
        found.append((*dict.fromkeys(amounts), f" {as_typed}"))
        return " "

    return found, _amount_in_words(settings().shop_currency).sub(take, asked)


@lru_cache
def _amount_in_words(currency: str) -> re.Pattern[str]:
    """Among other words a number is an amount with the currency's mark, or with decimals."""
    number, mark = rf"{_GROUPED}(?:[.,][0-9]{{1,2}})?|[0-9]+(?:[.,][0-9]{{1,3}})?", money.marks(currency)
    cut = rf"{_GROUPED}[.,][0-9]{{1,2}}|[0-9]+[.,][0-9]{{1,3}}"
    either = rf"(?:{mark})\s?(?P<before>{number})|(?P<marked>{number})\s?(?:{mark})|(?P<cut>{cut})"
    return re.compile(rf"(?<![\w@.,+#=/-])(?:{either})(?![\w@]|[.,/-][0-9])", re.I)


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
