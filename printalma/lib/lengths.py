"""Lengths as people type and read them: in centimetres, of which whole millimetres are kept."""

import re

_TYPED = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]))?0* *(?:cm)?", re.IGNORECASE)


def read_centimetres(text: str) -> int | None:
    """The millimetres that "28", "28,5" or "28.5 cm" are; None for what is no such length."""
    found = _TYPED.fullmatch(text.strip())
    return int(found[1]) * 10 + int(found[2] or 0) if found else None


def typed(mm: int) -> str:
    """What a form's field shows: "28,5"."""
    return shown(mm).removesuffix(",0")


def shown(mm: float) -> str:
    """For people, in French: "28,0"."""
    return f"{mm / 10:.1f}".replace(".", ",")
