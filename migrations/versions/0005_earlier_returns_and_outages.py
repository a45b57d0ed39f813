"""When a parcel went back before, and since when a mailbox fails and what the person was told of it

Revision: 0005, follows 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("parcel") as table:
        table.add_column(sa.Column("returned_before", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("health") as table:
        table.add_column(sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("told", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("health") as table:
        table.drop_column("told")
        table.drop_column("failing_since")
    with op.batch_alter_table("parcel") as table:
        table.drop_column("returned_before")
