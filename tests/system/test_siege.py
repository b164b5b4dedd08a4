"""The attacks of `make siege` for a moment each: who orders meanwhile waits no longer than breakage would explain."""

import pytest

from tests.support import attacks
from tests.support.attacks import Attack
from tests.support.matrix import ONLY_SQLITE
from tests.support.server import Server
from tests.system.siege import Probe, Siege

pytestmark = [ONLY_SQLITE, pytest.mark.matrix]

LONGEST = 8.0  # seconds; a freeze lasted as long as the attack and its backlog, up to half a minute, or until SIGKILL


@pytest.fixture(scope="module")
def siege(own_server: Server) -> Siege:
    return Siege(own_server)


@pytest.mark.parametrize("how", attacks.ATTACKS, ids=lambda how: how.__name__)
def test_a_peer_holds_nobody_up(siege: Siege, how: Attack) -> None:
    outcome = siege.lay(how, 1.5, compare=False)
    assert isinstance(outcome.beside, Probe)
    assert outcome.beside.lost == 0
    assert max(outcome.beside.screens) < LONGEST, outcome
