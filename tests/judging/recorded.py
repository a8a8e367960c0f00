"""Judging recorded replies in a test: the real command's Python face, against the real loopback server."""

import json
from pathlib import Path
from typing import Any

import primum
from primum.campaign.rejudge import Judged
from primum.judging.preset import Opinion
from tests.servers.chat_server import Running


def script(*said: object, when: str = "") -> dict[str, Any]:
    """What a model says, as the server wants it: texts as they are, anything else as JSON."""
    return {"when": when, "say": [one if isinstance(one, str) else json.dumps(one) for one in said]}


def judged(
    folder: Path,
    preset: str,
    lines: list[dict[str, Any]],
    server: Running | None = None,
    *models: str,
    **options: Any,
) -> Judged:
    """One preset on these replies, by models of the server."""
    file = folder / "replies.jsonl"
    file.write_text("".join(json.dumps({"prompt": "What shall I do?", **line}) + "\n" for line in lines))
    names = [f"{server.url}#{model}" for model in models] if server else []
    return primum.judge(preset, file, judges=names, out=str(folder / "opinions.jsonl"), **options)[0]


def only(found: Judged) -> Opinion:
    """The opinion on the one reply."""
    assert len(found.opinions) == 1
    return found.opinions[0]


def result(found: Judged) -> dict[str, Any]:
    """What was found about the one reply."""
    told = only(found)
    assert told.result is not None, told
    return told.result
