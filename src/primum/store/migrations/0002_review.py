"""The review room: queues, seats, answers, sign-offs and their log. Never edited again."""

from typing import Any

import sqlalchemy as sa

GUARDED = (
    "review_queues",
    "review_frame",
    "review_items",
    "review_reviews",
    "review_adjudications",
    "review_signoffs",
    "review_events",
)
"""Rows of these tables are only ever added."""
UNCHANGED = ("review_words",)
"""Rows of these are never changed, and deleted only when a run is forgotten."""
FIRST: dict[str, Any] = {
    "sqlite_where": sa.text("supersedes IS NULL"),
    "postgresql_where": sa.text("supersedes IS NULL"),
}


def upgrade(connection: sa.Connection) -> None:
    metadata = sa.MetaData()
    sa.Table("runs", metadata, sa.Column("run", sa.Text, primary_key=True))  # is there already
    sa.Table(
        "review_people",
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("active", sa.Integer, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
    )

    sa.Table(
        "review_accounts",
        metadata,
        sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), primary_key=True),
        sa.Column("password", sa.Text),
        sa.Column("invite", sa.Text),
        sa.Column("invite_until", sa.Double),
        sa.Column("changed", sa.Double, nullable=False),
    )

    sa.Table(
        "review_sessions",
        metadata,
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("seen", sa.Double, nullable=False),
        sa.Column("expires", sa.Double, nullable=False),
    )

    sa.Table(
        "review_queues",
        metadata,
        sa.Column("run", sa.Text, sa.ForeignKey("runs.run"), primary_key=True),
        sa.Column("opened", sa.Double, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("policy", sa.LargeBinary, nullable=False),
        sa.Column("rubric", sa.Text, nullable=False),
        sa.Column("frame", sa.Text, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
    )

    sa.Table(
        "review_frame",
        metadata,
        sa.Column("run", sa.Text, sa.ForeignKey("review_queues.run"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("judged", sa.Integer),
        sa.Column("stratum", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("pi", sa.Double, nullable=False),
        sa.Column("drawn", sa.Integer, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Index("review_frame_by_case", "run", "case", unique=True),
    )

    sa.Table(
        "review_items",
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("run", sa.Text, sa.ForeignKey("review_queues.run"), nullable=False),
        sa.Column("case", sa.Text, nullable=False),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("stratum", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("pi", sa.Double, nullable=False),
        sa.Column("required", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("swapped", sa.Integer, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Index("review_items_by_place", "run", "place", unique=True),
    )

    sa.Table(
        "review_seats",
        metadata,
        sa.Column("item", sa.Text, sa.ForeignKey("review_items.id"), primary_key=True),
        sa.Column("round", sa.Integer, primary_key=True),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("started", sa.Double),
        sa.Column("lease_until", sa.Double),
        sa.Column("revealed", sa.Double),
        sa.Index("review_seats_one_a_person", "item", "person", unique=True),
        sa.Index("review_seats_open", "run", "state", "round", "place", "person", "lease_until"),
        sa.Index("review_seats_by_person", "run", "person", "state", "round", "place"),
    )

    sa.Table(
        "review_drafts",
        metadata,
        sa.Column("item", sa.Text, sa.ForeignKey("review_items.id"), primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("saved", sa.Double, nullable=False),
    )

    sa.Table(
        "review_reviews",
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("severity", sa.Integer),
        sa.Column("shown_judge", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("started", sa.Double, nullable=False),
        sa.Column("submitted", sa.Double, nullable=False),
        sa.Column("supersedes", sa.Text),
        sa.ForeignKeyConstraint(["item", "round"], ["review_seats.item", "review_seats.round"]),
        sa.ForeignKeyConstraint(["supersedes"], ["review_reviews.id"]),
        sa.Index("review_reviews_one_change", "supersedes", unique=True),
        sa.Index("review_reviews_one_a_seat", "item", "round", "shown_judge", unique=True, **FIRST),
        sa.Index("review_reviews_one_a_person", "item", "person", "shown_judge", unique=True, **FIRST),
        sa.Index("review_reviews_by_run", "run", "submitted"),
        sa.Index("review_reviews_by_item", "item", "person"),
    )

    sa.Table(
        "review_adjudications",
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("run", sa.Text, nullable=False),
        sa.Column("item", sa.Text, sa.ForeignKey("review_items.id"), nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("ground", sa.Text, nullable=False),
        sa.Column("severity", sa.Integer),
        sa.Column("harms", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("decided", sa.Double, nullable=False),
        sa.Column("supersedes", sa.Text),
        sa.ForeignKeyConstraint(["supersedes"], ["review_adjudications.id"]),
        sa.Index("review_adjudications_by_item", "item"),
        sa.Index("review_adjudications_by_run", "run"),
        sa.Index("review_adjudications_one_change", "supersedes", unique=True),
        sa.Index("review_adjudications_one_an_item", "item", unique=True, **FIRST),
    )

    sa.Table(
        "review_words",
        metadata,
        sa.Column("run", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )

    sa.Table(
        "review_signoffs",
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("run", sa.Text, sa.ForeignKey("review_queues.run"), nullable=False),
        sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("meaning", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.Column("results", sa.Text, nullable=False),
    )

    sa.Table(
        "review_events",
        metadata,
        sa.Column("chain", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )

    sa.Table(
        "review_heads",
        metadata,
        sa.Column("chain", sa.Text, primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    metadata.create_all(
        connection, tables=[t for t in metadata.sorted_tables if t.name != "runs"], checkfirst=False
    )
    guard = _guard_sqlite if connection.dialect.name == "sqlite" else _guard_postgresql
    guard(connection)


def _guard_sqlite(connection: sa.Connection) -> None:
    pairs = [(table, verb) for table in GUARDED for verb in ("UPDATE", "DELETE")]
    for table, verb in [*pairs, *((table, "UPDATE") for table in UNCHANGED)]:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _guard_postgresql(connection: sa.Connection) -> None:
    connection.exec_driver_sql(
        "CREATE FUNCTION review_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    )
    rows = [(table, "UPDATE OR DELETE") for table in GUARDED] + [(table, "UPDATE") for table in UNCHANGED]
    for table, verbs in rows:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_guard BEFORE {verbs} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION review_append_only()"
        )
    for table in GUARDED:
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION review_append_only()"
        )
