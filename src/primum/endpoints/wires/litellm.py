"""Everything else, through the optional LiteLLM package: `litellm/PROVIDER/MODEL`."""

import importlib
import os
from collections.abc import Sequence
from typing import Any

import msgspec

from primum.endpoints.model import Message, Params, Reply
from primum.endpoints.network import Network, is_loopback_url
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, WireError, kind_of_status
from primum.endpoints.wires.keys import Secrets, expand, read_key
from primum.endpoints.wires.openai_chat import Completion, reply_of, request_body
from primum.errors import PrimumError


class LiteLLM:
    """One model. LiteLLM opens its own connections, so offline it is refused unless its base_url is loopback."""

    def __init__(self, spec: EndpointSpec, network: Network, on_headers: OnHeaders | None = None) -> None:
        self.spec = spec
        self._refused = network.offline and not is_loopback_url(spec.base_url)
        self._secrets = Secrets()
        key = read_key(spec)
        self._secrets.add(key)
        self._options: dict[str, Any] = {"timeout": spec.limits.timeout, "num_retries": 0, "max_retries": 0}
        if key:
            self._options["api_key"] = key
        if spec.base_url:
            self._options["base_url"] = spec.base_url
        if spec.headers:
            self._options["extra_headers"] = expand(spec.headers, spec, self._secrets)
        self._complete = None if self._refused else _load(spec)

    def __repr__(self) -> str:
        return f"<LiteLLM {self.spec.name}>"

    async def send(self, messages: Sequence[Message], params: Params, sample: int) -> Reply:
        if self._complete is None:
            raise WireError("offline", "--offline forbids litellm, whose connections primum cannot watch")
        body = {**request_body(self.spec, messages, params), "messages": msgspec.to_builtins(list(messages))}
        try:
            answer = await self._complete(**body, **self._options)
            completion = msgspec.convert(answer.model_dump(), Completion)
        except msgspec.ValidationError as error:
            raise WireError("malformed", str(error)) from None
        except Exception as error:
            if type(error).__name__ == "ContentPolicyViolationError":
                return Reply("", "filtered", raw_finish="content_filter")
            raise self._failed(error) from None
        if not completion.choices:
            raise WireError("malformed", "the answer has no choices")
        return reply_of(completion)

    def _failed(self, error: Exception) -> WireError:
        words = self._secrets.scrub(f"{type(error).__name__}: {error}")
        if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
            return WireError("timeout", words)
        status = getattr(error, "status_code", None)
        if not isinstance(status, int) or status < 400 or "Connection" in type(error).__name__:
            return WireError("connection", words)
        return WireError(kind_of_status(status), words, status)

    async def close(self) -> None:
        """Nothing to end: LiteLLM keeps its own clients."""


def _load(spec: EndpointSpec) -> Any:
    """LiteLLM's completion function, with its calls home turned off before it is imported."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    try:
        module: Any = importlib.import_module("litellm")
    except ImportError:
        raise PrimumError(f"{spec.name} needs an extra: pip install primum[litellm]") from None
    module.telemetry = False
    module.suppress_debug_info = True
    return module.acompletion
