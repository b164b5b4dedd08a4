"""What lies about: files are their owner's alone, and the first password is told once."""

import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import warm
from tests.support.net import free_port
from tests.support.server import BIN, ENDS, ROOT, environment, eventually

pytestmark = pytest.mark.matrix  # each starts flask some times
PARTS = ("printalma", "migrations", "templates", "static", "wsgi.py", "gunicorn.conf.py")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("shop")
    for part in PARTS:
        (folder / part).symlink_to(ROOT / part)
    (folder / "printalma").unlink()
    shutil.copytree(ROOT / "printalma", folder / "printalma")
    yield folder
    warm.close(folder)


@pytest.fixture
def copy(checkout: Path) -> Iterator[Path]:
    """A checkout with an `instance/` of its own, which an older release left open."""
    (checkout / "instance").mkdir(mode=0o755)
    yield checkout
    shutil.rmtree(checkout / "instance")


def flask(folder: Path, *arguments: str) -> str:
    environ = {n: v for n, v in environment("").items() if not n.startswith(("ADMIN_", "DATABASE_", "SECRET", "JWT"))}
    done = warm.run(["flask", "--app", "wsgi", *arguments], environ, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_the_first_password_is_told_once_and_forgotten_when_it_is_changed(copy: Path) -> None:
    first = flask(copy, "setup")
    email, password = (copy / "instance" / "first_admin").read_text().split()
    assert password in first
    again = flask(copy, "setup")
    assert password not in again
    assert "first_admin" in again
    flask(copy, "admin", "password", email, "--password", "the owner's own choice")
    assert not (copy / "instance" / "first_admin").exists()
    assert password not in flask(copy, "setup")


def test_a_first_password_that_was_changed_long_ago_is_forgotten(copy: Path) -> None:
    flask(copy, "setup")
    file = copy / "instance" / "first_admin"
    email, password = file.read_text().split()
    flask(copy, "admin", "password", email, "--password", "the owner's own choice")
    file.write_text(f"{email}\n{password}\n")
    flask(copy, "setup")
    assert not file.exists()


def test_nobody_else_reads_the_shops_files(copy: Path) -> None:
    flask(copy, "setup")
    instance = copy / "instance"
    instance.chmod(0o755)
    for file in instance.iterdir():
        file.chmod(0o644)
    port = free_port()
    environ = environment(f"sqlite:///{instance / 'printalma.db'}", PORT=str(port))
    with open(copy / "log", "wb") as log:
        command: list[str | Path] = [BIN / "gunicorn", "wsgi:app"]
        server = subprocess.Popen(command, cwd=copy, env=environ, stdout=log, stderr=log, umask=0o022)
    try:
        eventually(lambda: {"printalma.db-wal", "printalma.db-shm"} <= modes(instance).keys(), 30)
        eventually(lambda: stat.S_IMODE(instance.stat().st_mode) == 0o700)
        eventually(lambda: set(modes(instance).values()) == {0o600})
    finally:
        server.terminate()
        server.wait(ENDS)
