"""Tables on SQLite or PostgreSQL, migrations. See `store.open_store`."""

from primum.store.rows import CaseRow, Forgotten, JournalRow, RunRow, Status
from primum.store.store import Store, open_store

__all__ = ["CaseRow", "Forgotten", "JournalRow", "RunRow", "Status", "Store", "open_store"]
