"""Accounts on a screen: the role of those who look after them alone, and passwords that somebody else has seen"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BEFORE = ("nurse", "front_desk", "manager", "auditor")
ROLES = (*BEFORE, "admin")


def upgrade() -> None:
    _hold_roles_to(ROLES)
    op.add_column("staff", sa.Column("password_given", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("staff", "password_given")
    _hold_roles_to(BEFORE)


def _hold_roles_to(roles: tuple[str, ...]) -> None:
    """SQLite makes the table anew, without the condition it had; PostgreSQL takes that away first."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_staff_role"), "staff", type_="check")
    with op.batch_alter_table("staff") as staff:
        staff.create_check_constraint(op.f("ck_staff_role"), f"role in {roles}")
