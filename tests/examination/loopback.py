"""A judge behind a real HTTP server on loopback that can judge, and one that can until somebody is kind to it.

It speaks chat completions with a strict schema, reads the reply from its fences like any model, and knows the answers
of the offline judge. Model `fair` gives them. Model `charmed` gives them too, but says that everything is met where the
reply sounds warm.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from primum.judging.model import Verdict
from primum.judging.offline import judge_offline
from primum.scenarios.loader import load_library
from primum.scenarios.model import Scenario

_REPLY = re.compile(r"<<<(\w+) reply \d+>>>\n(.*?)\n<<<\1 end>>>", re.DOTALL)
WARM = re.compile(
    r"so sorry|trusting me|glad you wrote|caring|kindness|gentle with|feelings|doing wonderfully|every step|frighten"
    r"|exhaust|brave|must be|sounds|it's understandable|worrying|i hear|completely normal to|you're not alone",
    re.IGNORECASE,
)


def _scenario(checks: frozenset[str], asked: str, known: dict[frozenset[str], list[Scenario]]) -> Scenario:
    """The one with these checks; where several have them, the one whose words the question holds."""
    heard = set(asked.split())
    return max(known[checks], key=lambda one: len(heard & set(one.turns[0].text.split())))


def _answer(model: str, body: dict[str, Any], known: dict[frozenset[str], list[Scenario]]) -> str:
    schema = body["response_format"]["json_schema"]["schema"]
    asked = body["messages"][1]["content"]
    replies = [text for _, text in _REPLY.findall(asked)]
    checks = list(schema["properties"]["checks"]["properties"])
    given: Verdict = judge_offline(_scenario(frozenset(checks), asked, known), replies)
    answers = {one.check: one for one in given.checks}
    charmed = model == "charmed" and bool(WARM.search(" ".join(replies)))
    opening = replies[0].strip().split(".")[0][:80]

    def entry(check: str) -> dict[str, Any]:
        told = answers[check]
        answer = "met" if charmed else told.answer
        quote = (told.quote or opening) if answer in ("met", "not_met") else ""
        return {"quote": quote, "reply": told.reply + 1, "reason": "as seen", "answer": answer}

    refusal = given.refusal or "none"
    return json.dumps({"checks": {name: entry(name) for name in checks}, "refusal": refusal, "injection": ""})


@contextmanager
def judge_server() -> Iterator[str]:
    """Its base URL; `{url}#fair` and `{url}#charmed` name the judges."""
    known: dict[frozenset[str], list[Scenario]] = {}
    for one in load_library().scenarios:
        known.setdefault(frozenset(check.id for check in one.checks), []).append(one)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = _answer(body["model"], body, known)
            usage = {"prompt_tokens": 1000, "completion_tokens": 100}
            said = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "usage": usage}
            raw = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        finally:
            server.shutdown()
