"""/metrics: for admins and for Prometheus, and for nobody else."""

from tests.conftest import StartServer
from tests.support.matrix import ON_POSTGRES
from tests.support.metrics import value
from tests.support.server import Server, eventually


def test_an_admin_reads_orders_sockets_and_times(shop: Server) -> None:
    admin = shop.admin_once()
    before = admin.get("/metrics").text
    page = admin.dashboard()
    order = shop.client().place()
    page.wait_for(f'id="order-{order["id"]}"')
    after = admin.get("/metrics").text
    for series, more in {
        'printalma_orders{status="PENDING"}': 1,
        'printalma_sockets{door="dashboard",role="admin"}': 1,
        'printalma_request_seconds_count{method="POST",route="/orders/guest",status="201"}': 1,
        "printalma_fan_out_seconds_count": 1,
        "printalma_events_told_total": 1,
    }.items():
        assert value(after, series) == value(before, series) + more, series
    assert value(after, "printalma_events_behind") == 0
    assert "\nprintalma_pushes_waiting 0.0" in after


def test_nobody_else_reads_them(shop: Server) -> None:
    customer = shop.client().register("curious@example.org")
    assert shop.client().get("/metrics").status == 401
    assert customer.get("/metrics").status == 403
    assert shop.client().get("/metrics", Authorization="Bearer ").status == 401


@ON_POSTGRES
def test_prometheus_has_a_token_and_sees_every_process(database: str, start_server: StartServer) -> None:
    server = start_server(database, WORKERS="2", METRICS_TOKEN="a token for Prometheus")
    scrape = {"Authorization": "Bearer a token for Prometheus"}
    for _ in range(20):
        server.client().place()
    posted = 'printalma_request_seconds_count{method="POST",route="/orders/guest",status="201"}'
    eventually(lambda: value(server.client().get("/metrics", **scrape).text, posted) == 20)
    assert server.client().get("/metrics", Authorization="Bearer another").status == 401
