"""How to reach a customer: what a telephone dials and WhatsApp opens, out of whatever was typed as a number."""

import re
import unicodedata

INTERNATIONAL = re.compile(r"\+?[1-9]\d{7,14}")  # ITU-T E.164: at most 15 digits; under eight there is no country's
SURELY_INTERNATIONAL = 12  # digits without a zero in front: at home, numbers are shorter
DIALLED_MOST = 15

# Mobile numbers as they are written at home, for the countries the shop's customers mostly live in: the country's code
# and what a number without it looks like (each country's numbering plan). A leading zero stays out unless it belongs to
# the number. For any other country nothing is guessed: a wrong guess shows a stranger somebody's order.
_HOME = {
    ("senegal", "sn"): ("221", re.compile(r"(7[05678]\d{7})")),
    ("france", "fr"): ("33", re.compile(r"0([67]\d{8})")),
    ("cote d'ivoire", "ivory coast", "ci"): ("225", re.compile(r"(0[157]\d{8})")),
    ("mali", "ml"): ("223", re.compile(r"([5-9]\d{7})")),
    ("belgique", "belgium", "be"): ("32", re.compile(r"0(4\d{8})")),
}


def dialled(phone: str) -> str | None:
    """What tel: takes (RFC 3966): digits, perhaps behind a plus. None when the text is no one number."""
    number = _compact(phone)
    return number if 3 <= len(number.lstrip("+")) <= DIALLED_MOST else None


def whatsapp(phone: str, country: str | None) -> str | None:
    """The number's digits with their country code, as wa.me takes them; None when no country is sure."""
    number = _compact(phone)
    digits = number.lstrip("+")
    if number.startswith("+") or (len(digits) >= SURELY_INTERNATIONAL and not digits.startswith("0")):
        return digits if INTERNATIONAL.fullmatch(number) else None
    for names, (code, at_home) in _HOME.items():
        if _plain(country or "") in names and (found := at_home.fullmatch(digits)):
            return code + found[1]
    return None


def _compact(phone: str) -> str:
    """+221 77 123-45-67 → +221771234567; 0033 (0)6… → +336…"""
    text = phone.strip()
    if re.match(r"\+|00", text):
        text = text.replace("(0)", "")
    digits = "".join(re.findall(r"[0-9]", text))
    if text.startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def _plain(name: str) -> str:
    """A country's name without accents, case and typographic apostrophes."""
    letters = unicodedata.normalize("NFD", name.casefold().replace("’", "'").strip())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
