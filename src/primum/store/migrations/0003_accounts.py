"""Accounts, sessions and key choices of the review app. Never edited again."""

import sqlalchemy as sa


def upgrade(connection: sa.Connection) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "review_accounts",
        metadata,
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("password", sa.Text),
        sa.Column("invitation", sa.LargeBinary, unique=True),
        sa.Column("invited_until", sa.Double),
        sa.Column("closed", sa.Double),
    )

    sa.Table(
        "review_sessions",
        metadata,
        sa.Column("token", sa.LargeBinary, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("seen", sa.Double, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
    )

    sa.Table(
        "review_logins",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Index("review_logins_by_time", "at"),
    )

    sa.Table(
        "review_keys",
        metadata,
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("choices", sa.LargeBinary, nullable=False),
    )
    metadata.create_all(connection, checkfirst=False)
