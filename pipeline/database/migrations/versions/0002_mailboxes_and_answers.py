"""Mailboxes with their UIDs, claims, several submissions in a message, evidence of the sender, answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW_OF_MESSAGES = ("mail_id", "references", "reply_to")


def upgrade() -> None:
    """Adds them; what is there keeps its place."""
    with op.batch_alter_table("messages") as messages:
        for name in NEW_OF_MESSAGES:
            messages.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        messages.add_column(sa.Column("authentication", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("submissions") as submissions:
        submissions.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default="1"))
        submissions.add_column(sa.Column("repeats", sa.Integer(), nullable=True))
        submissions.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
        submissions.create_foreign_key("fk_submissions_repeats_submissions", "submissions", ["repeats"], ["id"])
        submissions.drop_constraint("uq_submissions_message_id", type_="unique")
        submissions.create_unique_constraint("uq_submissions_message_id_part", ["message_id", "part"])
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailboxes"),
        sa.UniqueConstraint("account", "folder", "uidvalidity", name="uq_mailboxes_account_folder_uidvalidity"),
    )
    op.create_table(
        "mailbox_items",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("passed_over", sa.Text(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name="fk_mailbox_items_mailbox_id_mailboxes"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_mailbox_items_message_id_messages"),
        sa.PrimaryKeyConstraint("mailbox_id", "uid", name="pk_mailbox_items"),
    )
    op.create_index("ix_mailbox_items_fingerprint", "mailbox_items", ["fingerprint"])
    op.create_index("ix_mailbox_items_message_id", "mailbox_items", ["message_id"])
    op.create_table(
        "claims",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_claims"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mail_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_outbox_submission_id_submissions"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("submission_id", "kind", "sha256", name="uq_outbox_submission_id_kind_sha256"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state"])
    op.create_index("ix_outbox_submission_id", "outbox", ["submission_id"])


def downgrade() -> None:
    """Takes them away; only where no message has several submissions."""
    for table in ("outbox", "claims", "mailbox_items", "mailboxes"):
        op.drop_table(table)
    with op.batch_alter_table("submissions") as submissions:
        submissions.drop_constraint("uq_submissions_message_id_part", type_="unique")
        submissions.create_unique_constraint("uq_submissions_message_id", ["message_id"])
        submissions.drop_constraint("fk_submissions_repeats_submissions", type_="foreignkey")
        for name in ("part", "repeats", "evidence"):
            submissions.drop_column(name)
    with op.batch_alter_table("messages") as messages:
        for name in (*NEW_OF_MESSAGES, "authentication"):
            messages.drop_column(name)
