"""how many notes the team has written about an order"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"

COUNT_THOSE_GIVEN_WITH_A_STATUS = """
UPDATE orders SET noted = told.n
FROM (SELECT order_id, count(*) AS n FROM events WHERE type = 'OrderStatusChanged' AND {note} GROUP BY order_id) AS told
WHERE orders.id = told.order_id
"""


def upgrade() -> None:
    op.add_column("orders", sa.Column("noted", sa.Integer(), nullable=False, server_default="0"))
    is_postgres = op.get_bind().dialect.name == "postgresql"
    note = "data->>'note' IS NOT NULL" if is_postgres else "json_extract(data, '$.note') IS NOT NULL"
    op.execute(COUNT_THOSE_GIVEN_WITH_A_STATUS.format(note=note))


def downgrade() -> None:
    op.drop_column("orders", "noted")
