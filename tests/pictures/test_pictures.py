"""An order's pictures: cut out of its body, kept once, shown to the team."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from printalma.db import Unavailable
from printalma.pictures import intake, room, service
from printalma.web import rate_limits
from tests.conftest import NewDatabase
from tests.pictures.bodies import data_url, hash_of, png, raw, with_pictures
from tests.support import database as db
from tests.support.client import Answer
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

JSON = ("Content-Type", "application/json")
GUEST = "/orders/guest"
HOUR = 3_600_000
SHOWN = {
    b"\x89PNG\r\n\x1a\n rest": "image/png",
    b"\xff\xd8\xff\xe0 rest of it": "image/jpeg",
    b"GIF89a and more": "image/gif",
    b"RIFF\x10\0\0\0WEBPVP8 ": "image/webp",
}
SAVED = (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", b"%PDF-1.7", b"RIFF....WAVE", b"x")


@pytest.fixture(scope="module")
def its_shop(new_database: NewDatabase) -> Iterator[Inside]:
    unbounded: dict[str, Any] = {"PICTURE_MEGABYTES_PER_HOUR": "0", "PICTURE_MEGABYTES_PER_HOUR_OF_ALL": "0"}
    with Inside(new_database(), CORS_ORIGINS="https://boutique.example", **unbounded) as shop:
        yield shop


def post(shop: Inside, body: object, path: str = GUEST, **headers: str) -> int:
    answer = shop.client().post(path, body, **headers)
    assert answer.status == 201, answer.text
    found: int = answer.data["id"]
    return found


def of_order(shop: Inside, order_id: int) -> list[str]:
    found = "SELECT hash FROM order_pictures WHERE order_id = :id ORDER BY hash"
    return [row.hash for row in db.select(shop.database_url, found, id=order_id)]


def pieces(shop: Inside, data: bytes) -> list[int]:
    found = "SELECT length(data) AS size FROM picture_pieces WHERE hash = :hash ORDER BY n"
    return [row.size for row in db.select(shop.database_url, found, hash=hash_of(data))]


def fetched(shop: Inside, data: bytes, **headers: str) -> Answer:
    return shop.admin_once().get(f"/pictures/{hash_of(data)}", **headers)


# Taken


def test_a_picture_is_cut_out_and_kept_once(its_shop: Inside) -> None:
    one, other = png(700_000, seed=1), png(300, seed=2)
    first = post(its_shop, with_pictures(*[data_url(one)] * 3, data_url(other)))
    second = post(its_shop, with_pictures(data_url(one)))
    assert of_order(its_shop, first) == sorted([hash_of(one), hash_of(other)])
    assert of_order(its_shop, second) == [hash_of(one)]
    assert pieces(its_shop, one) == [256_000, 256_000, 188_000]


def test_a_body_of_sixteen_megabytes_is_an_order(its_shop: Inside) -> None:
    pictures = [png(5_500_000, seed=n) for n in (11, 12)]
    body = with_pictures(*map(data_url, pictures))
    assert 14_000_000 < len(raw(body)) < intake.MOST
    assert of_order(its_shop, post(its_shop, body)) == sorted(map(hash_of, pictures))


@pytest.mark.parametrize("width", [1_000, 65_536])
@ON_SQLITE
def test_a_body_in_chunks_is_one_too(its_shop: Inside, width: int) -> None:
    picture = png(1_700_000, seed=width)
    body = raw(with_pictures(data_url(picture)))
    parts = [body[at : at + width] for at in range(0, len(body), width)]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    head = f"POST {GUEST} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert its_shop.exchange(head.encode() + chunked, "192.0.2.1").startswith(b"HTTP/1.1 201")
    assert pieces(its_shop, picture) == [256_000] * 6 + [164_000]


@ON_SQLITE
def test_it_is_what_a_body_says_in_other_fields_too(its_shop: Inside) -> None:
    picture = png(900, seed=3)
    answer = its_shop.client().post(GUEST, with_pictures(notes=data_url(picture)))
    assert answer.data["notes"] == f"/pictures/{hash_of(picture)}"


@ON_SQLITE
def test_signed_in_customers_send_pictures_too(its_shop: Inside) -> None:
    picture = png(900, seed=4)
    customer = its_shop.client().register("draws@example.org")
    order = customer.post("/orders", with_pictures(data_url(picture)))
    assert of_order(its_shop, order.data["id"]) == [hash_of(picture)]


@ON_SQLITE
def test_the_same_body_again_is_the_same_order(its_shop: Inside) -> None:
    body = with_pictures(data_url(png(900, seed=5)), "data:image/png;base64,!!!")
    first, again = (its_shop.client().post(GUEST, body, Idempotency_Key="drawn") for _ in range(2))
    assert (first.status, again.status) == (201, 200)
    other = with_pictures(data_url(png(900, seed=6)), "data:image/png;base64,!!!")
    assert its_shop.client().post(GUEST, other, Idempotency_Key="drawn").status == 422


# Refused


@ON_SQLITE
def test_what_remains_may_have_a_megabyte(its_shop: Inside) -> None:
    body = with_pictures(data_url(png(2_000_000, seed=7)), "data:image/png," + "x" * 900_000)
    assert its_shop.client().post(GUEST, body).status == 201
    body = with_pictures(data_url(png(900, seed=8)), "data:image/png," + "x" * 1_000_000)
    assert its_shop.client().post(GUEST, body).status == 413
    assert pieces(its_shop, png(900, seed=8)) == []


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"a": ', [JSON], 400),
        (b'{}"data:image/png;base64,AAAA', [JSON], 400),
        (b"[]", [JSON], 400),
        (b"{}", [("Content-Type", "text/plain")], 415),
        (b"{}", [JSON, ("Content-Encoding", "gzip")], 415),
        (b'{"a":[' + b'"data:;base64,AAAA",' * 5_001 + b"1]}", [JSON], 413),
        (b"", [JSON, ("Content-Length", "64000001")], 413),
    ],
)
@ON_SQLITE
def test_what_is_no_order_is_refused_as_ever(its_shop: Inside, body: bytes, headers: Any, status: int) -> None:
    assert its_shop.ask("POST", GUEST, headers, body).status == status


@pytest.mark.parametrize("path", ["/auth/login", "/push/subscriptions"])
@ON_SQLITE
def test_elsewhere_a_megabyte_is_all(its_shop: Inside, path: str) -> None:
    body = raw({"email": data_url(png(1_000_000))})
    assert its_shop.admin_once().send("POST", path, json.loads(body)).status == 413


# Left out: an order is never refused for its pictures


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, dict[str, Any]]]:
    """What became of each body."""
    found = []
    read = intake.order_body

    def told() -> intake.OrderBody:
        body = read()
        found.append((body.dropped, body.fields))
        return body

    monkeypatch.setattr("printalma.orders_api.api.order_body", told)
    return found


def urls(fields: dict[str, Any]) -> list[str]:
    return [each["imageUrl"] for each in fields["orderItems"][0]["designElementsByView"]["34-87"]]


@ON_SQLITE
def test_beyond_sixteen_megabytes_pictures_are_left_out(its_shop: Inside, dropped: list[Any]) -> None:
    one, two, three = (png(size, seed=20 + size) for size in (1_000_000, 11_500_000, 300))
    body = with_pictures(*map(data_url, (one, two, three, one)))
    order = post(its_shop, body)
    assert of_order(its_shop, order) == [hash_of(one)]
    ((lost, fields),) = dropped
    assert lost == 2
    assert urls(fields) == [f"/pictures/{hash_of(one)}", "", "", f"/pictures/{hash_of(one)}"]


@ON_SQLITE
def test_what_cannot_be_read_is_left_out(its_shop: Inside, dropped: list[Any]) -> None:
    picture = png(300, seed=30)
    sent = ["data:image/png;base64,", "data:image/png;base64,Zm9v!", data_url(picture), "https://example.org/a.png"]
    post(its_shop, with_pictures(*sent))
    assert dropped[0][0] == 2
    assert urls(dropped[0][1]) == ["", "", f"/pictures/{hash_of(picture)}", sent[3]]


@ON_SQLITE
def test_of_very_many_pictures_a_hundred_are_kept(its_shop: Inside, dropped: list[Any]) -> None:
    order = post(its_shop, with_pictures(*(data_url(png(20, seed=n)) for n in range(103))))
    assert len(of_order(its_shop, order)) == 100
    assert dropped[0][0] == 3


@pytest.fixture
def poor_shop(new_database: NewDatabase) -> Any:
    """One that has room for little."""
    rate_limits._windows.storage.reset()
    settings: dict[str, Any] = {
        "PICTURE_MEGABYTES_PER_HOUR": "2",
        "PICTURE_MEGABYTES_PER_HOUR_OF_ALL": "3",
        "PICTURE_MEGABYTES": "9",
    }
    with Inside(new_database(), TRUSTED_PROXIES="1", **settings) as shop:
        yield shop


@ON_SQLITE
def test_a_guests_pictures_have_a_budget_and_the_teams_have_none(poor_shop: Inside, dropped: list[Any]) -> None:
    one = [png(900_000, seed=seed) for seed in range(7)]

    def order(address: str, *pictures: bytes) -> int:
        post(poor_shop, with_pictures(*map(data_url, pictures)), X_Forwarded_For=address)
        lost: int = dropped.pop()[0]
        return lost

    assert order("203.0.113.1", one[0], one[1], one[2]) == 1
    assert order("203.0.113.1", one[0], one[1]) == 0, "they are there already"
    assert order("203.0.113.1", one[2]) == 1
    assert order("203.0.113.2", one[2]) == 0
    assert order("203.0.113.3", one[3]) == 1, "everybody's budget"
    assert order("203.0.113.3", png(20_000, seed=77)) == 0, "what is small enough still fits"
    answer = poor_shop.admin().post("/orders", with_pictures(data_url(one[4])))
    assert answer.status == 201
    assert dropped.pop()[0] == 0


@ON_SQLITE
def test_a_body_that_finds_no_room_is_read_without_its_pictures(
    its_shop: Inside, dropped: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 0.01)
    its_room = its_shop.app.extensions[intake.ROOM]
    small, large = data_url(png(300_000, seed=40)), data_url(png(2_000_000, seed=41))
    taken = [("203.0.113.1", 128_000_000), ("203.0.113.2", 127_000_000)]
    for each in taken:
        assert its_room.take(*each)
    try:
        post(its_shop, with_pictures(small))
        post(its_shop, with_pictures(large))
    finally:
        for each in taken:
            its_room.give_back(*each)
    post(its_shop, with_pictures(large))
    assert [lost for lost, _ in dropped] == [0, 1, 0]
    assert its_room.take("anybody", 256_000_000), "everything was given back"
    its_room.give_back("anybody", 256_000_000)


def test_one_address_takes_half_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 0.01)
    its_room = room.Room(100)
    assert its_room.take("a", 40)
    assert not its_room.take("a", 40)
    assert its_room.take("b", 50)
    assert not its_room.take("c", 20)
    its_room.give_back("a", 40)
    assert its_room.take("c", 20)
    assert room.Room(10).take("a", 16), "one body may always come"


# Shown


@pytest.mark.parametrize(("data", "kind"), SHOWN.items())
@ON_SQLITE
def test_a_picture_comes_as_what_it_is(its_shop: Inside, data: bytes, kind: str) -> None:
    post(its_shop, with_pictures(data_url(data, "image/svg+xml")))
    answer = fetched(its_shop, data)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in answer.headers
    assert fetched(its_shop, data, If_None_Match=answer.headers["ETag"]).status == 304


@pytest.mark.parametrize("data", SAVED)
@ON_SQLITE
def test_all_else_is_saved_and_runs_nothing(its_shop: Inside, data: bytes) -> None:
    post(its_shop, with_pictures(data_url(data, "image/png")))
    answer = fetched(its_shop, data)
    assert (answer.status, answer.text) == (200, data.decode())
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'; sandbox" in answer.headers.get_all("Content-Security-Policy", [])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_large_one_comes_whole(its_shop: Inside) -> None:
    picture = png(1_200_000, seed=50)
    post(its_shop, with_pictures(data_url(picture)))
    path, token = f"/pictures/{hash_of(picture)}", its_shop.token()
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    assert its_shop.exchange(head.encode(), "192.0.2.1").partition(b"\r\n\r\n")[2] == picture


@pytest.mark.parametrize("name", ["0" * 64, "A" * 64, "x", "..", "%00" * 64, "a" * 65])
@ON_SQLITE
def test_what_is_not_there_is_404(its_shop: Inside, name: str) -> None:
    assert its_shop.admin_once().get(f"/pictures/{name}").status in (404, 405)


@pytest.mark.parametrize(("origin", "may"), [("https://boutique.example", True), ("https://evil.example", False)])
@ON_SQLITE
def test_front_ends_of_listed_origins_may_draw_it(its_shop: Inside, origin: str, may: bool) -> None:
    picture = png(500, seed=51)
    post(its_shop, with_pictures(data_url(picture)))
    answer = fetched(its_shop, picture, Origin=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == (origin if may else None)
    assert "Origin" in answer.headers["Vary"]


# No longer needed


def age(shop: Inside, data: bytes, milliseconds: int) -> None:
    older = "UPDATE pictures SET seen_at = seen_at - :by WHERE hash = :hash"
    db.execute(shop.database_url, older, by=milliseconds, hash=hash_of(data))


def kept(shop: Inside, *pictures: bytes) -> list[bool]:
    there = {row.hash for row in db.select(shop.database_url, "SELECT hash FROM pictures WHERE whole")}
    return [hash_of(picture) in there for picture in pictures]


def refused(shop: Inside, *pictures: bytes) -> None:
    """An order of nothing, with these."""
    assert shop.client().post(GUEST, {"orderItems": [], "with": [*map(data_url, pictures)]}).status == 400


def test_what_no_order_has_is_swept_after_a_day(its_shop: Inside) -> None:
    forgotten, again, fresh, ordered = (png(2_500_000, seed=seed) for seed in (60, 61, 62, 63))
    refused(its_shop, forgotten, again, fresh)
    post(its_shop, with_pictures(data_url(ordered)))
    for picture in (forgotten, again, ordered):
        age(its_shop, picture, 25 * HOUR)
    refused(its_shop, again)
    done = its_shop.app.test_cli_runner().invoke(args=["daily"])
    assert done.exit_code == 0, done.output
    assert kept(its_shop, forgotten, again, fresh, ordered) == [False, True, True, True]
    assert pieces(its_shop, forgotten) == []
    post(its_shop, with_pictures(data_url(forgotten)))
    assert kept(its_shop, forgotten) == [True]


def test_what_was_half_written_is_made_whole_or_swept(its_shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = png(900_000, seed=64)
    write = service._write

    def ends(some: Any) -> None:
        write(some)
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(service, "_write", ends)
        assert its_shop.client().post(GUEST, with_pictures(data_url(picture))).status == 503
    assert kept(its_shop, picture) == [False]
    assert len(pieces(its_shop, picture)) == 1
    order = post(its_shop, with_pictures(data_url(picture)))
    assert of_order(its_shop, order) == [hash_of(picture)]
    assert kept(its_shop, picture) == [True]


@ON_SQLITE
def test_over_the_bound_what_nobody_needs_makes_room(poor_shop: Inside, dropped: list[Any]) -> None:
    boss = poor_shop.admin()
    ended, open_, lonely, last = (png(2_500_000, seed=seed) for seed in (70, 71, 72, 73))

    def order(picture: bytes) -> int:
        answer = boss.post("/orders", with_pictures(data_url(picture)))
        assert answer.status == 201
        found: int = answer.data["id"]
        return found

    boss.patch(f"/orders/{order(ended)}/status", {"status": "REJECTED"})
    order(open_)
    order(lonely)
    db.execute(poor_shop.database_url, "DELETE FROM order_pictures WHERE hash = :hash", hash=hash_of(lonely))
    order(last)
    assert dropped.pop()[0] == 1, "none of them is an hour old"
    for picture in (ended, open_, lonely):
        age(poor_shop, picture, 2 * HOUR)
    order(last)
    assert kept(poor_shop, ended, open_, lonely, last) == [True, True, False, True]
    age(poor_shop, last, 2 * HOUR)
    order(png(2_500_000, seed=74))
    assert kept(poor_shop, ended, open_, last) == [False, True, True]
    order(png(2_500_000, seed=75))
    assert dropped.pop()[0] == 1, "all that is there is needed"


# Nobody waits


def test_nothing_takes_long_at_a_stretch(its_shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others have their turn between two pieces, whether a body is read or its pictures are written."""
    looks: list[float] = []
    for module in ("printalma.web.peer", "printalma.pictures.service"):
        monkeypatch.setattr(f"{module}.let_others", lambda: looks.append(time.thread_time()))
    body = with_pictures(*(data_url(png(3_800_000, seed=seed)) for seed in (80, 81, 82)))
    post(its_shop, body)
    assert len(looks) > 900
    longest = max(after - before for before, after in pairwise(looks))
    assert longest < 0.05
