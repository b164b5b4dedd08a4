"""Which tests are tried, in which order, and in which of the processes of a run."""

import gc
import importlib
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.support.matrix import DATABASES

TESTS = Path(__file__).parent.parent
# Fixtures: what costs seconds for each test that asks for it, and what has a real server behind it.
DEAR = {"start_server", "driver"}
SERVERS = DEAR | {"new_server", "own_server", "common_server"}
# With browsers, with servers that end, with installations.
LONG = tuple(f"tests/{folder}/" for folder in ("system", "ops", "socketio", "backup", "tidying", "push"))
# Files that take minutes, one test behind the other, where everything is tried.
LONGEST = ("tests/system/test_chaos", "tests/openapi/test_schemathesis", "tests/system/test_releases")
# Files that have one server: the first process that has one of them has them all. A file that is missing here is tried
# as well, by a process that may have to start that server for it.
COMMON = {
    "accounts": ("auth_api", "cross_site_browser", "guessing", "password_links", "script_tokens"),
    "backup": ("download",),
    "catalog": ("products", "running_low", "stock", "variants"),
    "dashboard": ("move_many", "notes"),
    "docs": ("contract",),
    "live": ("dashboard_door", "limits", "stream_door"),
    "ops": ("alerts", "metrics", "serving", "setup"),
    "orders": ("found_by", "placing", "placing_all", "transitions"),
    "saved_views": ("saved_views",),
    "statistics": ("page",),
    "team": ("team",),
    "web": ("addresses", "errors", "headers", "malformed", "peer"),
}
SHARED = {f"tests/{folder}/test_{name}.py": "common" for folder, names in COMMON.items() for name in names}
SHARED |= {"tests/socketio/": "socketio"}


class _Scheduling(LoadFileScheduling):  # type: ignore[misc]
    """A file by one process, and so what is SHARED, on each database."""

    def _split_scope(self, nodeid: str) -> str:
        kind = next((each for each in DATABASES if each in nodeid), "")
        found = (what + kind for path, what in SHARED.items() if nodeid.startswith(path))
        return next(found, super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Scheduling | None:
    return _Scheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="the whole matrix: what is marked `matrix` as well")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "matrix: one more combination of what another test already covers once")
    config.addinivalue_line("markers", "smoke: in `make test` although it has a browser or servers of its own")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Of several processes that are to try everything, each has pytest read a part of the files first: what one has
    made of a file the others find beside it, and reading is what costs, ten seconds each."""
    gc.disable()
    worker = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args != session.config.getini("testpaths"):
        return
    files = sorted(TESTS.rglob("test_*.py"))
    for file in files[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
        with suppress(Exception):  # that is told when the file's tests are collected
            importlib.import_module(".".join(file.relative_to(TESTS.parent).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What was read stays, hundreds of thousands of objects: no search for garbage goes through them again."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = _is_shown_already if config.getoption("--all") else _is_of_the_matrix
    tried = [item for item in items if not left_out(item)]
    if not config.getoption("--all"):
        tried = _once_on_the_second(tried)
    kept = set(tried)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = tried
    # Files run beside each other: a long one that began last would end alone.
    tests = Counter(item.path for item in items)
    long = {item.path for item in items if item.nodeid.startswith(LONG) or _has_a_server(item)}

    def rank(item: pytest.Item) -> Any:
        return not item.nodeid.startswith(LONGEST), item.path not in long, -tests[item.path], item.path

    items.sort(key=rank)


def _is_shown_already(item: pytest.Item) -> bool:
    """A browser shows the same of either database: the second is for tests that say ON_BOTH."""
    if not isinstance(item, pytest.Function) or "driver" not in item.fixturenames:
        return False
    if not _names_databases(item):
        return _kind(item) == DATABASES[1]
    named = [each.args[1] for each in item.iter_markers("parametrize") if "database_kind" in each.args[0]]
    return any(_kind(item) in kind.values for kinds in named for kind in kinds if getattr(kind, "marks", ()))


def _is_of_the_matrix(item: pytest.Item) -> bool:
    """What is marked; what has a browser or servers of its own, but for the tests marked `smoke`; and what has any
    server, the second time: on PostgreSQL, unless it names its databases."""
    if item.get_closest_marker("matrix") or not isinstance(item, pytest.Function):
        return item.get_closest_marker("matrix") is not None
    again = _kind(item) == DATABASES[1] and not _names_databases(item)
    is_dear = item.get_closest_marker("smoke") is None and not DEAR.isdisjoint(item.fixturenames)
    return is_dear or (again and _has_a_server(item))


def _once_on_the_second(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of a test of many cases, the second database is met by the first, unless it names its databases."""
    met = set()
    tried = []
    for item in items:
        if isinstance(item, pytest.Function) and _kind(item) == DATABASES[1] and not _names_databases(item):
            test = (item.path, item.originalname)
            if test in met:
                continue
            met.add(test)
        tried.append(item)
    return tried


def _has_a_server(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and not SERVERS.isdisjoint(item.fixturenames)


def _kind(item: pytest.Function) -> str | None:
    kind = item.callspec.params.get("database_kind") if hasattr(item, "callspec") else None
    return kind if isinstance(kind, str) else None


def _names_databases(item: pytest.Item) -> bool:
    return any("database_kind" in mark.args[0] for mark in item.iter_markers("parametrize"))
