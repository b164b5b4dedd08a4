"""A short run of the fault test. `make chaos` runs it for as long as told."""

import pytest

from tests.conftest import StartServer
from tests.support.postgres import Postgres
from tests.system.chaos import Chaos

SECONDS = 12.0


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.matrix)])
def test_acknowledged_saved_and_shown_are_the_same_orders(
    database_kind: str, request: pytest.FixtureRequest, database: str, start_server: StartServer, seed: int
) -> None:
    postgres: Postgres | None = request.getfixturevalue("postgres") if database_kind == "postgres" else None
    servers = [start_server(database), start_server(database)]
    report = Chaos(database, servers, seed, postgres, replays=True).run(SECONDS)
    assert report.is_clean, report


@pytest.mark.matrix
def test_without_replay_the_same_test_finds_missing_orders(database: str, start_server: StartServer) -> None:
    server = start_server(database)
    chaos = Chaos(database, [server], 3, None, replays=False)
    report = chaos.run(6, settle=3)
    assert sorted(report.acknowledged) == sorted(report.in_database)
    assert any(report.missing), report
