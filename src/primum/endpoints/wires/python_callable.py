"""A Python function as an endpoint: `python:module:function`.

The function takes the messages as a list of dicts, or, when its first parameter is annotated `str`, the conversation
as one text. It may also have parameters named `params` and `sample`. It returns a text, or a dict with `text` and, if
it likes, `finish`, `usage`, `model`, `reasoning`. An `async` function runs in the loop, any other in a thread.
"""

import asyncio
import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from primum.endpoints.model import CallFailed, Message, Params, Reply
from primum.endpoints.network import Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, WireError, transcript
from primum.endpoints.wires.loose import read_answer
from primum.errors import PrimumError, did_you_mean


class PythonCallable:
    """One function."""

    def __init__(
        self, spec: EndpointSpec, network: Network | None = None, on_headers: OnHeaders | None = None
    ) -> None:
        self.spec = spec
        self._function = load(spec.path, spec.name)
        parameters = _parameters(self._function)
        first = next(iter(parameters.values()), None)
        self._takes_text = first is not None and first.annotation in (str, "str")
        self._extras = [name for name in ("params", "sample") if name in parameters]
        self._is_async = inspect.iscoroutinefunction(self._function) or inspect.iscoroutinefunction(
            getattr(self._function, "__call__", None)  # noqa: B004 (an object with an async __call__)
        )

    def __repr__(self) -> str:
        return f"<PythonCallable {self.spec.name}>"

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        said: Any = transcript(messages) if self._takes_text else msgspec.to_builtins(list(messages))
        known = {"params": msgspec.to_builtins(params), "sample": sample}
        extras = {name: known[name] for name in self._extras}
        try:
            async with asyncio.timeout(self.spec.limits.timeout) as deadline:
                if self._is_async:
                    value = await self._function(said, **extras)
                else:
                    value = await _in_thread(lambda: self._function(said, **extras))
                    value = await value if inspect.isawaitable(value) else value
            return read_answer(value)
        except msgspec.ValidationError as error:
            raise WireError(
                "malformed", f"{self.spec.path} returned something else than a reply: {error}"
            ) from None
        except CallFailed:
            raise
        except Exception as error:
            words = f"{self.spec.path} raised {type(error).__name__}: {error}"
            if isinstance(error, TimeoutError):
                seconds = f"{self.spec.path} gave no answer within {self.spec.limits.timeout:g} s"
                raise WireError("timeout", seconds if deadline.expired() else words) from None
            raise WireError(
                "connection" if isinstance(error, ConnectionError) else "server_error", words
            ) from None

    async def close(self) -> None:
        """Nothing to end."""


def load(path: str, name: str) -> Callable[..., Any]:
    """The function at `module:function`; modules in the working directory are found too."""
    module_name, _, function_name = path.partition(":")
    if not module_name or not function_name:
        raise PrimumError(f"{name}: write python:MODULE:FUNCTION, for example python:mybot:answer")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        raise PrimumError(f"{name}: cannot import {module_name}: {type(error).__name__}: {error}") from None
    function = getattr(module, function_name, None)
    if not callable(function):
        known = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        hint = did_you_mean(function_name, known)
        raise PrimumError(f"{name}: {module_name} has no function {function_name!r}.{hint}")
    return function  # type: ignore[no-any-return]


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some built-in functions have none to show
        return {}


async def _in_thread(work: Callable[[], Any]) -> Any:
    """Runs `work` in a daemon thread of its own: one that hangs can neither block the others nor the exit."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(value: Any, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)

    def run() -> None:
        value: Any = None
        error: Exception | None = None
        try:
            value = work()
        except Exception as raised:  # a StopIteration cannot be raised into a future
            error = RuntimeError(repr(raised)) if isinstance(raised, StopIteration) else raised
        except BaseException as raised:  # a SystemExit must not end the run
            error = RuntimeError(repr(raised))
        with suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name="primum-python-endpoint", daemon=True).start()
    return await future
