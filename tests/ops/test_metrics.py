"""/metrics: for admins and for Prometheus, and for nobody else."""

from functools import partial

from tests.conftest import StartServer
from tests.support.matrix import ON_POSTGRES
from tests.support.metrics import value
from tests.support.server import Shop, eventually


def test_an_admin_reads_orders_sockets_and_times(shop: Shop) -> None:
    admin = shop.admin_once()
    before = admin.get("/metrics").text
    page = admin.dashboard()
    order = shop.client().place()
    page.wait_for(f'id="order-{order["id"]}"')
    series = (
        'printalma_orders{status="PENDING"}',
        'printalma_sockets{door="dashboard",role="admin"}',
        'printalma_request_seconds_count{method="POST",route="/orders/guest",status="201"}',
        "printalma_fan_out_seconds_count",
        "printalma_events_told_total",
    )

    def is_told(one: str, wanted: float) -> bool:
        return value(admin.get("/metrics").text, one) == wanted

    expected = {one: value(before, one) + 1 for one in series} | {"printalma_events_behind": 0}
    for one, wanted in expected.items():  # some are counted when what they count is over, and its answer out
        eventually(partial(is_told, one, wanted))
    after = admin.get("/metrics").text
    assert "\nprintalma_pushes_waiting 0.0" in after
    assert "\nprintalma_pictures_waiting 0.0" in after


def test_nobody_else_reads_them(shop: Shop) -> None:
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
