"""orders as they come: what they announced, what else was sent, and what the team has to look at"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_MARKED = sa.text("marks <> ''")
# Texts of customers, with the columns that were made for a number of characters. SQLite never counted them.
TEXTS = {
    "orders": (
        *("payment_method", "phone", "email", "customer", "shipping_name", "shipping_company", "shipping_street"),
        *("shipping_apartment", "shipping_city", "shipping_region", "shipping_postal_code", "shipping_country"),
    ),
    "order_items": ("product_name", "size", "color"),
}


def upgrade() -> None:
    op.add_column("orders", sa.Column("marks", sa.String(60), nullable=False, server_default=""))
    for name in ("announced_total", "announced_fee"):
        op.add_column("orders", sa.Column(name, sa.BigInteger(), nullable=True))
    for name in ("carrier", "delivery_place", "delivery_time", "transaction_id"):
        op.add_column("orders", sa.Column(name, sa.Text(), nullable=True))
    op.create_index("ix_orders_marked", "orders", ["id"], sqlite_where=IS_MARKED, postgresql_where=IS_MARKED)
    with op.batch_alter_table("order_items") as items:
        items.alter_column("product_id", existing_type=BIG, nullable=True)
        items.add_column(sa.Column("reference", sa.Text(), nullable=True))
        items.add_column(sa.Column("announced_price", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        for table, names in TEXTS.items():
            for name in names:
                op.alter_column(table, name, type_=sa.Text())
    _sent_and_marks()
    _catalog()


def _sent_and_marks() -> None:
    op.create_table(
        "sent_json",
        sa.Column("order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("item_id", BIG, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_sent_json_order_id"),
        sa.PrimaryKeyConstraint("order_id", "item_id", name="pk_sent_json"),
    )
    op.create_table(
        "order_marks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=True),
        sa.Column("mark", sa.String(20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.Column("cleared_by", BIG, nullable=True),
        sa.Column("cleared_as", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_marks_order_id"),
        sa.ForeignKeyConstraint(["cleared_by"], ["users.id"], name="fk_order_marks_cleared_by"),
        sa.PrimaryKeyConstraint("id", name="pk_order_marks"),
    )
    op.create_index("ix_order_marks_order_id", "order_marks", ["order_id"])


def _catalog() -> None:
    op.create_table(
        "product_references",
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("name", sa.String(150), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_product_references_product_id"),
        sa.PrimaryKeyConstraint("reference", name="pk_product_references"),
    )
    op.create_table(
        "accepted_prices",
        sa.Column("of", sa.String(120), nullable=False),
        sa.Column("size", sa.String(100), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("of", "size", name="pk_accepted_prices"),
    )


def downgrade() -> None:
    raise RuntimeError("Reprendre cette migration effacerait des articles commandés.")
