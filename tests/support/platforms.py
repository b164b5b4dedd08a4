"""What each platform reads of the repository, as it reads it: how it builds, how it starts, what it sets and asks."""

import json
import os
import re
import secrets
import shlex
import shutil
import subprocess
import tomllib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from tests.support.server import ADMIN

SHELL = ("sh", "-c")


@dataclass(frozen=True)
class Platform:
    """`start` is what is executed; `environ` is all it finds but for PATH and DATABASE_URL; `grace` seconds lie between
    SIGTERM and SIGKILL. `health` is what the platform asks, None where it only looks whether the port is open."""

    start: list[str]
    environ: dict[str, str]
    health: str | None
    grace: float
    build: str = ""


def procfile(folder: Path, mark: str, grace: float) -> Platform:
    """Heroku and Scalingo: the buildpack runs pip and bin/post_compile; app.json says what is asked for."""
    line = re.search(r"^web: (.+)$", (folder / "Procfile").read_text(), re.MULTILINE)
    assert line
    asked = json.loads((folder / "app.json").read_text())["env"]
    drawn = {name: secrets.token_hex(32) for name, how in asked.items() if how.get("generator") == "secret"}
    given = {name: how["value"] for name, how in asked.items() if "value" in how}
    return Platform([*SHELL, line[1]], {mark: "1", "WEB_CONCURRENCY": "3"} | _answered() | drawn | given, None, grace)


def render(folder: Path) -> Platform:
    blueprint = yaml.safe_load((folder / "render.yaml").read_text())
    (service,) = blueprint["services"]
    environ = {"RENDER": "true"}
    for variable in service["envVars"]:
        if "fromDatabase" in variable:
            assert variable["fromDatabase"]["name"] in [database["name"] for database in blueprint["databases"]]
        elif variable.get("generateValue"):
            environ[variable["key"]] = b64encode(secrets.token_bytes(32)).decode()
        else:
            environ[variable["key"]] = variable.get("value") or _answered()[variable["key"]]
    start, grace = [*SHELL, service["startCommand"]], float(service["maxShutdownDelaySeconds"])
    return Platform(start, environ, service["healthCheckPath"], grace, service["buildCommand"])


def fly(folder: Path) -> Platform:
    said = tomllib.loads((folder / "fly.toml").read_text())
    assert said["kill_signal"] == "SIGTERM"
    assert int(said["env"]["PORT"]) == said["http_service"]["internal_port"]
    (check,) = said["http_service"]["checks"]
    grace = float(said["kill_timeout"].removesuffix("s"))
    return _in_image(folder, {"FLY_APP_NAME": said["app"]} | said["env"] | _secrets(), check["path"], grace)


def railway(folder: Path) -> Platform:
    said = json.loads((folder / "railway.json").read_text())
    assert (folder / said["build"]["dockerfilePath"]).is_file()
    deploy = said["deploy"]
    assert isinstance(deploy["drainingSeconds"], int), "a string of digits is refused"
    return _in_image(
        folder, {"RAILWAY_ENVIRONMENT": "production"} | _secrets(), deploy["healthcheckPath"], deploy["drainingSeconds"]
    )


def compose(folder: Path) -> Platform:
    """What its healthcheck asks is a command: see `healthcheck`."""
    shop = services(folder)["shop"]
    assert shop["depends_on"]["database"]["condition"] == "service_healthy"
    environ = {name: value for name, value in shop["environment"].items() if name != "DATABASE_URL"}
    return _in_image(folder, _secrets() | environ, "/healthz", float(shop["stop_grace_period"].removesuffix("s")))


def services(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "compose.yaml").read_text())["services"]
    return found


def healthcheck(folder: Path, port: int) -> list[str]:
    """compose.yaml's command that says whether the shop is well, for another port."""
    kind, *command = services(folder)["shop"]["healthcheck"]["test"]
    assert kind == "CMD"
    return [word.replace(":3004/", f":{port}/") for word in command]


def dockerfile(folder: Path) -> list[tuple[str, str]]:
    """Its instructions and what they say, in order."""
    text = re.sub(r"^#.*\n", "", (folder / "Dockerfile").read_text(), flags=re.MULTILINE)
    found = [line.partition(" ") for line in text.splitlines() if line]
    return [(name, said) for name, _, said in found]


def image_environ(folder: Path) -> dict[str, str]:
    settings = [shlex.split(said) for name, said in dockerfile(folder) if name == "ENV"]
    return dict(pair.split("=", 1) for pairs in settings for pair in pairs)


def image_files(folder: Path) -> Iterator[PurePosixPath]:
    """The files that an image has, by .dockerignore."""
    ignored = [line for line in (folder / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    for file in folder.rglob("*"):
        path = PurePosixPath(file.relative_to(folder).as_posix())
        above = [path, *path.parents]
        if file.is_file() and not any(_matches(one, pattern) for one in above for pattern in ignored):
            yield path


def unit(folder: Path, name: str) -> dict[str, list[str]]:
    """A systemd unit's settings; each may be said more than once."""
    found: dict[str, list[str]] = {}
    for line in (folder / "deploy" / name).read_text().splitlines():
        if line[:1] not in ("", "#", "["):
            key, _, said = line.partition("=")
            found.setdefault(key, []).append(said)
    return found


def named_variables(folder: Path) -> set[str]:
    """Every environment variable that a platform's file sets or asks for."""
    of_render = {
        variable["key"] for variable in yaml.safe_load((folder / "render.yaml").read_text())["services"][0]["envVars"]
    }
    of_fly = set(tomllib.loads((folder / "fly.toml").read_text())["env"])
    of_compose = set(services(folder)["shop"]["environment"])
    of_heroku = set(json.loads((folder / "app.json").read_text())["env"])
    return of_render | of_fly | of_compose | of_heroku | set(image_environ(folder))


def _in_image(folder: Path, environ: dict[str, str], health: str, grace: float) -> Platform:
    (cmd,) = (json.loads(said) for name, said in dockerfile(folder) if name == "CMD")
    (user,) = (said for name, said in dockerfile(folder) if name == "USER")
    return Platform([*_as_user(user), *cmd], image_environ(folder) | environ, health, grace)


def _as_user(user: str) -> list[str]:
    """How somebody is that user who, as in an image, reads every file and writes only what is theirs; else nothing."""
    reads = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    switch = ["setpriv", "--reuid", user, "--regid", "0", "--clear-groups", *reads]
    is_possible = os.geteuid() == 0 and shutil.which("setpriv") and not subprocess.run([*switch, "true"]).returncode
    return switch if is_possible else []


def _answered() -> dict[str, str]:
    return {"ADMIN_EMAIL": ADMIN[0], "ADMIN_PASSWORD": ADMIN[1]}


def _secrets() -> dict[str, str]:
    """What docs/deploy.md has the owner give."""
    return {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "JWT_SECRET")} | _answered()


def _matches(path: PurePosixPath, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(path.name, pattern.removeprefix("**/"))
    return fnmatch(str(path), pattern) and str(path).count("/") == pattern.count("/")
