"""Pictures that orders name by an address: read from the log, claimed, had, kept; by a host of the tests' own and a
clock that waits for nobody."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial, wraps
from threading import Barrier
from typing import Any, BinaryIO, ParamSpec, TypeVar
from urllib.parse import urlsplit

import pytest
from flask import Flask

from printalma.config import SETTINGS
from printalma.db import Connection, reading, transaction
from printalma.events import log
from printalma.events.types import OrderMended, PicturesChanged
from printalma.lib import clock
from printalma.lib.limits import Limits
from printalma.pictures import attempt, claims, client, decoding, naming, queries, reader, storage
from printalma.pictures.claims import AT_ONCE, ATTEMPTS, LEASE, Claim, Result
from printalma.pictures.client import Asks, Fetched
from printalma.pictures.decoding import Decoded, Small
from printalma.pictures.models import Copy
from printalma.pictures.troubles import FetchFailed, Trouble
from tests.conftest import NewDatabase
from tests.pictures.bodies import data_url, hash_of, png, with_pictures
from tests.support import database as db
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE, ONLY_POSTGRES
from tests.support.server import eventually

P = ParamSpec("P")
T = TypeVar("T")
SMALL = {Copy.THUMBNAIL: Small("image/webp", 96, 72, b"RIFF small"), Copy.VIEW: Small("image/webp", 800, 600, b"RIFF")}
LOGO, CLUB = "https://pictures.example/logo.png", "https://pictures.example/club.png"


class Process:
    """What the server does beside answering, in the app's context as there."""

    app: Flask
    since = 0  # up to which event of the log a test had not begun

    @classmethod
    def runs(cls, task: Callable[P, T]) -> Callable[P, T]:
        @wraps(task)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            with cls.app.app_context():
                return task(*args, **kwargs)

        return run


class Clock:
    def __init__(self) -> None:
        self.now = clock.now()

    def __call__(self) -> Any:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span


