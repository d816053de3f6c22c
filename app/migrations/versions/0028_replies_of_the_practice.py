"""Replies of the practice: what staff write again and again, and to whom an item was handed by name"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SHIPPED = (
    (
        "Please call us",
        "{first_name}, please call us at {phone} when you can.",
        "{first_name}, por favor llámenos al {phone} cuando pueda.",
    ),
    (
        "We tried to call you",
        "We tried to call you. Please call us back at {phone}.",
        "Intentamos llamarle. Por favor, llámenos al {phone}.",
    ),
    (
        "We will call you today",
        "We will call you today. If you cannot wait, call us at {phone}.",
        "Le llamaremos hoy. Si no puede esperar, llámenos al {phone}.",
    ),
    (
        "About your visit",
        "Your visit is on {weekday}, {date} at {time}, {location}. Questions? Call {phone}.",
        "Su cita es el {weekday} {date} a {time}, {location}. ¿Preguntas? Llame al {phone}.",
    ),
)


def upgrade() -> None:
    replies = op.create_table(
        "reply_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("words_en", sa.String(length=1600), nullable=False),
        sa.Column("words_es", sa.String(length=1600), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_template")),
    )
    op.bulk_insert(replies, [
        {"title": title, "words_en": en, "words_es": es, "retired": False, "version": 1} for title, en, es in SHIPPED
    ])  # fmt: skip
    with op.batch_alter_table("desk_item") as table:
        table.add_column(sa.Column("handed_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_desk_item_handed_by_id_staff"), "staff", ["handed_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("desk_item") as table:
        table.drop_constraint("fk_desk_item_handed_by_id_staff", type_="foreignkey")
        table.drop_column("handed_by_id")
    op.drop_table("reply_template")
