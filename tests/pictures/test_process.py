"""Pictures that orders name, had by real servers from a host of the tests' own."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import StartServer
from tests.pictures.bodies import hash_of, with_pictures
from tests.support import database as db
from tests.support.matrix import ON_BOTH
from tests.support.picture_host import BAD, Handler, PictureHost, picture
from tests.support.server import Shop, eventually

NOW = "UPDATE picture_sources SET due_at = 0 WHERE due_at IS NOT NULL"


@pytest.fixture
def host() -> Iterator[PictureHost]:
    found = PictureHost()
    yield found
    found.close()


def place(server: Shop, *addresses: str) -> int:
    answer = server.client().post("/orders/guest", with_pictures(*addresses))
    assert answer.status == 201, answer.text
    found: int = answer.data["id"]
    return found


def states(server: Shop) -> list[Any]:
    return [row.state for row in db.select(server.database_url, "SELECT state FROM picture_sources")]


def when_let(may: threading.Event) -> Callable[[Handler], None]:
    """Answers then with a picture."""

    def serve(handler: Handler) -> None:
        may.wait(25)
        handler.give(picture(), "image/png")

    return serve


@pytest.mark.smoke
def test_an_order_is_saved_at_once_and_is_drawn_anew_when_its_picture_comes(
    database: str, start_server: StartServer, host: PictureHost
) -> None:
    server, may = start_server(database, PICTURE_HOSTS=host.origin), threading.Event()
    admin = server.admin()
    page = admin.dashboard()
    began = time.monotonic()
    order = place(server, host.serve("/logo.png", when_let(may)))
    assert time.monotonic() - began < 15, "nobody waits for the host, which waits for 25 s"
    page.wait_for(f"order-{order}")
    eventually(lambda: host.asked)
    assert states(server) == ["waiting"]
    assert f"/dashboard/orders/{order}" in admin.get("/dashboard", Cookie=admin.cookie).text
    may.set()
    page.wait_for(f"order-{order}")
    assert states(server) == ["kept"]
    copy = admin.get(f"/pictures/{hash_of(picture())}/thumbnail")
    assert (copy.status, copy.headers["Content-Type"]) == (200, "image/webp")
    assert 'printalma_pictures_total{outcome="kept"} 1.0' in admin.get("/metrics").text


@ON_BOTH
@pytest.mark.matrix
def test_who_is_killed_in_the_middle_of_it_has_lost_nothing(
    database: str, start_server: StartServer, host: PictureHost
) -> None:
    server, may = start_server(database, PICTURE_HOSTS=host.origin), threading.Event()
    place(server, host.serve("/logo.png", when_let(may)), host.put("/club.png", picture(seed=2)))
    eventually(lambda: sorted(host.asked) == ["/club.png", "/logo.png"])
    eventually(lambda: sorted(states(server)) == ["kept", "waiting"])
    server.kill()
    may.set()
    server = start_server(database, PICTURE_HOSTS=host.origin)
    db.execute(database, "UPDATE picture_sources SET claimed_until = 0 WHERE claimed_until IS NOT NULL")
    eventually(lambda: states(server) == ["kept", "kept"])
    assert sorted(host.asked) == ["/club.png", "/logo.png", "/logo.png"], "once more, and what had come not again"


@ON_BOTH
@pytest.mark.matrix
def test_two_processes_together_ask_a_host_for_two_at_once(
    database: str, start_server: StartServer, host: PictureHost
) -> None:
    server = start_server(database, PICTURE_HOSTS=host.origin, WORKERS="2")
    for n in range(6):
        place(server, *(host.put(f"/{n}-{m}.png", picture(60, 40, seed=10 * n + m)) for m in range(5)))
    eventually(lambda: states(server) == ["kept"] * 30, 60)
    assert len(host.asked) == len(set(host.asked)) == 30, "each once"
    assert host.most_at_once <= 2


@pytest.mark.matrix
def test_whatever_a_host_does_orders_and_others_pictures_come_through(
    database: str, start_server: StartServer, host: PictureHost
) -> None:
    elsewhere = host.origin.replace("127.0.0.1", "localhost")
    server = start_server(database, PICTURE_HOSTS=f"{host.origin},{elsewhere}")
    bad = [host.bad(name).replace("127.0.0.1", "localhost") for name in BAD]
    place(server, *bad)
    eventually(lambda: len(host.asked) >= 2)  # which may take half a minute each
    longest = 0.0
    for n in range(10):
        began = time.monotonic()
        place(server, host.put(f"/{n}.png", picture(seed=n)))
        longest = max(longest, time.monotonic() - began)
    assert longest < 10
    kept = "SELECT count(*) AS n FROM picture_sources WHERE state = 'kept' AND host = '127.0.0.1'"
    eventually(lambda: db.select(database, kept)[0].n == 10, 60)


@pytest.mark.matrix
def test_a_host_that_comes_back_gives_what_was_wanted(
    database: str, start_server: StartServer, host: PictureHost
) -> None:
    server = start_server(database, PICTURE_HOSTS=host.origin)
    address = host.put("/logo.png", picture())
    host.go_away()
    place(server, address)
    failed = "SELECT trouble FROM picture_sources WHERE trouble = 'away'"
    eventually(lambda: db.select(database, failed))
    host.come_back()
    db.execute(database, "UPDATE picture_hosts SET resting_until = NULL")
    db.execute(database, NOW)
    eventually(lambda: states(server) == ["kept"])
