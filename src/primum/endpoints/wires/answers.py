"""Reads the answer of a plain HTTP endpoint: JSON, JSON lines, server-sent events, or text."""

from collections.abc import Mapping
from typing import Any

import msgspec

from primum.endpoints.wires.http import decode_any, mended

EVENT_STREAM = "text/event-stream"
END = "[DONE]"


def events(headers: Mapping[str, str], raw: bytes) -> list[Any] | None:
    """The JSON values of an answer: one, or one per line or event of a stream; None when it is not JSON.

    >>> events({"Content-Type": "text/event-stream"}, b'data: {"t": "Hel"}\\n\\ndata: {"t": "lo"}\\n\\ndata: [DONE]\\n')
    [{'t': 'Hel'}, {'t': 'lo'}]
    """
    if _is_event_stream(headers):
        found = [_json(data.encode()) for data in _event_data(raw)]
    else:
        whole = _json(raw)
        found = [whole] if whole is not None else [_json(line) for line in raw.splitlines() if line.strip()]
    return None if not found or None in found else found


def plain_text(headers: Mapping[str, str], raw: bytes) -> str:
    """The answer as text; the data of an event stream, joined."""
    if _is_event_stream(headers):
        return "".join(_event_data(raw))
    charset = headers.get("Content-Type", "").lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    try:
        return raw.decode(charset or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _is_event_stream(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Type", "").lower().startswith(EVENT_STREAM)


def _event_data(raw: bytes) -> list[str]:
    """The data of each event; lines of one event are joined, and its other fields have no meaning for us."""
    found: list[str] = []
    lines: list[str] = []
    for line in [*raw.decode("utf-8", "replace").splitlines(), ""]:
        if line.startswith("data:"):
            lines.append(line[5:].removeprefix(" "))
        elif not line and lines:
            data = "\n".join(lines)
            lines = []
            if data.strip() != END:
                found.append(data)
    return found


def _json(raw: bytes) -> Any:
    try:
        return decode_any(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return decode_any(mended(raw))
    except (ValueError, RecursionError):
        return None
