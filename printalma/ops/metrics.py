"""/metrics for Prometheus: what the processes measured, and what the database and the hub know at this moment."""

import hmac
from collections.abc import Iterable, Iterator
from time import perf_counter

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from printalma.accounts.guard import access, current_actor
from printalma.accounts.policy import ADMIN, EVERYBODY
from printalma.config import settings
from printalma.db import reading
from printalma.events import log
from printalma.lib.errors import Forbidden, Unauthorized
from printalma.lib.i18n import t
from printalma.lib.metrics import REQUESTS
from printalma.live.process import live
from printalma.ops import measured
from printalma.orders import counters
from printalma.pictures import queries as pictures
from printalma.push import queries as push

# What deploy/alerts.yaml waits for: Prometheus sees no increase in a series that begins with one.
REFUSED_ORDERS = [("POST", route, status) for route in ("/orders", "/orders/guest") for status in (429, 500, 503)]

bp = Blueprint("metrics", __name__)


def init_app(app: Flask) -> None:
    for labels in REFUSED_ORDERS:
        REQUESTS.labels(*labels)
    app.before_request(_begin)
    app.after_request(_measure)
    app.register_blueprint(bp)


@bp.get("/metrics")
@access(EVERYBODY)
def metrics() -> Response:
    """For admins, and for whoever has METRICS_TOKEN: guests are told 401, other users 403."""
    if not _has_token():
        actor = current_actor()
        if actor is None:
            raise Unauthorized(t("errors.401"))
        if not actor.may(ADMIN):
            raise Forbidden(t("errors.403"))
    registry = CollectorRegistry()
    registry.register(_Present())
    return Response(generate_latest(registry) + measured.text(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Present(Collector):
    """What is true now, over all processes but for `behind`, which each process has of its own."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with reading() as connection:
            last = log.last_id(connection)
            orders = counters.by_status(connection)
            waiting = push.waiting(connection)
            pictures_waiting = pictures.waiting(connection)
        yield _gauge("printalma_orders", "Orders by status", ["status"], [((s,), n) for s, n in orders.items()])
        sockets = [
            ((door, "admin" if is_admin else "user"), n) for (door, is_admin), n in live().presence.count().items()
        ]
        yield _gauge("printalma_sockets", "Open sockets by door and role", ["door", "role"], sockets)
        behind = max(0, last - live().hub.cursor)
        yield _gauge("printalma_events_behind", "Events not yet told by the process that answers", [], [((), behind)])
        yield _gauge("printalma_pushes_waiting", "Messages that wait to be sent to a device", [], [((), waiting)])
        text = "Pictures that orders name and that are not here yet"
        yield _gauge("printalma_pictures_waiting", text, [], [((), pictures_waiting)])


def _gauge(
    name: str, text: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for names, value in values:
        family.add_metric(names, value)
    return family


def _has_token() -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    return any(hmac.compare_digest(given, token.encode()) for token in settings().metrics_tokens)


def _begin() -> None:
    g.began = perf_counter()


def _measure(response: Response) -> Response:
    asked, began = request._get_current_object(), g.get("began")  # type: ignore[attr-defined]
    if began is not None and "websocket" not in asked.environ.get("HTTP_UPGRADE", "").lower():
        # The route and not the path: an address per order would be a series per order.
        route = asked.url_rule.rule if asked.url_rule else "none"
        REQUESTS.labels(asked.method, route, response.status_code).observe(perf_counter() - began)
    return response
