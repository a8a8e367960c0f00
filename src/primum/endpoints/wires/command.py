"""A program of the user's own: a long-lived child process that speaks JSON lines.

It reads `{"id": 1, "messages": […], "params": {…}, "sample": 0}` from stdin and writes `{"id": 1, "text": "…"}` to
stdout, in any order, one line each; `finish`, `usage`, `model`, `reasoning` and `tool_calls` may be added, and
`{"id": 1, "error": "…"}` says that there is no answer. Its stderr is its own; the end of it is shown when it dies.
It is started on first use, again when it dies, and given up when it dies twice without answering anything between.
"""

import asyncio
import os
import shlex
import shutil
import signal
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from primum.endpoints.model import Message, Params, Reply
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, WireError
from primum.endpoints.wires.keys import Secrets, read_key
from primum.endpoints.wires.loose import LooseAnswer, reply_of
from primum.errors import PrimumError

LAST_WORDS = 2_000
"""Bytes of stderr that are remembered."""
PATIENCE = 2.0
"""Seconds between asking a program to end and ending it."""


class _Line(msgspec.Struct):
    id: int
    error: Any = None


_encode = msgspec.json.Encoder().encode
_read_line = msgspec.json.Decoder(_Line).decode
_read_answer = msgspec.json.Decoder(LooseAnswer).decode


class Command:
    """One program."""

    def __init__(
        self, spec: EndpointSpec, network: Network | None = None, on_headers: OnHeaders | None = None
    ) -> None:
        self.spec = spec
        try:
            self._argv = shlex.split(spec.path)
        except ValueError as error:
            raise PrimumError(f"{spec.name}: the command cannot be read: {error}") from None
        if not self._argv or not shutil.which(self._argv[0]):
            raise PrimumError(f"{spec.name}: there is no program {' '.join(self._argv[:1])!r} to run")
        self._secrets = Secrets([read_key(spec)])
        self._child: _Child | None = None
        self._starting = asyncio.Lock()
        self._deaths = 0
        self._given_up = ""
        self._issued = 0

    def __repr__(self) -> str:
        return f"<Command {self.spec.name}>"

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        child = await self._living()
        self._issued += 1
        number = self._issued
        request = {"id": number, "messages": messages, "params": params, "sample": sample}
        try:
            async with asyncio.timeout(self.spec.limits.timeout):
                line = await child.ask(number, _encode(request) + b"\n")
        except TimeoutError:
            raise WireError("timeout", f"no answer within {self.spec.limits.timeout:g} s") from None
        except WireError as error:
            failure = error.failure
            raise WireError(failure.kind, self._secrets.scrub(failure.message)) from None
        self._deaths = 0
        return self._reply(line)

    def _reply(self, line: bytes) -> Reply:
        error = _read_line(line).error
        if error is not None:
            words = error if isinstance(error, str) else _encode(error).decode()
            raise WireError("server_error", self._secrets.scrub(f"the program says: {words}"))
        try:
            return reply_of(_read_answer(self._secrets.scrub_reply(line)))
        except msgspec.DecodeError as broken:
            raise WireError("malformed", f"the program's answer: {broken}") from None

    async def _living(self) -> "_Child":
        async with self._starting:
            if self._child is not None and self._child.dead:
                self._deaths += 1
                words = self._child.dead
                await self._child.end()
                self._child = None
                if self._deaths > 1:
                    self._given_up = self._secrets.scrub(f"given up: {words}")
            if self._given_up:
                raise WireError("not_found", self._given_up)  # a kind after which nobody asks again
            if self._child is None:
                self._child = await self._start()
            return self._child

    async def _start(self) -> "_Child":
        try:
            process = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=self.spec.limits.max_reply_bytes,
                start_new_session=True,  # so that its own children end with it
            )
        except OSError as error:
            raise WireError("not_found", f"{self._argv[0]} cannot be started: {error.strerror}") from None
        return _Child(process, self.spec.limits.max_reply_bytes)

    async def close(self) -> None:
        """Ends the program, politely first."""
        child, self._child = self._child, None
        if child is not None:
            await child.end()


class _Child:
    """A running program and the requests it has not answered."""

    def __init__(self, process: asyncio.subprocess.Process, limit: int) -> None:
        self.dead = ""
        """Why it is of no more use."""
        self._process = process
        self._limit = limit
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._words: deque[bytes] = deque()
        self._tasks = (asyncio.create_task(self._listen()), asyncio.create_task(self._overhear()))

    async def ask(self, number: int, line: bytes) -> bytes:
        """The line with this id."""
        if self.dead:
            raise WireError("connection", self.dead)
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(line)
            with suppress(ConnectionError):  # it died: the listener tells why
                await stdin.drain()
            return await future
        finally:
            self._waiting.pop(number, None)

    async def _listen(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        while True:
            try:
                line = await stdout.readline()
            except ValueError:  # longer than the stream's limit
                self._fail_all(WireError("too_large", f"a line is larger than {self._limit:,} bytes"))
                self.dead = "the program wrote a line that is too large and was ended"
                return
            if not line:
                break
            if not line.strip():
                continue
            try:
                future = self._waiting.get(_read_line(line).id)
            except (msgspec.DecodeError, UnicodeDecodeError):
                words = f"a line on stdout is not a JSON answer with an id: {line.decode('utf-8', 'replace')}"
                self._fail_all(WireError("malformed", words))
                continue
            if future is not None and not future.done():
                future.set_result(line)
        await asyncio.wait([self._tasks[1]], timeout=PATIENCE)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        self.dead = f"the program ended ({self._process.returncode}); its last words: {self._last_words()}"
        self._fail_all(WireError("connection", self.dead))

    async def _overhear(self) -> None:
        stderr = self._process.stderr
        assert stderr is not None
        kept = 0
        while chunk := await stderr.read(LAST_WORDS):
            self._words.append(chunk)
            kept += len(chunk)
            while kept - len(self._words[0]) >= LAST_WORDS:
                kept -= len(self._words.popleft())

    def _last_words(self) -> str:
        words = b"".join(self._words)[-LAST_WORDS:].decode("utf-8", "replace").strip()
        return " ".join(words.split())[-200:] or "(none)"

    def _fail_all(self, error: WireError) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(error)

    async def end(self) -> None:
        self.dead = self.dead or "the program was ended"
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))
            await self._process.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._fail_all(WireError("connection", self.dead))

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
