"""Tables on SQLite or PostgreSQL, migrations."""
