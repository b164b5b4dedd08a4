"""A Python-only platform builds from what is in git: pip, then the Procfile's line by a shell. No npm, no make, and
here nobody to fetch the browser libraries from either; the build hook, where a platform has one, fetches them."""

import http.client
import io
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from printalma.serve.vendor import CDN, sri
from tests.support.client import Client, cart
from tests.support.net import free_port
from tests.support.postgres import Postgres
from tests.support.server import ADMIN, ENDS, KEYS, ROOT, eventually

# npm's and pip's source of packages, out of reach.
NOBODY_ANSWERS = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has, with a virtual environment of its own beside it."""
    folder = tmp_path_factory.mktemp("platform")
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder / "app", filter="data")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    install = [folder / "venv" / "bin" / "pip", "install", "-q", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", "requirements.txt"], cwd=folder / "app", check=True)
    return folder / "app"


@pytest.fixture(scope="module")
def dyno(checkout: Path, postgres: Postgres) -> Iterator[tuple[Client, subprocess.Popen[str]]]:
    """The shop as the platform's router reaches it, and its process."""
    port = free_port()
    line = re.search(r"^web: (.+)$", (checkout / "Procfile").read_text(), re.MULTILINE)
    assert line
    environ = {
        "PATH": f"{checkout.parent / 'venv' / 'bin'}:/usr/bin:/bin",
        "HOME": str(checkout),
        "DYNO": "web.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "3",
        "DATABASE_URL": postgres.create("platform").replace("postgresql://", "postgres://"),
        "ADMIN_EMAIL": ADMIN[0],
        "ADMIN_PASSWORD": ADMIN[1],
        **NOBODY_ANSWERS,
    }
    process = subprocess.Popen(
        ["sh", "-c", line[1]],
        cwd=checkout,
        env=environ | KEYS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    client = Client(f"http://127.0.0.1:{port}")
    eventually(lambda: process.poll() is not None or is_up(client), 60)
    yield client, process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=ENDS)


def is_up(client: Client) -> bool:
    try:
        return client.get("/healthz").status == 200
    except (OSError, http.client.HTTPException):
        return False


def test_the_checkout_alone_serves_a_working_page(checkout: Path, dyno: tuple[Client, subprocess.Popen[str]]) -> None:
    client, process = dyno
    assert process.poll() is None, process.stdout and process.stdout.read()
    signed_in = client.post("/auth/login", {"email": ADMIN[0], "password": ADMIN[1]}, X_Forwarded_Proto="https")
    assert "Secure" in (signed_in.headers["Set-Cookie"] or ""), "the platform's router is believed"
    client.token = signed_in.json["access_token"]
    page = client.get("/dashboard", Cookie=client.cookie)
    assert page.status == 200
    assert not list((checkout / "static").glob("vendor/*"))
    scripts = re.findall(r'<script src="(https://[^"]+)" integrity="(sha384-[^"]+)" crossorigin="anonymous"', page.text)
    assert len(scripts) == 2
    assert all(source.startswith(f"{CDN}/htmx.org@") for source, _ in scripts)
    exactly = " ".join(source for source, _ in scripts)
    assert f"script-src 'self' {exactly};" in page.headers["Content-Security-Policy"], "two files, not a host"
    assert client.get(re.findall(r'src="(/static/dashboard\.js[^"]*)"', page.text)[0]).status == 200
    assert client.post("/orders/guest", cart()).status == 404, "a platform's shop starts with no made-up products"
    assert [file.name for file in (checkout / "instance").iterdir() if "secret" in file.name] == []


def test_the_platform_stops_it_with_one_signal_to_one_process(dyno: tuple[Client, subprocess.Popen[str]]) -> None:
    """The shell has given its place to gunicorn: SIGTERM reaches it, and nothing is left behind."""
    client, process = dyno
    assert is_up(client)
    process.terminate()
    assert process.wait(ENDS) == 0
    assert not is_up(client)


def test_the_build_hook_brings_the_browser_libraries_without_an_npm(checkout: Path) -> None:
    """Last in this file: what it fetches stays. Only Python is on the path; the lock's hashes decide what is kept."""
    hook = (checkout / "bin" / "post_compile").read_text().splitlines()[-1].split()
    environ = {"PATH": str(checkout.parent / "venv" / "bin"), **package_settings()}
    subprocess.run(hook, cwd=checkout, env=environ, check=True)
    manifest = json.loads((checkout / "static" / "package.json").read_text())["printalma"]["scripts"]
    vendor = checkout / "static" / "vendor"
    assert {sri(file) for file in vendor.iterdir()} == set(manifest.values())
    (vendor / "htmx.min.js").write_text("alert(1)")
    subprocess.run(hook, cwd=checkout, env=environ, check=True)
    assert {sri(file) for file in vendor.iterdir()} == set(manifest.values()), "what was tampered with is replaced"


def package_settings() -> dict[str, str]:
    """How this machine reaches its packages."""
    ours = ("home", "pip_", "npm_config_", "node_", "ssl_", "requests_")
    return {name: value for name, value in os.environ.items() if name.lower().startswith(ours)}
