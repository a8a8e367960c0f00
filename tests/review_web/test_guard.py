"""The guard in front of the app, alone: hosts, origins, sizes, headers."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from primum.review.web.security import BODY_LIMIT, Guard

OWN = "https://review.clinic.example"
HOST = "review.clinic.example"


async def reached(request: Request) -> PlainTextResponse:
    await request.body()
    return PlainTextResponse("reached")


APP = Guard(Starlette(routes=[Route("/", reached, methods=["GET", "POST"])]), (OWN,))


async def ask(method: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str]]:
    """One request through the guard."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    scope = {
        "type": "http", "method": method, "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "",
        "http_version": "1.1", "scheme": "https", "server": (HOST, 443), "client": ("10.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
    }  # fmt: skip
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await APP(scope, receive, send)
    start = sent[0]
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}


@pytest.mark.parametrize(
    ("host", "status"),
    [(HOST, 200), ("evil.example", 400), ("", 400), (f"{HOST}:8000", 400), (f"{HOST}.evil.example", 400)],
)
async def test_only_its_own_host_is_answered(host: str, status: int) -> None:
    assert (await ask("GET", host=host))[0] == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "same-origin", "origin": OWN}, 200),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"origin": OWN}, 200),  # a browser that sends no fetch metadata
        ({"sec_fetch_site": "cross-site", "origin": OWN}, 403),
        ({"sec_fetch_site": "same-site", "origin": "https://other.clinic.example"}, 403),
        ({"sec_fetch_site": "same-site", "origin": OWN}, 403),
        ({"sec_fetch_site": "none", "origin": "null"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://review.clinic.example"}, 403),
        ({}, 403),
    ],
)
async def test_a_form_is_taken_from_its_own_origin_only(headers: dict[str, str], status: int) -> None:
    assert (await ask("POST", host=HOST, **headers))[0] == status
    assert (await ask("GET", host=HOST, **headers))[0] == 200


async def test_a_large_form_is_refused_however_it_is_sent() -> None:
    assert (await ask("POST", host=HOST, origin=OWN, content_length=str(BODY_LIMIT + 1)))[0] == 413
    assert (await ask("POST", host=HOST, origin=OWN, content_length="many"))[0] == 413


@pytest.mark.parametrize("host", [HOST, "evil.example"])
async def test_every_answer_carries_the_headers(host: str) -> None:
    _, headers = await ask("GET", host=host)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" in headers
