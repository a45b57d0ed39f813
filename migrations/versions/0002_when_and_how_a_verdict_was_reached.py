"""When and how a verdict was reached, and when it is looked for again

Revision: 0002, follows 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BY_REASON = {
    "dmarc_pass": "dmarc",
    "dmarc_fail": "dmarc",
    "dkim_pass": "dkim",
    "spf_pass": "spf",
    "spf_fail": "spf",
    "own_dkim_pass": "own_dkim",
    "dkim_not_usable": "own_dkim",
    "dkim_broken": "own_dkim",
    "dns_unavailable": "own_dkim",
}


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("method", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("judge_again_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_message_judge_again_at"), ["judge_again_at"], unique=False)
    message = sa.table(
        "message",
        *(sa.column(name) for name in ("reason", "state", "method", "judged_at", "judge_again_at", "recorded_at")),
    )
    judged = message.c.state.not_in(("failed", "forgotten"))
    op.execute(sa.update(message).where(judged).values(judged_at=message.c.recorded_at))
    for reason, method in _BY_REASON.items():
        op.execute(sa.update(message).where(judged, message.c.reason == reason).values(method=method))
    waiting = message.c.reason == "dns_unavailable"
    op.execute(sa.update(message).where(judged, waiting).values(judge_again_at=message.c.recorded_at))


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_judge_again_at"))
        batch_op.drop_column("judge_again_at")
        batch_op.drop_column("judged_at")
        batch_op.drop_column("method")
