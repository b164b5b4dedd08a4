"""What an order weighs on its way to every screen, and in the list: a thousand screens get a thousand copies."""

import re

from printalma.accounts.policy import EVERYTHING
from printalma.db import reading
from printalma.events import renderings
from printalma.events.log import last_id, since
from printalma.live import frames
from printalma.live.channels import Batch, Page
from tests.support.inside import Inside

ROW, ALONE, EACH = 900, 1_800, 1_100  # bytes: a row; the frame of one order; each order of a frame of five


def told(shop: Inside, orders: int) -> str:
    """What a page that shows the plain list is told of so many new orders, in one frame."""
    with shop.app.test_request_context():
        with reading() as connection:
            before = last_id(connection)
        for _ in range(orders):
            shop.client().place()
        with reading() as connection:
            view = renderings.view_of("/dashboard", {}, EVERYTHING)
            assert view is not None
            (frame,) = frames.texts(Page(view, EVERYTHING).news(connection, Batch(since(connection, before, 100))))
            return frame


def test_an_order_is_light(shop: Inside) -> None:
    frame = told(shop, 1)
    assert frame.isascii()
    assert len(frame) < ALONE
    (row,) = re.findall(r"<tr .*?(?=</hx-partial>)", frame, re.DOTALL)
    assert len(row) < ROW


def test_what_comes_together_is_lighter(shop: Inside) -> None:
    frame = told(shop, 5)
    assert frame.count("<tr ") == 5
    assert len(frame) < 5 * EACH
    assert frame.count("<hx-partial") < 12, "however many orders there are"
