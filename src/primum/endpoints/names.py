"""A model is named the same way everywhere: on the command line, in a protocol, in the Python API."""

from importlib.metadata import entry_points
from urllib.parse import urlsplit

from primum.endpoints.config import Config
from primum.endpoints.providers import PLUGINS, PROVIDERS, complete, refuse_key_in
from primum.endpoints.spec import EndpointSpec, Kind
from primum.errors import PrimumError, did_you_mean

BY_PATH: dict[str, Kind] = {"sim": "sim", "replay": "replay", "python": "python", "command": "command"}
"""`sim:NAME` and so on: what follows the colon is the path."""
FORMS = (
    "Write openai/MODEL, anthropic/MODEL, google/MODEL, ollama/MODEL, URL#MODEL, sim:NAME, replay:FILE, "
    "python:MODULE:FUNCTION, command:PROGRAM, or a name from primum.toml."
)
NO_CONFIG = Config()


def parse_name(name: str, config: Config = NO_CONFIG) -> EndpointSpec:
    """The endpoint that a name means.

    >>> spec = parse_name("http://localhost:8000/v1#llama3.2")
    >>> spec.kind, spec.base_url, spec.model
    ('openai', 'http://localhost:8000/v1', 'llama3.2')
    """
    name = name.strip()
    if name in config.endpoints:
        return config.endpoints[name]
    if name.startswith(("http://", "https://")):
        return _by_url(name)
    prefix, colon, path = name.partition(":")
    if colon and prefix in BY_PATH:
        if not path.strip():
            raise PrimumError(f"{name!r} does not say what comes after the colon. {FORMS}")
        return complete(EndpointSpec(name, BY_PATH[prefix], path=path.strip()))
    prefix, slash, model = name.partition("/")
    if slash and model:
        found = _by_prefix(name, prefix, model)
        if found is not None:
            return found
    raise PrimumError(f"unknown endpoint {name!r}.{_hint(name, config)}")


def _by_url(name: str) -> EndpointSpec:
    url, _, model = name.partition("#")
    refuse_key_in(url)
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host or not model:
        raise PrimumError(
            f"{name!r} does not name a model: write URL#MODEL, for example {url.rstrip('/')}#llama3.2"
        )
    return complete(EndpointSpec(name, "openai", model, url))


def _by_prefix(name: str, prefix: str, model: str) -> EndpointSpec | None:
    if prefix == "litellm":
        return EndpointSpec(name, "litellm", model)
    provider = PROVIDERS.get(prefix)
    if provider is not None:
        return complete(EndpointSpec(name, provider.kind, model, provider.base_url, key_env=provider.key_env))
    if prefix in _plugins():
        return EndpointSpec(name, "plugin", model, path=prefix)
    return None


def _plugins() -> set[str]:
    return {found.name for found in entry_points(group=PLUGINS)}


def _hint(name: str, config: Config) -> str:
    """The nearest name: of the whole, among the configured ones, or of the part before the model."""
    mark = ":" if ":" in name else "/"
    prefix, _, rest = name.partition(mark)
    prefixes = {f"{known}/" for known in (*PROVIDERS, "litellm", *_plugins())} | {
        f"{known}:" for known in BY_PATH
    }
    near = did_you_mean(name, config.endpoints)
    if "Did you mean" not in near and rest:
        near = did_you_mean(prefix + mark, prefixes)
        near = near.replace(f"{mark}'?", f"{mark}{rest}'?") if "Did you mean" in near else ""
    return near if "Did you mean" in near else f" {FORMS}"
