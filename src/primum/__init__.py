"""primum red-teams medical language models before patients meet them.

>>> import primum
>>> run = primum.run("multi-domain", targets=["sim:sound"], limit=9)  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from primum.api import Prepared, Request, Run, prepare, run, run_async
    from primum.errors import PrimumError
    from primum.rejudging import judge
    from primum.scenarios.loader import load_library

__version__ = "0.1.0"
__all__ = [
    "Prepared",
    "PrimumError",
    "Request",
    "Run",
    "judge",
    "load_library",
    "prepare",
    "run",
    "run_async",
]

_HOMES = {
    "PrimumError": "primum.errors",
    "judge": "primum.rejudging",
    "load_library": "primum.scenarios.loader",
}


def __getattr__(name: str) -> Any:
    """Loads the parts when they are first used, so that importing primum costs next to nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'primum' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "primum.api")), name)
