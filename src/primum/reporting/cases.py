"""cases.jsonl: every case with its exchange, verdicts and outcome, one a line, the same bytes every time."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from primum.campaign.model import CaseResult
from primum.canonical import canonical_bytes
from primum.reporting.visible import without_surrogates


def cases_jsonl(results: Iterable[CaseResult]) -> Iterator[bytes]:
    """One line of JSON, newline included, for each result, in the order given."""
    for result in results:
        try:
            yield canonical_bytes(result) + b"\n"
        except UnicodeEncodeError:  # a lone surrogate cannot be written as UTF-8
            yield canonical_bytes(_encodable(msgspec.to_builtins(result))) + b"\n"


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value
