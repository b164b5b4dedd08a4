"""Which addresses a picture is fetched from."""

import pytest

from printalma.pictures.addresses import Target, target
from printalma.pictures.troubles import FetchFailed, Trouble

OWN = frozenset({"http://images:8080", "https://127.0.0.1"})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://res.example.com/a/b.png?x=1", ("https", "res.example.com", 443, "/a/b.png?x=1")),
        ("http://res.example.com", ("http", "res.example.com", 80, "/")),
        ("http://res.example.com:443/", ("http", "res.example.com", 443, "/")),
        ("https://RES.example.com./A.png", ("https", "res.example.com.", 443, "/A.png")),
        (" https://a_b.example.com/mon été.png#there ", ("https", "a_b.example.com", 443, "/mon%20%C3%A9t%C3%A9.png")),
        ("https://res.example.com/%20a%2Fb?u=a%26b", ("https", "res.example.com", 443, "/%20a%2Fb?u=a%26b")),
        ("https://café.example/a", ("https", "xn--caf-dma.example", 443, "/a")),
        ("https://8.8.8.8/a", ("https", "8.8.8.8", 443, "/a")),
        ("https://[2606:4700::1111]/a", ("https", "2606:4700::1111", 443, "/a")),
    ],
)
def test_an_address_of_the_web_is_taken(address: str, expected: tuple[str, str, int, str]) -> None:
    assert target(address, OWN) == Target(*expected, is_own=False)


WRONG = [
    *(
        "",
        "image.png",
        "/pictures/1.png",
        "//example.com/a.png",
        "data:image/png;base64,AAAA",
        "blob:https://a.example/1",
    ),
    *(
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "gopher://example.com/",
        "javascript:alert(1)",
        "https://",
        "https:///a",
    ),
    *(
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com@127.0.0.1/",
        "https://@example.com/",
    ),
    *("https://example.com:8080/", "https://example.com:22/", "https://example.com:0/", "https://example.com:65536/"),
    *("https://example.com:x/", "https://example.com:-80/", "https://[::1/", "https://::1/", "https://[example.com]/"),
    *(
        "http://localhost/",
        "http://LOCALHOST./",
        "http://db/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
    ),
    *("http://0x7f000001/", "http://0x7f.1/", "http://017700000001/", "http://0177.0.0.1/", "http://127.0.0.1./"),
    *(
        "http://example.0x7f/",
        "http://１２７.０.０.１/",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
    ),
    *("http://0/", "http://0.0.0.0/", "http://10.0.0.1/", "http://169.254.169.254/latest", "http://192.168.1.1/"),
    *(
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
    ),
    *(
        "http://[fe80::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[fd00::1]/",
        "http://example..com/",
        "http://-a.example/",
    ),
    *(
        "http://exa mple.com/",
        "http://example.com\\@127.0.0.1/",
        "http:\\\\127.0.0.1/",
        "http://example.com/\r\nHost: a",
    ),
    *(
        "http://exam\tple.com/",
        "http://example.com/\x00",
        "http://example.com/\ud800",
        "http://" + "a" * 64 + ".example/",
    ),
    *("http://" + "a." * 130 + "example/", "http://example.com/" + "a" * 4_000, "http://ex_ämple." + "ü" * 300 + "/"),
    *("http://exa\u200bmple.c\u00adom:81/", "http://a.example?@127.0.0.1:22\\"),
]


@pytest.mark.parametrize("address", WRONG, ids=lambda address: repr(address)[:40])
def test_anything_else_is_not(address: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        target(address, OWN)
    assert failed.value.trouble is Trouble.ADDRESS


def test_the_owners_origins_are_on_any_port_and_network() -> None:
    assert target("http://images:8080/a.png", OWN) == Target("http", "images", 8080, "/a.png", is_own=True)
    assert target("https://127.0.0.1/a.png", OWN).is_own
    for other in ("https://images:8080/", "http://images/", "http://images:8080@127.0.0.1/", "http://127.0.0.1/"):
        with pytest.raises(FetchFailed):
            target(other, OWN)
