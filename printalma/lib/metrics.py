"""What is measured while serving, in Prometheus' terms. With several processes their sums are shown."""

from typing import Any

import prometheus_client
from prometheus_client import CollectorRegistry, disable_created_metrics

disable_created_metrics()  # when a counter began: nobody asks, and it would be a series more for each
MEASURED = CollectorRegistry()


class Changes:
    """How often anything was measured: who keeps it need not look through it all to see that nothing was."""

    n = 0


class Histogram(prometheus_client.Histogram):
    def observe(self, amount: float, *more: Any) -> None:
        super().observe(amount, *more)
        Changes.n += 1


class Counter(prometheus_client.Counter):
    def inc(self, amount: float = 1, *more: Any) -> None:
        super().inc(amount, *more)
        Changes.n += 1


REQUESTS = Histogram(
    "printalma_request_seconds",
    "Time to answer a request, sockets left out",
    ["method", "route", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=MEASURED,
)
FAN_OUT = Histogram(
    "printalma_fan_out_seconds",
    "Time to draw a batch of events and hand it to every socket",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
    registry=MEASURED,
)
EVENTS_TOLD = Counter("printalma_events_told", "Events read from the log and told to the sockets", registry=MEASURED)
PUSHES = Counter("printalma_pushes", "Attempts to send a push, by what came of them", ["outcome"], registry=MEASURED)
MAILS = Counter("printalma_mails", "Attempts to send a mail, by what came of them", ["outcome"], registry=MEASURED)
PICTURES = Counter(
    "printalma_pictures",
    "Attempts at pictures that orders name, by what came of them",
    ["outcome"],
    registry=MEASURED,
)
