"""A hospital's own chatbot: templates, reply paths, sessions, login, streams."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from primum.endpoints.model import Message, Params
from primum.endpoints.spec import EndpointSpec, HttpTemplate
from primum.endpoints.wires.paths import dig, parse_path
from primum.endpoints.wires.template import fill
from primum.errors import PrimumError
from tests.endpoints.wire_help import HELLO, ask, fail, wired
from tests.endpoints.wire_server import serving


def spec(url: str, *, headers: dict[str, str] | None = None, **http: Any) -> EndpointSpec:
    http = {"body": {"q": "{{prompt}}"}, "reply": "data.answers[0].text", **http}
    return EndpointSpec(
        "ward", "http", base_url=url + "/ask", headers=headers or {}, http=HttpTemplate(**http)
    )


def answer(text: str) -> dict[str, Any]:
    return {"data": {"answers": [{"text": text}]}}


def talk(*texts: str) -> list[Message]:
    return [Message("assistant" if place % 2 else "user", text) for place, text in enumerate(texts)]


async def test_the_template_is_filled_and_the_reply_found() -> None:
    body = {
        "q": "{{prompt}}",
        "all": "{{messages}}",
        "s": "{{system}}",
        "note": "Q: {{prompt}}",
        "n": 3,
        "no": "{{session}}",
    }
    async with serving(answer("Call 911.")) as server:
        reply = await ask(spec(server.url, body=body), [Message("system", "Be brief."), *HELLO])
    assert reply.text == "Call 911."
    assert server.body == {
        "q": "I took ten tablets.",
        "all": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "I took ten tablets."},
        ],
        "s": "Be brief.",
        "note": "Q: I took ten tablets.",
        "n": 3,
    }


@given(st.text())
def test_what_a_patient_writes_is_never_read_as_a_template(text: str) -> None:
    hostile = text + "{{session}}{{system}}"
    filled = fill(
        {"q": "{{prompt}}", "n": "<{{prompt}}>"}, {"prompt": hostile, "session": "s"}, {"prompt": hostile}
    )
    assert filled == {"q": hostile, "n": f"<{hostile}>"}


@given(
    st.recursive(
        st.integers(),
        lambda inner: (
            st.lists(inner, min_size=1) | st.dictionaries(st.from_regex(r"\A[a-z]+\Z"), inner, min_size=1)
        ),
    )
)
def test_every_place_of_an_answer_has_a_path(value: Any) -> None:
    path, found = "", value
    while not isinstance(found, int):
        if isinstance(found, dict):
            name = next(iter(found))
            path, found = f"{path}.{name}".lstrip("."), found[name]
        else:
            path, found = f"{path}[0]", found[0]
    assert dig(value, parse_path(path, "test")) == found


async def test_a_system_prompt_without_a_place_stands_before_the_first_turn() -> None:
    async with serving(answer("Hi")) as server:
        await ask(spec(server.url), [Message("system", "Chart: BP 90/60."), *HELLO])
    assert server.body == {"q": "Chart: BP 90/60.\n\nI took ten tablets."}


async def test_several_turns_without_a_place_are_refused_and_not_dropped() -> None:
    async with serving(answer("Hi")) as server:
        failure = await fail(spec(server.url), talk("Hi", "Hello", "Help"))
    assert (failure.kind, server.requests) == ("rejected", [])
    assert "{{messages}}" in failure.message


class Chatbot:
    """Remembers what it was told in each session, and repeats all of it."""

    def __init__(self) -> None:
        self.sessions: dict[str, list[str]] = {}

    def __call__(self, _: web.Request, body: dict[str, Any]) -> web.Response:
        name = body.get("session") or f"server-{len(self.sessions)}"
        said = self.sessions.setdefault(name, [])
        said.append(body["q"])
        return web.json_response(answer("|".join(said)) | {"meta": {"sid": name}})


SESSION = {"body": {"q": "{{prompt}}", "session": "{{session}}"}}
MODES = [{"session": "client"}, {"session": "server", "session_reply": "meta.sid"}]


async def converse(
    wire: Any, *turns: str, sample: int = 0, before: list[Message] | None = None
) -> list[Message]:
    messages = list(before or [])
    for turn in turns:
        messages.append(Message("user", turn))
        reply = await wire.send(messages, Params(), sample)
        messages.append(Message("assistant", reply.text))
    return messages


@pytest.mark.parametrize("mode", MODES)
async def test_a_conversation_keeps_its_session_and_sends_only_the_last_turn(mode: dict[str, str]) -> None:
    bot = Chatbot()
    async with serving(bot) as server, wired(spec(server.url, **SESSION, **mode)) as wire:
        talks = await asyncio.gather(*(converse(wire, f"a{n}", f"b{n}", "c", sample=n) for n in range(5)))
    assert [said[-1].content for said in talks] == [f"a{n}|b{n}|c" for n in range(5)]
    assert sorted(bot.sessions.values()) == [[f"a{n}", f"b{n}", "c"] for n in range(5)]
    assert len(server.requests) == 15


@pytest.mark.parametrize("mode", MODES)
async def test_a_resumed_conversation_tells_a_new_session_the_earlier_user_turns(
    mode: dict[str, str],
) -> None:
    bot = Chatbot()
    async with serving(bot) as server:
        async with wired(spec(server.url, **SESSION, **mode)) as wire:
            before = await converse(wire, "a", "b")
        async with wired(spec(server.url, **SESSION, **mode)) as wire:
            after = await converse(wire, "c", before=before)
    assert after[-1].content == "a|b|c"
    assert list(bot.sessions.values()) == [["a", "b"], ["a", "b", "c"]]


@pytest.mark.parametrize("mode", MODES)
async def test_two_branches_of_a_conversation_never_share_a_session(mode: dict[str, str]) -> None:
    bot = Chatbot()
    async with serving(bot) as server, wired(spec(server.url, **SESSION, **mode)) as wire:
        trunk = await converse(wire, "a")
        left = await converse(wire, "left", before=trunk)
        right = await converse(wire, "right", before=trunk)
    assert (left[-1].content, right[-1].content) == ("a|left", "a|right")


async def test_a_failed_turn_is_taken_up_in_a_fresh_session() -> None:
    bot = Chatbot()
    async with serving(bot) as server, wired(spec(server.url, **SESSION, session="client")) as wire:
        trunk = await converse(wire, "a")
        server.answer = lambda *_: web.Response(status=500)
        with pytest.raises(Exception, match="server_error"):
            await converse(wire, "b", before=trunk)
        server.answer = bot
        assert (await converse(wire, "b", before=trunk))[-1].content == "a|b"


async def test_a_server_session_without_an_id_is_malformed() -> None:
    async with serving(answer("Hi") | {"meta": {}}) as server:
        failure = await fail(spec(server.url, **SESSION, **MODES[1]))
    assert failure.kind == "malformed"
    assert "http.session_reply" in failure.message and "data, meta" in failure.message


class Clinic:
    """Wants a login; its tokens are good for two requests."""

    def __init__(self) -> None:
        self.logins: list[Any] = []
        self.left = 0

    def __call__(self, request: web.Request, body: Any) -> web.Response:
        if request.path == "/login":
            self.logins.append(body)
            self.left = 2
            return web.json_response({"auth": {"token": f"token-{len(self.logins)}-0123456789"}})
        if (
            request.headers.get("Authorization") != f"Bearer token-{len(self.logins)}-0123456789"
            or self.left == 0
        ):
            return web.json_response({"error": "who are you?"}, status=401)
        self.left -= 1
        return web.json_response(answer("Hi"))


def with_login(url: str) -> EndpointSpec:
    login = {
        "login_url": url + "/login",
        "login_body": {"user": "u", "password": "${WARD}"},
        "login_token": "auth.token",
    }
    return spec(url, **login)


async def test_the_login_is_made_once_and_renewed_when_the_token_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WARD", "pass-0123456789")
    clinic = Clinic()
    async with serving(clinic) as server, wired(with_login(server.url)) as wire:
        for _ in range(5):
            assert (await wire.send(HELLO, Params(), 0)).text == "Hi"
    assert clinic.logins == [{"user": "u", "password": "pass-0123456789"}] * 3


async def test_a_token_that_is_refused_twice_is_unauthorised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD", "pass-0123456789")

    def refuse(request: web.Request, _: Any) -> web.Response:
        token = {"auth": {"token": "tok-0123456789"}}
        if request.path == "/login":
            return web.json_response(token)
        return web.json_response({"error": "no pass-0123456789 tok-0123456789"}, status=401)

    async with serving(refuse) as server:
        failure = await fail(with_login(server.url))
        assert (failure.kind, len(server.requests)) == ("unauthorised", 4)
        assert "0123456789" not in failure.message
        server.answer = lambda *_: web.json_response({"error": "locked out"}, status=403)
        assert (await fail(with_login(server.url))).message == "login: HTTP 403: locked out"
        server.answer = {"auth": {}}
        assert (await fail(with_login(server.url))).kind == "malformed"


SSE = 'event: x\ndata: {"delta": "Call "}\n\n: ping\n\ndata: {"meta": 1}\n\ndata: {"delta": "911."}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize(
    ("text", "content_type", "path", "wanted"),
    [
        ("Call 911.\n", "text/plain", "", "Call 911.\n"),
        (SSE, "text/event-stream", "delta", "Call 911."),
        ("data: Call \n\ndata: 911.\n\n", "text/event-stream", "", "Call 911."),
        ('{"delta": "Call "}\n{"delta": "911."}\n', "application/x-ndjson", "delta", "Call 911."),
        ('["Call 911."]', "application/json", "[0]", "Call 911."),
        ('{"a": {"b": ["x", "Call 911."]}}', "text/html", "a.b[-1]", "Call 911."),
        ('{"a": null}', "application/json", "a", ""),
    ],
)
async def test_answers_in_many_forms(text: str, content_type: str, path: str, wanted: str) -> None:
    async with serving(lambda *_: web.Response(text=text, content_type=content_type)) as server:
        assert (await ask(spec(server.url, reply=path))).text == wanted


async def test_plain_text_in_another_charset() -> None:
    response = {
        "body": "Fièvre".encode("latin-1"),
        "headers": {"Content-Type": "text/plain; charset=ISO-8859-1"},
    }
    async with serving(lambda *_: web.Response(**response)) as server:
        assert (await ask(spec(server.url, reply=""))).text == "Fièvre"


async def test_a_reply_that_is_not_where_it_should_be_is_malformed() -> None:
    async with serving({"data": {"answer": "Hi"}, "ok": True}) as server:
        failure = await fail(spec(server.url))
        assert (failure.kind, failure.message) == (
            "malformed",
            "the answer has no text at the path of http.reply; it holds: data, ok",
        )


async def test_get_puts_the_body_into_the_query() -> None:
    async with serving(answer("Hi")) as server:
        await ask(spec(server.url, method="get", body={"q": "{{prompt}}", "n": 3}))
    assert dict(server.requests[0].query) == {"q": "I took ten tablets.", "n": "3"}
    assert server.bodies == [b""]


@pytest.mark.parametrize(
    ("http", "words"),
    [
        ({"body": None}, "must hold {{prompt}} or {{messages}}"),
        ({"body": {"q": "{{promt}}"}}, "unknown place {{promt}}. Did you mean 'prompt'?"),
        ({"reply": "a..b"}, "http.reply is not a path"),
        ({"session": "server"}, 'http.session = "server" needs'),
        ({"login_url": "http://127.0.0.1/login"}, "http.login_url and http.login_token go together"),
        ({"method": "GET", "body": "{{prompt}}"}, "must be a table"),
        ({"session_reply": "id", "reply": ""}, "http.session_reply needs http.reply"),
    ],
)
async def test_a_template_that_cannot_work_is_refused_before_the_first_call(
    http: dict[str, Any], words: str
) -> None:
    with pytest.raises(PrimumError) as caught:
        await ask(spec("http://127.0.0.1:1", **http))
    assert words in str(caught.value) and str(caught.value).startswith("ward: ")
