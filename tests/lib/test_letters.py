"""What is left out of texts, what is folded in them, and what stays."""

import pytest

from printalma.lib.letters import bare, lines, one_line, plain, visible

PASTED = "\u00ad\u034f\u3164\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"


@pytest.mark.parametrize("unseen", [*PASTED, "\u200c", "\u200d", "\U000e0067"], ids=ascii)
def test_what_nobody_sees_is_left_out_wherever_it_stands(unseen: str) -> None:
    assert visible(f"{unseen}Awa{unseen} Diop{unseen}{unseen}") == "Awa Diop"
    assert plain(f"A{unseen}wa") == plain("awa")


@pytest.mark.parametrize(
    "written",
    [
        "می\u200cخواهم", "क्\u200dष", "👩\u200d👧", "👩🏽\u200d💻", "❤\ufe0f\u200d🔥", "🏳\ufe0f\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "N’Guessan", "١٢", "a b", "œuf",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_shapes_letters_and_pictures_stays(written: str) -> None:
    assert visible(written) == written
    assert not set("\u200c\u200d\ufe0f") & set(bare(written)), "an address has no use for it"
    assert plain(written) == plain(bare(written)), "it is found typed without them"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Villa 12\nPoint E", "Villa 12, Point E"), ("Villa 12,\r\n  Point E\r\n", "Villa 12, Point E"),
        ("a \n\n\n b", "a, b"), ("a\u2028b\u2029c\u0085d\ve\ff", "a, b, c, d, e, f"), ("a\tb \t c", "a b c"),
        ("a\n\tb", "a, b"), ("a\x00b\x1fc", "a\x00b\x1fc"),
        ("a," + " " * 100_000 + "b\n", "a," + " " * 100_000 + "b"), ("a  b", "a  b"), ("", ""),
    ],
)  # fmt: skip
def test_several_lines_become_one(typed: str, folded: str) -> None:
    assert one_line(typed) == folded


def test_every_kind_of_break_becomes_the_keyboards() -> None:
    assert lines("a\r\nb\rc\u2028d\ve\tf") == "a\nb\nc\nd\ne\tf"
