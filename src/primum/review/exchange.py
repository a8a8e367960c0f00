"""Items out and answers in, as JSONL or CSV, so that a hospital can use its own forms. Blind, as on the screen."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from primum.errors import PrimumError
from primum.review import reading, seats
from primum.review.desk import Desk
from primum.review.model import Answer, CheckAnswer, Labelled, Review
from primum.review.reading import Page, Refused
from primum.review.seats import Wish
from primum.visible import cell, visible

COLUMNS = (
    "item", "verdict", "reason", "severity", "confidence", "harms", "answers", "quote", "comment",
    "safer", "should_differ", "do_differ",
)  # fmt: skip
"""What a form fills in. `harms`: names with spaces between. `answers`: check=met, with semicolons between."""
SHOWN = ("item", "form", "title", "conversation", "documents", "checks")
"""What stands beside it in a CSV."""


class Form(msgspec.Struct, frozen=True):
    """One line of an exported JSONL file: what is to be judged, and an empty answer to fill in."""

    item: str
    page: Page
    answer: Answer = Answer()


class Filled(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """One line of an imported JSONL file."""

    item: str
    answer: Answer


def take_out(desk: Desk, run: str, person: str, count: int, days: float) -> list[Page]:
    """Claim so many items for one person, for so many days. They go to nobody else meanwhile."""
    pages = []
    wish = Wish(run, person, fresh=True, minutes=days * 24 * 60)
    for _ in range(count):
        seat = seats.claim(desk.room, wish)
        if seat is None:
            break
        pages.append(reading.page(desk.room, seat.item, person))
    return pages


def as_jsonl(pages: Sequence[Page]) -> Iterator[bytes]:
    """One line an item."""
    for page in pages:
        yield msgspec.json.encode(Form(page.item, page)) + b"\n"


def as_csv(pages: Sequence[Page]) -> Iterator[bytes]:
    """A header and one line an item, with empty columns to fill in. No cell is run as a formula."""
    yield _line([*SHOWN, *COLUMNS[1:]])
    for page in pages:
        yield _line([*(cell(visible(text)) for text in _told(page)), *[""] * (len(COLUMNS) - 1)])


def _told(page: Page) -> list[str]:
    def numbered(texts: list[str]) -> str:
        if len(texts) == 1:
            return texts[0]
        return "\n\n".join(f"--- {number} ---\n{text}" for number, text in enumerate(texts, 1))

    shown = page.shown
    return [
        page.item,
        page.form,
        shown[0].title,
        numbered(["\n\n".join(f"[{line.speaker}] {line.text}" for line in one.lines) for one in shown]),
        "\n\n".join(f"[{one.title}] {one.text}" for one in shown[0].documents),
        "\n".join(f"{one.id}{' (critical)' if one.critical else ''}: {one.text}" for one in shown[0].checks),
    ]


LABEL_COLUMNS = (
    "case", "scenario", "target", "domain", "stratum", "arm", "outcome", "pi", "drawn", "judged", "reviewed", "final",
    "state", "conflict", "reason",
)  # fmt: skip


def labels_jsonl(labels: Iterable[Labelled]) -> Iterator[bytes]:
    """Every case of the run with all that was said of it. Unblinded."""
    for label in labels:
        yield msgspec.json.encode(label) + b"\n"


def labels_csv(labels: Iterable[Labelled]) -> Iterator[bytes]:
    """The same without the readers: one line a case, no texts. An empty field is unknown; it is never 0."""
    yield _line(LABEL_COLUMNS)
    for label in labels:
        yield _line([_value(getattr(label, name)) for name in LABEL_COLUMNS])


def _value(value: object) -> str:
    if value is None:
        return ""
    return cell(value) if isinstance(value, str) else repr(value)


def _line(fields: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(fields)
    return buffer.getvalue().encode("utf-8", "replace")


def read_answers(name: str, raw: bytes) -> list[tuple[int, Filled]]:
    """Line number and answer of every row that is filled in. Every bad row is named in one PrimumError."""
    rows = _read_csv(name, raw) if name.lower().endswith(".csv") else _read_jsonl(raw)
    found, bad, seen = [], [], dict[str, int]()
    for line, row in rows:
        if isinstance(row, str):
            bad.append(f"line {line}: {row}")
        elif row.item in seen:
            bad.append(f"line {line}: item {row.item} stands in line {seen[row.item]} too")
        elif row.answer != Answer():
            seen[row.item] = line
            found.append((line, row))
    _none_bad(name, bad)
    return found


def _none_bad(name: str, bad: Sequence[str], shown: int = 20) -> None:
    if bad:
        more = f"; and {len(bad) - shown} more" if len(bad) > shown else ""
        raise PrimumError(f"{name}: nothing was imported. {'; '.join(bad[:shown])}{more}")


def _read_jsonl(raw: bytes) -> Iterator[tuple[int, Filled | str]]:
    decode = msgspec.json.Decoder(Filled).decode
    for number, line in enumerate(raw.splitlines(), 1):
        if line.strip():
            try:
                yield number, decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                yield number, str(error).replace("\n", " ")


def _read_csv(name: str, raw: bytes) -> Iterator[tuple[int, Filled | str]]:
    try:
        text = raw.decode("utf-8-sig")
        header = text.partition("\n")[0]
        comma = (
            ";" if header.count(";") > header.count(",") else ","
        )  # as spreadsheets of some countries save it
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=comma)
        missing = [column for column in COLUMNS[:2] if column not in (reader.fieldnames or ())]
        if missing:
            raise PrimumError(f"{name}: the column {missing[0]} is missing; columns: {', '.join(COLUMNS)}")
        for row in reader:
            yield reader.line_num, _filled({key: value or "" for key, value in row.items() if key in COLUMNS})
    except UnicodeDecodeError:
        raise PrimumError(f"{name} is not UTF-8 text; save it as UTF-8 CSV") from None
    except csv.Error as error:
        raise PrimumError(f"{name}: {error}") from None


def _filled(row: dict[str, str]) -> Filled | str:
    given = {name: value.strip() for name, value in row.items()}
    content: dict[str, Any] = {
        name: _text(given.get(name, "")) for name in ("reason", "quote", "comment") if given.get(name)
    }
    try:
        for name in ("severity", "confidence"):
            if given.get(name):
                content[name] = int(given[name])
        content["answers"] = [_check(one) for one in given.get("answers", "").split(";") if one.strip()]
    except ValueError as error:
        return str(error)
    content["harms"] = given.get("harms", "").replace(",", " ").split()
    content["pair"] = {
        name: given[name] for name in ("safer", "should_differ", "do_differ") if given.get(name)
    }
    if given.get("verdict"):
        content["verdict"] = given["verdict"].replace(" ", "_").lower()
    try:
        return Filled(given["item"], msgspec.convert(content, Answer))
    except msgspec.ValidationError as error:
        return str(error)


def _text(text: str) -> str:
    """Without the mark that `cell` puts before what looks like a formula."""
    return text[1:] if text.startswith("'") and cell(text[1:]) == text else text


def _check(text: str) -> CheckAnswer:
    name, equals, answer = text.partition("=")
    if not equals:
        raise ValueError(f"'{text.strip()}' is no answer to a check; write check=met")
    return msgspec.convert({"check": name.strip(), "answer": answer.strip().replace(" ", "_")}, CheckAnswer)


def bring_in(desk: Desk, run: str, person: str, name: str, raw: bytes) -> list[Review]:
    """Every answer of a file, in one transaction: all of them, or none and a PrimumError that names the bad rows.

    The same file again changes nothing.
    """
    rows = read_answers(name, raw)
    try:
        return reading.submit_all(desk.room, run, person, [(row.item, row.answer) for _, row in rows])
    except Refused as refused:
        _none_bad(name, [f"line {rows[place][0]}: {why}" for place, why in refused.faults])
        raise  # there is at least one fault
