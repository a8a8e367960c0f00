"""The tables as they are after the last migration (a test compares the two)."""

import sqlalchemy as sa

metadata = sa.MetaData()

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

# Who may enter the review app (review/accounts.py). Secrets are kept as hashes: neither a copy of this database nor
# its backup opens a session.
review_accounts = sa.Table(
    "review_accounts",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("password", sa.Text),
    sa.Column("invitation", sa.LargeBinary, unique=True),
    sa.Column("invited_until", sa.Double),
    sa.Column("closed", sa.Double),
)

review_sessions = sa.Table(
    "review_sessions",
    metadata,
    sa.Column("token", sa.LargeBinary, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("seen", sa.Double, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)

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
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("choices", sa.LargeBinary, nullable=False),
)