class Host:
    """Everybody who has pictures: at each address another, unless something is the `matter`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.matter: dict[str, FetchFailed | Exception] = {}
        self.is_away = False
        self.place, self.leads_to = "203.0.113.1", ""  # the machine of all of them, and whom it leads to

    def fetch(self, address: str, file: BinaryIO, _limits: Limits, _own: frozenset[str], asks: Asks) -> Fetched:
        asks(urlsplit(address).hostname or "", self.place)
        if self.leads_to:
            asks(self.leads_to, self.place)
        self.asked.append(address)
        if self.is_away:
            raise FetchFailed(Trouble.AWAY)
        if address in self.matter:
            raise self.matter[address]
        data = at(address)
        file.write(data)
        return Fetched(len(data), hash_of(data), "image/png")


def at(address: str) -> bytes:
    return png(2_000) + address.encode()


EMPTIED = ("order_sources", "picture_sources", "picture_copies", "order_pictures", "picture_pieces", "pictures")


@pytest.fixture(scope="module")
def its_shop(new_database: NewDatabase) -> Iterator[Inside]:
    with Inside(new_database(), CORS_ORIGINS="https://boutique.example") as found:
        yield found


@pytest.fixture
def shop(its_shop: Inside) -> Inside:
    """Nobody has named a picture yet."""
    url = its_shop.database_url
    db.execute_together(url, *(f"DELETE FROM {name}" for name in (*EMPTIED, "picture_hosts")))
    db.execute(url, "UPDATE picture_cursor SET upto = (SELECT last FROM log_position)")
    Process.app = its_shop.app
    Process.since = db.select(url, "SELECT last FROM log_position")[0].last
    return its_shop


@pytest.fixture
def host(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> Host:
    found = Host()
    monkeypatch.setattr(client, "fetch", found.fetch)
    monkeypatch.setattr(decoding, "copies", lambda *_: Decoded(800, 600, "image/png", SMALL))
    return found


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """From here on it passes when a test says so."""
    found = Clock()
    for module in (reader, claims, storage):
        monkeypatch.setattr(module, "now", found)
    return found


def place(shop: Inside, *addresses: str) -> int:
    answer = shop.client().post("/orders/guest", with_pictures(*addresses))
    assert answer.status == 201, answer.text
    found: int = answer.data["id"]
    return found


@Process.runs
def read() -> None:
    while reader.read():
        pass


@Process.runs
def claim(most: int = 8) -> list[Claim]:
    return transaction(partial(claims.claim, most=most))


attempted = Process.runs(attempt.attempt)


@Process.runs
def settle(*results: Result) -> None:
    transaction(partial(claims.settle, results=results))


@Process.runs
def work(rounds: int = 100) -> None:
    """All that is due now."""
    read()
    for _ in range(rounds):
        if not (claimed := claim()):
            return
        settle(*map(attempted, claimed))


def sources(shop: Inside) -> dict[str, Any]:
    return {row.address: row for row in db.select(shop.database_url, "SELECT * FROM picture_sources")}


@Process.runs
def told() -> list[list[int]]:
    """The orders that each event names whose pictures came."""
    with reading() as connection:
        happened = log.since(connection, Process.since, 1_000)
    return [record.event.orders for record in happened if isinstance(record.event, PicturesChanged)]


@Process.runs
def swept(*works: Callable[[Connection], int]) -> list[int]:
    """How many rows each of them takes at once."""
    return [transaction(work) for work in works]


@Process.runs
def best(order_id: int) -> str | None:
    with reading() as connection:
        return queries.best_of(connection, [order_id]).get(order_id)


# From the log


def test_each_picture_of_an_order_is_had_once_and_told_of_once(shop: Inside, host: Host) -> None:
    order = place(shop, LOGO, CLUB, LOGO)
    work()
    assert sorted(host.asked) == [CLUB, LOGO]
    assert best(order) == hash_of(at(LOGO)), "the first that is printed shows best what it is"
    assert told() == [[order]]
    admin = shop.admin()
    original = admin.get(f"/pictures/{hash_of(at(LOGO))}")
    assert (original.status, original.headers["Content-Type"]) == (200, "image/png")
    small = admin.get(f"/pictures/{hash_of(at(LOGO))}/thumbnail")
    assert (small.status, small.text, small.headers["Content-Type"]) == (200, "RIFF small", "image/webp")


def test_a_crash_after_reading_loses_nothing_and_reading_again_repeats_nothing(
    shop: Inside, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place(shop, LOGO)
    for at_line in ("_know", "key_of"):
        with monkeypatch.context() as patch:
            patch.setattr(reader, at_line, lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                read()
        assert not sources(shop)
    upto = db.select(shop.database_url, "SELECT upto FROM picture_cursor")[0].upto
    work()
    db.execute(shop.database_url, "UPDATE picture_cursor SET upto = :upto", upto=upto)
    work()
    assert host.asked == [LOGO]
    assert [row.order_id for row in db.select(shop.database_url, "SELECT order_id FROM order_sources")] == [order]


def test_two_readers_note_each_order_once(shop: Inside, host: Host) -> None:
    for n in range(12):
        place(shop, LOGO, f"https://pictures.example/{n}.png")
    at_once(read)
    assert len(sources(shop)) == 13
    assert len(db.select(shop.database_url, "SELECT * FROM order_sources")) == 24


def test_an_order_nobody_understands_does_not_hold_up_the_next(
    shop: Inside, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = place(shop, LOGO), place(shop, CLUB)
    named = naming.named

    def confused(connection: Any, order_id: int) -> list[str]:
        if order_id == first:
            raise RecursionError
        return named(connection, order_id)

    monkeypatch.setattr(naming, "named", confused)
    work()
    assert (best(first), best(second)) == (None, hash_of(at(CLUB)))


def test_a_mended_order_names_what_it_names_now(shop: Inside, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    order = place(shop, LOGO, CLUB)
    work()
    monkeypatch.setattr(naming, "named", lambda _connection, _order: [CLUB])
    mend(order)
    work()
    assert best(order) == hash_of(at(CLUB))
    assert told()[-1] == [order]
    assert len(db.select(shop.database_url, "SELECT * FROM order_sources")) == 1
    db.execute(shop.database_url, "UPDATE picture_sources SET named_at = 0, tried_at = 0")
    assert swept(storage.sweep_sources) == [1]
    assert [*sources(shop)] == [CLUB]


@Process.runs
def mend(order: int) -> None:
    event = OrderMended(order, "", [], None, None, None, "", "PENDING", 0, "EUR", "PENDING")
    transaction(lambda tx: log.append(tx, event, None))


def test_the_two_hundred_and_first_picture_of_an_order_is_not_asked_for(shop: Inside, host: Host) -> None:
    order = place(shop, *(f"https://pictures.example/{n:03}.png" for n in range(100)))
    many = [f"https://h{n}.example/p.png" for n in range(250)]
    db.execute(shop.database_url, "UPDATE picture_cursor SET upto = (SELECT last FROM log_position)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naming, "named", lambda _connection, _order: many)
        mend(order)
        read()
    states = {address: (row.state, row.trouble) for address, row in sources(shop).items()}
    assert states == dict.fromkeys(many[:200], ("waiting", None)) | dict.fromkeys(many[200:], ("lost", "too_many"))
    assert told() == [[order]], "of those it is known already"
    place(shop, many[249])
    read()
    assert sources(shop)[many[249]].state == "waiting", "of another order it is the first"


@pytest.mark.parametrize(
    "address", ["https://", "https://[::1", "https:///x.png", "http://a.example/\0.png", "https://x/" + "a" * 3_000]
)
def test_what_is_no_address_stops_nobody(shop: Inside, host: Host, address: str) -> None:
    order = place(shop, address, LOGO)
    work()
    assert host.asked == [LOGO]
    assert best(order) == hash_of(at(LOGO))
    assert all(row.state == "lost" for at_, row in sources(shop).items() if at_ != LOGO)


# By a host that can take it


def test_two_processes_never_ask_a_host_for_more_than_two_pictures_at_once(shop: Inside, host: Host) -> None:
    place(shop, *(f"https://a.example/{n}.png" for n in range(9)), *(f"https://b.example/{n}.png" for n in range(9)))
    read()
    for _ in range(3):
        taken = [one for found in at_once(claim) for one in found]
        taken += claim()  # what one passed over because the other held it
        assert Counter(one.host for one in taken) == {"a.example": AT_ONCE, "b.example": AT_ONCE}
        assert len({one.key for one in taken}) == 2 * AT_ONCE
        assert claim() == []
        settle(*(Result(one, trouble=Trouble.GONE) for one in taken))


@ON_SQLITE
def test_no_host_is_asked_for_more_than_so_many_in_any_hour(
    shop: Inside, host: Host, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = shop.app.extensions[SETTINGS].limits
    assert limits.picture_requests_per_hour == 300
    monkeypatch.setitem(vars(limits), "picture_requests_per_hour", 7)
    place(shop, *(f"https://a.example/{n}.png" for n in range(20)), "https://b.example/1.png")
    work()
    assert Counter(address.split("/")[2] for address in host.asked) == {"a.example": 7, "b.example": 1}
    moments = []
    for _ in range(60):
        time.pass_(timedelta(minutes=3))
        before = len(host.asked)
        work()
        moments += [time.now] * (len(host.asked) - before)
    assert len(host.asked) == 21, "in the end all of them"
    hour = timedelta(hours=1)
    assert all(sum(moment - hour < other <= moment for other in moments) <= 7 for moment in moments)


@ON_SQLITE
def test_whoever_an_address_leads_to_is_asked_no_more_than_others(
    shop: Inside, host: Host, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(shop.app.extensions[SETTINGS].limits), "picture_requests_per_hour", 5)
    host.leads_to = "victim.example"
    place(shop, *(f"https://h{n}.example/p.png" for n in range(9)))
    work()
    assert len(host.asked) == 5
    assert [row.state for row in sources(shop).values()].count("waiting") == 4, "it is tried again"
    host.leads_to, host.place = "", "203.0.113.2"
    place(shop, *(f"https://i{n}.example/p.png" for n in range(9)), *(f"https://j{n}.example/p.png" for n in range(9)))
    work()
    assert len(host.asked) - 5 <= 3 * 5, "a thousand names may be one machine"


def test_a_stranger_with_a_thousand_hosts_does_not_hold_up_the_shops_own(shop: Inside, host: Host) -> None:
    place(shop, LOGO)
    work()
    place(shop, *(f"https://h{n}.example/p.png" for n in range(90)), CLUB)
    read()
    assert CLUB in [one.address for one in claim(4)]


# What becomes of it


@ON_SQLITE
def test_a_host_that_is_away_for_an_hour_is_hardly_asked_and_then_gives_all(
    shop: Inside, host: Host, time: Clock
) -> None:
    orders = [place(shop, f"https://a.example/{n}.png") for n in range(10)]
    host.is_away = True
    work()
    for _ in range(60):
        time.pass_(timedelta(minutes=1))
        work()
    assert 10 < len(host.asked) < 60, "it rests, with all that is wanted of it"
    assert told() == []
    host.is_away = False
    for _ in range(40):
        time.pass_(timedelta(minutes=8))
        work()
    assert all(map(best, orders))


@ON_SQLITE
def test_a_picture_that_cannot_be_had_is_given_up_after_a_day(shop: Inside, host: Host, time: Clock) -> None:
    order = place(shop, LOGO)
    host.is_away = True
    for _ in range(24 * 6):
        work()
        time.pass_(timedelta(minutes=10))
    assert 5 < len(host.asked) <= ATTEMPTS
    assert (sources(shop)[LOGO].state, sources(shop)[LOGO].trouble) == ("lost", Trouble.AWAY)
    assert told() == [[order]]
    host.is_away = False
    again = place(shop, LOGO)
    work()
    assert best(again) == best(order) == hash_of(at(LOGO)), "an order that names it again is a reason to ask"


@pytest.mark.parametrize("trouble", [Trouble.GONE, Trouble.NO_PICTURE, Trouble.ADDRESS, Trouble.TOO_MANY_PIXELS])
def test_what_will_never_be_one_is_given_up_at_once(shop: Inside, host: Host, trouble: Trouble) -> None:
    order = place(shop, LOGO, CLUB)
    host.matter[LOGO] = FetchFailed(trouble)
    work()
    assert (sources(shop)[LOGO].state, sources(shop)[LOGO].trouble) == ("lost", trouble)
    assert best(order) == hash_of(at(CLUB)), "a host that answers is not away"
    place(shop, LOGO)
    work()
    assert host.asked.count(LOGO) == 1


def test_who_asks_to_wait_is_left_alone_for_so_long(shop: Inside, host: Host, time: Clock) -> None:
    place(shop, LOGO)
    host.matter[LOGO] = FetchFailed(Trouble.AWAY, retry_after=1_800)
    work()
    place(shop, CLUB)
    time.pass_(timedelta(seconds=1_700))
    work()
    assert host.asked == [LOGO]
    time.pass_(timedelta(seconds=200))
    work()
    assert set(host.asked[1:]) == {LOGO, CLUB}


def test_what_nobody_foresaw_is_tried_again(shop: Inside, host: Host, time: Clock) -> None:
    order = place(shop, LOGO)
    host.matter[LOGO] = ZeroDivisionError()
    work()
    del host.matter[LOGO]
    time.pass_(timedelta(minutes=2))
    work()
    assert best(order)


def test_a_claim_whose_lease_ran_out_is_anothers_and_is_not_settled_by_the_first(
    shop: Inside, host: Host, time: Clock
) -> None:
    order = place(shop, LOGO)
    read()
    (lost,) = claim()
    assert claim() == []
    time.pass_(LEASE + timedelta(seconds=1))
    (found,) = claim()
    assert found.key == lost.key
    settle(Result(lost, trouble=Trouble.GONE))
    assert sources(shop)[LOGO].state == "waiting"
    settle(attempted(found))
    assert best(order)
    assert host.asked == [LOGO]


def test_a_clock_that_was_set_back_holds_up_nothing_that_was_claimed(shop: Inside, host: Host, time: Clock) -> None:
    place(shop, LOGO)
    read()
    claim()
    db.execute(shop.database_url, "UPDATE picture_sources SET due_at = 0")
    time.pass_(timedelta(hours=-3))
    assert len(claim()) == 1


@ON_SQLITE
def test_ten_thousand_orders_of_one_picture_are_one_fetch_and_few_events(shop: Inside, host: Host) -> None:
    for _ in range(30):
        place(shop, LOGO)
    work()
    rows = [{"order_id": n, "key": queries.key_of(LOGO), "rank": 0} for n in range(1_000, 11_000)]
    db.insert(shop.database_url, "order_sources", rows)
    for _ in range(30):
        place(shop, LOGO)
    work()
    assert host.asked == [LOGO]
    first, second = told()
    assert (len(first), len(second)) == (30, 30)
    db.execute(shop.database_url, "UPDATE picture_sources SET state = 'waiting', due_at = 0")
    work()
    assert told()[2] == [*range(10_800, 11_000)], "the newest"


def test_the_same_file_at_two_addresses_is_kept_once(shop: Inside, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.pictures.test_sources.at", lambda _address: png(3_000))
    order = place(shop, LOGO, CLUB)
    work()
    assert {row.hash for row in sources(shop).values()} == {hash_of(png(3_000))}
    assert len(db.select(shop.database_url, "SELECT * FROM picture_copies")) == 2
    assert best(order) == hash_of(png(3_000))


def test_a_picture_that_came_within_an_order_is_made_small_without_asking_anybody(shop: Inside, host: Host) -> None:
    order = place(shop, data_url(png(3_000)))
    work()
    assert host.asked == []
    assert best(order) == hash_of(png(3_000))
    other = place(shop, f"/pictures/{'0' * 64}")
    work()
    assert (best(other), sources(shop)[f"/pictures/{'0' * 64}"].trouble) == (None, Trouble.GONE)


# Room


def test_over_the_bound_what_no_order_needs_goes_the_oldest_first_and_copies_count(
    shop: Inside, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [f"https://a.example/{n}.png" for n in range(6)]
    orders = [place(shop, address) for address in addresses[:4]]
    work()
    of_all = swept(queries.size_of_all)[0]
    copies = sum(len(copy.data) for copy in SMALL.values())
    assert of_all == sum(len(at(address)) + copies for address in addresses[:4])
    monkeypatch.setattr(attempt, "MEGABYTE", of_all)
    monkeypatch.setitem(vars(shop.app.extensions[SETTINGS].limits), "picture_megabytes", 1)
    db.execute(shop.database_url, "UPDATE pictures SET seen_at = 0")
    db.execute(shop.database_url, "UPDATE orders SET status = 'DELIVERED' WHERE id = :id", id=orders[1])
    orders.append(place(shop, addresses[4]))
    work()
    assert [best(order) is not None for order in orders] == [True, False, True, True, True]
    gone = sources(shop)[addresses[1]]
    assert (gone.state, gone.trouble, gone.hash) == ("lost", Trouble.NO_ROOM, None)
    place(shop, addresses[5])
    work()
    last = sources(shop)[addresses[5]]
    assert (last.state, last.trouble) == ("waiting", Trouble.NO_ROOM), "there may be more tomorrow"


@ONLY_POSTGRES
def test_a_host_that_is_named_while_it_is_swept_stays(shop: Inside) -> None:
    """Of which nothing was known any more: who waits for the row sees what came meanwhile."""
    url, host = shop.database_url, urlsplit(LOGO).hostname
    db.insert(url, "picture_hosts", [{"host": host, "kept": 5, "failures": 0, "asked": "{}"}])
    order = place(shop, LOGO)

    def note(tx: Connection) -> Future[list[int]]:
        reader._note.__wrapped__(tx, {order: [LOGO]}, cursor, cursor)  # type: ignore[attr-defined]
        sweep = hands.submit(swept, storage.sweep_hosts)
        eventually(lambda: sweep.done() or db.blocked(url) == 1)
        return sweep

    cursor = db.select(url, "SELECT upto FROM picture_cursor")[0].upto
    with ThreadPoolExecutor(1) as hands:
        Process.runs(transaction)(note).result()
    assert [one.address for one in claim()] == [LOGO]


def test_what_is_named_by_an_order_is_not_swept(shop: Inside, host: Host) -> None:
    order = place(shop, LOGO)
    work()
    db.execute(shop.database_url, "UPDATE pictures SET seen_at = 0")
    db.execute(shop.database_url, "UPDATE picture_sources SET named_at = 0")
    assert swept(storage.sweep, storage.sweep_sources, storage.sweep_hosts) == [0, 0, 1]
    assert best(order)
    db.execute(shop.database_url, "DELETE FROM order_sources")
    assert swept(storage.sweep_sources) == [1]
    assert swept(storage.sweep, storage.sweep) == [1, 0]
    assert not db.select(shop.database_url, "SELECT hash FROM pictures")
    assert not db.select(shop.database_url, "SELECT hash FROM picture_copies")


# For whom


def test_copies_are_for_the_team_and_for_listed_origins(shop: Inside, host: Host) -> None:
    place(shop, LOGO)
    work()
    path = f"/pictures/{hash_of(at(LOGO))}/view"
    assert shop.client().get(path).status == 401
    assert shop.client().register("draws@example.org").get(path).status == 403
    admin = shop.admin()
    listed = admin.get(path, Origin="https://boutique.example")
    assert listed.headers["Access-Control-Allow-Origin"] == "https://boutique.example"
    assert admin.get(path, Origin="https://elsewhere.example").headers["Access-Control-Allow-Origin"] is None
    answer = admin.get(path)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert admin.get(path, If_None_Match=answer.headers["ETag"]).status == 304
    for other in ("%00", "original", "thumbnail/x", "VIEW"):
        assert admin.get(f"/pictures/{hash_of(at(LOGO))}/{other}").status == 404


def at_once(task: Callable[[], T]) -> list[T]:
    """What two threads get that begin `task` together."""
    ready = Barrier(2)

    def begin(_: int) -> T:
        ready.wait(25)
        return task()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(begin, range(2)))


def test_of_an_order_with_thousands_of_pictures_only_the_first_are_looked_for(
    shop: Inside, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading all of them would take a third of a second, in which nobody else has a turn."""
    asked: list[int] = []

    def thousands(_connection: Connection, _order: int) -> Iterator[str]:
        for n in range(10_000):
            asked.append(n)
            yield f"https://h{n}.example/p.png"

    monkeypatch.setattr(naming, "_named", [thousands])
    place(shop)
    read()
    assert len(asked) == len(sources(shop)) == naming.MAX_NOTED
