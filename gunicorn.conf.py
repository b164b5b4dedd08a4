"""How `gunicorn wsgi:app` serves PrintAlma."""

import os
import resource
import shutil
import sys
from typing import Any

from printalma.config import GUNICORN_APP_FAILED, ConfigError, load
from printalma.lib import access_log, listening, run_folder

try:
    _settings = load()
except ConfigError as wrong:
    sys.exit(f"PrintAlma: {wrong}")

# Where the processes find each other, and add up what they measure: theirs alone, and gone with them.
_folder = run_folder.make()
os.environ["PRINTALMA_METRICS"] = str(_folder)

bind = [f"{host}:{_settings.port}" for host in listening.hosts()]
worker_class = "printalma.web.worker.Worker"
# Said here because gunicorn would otherwise take it from WEB_CONCURRENCY, which platforms set by themselves.
workers = _settings.workers
# The default of 1000 makes every further request hang once a thousand sockets are open.
worker_connections = 10_000
backlog = 2048
keepalive = 5
# Sockets are told to come back at once (live/process.py); this bounds what a slow request may take to end.
graceful_timeout = 2
# One control socket per user of the machine: two instances would collide.
control_socket_disable = True
# web/proxies.py believes TRUSTED_PROXIES hops. gunicorn by itself would believe anybody on this machine.
secure_scheme_headers: dict[str, str] = {}
# Nor does anybody say where our paths begin: a header SCRIPT_NAME would be a 500.
forwarder_headers = ""
accesslog = "-"
errorlog = "-"
logger_class = "printalma.lib.access_log.AccessLog"
access_log_format = access_log.FORMAT
loglevel = _settings.log_level

# A descriptor per socket. macOS calls its limit infinite and then refuses more than 10240.
_soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
_wanted = 10_240 if _hard == resource.RLIM_INFINITY else min(_hard, 10_240)
resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, _wanted), _hard))


def post_worker_init(worker: Any) -> None:
    """The worker has started: tell screens and phones, have pictures, make old texts tidy, measure. Imported here,
    behind the patch that `wsgi` applies."""
    from printalma.db import upkeep
    from printalma.ops import measured, releases
    from printalma.web import unreadable

    unreadable.init_worker()
    app = worker.wsgi
    try:
        releases.check(app)
    except ConfigError as wrong:
        print(f"PrintAlma: {wrong}", file=sys.stderr)
        sys.exit(GUNICORN_APP_FAILED)
    upkeep.start(app, worker)
    app.extensions["printalma.live"].start(worker, _folder)
    for channel in app.extensions["printalma.outbox"]:
        channel.start(worker)
    app.extensions["printalma.pictures"].start(worker)
    app.extensions["printalma.judging"].start(worker)
    app.extensions["printalma.holding"].start(worker)
    app.extensions["printalma.tidying"].start(worker)
    app.extensions["printalma.daily"].start(worker)
    measured.start()


def when_ready(server: Any) -> None:
    server.log.info("X-Forwarded-* of %d proxies are believed (TRUSTED_PROXIES)", _settings.trusted_proxies)


def on_exit(_server: Any) -> None:
    shutil.rmtree(_folder, ignore_errors=True)
