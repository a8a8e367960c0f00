"""The tables as they are after the last migration (a test compares the two)."""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

FIRST: dict[str, Any] = {
    "sqlite_where": sa.text("supersedes IS NULL"),
    "postgresql_where": sa.text("supersedes IS NULL"),
}
"""An index over the first answers only, not over those that change one."""

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("manifest", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("finished", sa.Double),
    sa.Column("forgotten", sa.Double),
)

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("endpoint", sa.Text, nullable=False),
    sa.Column("request", sa.LargeBinary, nullable=False),
    sa.Column("reply", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
)

# The scenarios of a run as they were played, so that its report can be written again when the library has moved on.
scenarios = sa.Table(
    "scenarios",
    metadata,
    sa.Column("run", sa.Text, sa.ForeignKey("runs.run"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

# Which run used which call. No foreign keys: the hash outlives the erased call, and a merged journal may
# bring the uses of runs that are kept elsewhere.
uses = sa.Table(
    "uses",
    metadata,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("run", sa.Text, sa.ForeignKey("runs.run"), primary_key=True),
    sa.Column("index", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("scenario", sa.Text, nullable=False),
    sa.Column("domain", sa.Text, nullable=False),
    sa.Column("subdomain", sa.Text, nullable=False),
    sa.Column("perspective", sa.Text, nullable=False),
    sa.Column("setting", sa.Text, nullable=False),
    sa.Column("risk", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("attack", sa.Text, nullable=False),
    sa.Column("transforms", sa.Text, nullable=False),
    sa.Column("trial", sa.Integer, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("score", sa.Double),
    sa.Column("score_low", sa.Double),
    sa.Column("score_high", sa.Double),
    sa.Column("critical_failed", sa.Integer, nullable=False),
    sa.Column("critical_undecided", sa.Integer, nullable=False),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("usd", sa.Double, nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),
    sa.Index("cases_by_id", "run", "id"),
)

# The review room. What was planned and what was said is only ever added to: triggers refuse UPDATE and DELETE.

review_people = sa.Table(
    "review_people",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("roles", sa.Text, nullable=False),
    sa.Column("active", sa.Integer, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
)

# Secrets of people, apart from what the log tells of them. Only hashes.
review_accounts = sa.Table(
    "review_accounts",
    metadata,
    sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), primary_key=True),
    sa.Column("password", sa.Text),
    sa.Column("invite", sa.Text),
    sa.Column("invite_until", sa.Double),
    sa.Column("changed", sa.Double, nullable=False),
)

review_sessions = sa.Table(
    "review_sessions",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
    sa.Column("expires", sa.Double, nullable=False),
)

review_queues = sa.Table(
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

# Every case of the run with the probability it had, drawn or not: no honest estimate without it.
review_frame = sa.Table(
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

review_items = sa.Table(
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

# One seat for every reading that is wanted, made with the queue; round 0 is the adjudicator's. A seat has one person,
# and a person one seat an item: so two readers are two people, and the adjudicator is a third.
review_seats = sa.Table(
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

review_drafts = sa.Table(
    "review_drafts",
    metadata,
    sa.Column("item", sa.Text, sa.ForeignKey("review_items.id"), primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("saved", sa.Double, nullable=False),
)

review_reviews = sa.Table(
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

review_adjudications = sa.Table(
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

# What people wrote or quoted, under the SHA-256 that their rows name: forgetting a run erases it, and no row changes.
review_words = sa.Table(
    "review_words",
    metadata,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

review_signoffs = sa.Table(
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

# The log: every row holds the hash of the one before. The heads say where each chain ends.
review_events = sa.Table(
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

review_heads = sa.Table(
    "review_heads",
    metadata,
    sa.Column("chain", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

# Tries to sign in, so that guessing can be slowed down.
review_logins = sa.Table(
    "review_logins",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Index("review_logins_by_time", "at"),
)

# The keys that a person chose for the shortcuts, as JSON.
review_keys = sa.Table(
    "review_keys",
    metadata,
    sa.Column("person", sa.Text, sa.ForeignKey("review_people.id"), primary_key=True),
    sa.Column("choices", sa.LargeBinary, nullable=False),
)
