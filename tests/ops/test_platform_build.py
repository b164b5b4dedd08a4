"""Platforms build from what is in git and start what their files say. What each file says is run here, word for word,
in a checkout with a virtual environment of its own, with the platform's variables; only the platform is missing."""

import http.client
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from printalma import config
from printalma.web.vendor import CDN, sri
from tests.ops.test_config import Asked
from tests.support import platforms
from tests.support.client import Client, cart
from tests.support.install import install
from tests.support.net import free_port
from tests.support.platforms import Platform
from tests.support.postgres import Postgres
from tests.support.server import ENDS, KEYS, ROOT, eventually

pytestmark = pytest.mark.matrix

# npm's and pip's source of packages, out of reach.
NOBODY_ANSWERS = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
# Not the shop's: of Python, of pip.
GRACE = 10  # seconds before a platform kills: on a busy machine it takes more than the three it needs
OTHERS = {"PYTHONUNBUFFERED", "PIP_NO_CACHE_DIR", "PIP_DISABLE_PIP_VERSION_CHECK"}


class Started:
    """The shop as a platform's router reaches it, and its process."""

    def __init__(self, platform: Platform, folder: Path, venv: Path, database_url: str, **more: str) -> None:
        port = free_port()
        path = f"{venv / 'bin'}:/usr/bin:/bin"
        environ = {"PATH": path, "HOME": str(folder), "DATABASE_URL": database_url} | platform.environ | more
        self.process = subprocess.Popen(
            platform.start,
            cwd=folder,
            env=environ | {"PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.environ, self.port, self.client = environ, port, Client(f"http://127.0.0.1:{port}")
        eventually(lambda: self.process.poll() is not None or is_up(self.client, platform.health or "/livez"), 60)

    def sign_in(self) -> http.client.HTTPMessage:
        """The headers of the first admin's sign-in, through the platform's router."""
        email, password = self.environ["ADMIN_EMAIL"], self.environ["ADMIN_PASSWORD"]
        answer = self.client.post("/auth/login", {"email": email, "password": password}, X_Forwarded_Proto="https")
        assert answer.status == 201, answer.text
        self.client.token = answer.json["access_token"]
        return answer.headers

    def end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=ENDS)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has, with a virtual environment of its own beside it."""
    folder = tmp_path_factory.mktemp("platform")
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder / "app", filter="data")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    install(folder / "venv" / "bin" / "python")
    return folder / "app"


@pytest.fixture(scope="module")
def venv(checkout: Path) -> Path:
    return checkout.parent / "venv"


@pytest.fixture(scope="module")
def dyno(checkout: Path, venv: Path, postgres: Postgres) -> Iterator[Started]:
    url = postgres.create("platform").replace("postgresql://", "postgres://")
    started = Started(platforms.procfile(checkout, "DYNO", 30), checkout, venv, url, **NOBODY_ANSWERS)
    yield started
    started.end()


def is_up(client: Client, path: str = "/healthz") -> bool:
    try:
        return client.get(path).status == 200
    except (OSError, http.client.HTTPException):
        return False


def test_the_checkout_alone_serves_a_working_page(checkout: Path, dyno: Started) -> None:
    client, process = dyno.client, dyno.process
    assert process.poll() is None, process.stdout and process.stdout.read()
    assert "Secure" in (dyno.sign_in()["Set-Cookie"] or ""), "the platform's router is believed"
    page = client.get("/dashboard", Cookie=client.cookie)
    assert page.status == 200
    assert not list((checkout / "static").glob("vendor/*"))
    scripts = re.findall(
        r'<script src="(https://[^"]+)"\s+integrity="(sha384-[^"]+)" crossorigin="anonymous"', page.text
    )
    assert len(scripts) == 2
    assert all(source.startswith(f"{CDN}/htmx.org@") for source, _ in scripts)
    exactly = " ".join(source for source, _ in scripts)
    assert f"script-src 'self' {exactly};" in page.headers["Content-Security-Policy"], "two files, not a host"
    assert client.get(re.findall(r'src="(/static/dashboard\.js[^"]*)"', page.text)[0]).status == 200
    (line,) = client.post("/orders/guest", cart()).data["orderItems"]
    assert line["product"]["id"] is None, "a platform's shop starts with no made-up products"
    assert [file.name for file in (checkout / "instance").iterdir() if "secret" in file.name] == []


def test_the_platform_stops_it_with_one_signal_to_one_process(dyno: Started) -> None:
    """The shell has given its place to gunicorn: SIGTERM reaches it, and nothing is left behind."""
    assert is_up(dyno.client)
    dyno.process.terminate()
    assert dyno.process.wait(ENDS) == 0
    assert not is_up(dyno.client)


def test_the_build_brings_the_browser_libraries_without_an_npm(checkout: Path, venv: Path) -> None:
    """Render's build, and the hook that Heroku's and Scalingo's buildpacks run. Only Python is on the path; the lock's
    hashes decide what is kept."""
    hook = (checkout / "bin" / "post_compile").read_text().splitlines()[-1].split()
    environ = {"PATH": str(venv / "bin") + ":/nowhere", **package_settings()}
    shell = shutil.which("sh") or "/bin/sh"
    build = platforms.render(checkout).build.replace("sh ", f"{shell} ")
    subprocess.run([shell, "-c", build], cwd=checkout, env=environ, check=True, stdout=subprocess.DEVNULL)
    manifest = json.loads((checkout / "static" / "package.json").read_text())["printalma"]["scripts"]
    vendor = checkout / "static" / "vendor"
    assert {sri(file) for file in vendor.iterdir()} == set(manifest.values())
    (vendor / "htmx.min.js").write_text("alert(1)")
    subprocess.run(hook, cwd=checkout, env=environ, check=True)
    assert {sri(file) for file in vendor.iterdir()} == set(manifest.values()), "what was tampered with is replaced"


@pytest.fixture(scope="module")
def image(checkout: Path, venv: Path) -> Iterator[Path]:
    """What the Dockerfile makes, without a container: its files, after its steps, where its user may look."""
    folder = Path(tempfile.mkdtemp(prefix="printalma-image-"))
    folder.chmod(0o755)
    (checkout / ".env").write_text("SECRET_KEY=nobody's business\n")
    (checkout / "instance" / "secret_key").write_text("nobody's business")
    for file in platforms.image_files(checkout):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(checkout / file, folder / file)
    environ = {"PATH": f"{venv / 'bin'}:/usr/bin:/bin", **package_settings()}
    for instruction, said in platforms.dockerfile(checkout):
        step = said.replace(" /data", f" {checkout.parent / 'data'}")
        if os.geteuid() != 0:
            step = step.replace(" -o 10001", "")
        if instruction == "RUN":
            subprocess.run(["sh", "-c", step], cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)
    yield folder
    shutil.rmtree(folder)


def test_an_image_has_what_runs_and_nobodys_secrets(image: Path) -> None:
    top = {file.name for file in image.iterdir()}
    assert {"printalma", "templates", "static", "migrations", "wsgi.py", "gunicorn.conf.py"} <= top
    assert not top & {".env", ".git", "tests"}
    assert list((image / "instance").iterdir()) == []
    assert len(list((image / "static" / "vendor").iterdir())) == 2


READ: dict[str, Callable[[Path], Platform]] = {
    "scalingo": lambda folder: platforms.procfile(folder, "SCALINGO_APPLICATION_ID", 30),
    "render": platforms.render,
    "fly": platforms.fly,
    "railway": platforms.railway,
    "compose": platforms.compose,
}


@pytest.mark.parametrize("name", READ)
def test_what_its_file_says_serves_and_stops(
    name: str, image: Path, checkout: Path, venv: Path, postgres: Postgres
) -> None:
    platform = READ[name](checkout)
    folder = image if "CONTAINER" in platform.environ else checkout
    started = Started(platform, folder, venv, postgres.create(f"platform-{name}"))
    try:
        assert started.process.poll() is None, started.process.stdout and started.process.stdout.read()
        believed = "Secure" in (started.sign_in()["Set-Cookie"] or "")
        assert believed == (name != "compose"), "of a container nothing is known but what TRUSTED_PROXIES says"
        page = started.client.get("/dashboard", Cookie=started.client.cookie)
        assert page.status == 200
        assert CDN not in page.text, "the build has brought the libraries"
        if name == "compose":
            subprocess.run(platforms.healthcheck(checkout, started.port), env=started.environ, check=True)
        started.process.terminate()
        assert started.process.wait(ENDS) == 0
        assert platform.grace >= GRACE
        if name == "compose":
            asked = subprocess.run(platforms.healthcheck(checkout, started.port), env=started.environ, stderr=-3)
            assert asked.returncode != 0
    finally:
        started.end()


def test_each_variable_that_a_file_names_is_read(checkout: Path, tmp_path: Path) -> None:
    config.load(Asked(KEYS | {"CONTAINER": "1", "ALLOW_SQLITE": "1"}), tmp_path)
    named = platforms.named_variables(checkout)
    assert {"DATABASE_URL", "JWT_SECRET", "PORT", "CONTAINER"} <= named
    assert named - OTHERS <= Asked.names


def package_settings() -> dict[str, str]:
    """How this machine reaches its packages."""
    ours = ("home", "pip_", "npm_config_", "node_", "ssl_", "requests_")
    return {name: value for name, value in os.environ.items() if name.lower().startswith(ours)}
