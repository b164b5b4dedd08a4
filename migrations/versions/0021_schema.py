"""everything: what releases before 0.2 made in steps is made in one

It carries the id of the last of those steps, so that a database which has had them all has had this one, too.
"""

import base64

import sqlalchemy as sa
from alembic import op
from cryptography.hazmat.primitives.asymmetric import ec

revision = "0021"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers rows in an INTEGER alone
LATE = 64  # orders whose texts are taken into SQLite's index together: one by one costs more than all else of an order
STATISTICS = 500  # texts by which PostgreSQL guesses how many have a word; among its usual 100, one in fifty is in none

# Since PostgreSQL 13 the owner of a database may have pg_trgm there; before, a superuser only.
MAY_INDEX = """
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') OR EXISTS (
    SELECT FROM pg_available_extension_versions v JOIN pg_roles r ON r.rolname = current_user
    WHERE v.name = 'pg_trgm' AND (r.rolsuper OR v.trusted AND has_database_privilege(current_database(), 'CREATE'))
)
"""


def upgrade() -> None:
    _database()
    _accounts()
    _catalog_and_shop()
    _events()
    _orders()
    _order_texts()
    _counters()
    _notifications()
    _push()


def downgrade() -> None:
    raise RuntimeError("Cette migration est la première : la reprendre effacerait la boutique.")


