"""The review app: tries to sign in, and chosen keys. Never edited again."""

import sqlalchemy as sa


def upgrade(connection: sa.Connection) -> None:
    metadata = sa.MetaData()
    sa.Table("review_people", metadata, sa.Column("id", sa.Text, primary_key=True))  # is there already
    logins = sa.Table(
        "review_logins",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Index("review_logins_by_time", "at"),
    )

    keys = sa.Table(
        "review_keys",
        metadata,
        sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), primary_key=True),
        sa.Column("choices", sa.LargeBinary, nullable=False),
    )
    metadata.create_all(connection, tables=[logins, keys], checkfirst=False)
