"""One line a case, for spreadsheets and statistics programs. No texts, so it may be shared."""

import csv
import io
from collections.abc import Iterable, Iterator

from primum.store.rows import CaseRow
from primum.visible import cell

COLUMNS = tuple(name for name in CaseRow.__struct_fields__ if name != "record")


def csv_lines(rows: Iterable[CaseRow]) -> Iterator[bytes]:
    """The header, then the rows in order. An empty field is unknown; it is never 0."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line([_field(getattr(row, name)) for name in COLUMNS])


def _field(value: object) -> str:
    if value is None:
        return ""
    return cell(value) if isinstance(value, str) else repr(value)


def _line(fields: Iterable[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(fields)
    return buffer.getvalue().encode("utf-8")
