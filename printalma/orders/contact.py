"""How to reach a customer: what a telephone dials and WhatsApp opens, out of whatever was typed as a number."""

from printalma.lib import phones

MIN_DIALLED, MAX_DIALLED = 3, 15  # digits: an emergency's at least, ITU-T E.164's at most


def dialled(phone: str, *regions: str | None) -> str | None:
    """What tel: takes (RFC 3966): a number that is read in one of the regions with its country's code, any other as it
    was typed. None when the text is no one number."""
    numbers = phones.read_all(phone, *regions)
    if numbers:
        return phones.e164(numbers[0]) if len(numbers) == 1 else None
    digits = phones.digits(phone)
    abroad = phones.is_international(phones.typed(phone))
    return f"{'+' * abroad}{digits.removeprefix('00')}" if MIN_DIALLED <= len(digits) <= MAX_DIALLED else None


def whatsapp(phone: str, *regions: str | None) -> str | None:
    """The number's digits with its country's code, as wa.me takes them. None for a landline, and when no country is
    sure."""
    numbers = phones.read_all(phone, *regions)
    return None if len(numbers) != 1 or phones.is_landline(numbers[0]) else phones.digits(phones.e164(numbers[0]))
