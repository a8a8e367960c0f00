"""A hospital's own chatbot over plain HTTP: a JSON body to fill in, and where the answer is in the response.

Sessions (`http.session`):
- `none`: every request stands alone. `{{messages}}` carries the whole conversation; a body without it can play
  single-turn cases only, and says so for the others. A chatbot that truly forgets is `session = "client"` without
  `{{session}}` in its body.
- `client`: primum makes a session id and sends only the last user turn.
- `server`: the id is taken from the first response (`http.session_reply`), then as `client`.

One conversation has one session. A session is found by everything said in it so far, so that two branches of a
conversation never share one. Where there is none (the earlier turns came from the journal of an execution that was
killed, or the conversation begins with scripted history), a new session is opened and the earlier USER turns are
sent again first; the chatbot's new answers to them are not recorded, and may differ from the recorded ones.

A system prompt of the scenario goes to `{{system}}` or `{{messages}}`; if the body has neither, it stands before the
first user turn, since a chatbot has no other place for it.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import msgspec
from yarl import URL

from primum.canonical import digest
from primum.endpoints.model import Message, Params, Reply
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.answers import events, plain_text
from primum.endpoints.wires.base import OnHeaders, WireError, split_system, text_of, transcript
from primum.endpoints.wires.http import Answer, HttpWire, decode_any, encode
from primum.endpoints.wires.keys import expand
from primum.endpoints.wires.paths import Path, as_text, dig, parse_path
from primum.endpoints.wires.template import fill, places
from primum.errors import PrimumError

SESSIONS_KEPT = 20_000
"""The oldest beyond these are forgotten; a forgotten conversation is replayed, not lost."""


class HttpTemplateWire(HttpWire):
    """One chatbot."""

    def __init__(self, spec: EndpointSpec, network: Network, on_headers: OnHeaders | None = None) -> None:
        super().__init__(spec, network, on_headers)
        http = spec.http
        self.method = http.method.upper()
        self._body = expand(http.body, spec, self.secrets)
        self._login_body = expand(http.login_body, spec, self.secrets)
        self._places = places(http.body, f"{spec.name}: http.body")
        self._reply_path = parse_path(http.reply, f"{spec.name}: http.reply")
        self._session_path = parse_path(http.session_reply, f"{spec.name}: http.session_reply")
        self._token_path = parse_path(http.login_token, f"{spec.name}: http.login_token")
        self._check(spec)
        self._live: OrderedDict[str, str] = OrderedDict()
        self._login_url = URL(http.login_url)
        self._login_lock = asyncio.Lock()
        self._logins = 0

    def _check(self, spec: EndpointSpec) -> None:
        http = spec.http
        if not self._places & {"prompt", "messages"}:
            raise PrimumError(f"{spec.name}: http.body must hold {{{{prompt}}}} or {{{{messages}}}}")
        if http.session == "server" and not (http.session_reply and "session" in self._places):
            needs = "http.session_reply, and {{session}} in http.body"
            raise PrimumError(f'{spec.name}: http.session = "server" needs {needs}')
        if bool(http.login_url) != bool(http.login_token):
            raise PrimumError(f"{spec.name}: http.login_url and http.login_token go together")
        if http.session_reply and not http.reply:
            raise PrimumError(f"{spec.name}: http.session_reply needs http.reply: the answer is then JSON")
        if self.method == "GET" and not isinstance(http.body, dict):
            raise PrimumError(
                f"{spec.name}: with method GET, http.body must be a table: it becomes the query"
            )

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        system, turns = split_system(messages)
        if not turns or turns[-1].role != "user":
            raise WireError(
                "rejected", "a chatbot answers a user turn; the conversation does not end with one"
            )
        if self.spec.http.session == "none":
            if len(turns) > 1 and "messages" not in self._places:
                raise WireError(
                    "rejected",
                    "the conversation has several turns, but http.body has no {{messages}}, and http.session is 'none'",
                )
            return Reply((await self._turn(system, turns, None))[0])
        return Reply(await self._in_session(system, turns, sample))

    async def _in_session(self, system: str, turns: list[Message], sample: int) -> str:
        session = self._live.pop(_name(system, turns[:-1], sample), None)
        start = len(turns) - 1 if session is not None else 0
        if session is None and self.spec.http.session == "client":
            session = uuid4().hex
        text = ""
        for place in range(start, len(turns)):
            if turns[place].role == "user":
                text, session = await self._turn(system, turns[: place + 1], session)
        assert session is not None
        self._live[_name(system, [*turns, Message("assistant", text)], sample)] = session
        if len(self._live) > SESSIONS_KEPT:
            self._live.popitem(last=False)
        return text

    async def _turn(self, system: str, turns: list[Message], session: str | None) -> tuple[str, str | None]:
        """Sends one user turn; the answer and the session it was given in."""
        status, headers, raw = await self._request(self._filled(system, turns, session))
        if not 200 <= status < 300:
            self.refuse(status, headers, raw)
        if not self._reply_path and not self._session_path:
            return plain_text(headers, raw), session
        found = events(headers, raw)
        if found is None:
            found = [self.decode(_any_json, status, headers, raw)]
        if self._session_path and session is None:
            session = next(
                filter(None, self._at("http.session_reply", self._session_path, found, status)), None
            )
            if session is None:
                raise self.failed(
                    "malformed", "the answer's session id at http.session_reply is empty", status
                )
        text = "".join(self._at("http.reply", self._reply_path, found, status))
        return text, session

    def _filled(self, system: str, turns: list[Message], session: str | None) -> Any:
        prompt = text_of(turns[-1].content)
        if system and len(turns) == 1 and not self._places & {"system", "messages"}:
            prompt = f"{system}\n\n{prompt}"
        every = [Message("system", system), *turns] if system else turns
        values = {"prompt": prompt, "messages": every, "session": session, "system": system}
        texts = {"prompt": prompt, "session": session or "", "system": system}
        if "messages" in self._places:
            texts["messages"] = transcript(every)
        return fill(self._body, values, texts)

    def _at(self, setting: str, path: Path, found: list[Any], status: int) -> list[str]:
        """The texts at a path in the events that have it."""
        texts = []
        for event in found:
            with suppress(KeyError):
                texts.append(as_text(dig(event, path)))
        if texts:
            return texts
        holds = f"; it holds: {', '.join(map(str, found[-1]))}" if isinstance(found[-1], dict) else ""
        raise self.failed("malformed", f"the answer has no text at the path of {setting}{holds}", status)

    async def _request(self, body: Any) -> Answer:
        """One request; with a login, its token is fetched first, and renewed once when it is not accepted."""
        if not self.spec.http.login_url:
            return await self._send_body(body)
        await self._login(after=0)
        seen = self._logins
        answer = await self._send_body(body)
        if answer[0] == 401:
            await self._login(after=seen)
            answer = await self._send_body(body)
        return answer

    async def _send_body(self, body: Any) -> Answer:
        if self.method != "GET":
            return await self.post(encode(body))
        query = {
            name: item if isinstance(item, str) else encode(item).decode() for name, item in body.items()
        }
        return await self.exchange("GET", self._url.update_query(query), self._headers, b"")

    async def _login(self, after: int) -> None:
        """Gets a token, unless there has been a login since number `after`."""
        if self._logins > after:
            return
        async with self._login_lock:
            if self._logins > after:
                return
            sent = self._headers.copy()
            sent.pop("Authorization", None)
            status, headers, raw = await self.exchange(
                "POST", self._login_url, sent, encode(self._login_body)
            )
            if not 200 <= status < 300:
                self.refuse(status, headers, raw, "login: ")
            try:
                token = as_text(dig(decode_any(raw), self._token_path))
            except (ValueError, KeyError):
                token = ""
            if not token or not token.isascii() or not token.isprintable():
                raise self.failed("malformed", "login: the answer has no token at http.login_token", status)
            self.secrets.add(token)
            self._headers["Authorization"] = f"Bearer {token}"
            self._logins += 1


def _name(system: str, turns: Sequence[Message], sample: int) -> str:
    """The address of a conversation so far."""
    return digest([system, turns, sample])


_any_json = msgspec.json.Decoder()
