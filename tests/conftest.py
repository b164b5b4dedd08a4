"""Servers and databases for the tests. Every test that asks for a `database` runs on SQLite and on PostgreSQL."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.support import cleanup, inside, warm
from tests.support.browser import launch
from tests.support.inside import Inside, flask
from tests.support.matrix import DATABASES
from tests.support.postgres import Postgres
from tests.support.server import Server, Start

pytest_plugins = "tests.support.selection"
_serial = itertools.count(1)

NewDatabase = Callable[..., str]
NewServer = Callable[..., Server]
OpenShop = Callable[..., Inside]
StartServer = Callable[..., Server]

# Whenever the kind of database changes, pytest makes its fixture anew; the template is made once.
_made: dict[str, NewDatabase] = {}


@pytest.fixture(autouse=True)
def _cleanup() -> Iterator[None]:
    yield
    cleanup.run()


@pytest.fixture(scope="session", autouse=True)
def _templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The processes of a run share what they compile; another run may draw otherwise."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    (folder / "templates").mkdir(exist_ok=True)
    inside.templates.directory = str(folder / "templates")


@pytest.fixture(scope="session", autouse=True)
def _warm() -> Iterator[None]:
    yield
    warm.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres(autovacuum=False)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session", params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def new_database(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NewDatabase:
    """Makes databases on which `flask setup --catalogue` has run; the work is done once and copied. Given the address
    of one that nobody has open, copies of that."""
    if database_kind not in _made:
        if database_kind == "sqlite":
            _made[database_kind] = _sqlite_databases(tmp_path_factory.mktemp(database_kind))
        else:
            _made[database_kind] = _postgres_databases(request.getfixturevalue("postgres"))
    return _made[database_kind]


@pytest.fixture
def database(new_database: NewDatabase) -> str:
    """The address of a fresh shop's database."""
    return new_database()


@pytest.fixture(scope="session")
def new_server(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> NewServer:
    """Makes servers of shops of their own, which `with` starts and ends."""

    def new(how: Start = warm.start, /, **settings: str) -> Server:
        return Server(new_database(), tmp_path_factory.mktemp("server"), how, **settings)

    return new


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Starts servers that end with the test."""
    started: list[Server] = []

    def start(database_url: str, how: Start = warm.start, /, **settings: str) -> Server:
        server = Server(database_url, tmp_path, how, **settings)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def open_shop() -> Iterator[OpenShop]:
    """Opens shops with settings of their own in this process, which end with the test."""
    with ExitStack() as ends:
        yield lambda database_url, *folder, **settings: ends.enter_context(Inside(database_url, *folder, **settings))


@pytest.fixture(scope="module")
def own_shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """A shop that the tests of a file share."""
    with Inside(new_database(), tmp_path_factory.mktemp("shop"), CORS_ORIGINS="") as shop:
        yield shop


@pytest.fixture(scope="module")
def own_server(own_shop: Inside) -> Server:
    """The same shop as a server, for what needs sockets, a browser, processes."""
    return own_shop.server


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, Inside]]:
    """The shops that many files share, by the kind of their database."""
    started: dict[str, Inside] = {}
    with ExitStack() as ends:
        yield started
        for shop in started.values():
            ends.push(shop)


@pytest.fixture(scope="module")
def common_shop(
    running: dict[str, Inside],
    database_kind: str,
    new_database: NewDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Inside:
    """A shop for files whose tests look at nothing but what they made themselves. It is behind a proxy, so that
    everybody who registers has an address of their own."""
    if database_kind not in running:
        folder, settings = tmp_path_factory.mktemp("common"), {"CORS_ORIGINS": "", "TRUSTED_PROXIES": "1"}
        running[database_kind] = Inside(new_database(), folder, **settings)
    return running[database_kind]


@pytest.fixture(scope="module")
def common_server(common_shop: Inside) -> Server:
    """The same shop as a server."""
    return common_shop.server


@pytest.fixture(scope="module")
def shop(own_shop: Inside) -> Inside:
    """The shop of a file, unless its folder says otherwise."""
    return own_shop


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    expect.set_options(timeout=25_000)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    browser = launch(driver, is_whole=False)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def whole_chromium(driver: Playwright) -> Iterator[Browser]:
    browser = launch(driver)
    yield browser
    browser.close()


def _sqlite_databases(folder: Path) -> NewDatabase:
    template = folder / "template.db"
    flask(f"sqlite:///{template}", "setup", "--catalogue")

    def new(like: str = f"sqlite:///{template}") -> str:
        return f"sqlite:///{shutil.copy(like.removeprefix('sqlite:///'), folder / f'shop-{next(_serial)}.db')}"

    return new


def _postgres_databases(server: Postgres) -> NewDatabase:
    template = server.create("template")
    flask(template, "setup", "--catalogue")

    def new(like: str = template) -> str:
        return server.create(f"shop-{os.getpid()}-{next(_serial)}", like.rpartition("/")[2])

    return new


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What passing tests have to say, too: on which Pythons it starts."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    for sentence in [value for report in reports for name, value in report.user_properties if name == "told"]:
        terminalreporter.write_line(sentence)