def _database() -> None:
    """What belongs to the database and the processes that serve it, not to the shop."""
    compatibility = op.create_table(
        "compatibility",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("oldest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_compatibility"),
    )
    op.bulk_insert(compatibility, [{"id": 1, "oldest": 1}])
    daily = op.create_table(
        "daily",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_daily"),
    )
    op.bulk_insert(daily, [{"id": 1, "done_at": 0}])
    op.create_table(
        "tidying",
        sa.Column("task", sa.String(40), nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("task", name="pk_tidying"),
    )
    op.create_table(
        "write_probes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("filler", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_write_probes"),
    )
    op.create_table(
        "attendance",
        sa.Column("process", sa.String(32), nullable=False),
        sa.Column("door", sa.String(12), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("sockets", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process", "door", "is_admin", name="pk_attendance"),
    )


def _accounts() -> None:
    op.create_table(
        "users",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("first_name", sa.String(100), nullable=False),
        sa.Column("last_name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("weak_password", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.String(100), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("window_start", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("email", "address", name="pk_sign_in_attempts"),
    )
    op.create_table(
        "form_keys",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_form_keys"),
    )
    op.create_index("ix_form_keys_created_at", "form_keys", ["created_at"])
    op.create_table(
        "twin_accounts",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("other_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_twin_accounts_user_id"),
        sa.ForeignKeyConstraint(["other_id"], ["users.id"], name="fk_twin_accounts_other_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_twin_accounts"),
    )


def _catalog_and_shop() -> None:
    op.create_table(
        "products",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(150), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.Column("colors", sa.JSON(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_products_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_products_stock")),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
    )
    shop = op.create_table(
        "shop",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(100), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("low_stock", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("most_per_product", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_shop"),
    )
    op.bulk_insert(shop, [{"id": 1, "low_stock": 10, "version": 0}])
    op.create_table(
        "invitations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("invited_by", BIG, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name="fk_invitations_invited_by"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("written_by", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_order_id", "events", ["order_id"])
    known = sa.text("user_id IS NOT NULL")
    op.create_index("ix_events_user_id_id", "events", ["user_id", "id"], sqlite_where=known, postgresql_where=known)
    position = op.create_table(
        "log_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("lean_from", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_log_position"),
    )
    op.bulk_insert(position, [{"id": 1, "last": 0}])


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("shipping_amount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("payment_method", sa.String(20), nullable=False),
        sa.Column("payment_status", sa.String(20), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("customer", sa.String(201), nullable=False),
        sa.Column("summary", sa.String(200), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("shipping_name", sa.String(201), nullable=False),
        sa.Column("shipping_company", sa.String(150), nullable=True),
        sa.Column("shipping_street", sa.String(500), nullable=False),
        sa.Column("shipping_apartment", sa.String(100), nullable=True),
        sa.Column("shipping_city", sa.String(100), nullable=True),
        sa.Column("shipping_region", sa.String(100), nullable=True),
        sa.Column("shipping_postal_code", sa.String(20), nullable=True),
        sa.Column("shipping_country", sa.String(100), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("validated_at", sa.BigInteger(), nullable=True),
        sa.Column("validated_by", BIG, nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("shipped_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("noted", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_orders_user_id"),
        sa.ForeignKeyConstraint(["validated_by"], ["users.id"], name="fk_orders_validated_by"),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("number", name="uq_orders_number"),
    )
    op.create_index("ix_orders_created_at", "orders", ["created_at"])
    op.create_index("ix_orders_day_id", "orders", ["day", "id"])
    op.create_index("ix_orders_status_id", "orders", ["status", "id"])
    op.create_index("ix_orders_status_payment_id", "orders", ["status", "payment_method", "id"])
    op.create_index("ix_orders_total_id", "orders", ["total", "id"])
    op.create_index("ix_orders_updated_at", "orders", ["updated_at"])
    op.create_index("ix_orders_user_id_id", "orders", ["user_id", "id"])
    op.create_table(
        "order_items",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("product_name", sa.String(150), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("total_price", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.String(100), nullable=True),
        sa.Column("color", sa.String(100), nullable=True),
        sa.Column("color_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_items_order_id"),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_order_items_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_order_items"),
    )
    op.create_index("ix_order_items_order_id", "order_items", ["order_id"])
    op.create_table(
        "archived_orders",
        sa.Column("order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_archived_orders_order_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_archived_orders"),
    )
    op.create_table(
        "daily_numbers",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_daily_numbers"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.String(24), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_idempotency_keys_order_id"),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _order_texts() -> None:
    """By which orders are found, and each database's own index of them."""
    op.create_table(
        "order_texts",
        sa.Column("order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_texts_order_id"),
        sa.PrimaryKeyConstraint("order_id", name="pk_order_texts"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_index()
    else:
        op.execute(f"ALTER TABLE order_texts ALTER text SET STATISTICS {STATISTICS}")
        if op.get_bind().execute(sa.text(MAY_INDEX)).scalar_one():  # else searches are answered too, only slower
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute("CREATE INDEX ix_order_texts_text ON order_texts USING gin (text gin_trgm_ops)")


def _sqlite_index() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE order_trigrams USING fts5 (text, content='order_texts', content_rowid='order_id', "
        "tokenize='trigram', detail=none, columnsize=0)"
    )
    op.execute("CREATE TABLE order_trigrams_upto (order_id INTEGER NOT NULL)")
    op.execute("INSERT INTO order_trigrams_upto VALUES (0)")
    op.execute(
        "CREATE TRIGGER order_texts_insert AFTER INSERT ON order_texts "  # noqa: S608
        f"WHEN new.order_id >= (SELECT order_id FROM order_trigrams_upto) + {LATE} BEGIN "
        "INSERT INTO order_trigrams (rowid, text) SELECT order_id, text FROM order_texts "
        "WHERE order_id > (SELECT order_id FROM order_trigrams_upto); "
        "UPDATE order_trigrams_upto SET order_id = new.order_id; END"
    )


def _counters() -> None:
    """What the numbers are read from."""
    op.create_table(
        "daily_orders",
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("status", "day", name="pk_daily_orders"),
    )
    op.create_index("ix_daily_orders_day", "daily_orders", ["day"])
    op.create_table(
        "quarter_orders",
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name="pk_quarter_orders"),
    )
    op.create_table(
        "daily_products",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("product_id", BIG, autoincrement=False, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_daily_products_product_id"),
        sa.PrimaryKeyConstraint("day", "product_id", name="pk_daily_products"),
    )
    op.create_table(
        "daily_durations",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("seconds", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "status", "seconds", name="pk_daily_durations"),
    )


def _notifications() -> None:
    op.create_table(
        "read_marks",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_read_marks_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_read_marks"),
    )
    op.create_table(
        "read_events",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_read_events_user_id"),
        sa.PrimaryKeyConstraint("user_id", "event_id", name="pk_read_events"),
    )


def _push() -> None:
    _push_keys_and_cursor()
    _push_devices()
    op.create_table(
        "push_preferences",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("new", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_to", sa.Integer(), nullable=True),
        sa.Column("not_while_looking", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_push_preferences_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_push_preferences"),
    )
    op.create_table(
        "push_looks",
        sa.Column("user_id", BIG, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_push_looks_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_push_looks"),
    )


def _push_keys_and_cursor() -> None:
    keys = op.create_table(
        "push_keys",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("private", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_push_keys"),
    )
    # Made here, where nobody else can be making another: migrations run one at a time.
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    private = base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
    op.bulk_insert(keys, [{"id": 1, "private": private}])
    cursor = op.create_table(
        "push_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_push_cursor"),
    )
    op.bulk_insert(cursor, [{"id": 1, "upto": 0}])


def _push_devices() -> None:
    op.create_table(
        "push_devices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("endpoint", sa.String(2000), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("p256dh", sa.String(88), nullable=False),
        sa.Column("auth", sa.String(24), nullable=False),
        sa.Column("key", sa.String(88), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(20), nullable=True),
        sa.Column("resting_until", sa.BigInteger(), nullable=True),
        sa.Column("paced_until", sa.BigInteger(), nullable=True),
        sa.Column("sign_in", sa.String(64), nullable=True),
        sa.Column("reminded_of", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_push_devices_user_id"),
        sa.ForeignKeyConstraint(
            ["sign_in"], ["sessions.id"], name="fk_push_devices_sign_in", onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_push_devices"),
        sa.UniqueConstraint("endpoint", name="uq_push_devices_endpoint"),
    )
    op.create_index("ix_push_devices_sign_in", "push_devices", ["sign_in"])
    op.create_index("ix_push_devices_user_id", "push_devices", ["user_id"])
    op.create_table(
        "push_deliveries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("oldest_at", sa.BigInteger(), nullable=False),
        sa.Column("newest_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["push_devices.id"], name="fk_push_deliveries_device_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_push_deliveries"),
    )
    op.create_index("ix_push_deliveries_device_id", "push_deliveries", ["device_id"])
    op.create_index("ix_push_deliveries_due_at", "push_deliveries", ["due_at"])
