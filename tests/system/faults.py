"""What can break while a shop is at work, each fault until it is mended: `chaos.py` deals them out."""

import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from tests.support.database import select
from tests.support.disk import SmallDisk
from tests.support.page import Page
from tests.support.postgres import Postgres
from tests.support.proxy import Proxy
from tests.support.release import next_release
from tests.support.server import ROOT, Cold, Server, eventually, lives
from tests.support.warm import Warm, flask

PAGES = 4
SETTLE = 60.0  # seconds the pages have at most to catch up once everything runs again
STOPPED = 60.0  # seconds after which a worker that does not answer is replaced; gunicorn's 30, and a busy machine


@dataclass
class Scene:
    """What there is to break. `random` decides what is, so that a seed tells the story again."""

    database: str
    servers: list[Server]
    proxies: list[Proxy]  # between the pages and each server
    random: random.Random
    folder: Path
    postgres: Postgres | None = None
    line: Proxy | None = None  # between the servers and PostgreSQL
    disk: SmallDisk | None = None  # which the database has for itself
    replays: bool = True  # whether pages that come back say where they stopped
    root: Path = ROOT  # of the release that serves
    era: int = 0  # how often a backup was restored: what came after it was made is gone with those days
    acknowledged: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # ids of orders, by era
    pages: list[Page] = field(default_factory=list)
    twice: set[int] = field(default_factory=set)

    def open_pages(self) -> None:
        """Dashboards of somebody who has just signed in, in place of those that are open."""
        admin = self.servers[0].admin()
        urls = [self.proxies[n % len(self.proxies)].url for n in range(PAGES)]
        opened, left = [Page(admin, url, self.replays).open() for url in urls], self.pages
        self.pages = opened
        self.close(left)

    def close(self, pages: list[Page]) -> None:
        for page in pages:
            page.close()
            self.twice |= page.twice

    def run(self, *command: str) -> None:
        """A `flask` command of the release that serves; given again, as people do, while its sentence is that the
        database does not answer, which has just been broken."""
        deadline = time.monotonic() + SETTLE
        while True:
            try:
                flask(self.servers[0].database_url, *command, root=self.root)
                return
            except AssertionError as error:
                if "ne répond pas" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(1)

    def server(self) -> Server:
        return self.random.choice(self.servers)

    def pause(self, least: float, most: float) -> None:
        """What breaks stays broken for a while."""
        time.sleep(self.random.uniform(least, most))


Fault = Callable[[Scene], None]


def possible(scene: Scene) -> list[Fault]:
    """The faults for which this scene has what it takes."""
    found: list[Fault] = [kill_worker, kill_server, kill_master, stop_worker, freeze]
    found += [deploy, migrate, cut_lines, restore]
    found += [crash_database, exhaust_connections] if scene.postgres else []
    found += [forsake_lines, silence] if scene.line else []
    return found + ([fill_disk] if scene.disk else [])


# Processes


def kill_worker(scene: Scene) -> None:
    workers = scene.server().workers()
    if workers:
        os.kill(scene.random.choice(workers), signal.SIGKILL)


def kill_server(scene: Scene) -> None:
    server = scene.server()
    server.kill()
    server.start()


def kill_master(scene: Scene) -> None:
    """Its workers end by themselves, and leave the port to the next."""
    server = scene.server()
    orphans = server.workers()
    server.kill_master()
    eventually(lambda: not any(map(lives, orphans)))
    server.start()


def stop_worker(scene: Scene) -> None:
    """It answers nobody and says nothing; gunicorn gives it up after a while."""
    server = scene.server()
    worker = scene.random.choice(eventually(server.workers))
    os.kill(worker, signal.SIGSTOP)
    try:
        eventually(lambda: worker not in server.workers(), STOPPED)
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)


def deploy(scene: Scene) -> None:
    server = scene.server()
    server.stop()
    server.start()


def migrate(scene: Scene) -> None:
    """A release with another migration takes over, one process after the other: meanwhile both serve."""
    scene.root = next_release(scene.root, scene.folder)
    scene.run("setup")
    for server in scene.servers:
        scene.pause(0.2, 0.5)
        server.stop()
        assert isinstance(server.how, Cold | Warm)
        server.how = replace(server.how, root=scene.root)
        server.start()


def freeze(scene: Scene) -> None:
    server = scene.server()
    server.signal_all(signal.SIGSTOP)
    scene.pause(0.1, 1.0)
    server.signal_all(signal.SIGCONT)


# Lines


def cut_lines(scene: Scene) -> None:
    scene.random.choice(scene.proxies).cut_all()


def forsake_lines(scene: Scene) -> None:
    """The database's lines die without a word; new ones work."""
    assert scene.line is not None
    scene.line.forsake()


def silence(scene: Scene) -> None:
    """The same, and for a while new lines say nothing either."""
    assert scene.line is not None
    scene.line.silent = True
    scene.pause(1.0, 7.0)
    scene.line.silent = False
    scene.line.forsake()  # what was swallowed is not said again


# The database


def crash_database(scene: Scene) -> None:
    assert scene.postgres is not None
    scene.postgres.stop(signal.SIGQUIT)
    scene.pause(0.1, 0.5)
    scene.postgres.start()


def exhaust_connections(scene: Scene) -> None:
    """Others take every place that PostgreSQL has, and a worker that dies gives up its own."""
    assert scene.postgres is not None
    with ExitStack() as taken:
        for _ in range(2):
            with suppress(psycopg.OperationalError):
                while True:
                    taken.enter_context(psycopg.connect(scene.postgres.url("postgres")))
            kill_worker(scene)
            scene.pause(0.5, 2.0)


def restore(scene: Scene) -> None:
    """A backup is put back while everybody works. What was ordered since it was made is gone, and everybody must sign
    in again: after a look at what was there before, a new era begins."""
    before, file = set(scene.acknowledged[scene.era]), str(scene.folder / "backup.db")
    eventually(lambda: all(before <= page.ever for page in scene.pages), SETTLE)
    scene.run("backup", file)
    scene.pause(0.5, 2.0)
    scene.run("restore", file, "--replace")
    assert before <= {row.id for row in select(scene.database, "SELECT id FROM orders")}
    scene.open_pages()
    scene.era += 1


def fill_disk(scene: Scene) -> None:
    """Nothing more can be written; a worker that dies meanwhile finds it so when it starts."""
    assert scene.disk is not None
    scene.disk.fill()
    try:
        scene.pause(1.0, 2.0)
        kill_worker(scene)
        scene.pause(0.5, 2.0)
    finally:
        scene.disk.free()
    if scene.postgres:
        scene.postgres.revive()
