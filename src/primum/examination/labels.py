"""Anybody's labels: a CSV, JSONL or JSON file and a mapping of its columns. A bad row is refused with its line."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from primum.errors import PrimumError, did_you_mean
from primum.examination.content import Words, load_content
from primum.examination.model import Truth
from primum.judging.data import decode

About = Literal["check", "reply", "refusal"]
Rater = Literal["human", "machine"]
FIELDS = ("id", "scenario", "check", "prompt", "reply", "label", "rater", "domain")
COLUMN = "column:"
SHOWN = 8
"""Lines of further bad rows that an error names."""


class MappingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file: what the labels are about, which column holds what, and the words of the labels."""

    kind: About | None = None
    columns: dict[str, str] = {}
    words: Words | None = None


class Form(msgspec.Struct, frozen=True):
    """How a file is read."""

    about: About
    columns: dict[str, str]
    """Field → column; `label` may name several columns, each the label of another rater: `a,b`."""
    words: Words
    rater: str
    """`human`, `machine`, or `column:NAME`."""


class Label(msgspec.Struct, frozen=True):
    """One label of one rater."""

    line: int
    scenario: str
    check: str
    prompt: str
    replies: tuple[str, ...]
    truth: Truth
    rater: str
    """Which rater: tells two of them apart."""
    by: Rater
    domain: str = ""


def form_of(kind: str, columns: Sequence[str], mapping: str, rater: str) -> Form:
    """The options as a form. What an option says goes before the mapping file."""
    told = MappingFile()
    if mapping:
        try:
            told = decode(Path(mapping).read_bytes(), MappingFile, mapping)
        except OSError as error:
            raise PrimumError(f"Cannot read the mapping {mapping}: {error.strerror}.") from None
    about = _one_of("--kind", told.kind or kind, get_args(About))
    if not rater.startswith(COLUMN):
        _one_of("--rater", rater, get_args(Rater))
    named = {name: name for name in FIELDS} | told.columns
    for text in columns:
        field, equals, column = text.partition("=")
        if not equals or not column:
            raise PrimumError(f"--column {text!r} is not FIELD=COLUMN, for example --column reply=completion")
        named[field] = column
    for field in named:
        _one_of("--column: the field", field, FIELDS)
    return Form(about, named, told.words or load_content().words[about], rater)  # type: ignore[arg-type]


def _one_of(what: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise PrimumError(
            f"{what} must be one of {', '.join(known)}, not '{value}'.{did_you_mean(value, known)}"
        )
    return value


def read_labels(path: Path, form: Form) -> tuple[list[Label], int]:
    """Every label of the file, those of machines included; and in how many places the rater gave none."""
    labels: list[Label] = []
    blank = 0
    bad: list[tuple[int, str]] = []
    for line, row in _rows(path, form):
        try:
            told = list(_labels(line, row, form))
        except ValueError as problem:
            bad.append((line, str(problem)))
            continue
        labels += told
        blank += form.columns["label"].count(",") + 1 - len(told)
    refuse(path, bad)
    return labels, blank


def refuse(path: Path, bad: Sequence[tuple[int, str]]) -> None:
    """Raises where there is a bad row: the first in full, the lines of the others."""
    if not bad:
        return
    (line, problem), *more = bad
    others = ", ".join(str(at) for at, _ in more[:SHOWN]) + (" …" if len(more) > SHOWN else "")
    also = f" ({len(more)} more bad rows, lines {others})" if more else ""
    raise PrimumError(f"{path}:{line}: {problem}{also}")


def _rows(path: Path, form: Form) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each row with the line it begins on."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PrimumError(f"Cannot read the labels {path}: {error}") from None
    if path.suffix == ".csv":
        yield from _csv(path, text, form)
    elif path.suffix in (".jsonl", ".ndjson"):
        yield from _jsonl(path, text)
    elif path.suffix == ".json":
        yield from _json(path, text)
    else:
        raise PrimumError(f"{path}: labels are read from .csv, .jsonl and .json files")


def _csv(path: Path, text: str, form: Form) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        heads = reader.fieldnames or ()
        needed = [form.columns["reply"], *form.columns["label"].split(",")]
        needed += [form.rater.removeprefix(COLUMN)] if form.rater.startswith(COLUMN) else []
        for name in needed:
            if name not in heads:
                hint = f"{did_you_mean(name, heads)} Name it with --column"
                raise PrimumError(f"{path}:1: there is no column '{name}'.{hint}")
        before = reader.line_num
        for row in reader:
            if None in row or None in row.values():
                raise PrimumError(f"{path}:{before + 1}: the row has other columns than the head")
            yield before + 1, row
            before = reader.line_num
    except csv.Error as error:
        raise PrimumError(f"{path}:{reader.line_num}: {error}") from None


def _jsonl(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise PrimumError(f"{path}:{number}: no valid JSON: {error}") from None
        if not isinstance(row, dict):
            raise PrimumError(f'{path}:{number}: a row is an object, {{"reply": …, "label": …}}')
        yield number, row


def _json(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """A list of rows; a row is named by its place in the list, since it has no line of its own."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise PrimumError(f"{path}: no valid JSON: {error}") from None
    if not isinstance(rows, list):
        raise PrimumError(f'{path}: a .json file holds a list of rows, [{{"reply": …, "label": …}}]')
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise PrimumError(f'{path}:{number}: a row is an object, {{"reply": …, "label": …}}')
        yield number, row


def _labels(line: int, row: Mapping[str, Any], form: Form) -> Iterator[Label]:
    def field(name: str) -> str:
        value = row.get(form.columns[name])
        return "" if value is None else str(value).strip() if name == "prompt" else _short(value)

    replies = _replies(row.get(form.columns["reply"]))
    if not replies:
        raise ValueError("the reply is empty")
    scenario, check = field("scenario"), field("check")
    if form.about == "check" and not (scenario and check):
        raise ValueError("a label of a check needs the scenario and the check")
    by = _by(row, form)
    columns = form.columns["label"].split(",")
    for column in columns:
        truth = _truth(row.get(column), form.words)
        if truth is not None:
            rater = column if len(columns) > 1 else field("rater") or "one"
            about = check if form.about == "check" else form.about
            yield Label(line, scenario, about, field("prompt"), replies, truth, rater, by, field("domain"))


def _replies(value: Any) -> tuple[str, ...]:
    """One reply, or a list with one for each turn."""
    texts = value if isinstance(value, list) else [value]
    if any(not isinstance(text, str) or not text.strip() for text in texts):
        return ()
    return tuple(texts)


def _by(row: Mapping[str, Any], form: Form) -> Rater:
    """Whose label it is: never guessed."""
    who = _short(row.get(form.rater.removeprefix(COLUMN))).lower() if COLUMN in form.rater else form.rater
    if who not in get_args(Rater):
        raise ValueError(f"the rater must be human or machine, not '{who}'")
    return who  # type: ignore[return-value]


def _short(value: Any) -> str:
    """A name or a word, fit to be shown in one line.

    >>> _short(" a\\n b ")
    'a b'
    """
    return " ".join(str(value).split())[:200]


def _truth(value: Any, words: Words) -> Truth | None:
    word = "" if value is None else _short(value).lower()
    if word in words.met:
        return "met"
    if word in words.not_met:
        return "not_met"
    if word in words.skip:
        return None
    known = ", ".join((*words.met, *words.not_met))
    raise ValueError(f"'{word}' is no label; known are {known} (name yours in a mapping file)")
