"""How often a lone order waits for PostgreSQL: an idle shop's orders are as slow as that."""

from collections.abc import Generator
from typing import Any

import pytest

from tests.conftest import OpenShop
from tests.support.client import cart
from tests.support.matrix import ONLY_POSTGRES

pytestmark = ONLY_POSTGRES
# Who asks; BEGIN and the products; number, ids and doubles; all that is written, with COMMIT.
MOST = 4


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the server answered, for each time that the driver has waited."""
    from psycopg.waiting import Ready

    from printalma.db.bounded_connection import BoundedConnection

    found: list[bool] = []
    wait = BoundedConnection.wait

    def counted(generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        has_answered = False
        try:
            wanted = next(generator)
            while True:
                ready = yield wanted
                has_answered |= bool(ready & Ready.R)
                wanted = generator.send(ready)
        except StopIteration as ended:
            return ended.value
        finally:
            found.append(has_answered)

    monkeypatch.setattr(
        BoundedConnection,
        "wait",
        lambda self, generator, *rest, **named: wait(self, counted(generator), *rest, **named),
    )
    return found


def test_a_lone_order_waits_for_few_answers(database: str, open_shop: OpenShop, answers: list[bool]) -> None:
    customer = open_shop(database).client().register("awa.trips@example.org")
    waited = []
    for n in range(8):
        answers.clear()
        assert customer.post("/orders", cart(notes=f"Carte {n}")).status == 201
        waited.append(answers.count(True))
    assert 0 < max(waited[4:]) <= MOST, waited  # before, each of a process's lines is begun
