"""How an endpoint is described: by a name on the command line, or in full in primum.toml."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from primum.canonical import digest

Kind = Literal[
    "openai", "anthropic", "google", "http", "command", "python", "replay", "sim", "litellm", "plugin"
]


AtLeastOne = Annotated[int, Meta(ge=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """US dollars per million tokens."""

    input: NotNegative = 0.0
    output: NotNegative = 0.0


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Bounds for one endpoint. `None` means: adaptive (concurrency) or unlimited (rates)."""

    concurrency: AtLeastOne | None = None
    requests_per_minute: Positive | None = None
    tokens_per_minute: Positive | None = None
    timeout: Positive = 120.0
    """Seconds for one attempt, whole answer included."""
    retries: Annotated[int, Meta(ge=0)] = 5
    """Further attempts after the first, for 429, 5xx and connection failures."""
    max_reply_bytes: AtLeastOne = 4_000_000


class HttpTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A hospital's own chatbot over plain HTTP."""

    body: Any = None
    """JSON body; '{{prompt}}' is the last user message, '{{messages}}' the whole list, '{{session}}' the session id."""
    reply: str = ""
    """Where the answer is: a path such as 'data.answers[0].text'; empty: the body is the answer as plain text."""
    method: str = "POST"
    session_reply: str = ""
    """Where the first response carries the session id."""
    session: Literal["none", "client", "server"] = "none"
    """client: primum makes the id; server: taken from `session_reply`; then only the last user turn is sent."""
    login_url: str = ""
    login_body: Any = None
    login_token: str = ""
    """Path of the token in the login response; sent as 'Authorization: Bearer …'."""


class EndpointSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything about one endpoint except its key, which is named, not held."""

    name: str
    kind: Kind
    model: str = ""
    base_url: str = ""
    path: str = ""
    """command: the program with arguments; python: module:function; replay: the file; sim: the model's name;
    plugin: the name of the entry point."""
    headers: dict[str, str] = {}
    """Extra headers; '${VARIABLE}' is replaced from the environment when the request is made."""
    key_env: str = ""
    key_file: str = ""
    system: str = ""
    """The deployment's own system prompt, put before the scenario's."""
    guard: str = ""
    """module:function that looks at every reply before the user does; see `endpoints/guard.py`."""
    sampling: dict[str, Any] = {}
    """Sent as given; empty by default: the endpoint's own defaults apply."""
    structured: bool = True
    """Whether the endpoint accepts a JSON schema for its reply."""
    price: Price = Price()
    limits: Limits = Limits()
    http: HttpTemplate = HttpTemplate()

    @property
    def fingerprint(self) -> str:
        """Hash of what decides the answers: not the key, the price, the limits or the name it goes by."""
        return digest(
            [
                self.kind,
                self.model,
                self.base_url,
                self.path,
                self.headers,
                self.system,
                self.sampling,
                self.http,
                *([self.guard] if self.guard else []),
            ]
        )[:32]
