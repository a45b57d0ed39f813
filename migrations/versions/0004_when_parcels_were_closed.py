"""An index over when parcels were closed, for what looks at recent ones only

Revision: 0004, follows 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_parcel_closed_at", "parcel", ["closed_at"])


def downgrade() -> None:
    op.drop_index("ix_parcel_closed_at", "parcel")
