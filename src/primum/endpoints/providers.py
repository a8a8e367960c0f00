"""The services we know by name: where they are, which format they speak, which variable holds their key."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec

from primum.endpoints.spec import EndpointSpec, Kind
from primum.errors import PrimumError


class Provider(msgspec.Struct, frozen=True):
    """One service."""

    kind: Kind
    base_url: str
    key_env: str = ""


PROVIDERS: dict[str, Provider] = {
    "openai": Provider("openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
    "anthropic": Provider("anthropic", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"),
    "google": Provider("google", "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY"),
    "ollama": Provider("openai", "http://localhost:11434/v1"),
}
HOSTS: dict[str, Provider] = {
    urlsplit(provider.base_url).hostname or "": provider
    for provider in PROVIDERS.values()
    if provider.key_env
} | {
    "openrouter.ai": Provider("openai", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
}
"""By host: a key is sent by default only to the service it belongs to."""

PLUGINS = "primum.endpoints"
"""Entry-point group for third parties: name prefix → factory(spec, network) that returns a wire."""

MAX_TOKENS = 4096
"""The Anthropic API demands `max_tokens`; written into the spec, so that what is sent is on record."""


def complete(spec: EndpointSpec) -> EndpointSpec:
    """The spec with what its kind or its host implies, so that what is recorded is what is used.

    >>> complete(EndpointSpec("a", "anthropic", "claude")).sampling
    {'max_tokens': 4096}
    """
    refuse_key_in(spec.base_url)
    refuse_key_in(spec.http.login_url)
    changed: dict[str, object] = {}
    provider = PROVIDERS.get(spec.kind)
    base_url = spec.base_url or (provider.base_url if provider else "")
    if base_url != spec.base_url:
        changed["base_url"] = base_url
    if not (spec.key_env or spec.key_file or _carries_key(spec)):
        known = HOSTS.get(_host(base_url))
        if known is not None:
            changed["key_env"] = known.key_env
    if spec.kind == "anthropic" and "max_tokens" not in spec.sampling:
        changed["sampling"] = {**spec.sampling, "max_tokens": MAX_TOKENS}
    if spec.kind == "replay" and not spec.model:
        changed["model"] = _content_of(spec)
    return msgspec.structs.replace(spec, **changed) if changed else spec


SECRET_QUERY = frozenset(
    {"key", "api_key", "api-key", "apikey", "token", "access_token", "code", "sig", "secret", "password"}
)


def refuse_key_in(url: str) -> None:
    """An address is stored and shown, so it must hold no password and no key; the error does not repeat them."""
    try:
        parts = urlsplit(url)
        named = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    except ValueError:
        return  # not an address at all, which is said elsewhere
    if parts.password is not None or named & SECRET_QUERY:
        raise PrimumError(
            f"the address of {parts.hostname} holds a password or a key, which would be stored and shown: take it"
            ' out, and in primum.toml use key_env, or headers = { Authorization = "Basic ${VARIABLE}" }'
        )


def _carries_key(spec: EndpointSpec) -> bool:
    return any("${" in value for value in spec.headers.values())


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _content_of(spec: EndpointSpec) -> str:
    """The file's own address: a changed file is another endpoint to the journal."""
    try:
        return "sha256-" + sha256(Path(spec.path).read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise PrimumError(f"{spec.name}: cannot read {spec.path}: {error.strerror}") from None
