"""The wire formats, one file each, loaded when an endpoint needs them."""

from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from primum.endpoints.providers import PLUGINS
from primum.endpoints.spec import EndpointSpec, Kind
from primum.endpoints.wires.base import OnHeaders, Wire, WireError
from primum.errors import PrimumError

if TYPE_CHECKING:  # naming an endpoint must not cost the import of an HTTP client
    from primum.endpoints.network import Network

__all__ = ["Wire", "WireError", "build_wire"]

_CLASSES: dict[Kind, tuple[str, str]] = {
    "openai": ("openai_chat", "OpenAIChat"),
    "anthropic": ("anthropic", "Anthropic"),
    "google": ("google", "Google"),
    "http": ("http_template", "HttpTemplateWire"),
    "command": ("command", "Command"),
    "python": ("python_callable", "PythonCallable"),
    "replay": ("replay", "Replay"),
    "litellm": ("litellm", "LiteLLM"),
}


def build_wire(spec: EndpointSpec, network: "Network", on_headers: OnHeaders | None = None) -> Wire:
    """The wire for an endpoint that is not simulated.

    Keys and files are read now, so that what is missing is said before the first call.
    """
    if spec.kind == "plugin":
        return _plugin(spec, network)
    module, name = _CLASSES[spec.kind]
    wire_class = getattr(import_module(f"{__name__}.{module}"), name)
    return cast(Wire, wire_class(spec, network, on_headers))


def _plugin(spec: EndpointSpec, network: "Network") -> Wire:
    for found in entry_points(group=PLUGINS, name=spec.path):
        return cast(Wire, found.load()(spec, network))
    raise PrimumError(f"{spec.name}: no installed package offers endpoints named {spec.path}/…")
