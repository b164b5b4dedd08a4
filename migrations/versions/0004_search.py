"""orders are found by their words, and lists by status, payment, day and amount"""

from typing import Any

import click
import sqlalchemy as sa
from alembic import op

from printalma.orders.listing.search import make_index, searchable

revision = "0004"
down_revision = "0003"

CHUNK = 2000
LATE = 64  # orders; see orders.listing.index


def upgrade() -> None:
    op.create_table(
        "order_texts",
        sa.Column(
            "order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_texts_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_texts")),
    )
    _fill()
    if op.get_bind().dialect.name == "postgresql":
        if sentence := make_index(op.get_bind()):
            click.echo(sentence, err=True)
    else:
        _sqlite()
    op.create_index("ix_orders_day_id", "orders", ["day", "id"], unique=False)
    op.create_index("ix_orders_status_payment_id", "orders", ["status", "payment_method", "id"], unique=False)
    op.drop_index("ix_orders_total", "orders")
    op.create_index("ix_orders_total_id", "orders", ["total", "id"], unique=False)


def downgrade() -> None:
    op.create_index("ix_orders_total", "orders", ["total"], unique=False)
    for name in ("ix_orders_total_id", "ix_orders_status_payment_id", "ix_orders_day_id"):
        op.drop_index(name, "orders")
    op.drop_table("order_texts")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_table("order_trigrams")
        op.drop_table("order_trigrams_upto")


def _fill() -> None:
    """The texts of the orders that are there, oldest first."""
    connection, last = op.get_bind(), 0
    orders = sa.text("SELECT * FROM orders WHERE id > :last ORDER BY id LIMIT :most")
    lines = sa.text("SELECT * FROM order_items WHERE order_id > :last AND order_id <= :upto ORDER BY id")
    insert = sa.text("INSERT INTO order_texts (order_id, text) VALUES (:order_id, :text)")
    while found := connection.execute(orders, {"last": last, "most": CHUNK}).mappings().all():
        items: dict[int, list[Any]] = {order["id"]: [] for order in found}
        for item in connection.execute(lines, {"last": last, "upto": found[-1]["id"]}).mappings():
            items[item["order_id"]].append(item)
        texts = [{"order_id": order["id"], "text": searchable(order, items[order["id"]])} for order in found]
        connection.execute(insert, texts)
        last = found[-1]["id"]


def _sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE order_trigrams USING fts5 (text, content='order_texts', content_rowid='order_id', "
        "tokenize='trigram', detail=none, columnsize=0)"
    )
    op.execute("INSERT INTO order_trigrams (order_trigrams) VALUES ('rebuild')")
    op.execute("CREATE TABLE order_trigrams_upto (order_id INTEGER NOT NULL)")
    op.execute("INSERT INTO order_trigrams_upto SELECT coalesce(max(order_id), 0) FROM order_texts")
    op.execute(
        "CREATE TRIGGER order_texts_insert AFTER INSERT ON order_texts "  # noqa: S608
        f"WHEN new.order_id >= (SELECT order_id FROM order_trigrams_upto) + {LATE} BEGIN "
        "INSERT INTO order_trigrams (rowid, text) SELECT order_id, text FROM order_texts "
        "WHERE order_id > (SELECT order_id FROM order_trigrams_upto); "
        "UPDATE order_trigrams_upto SET order_id = new.order_id; END"
    )
