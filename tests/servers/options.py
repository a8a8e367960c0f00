"""What can be asked of the test server."""

import msgspec

from tests.servers.faults import FaultPlan


class Scripted(msgspec.Struct, frozen=True):
    """What the server says to requests that hold a text."""

    say: list[str]
    """In turn, for each repeat of one content; the last one stays."""
    when: str = ""
    """Somewhere in the messages; empty: always."""


class Options(msgspec.Struct, frozen=True):
    """How the server behaves."""

    latency: float = 0.0
    """Seconds before an answer."""
    reply_length: int = 400
    vary: bool = False
    """Each repeat of one content gets another reply, as from a model that samples (so that every trial is judged)."""
    say: dict[str, str] = {}
    """model → a fixed reply, for clients that expect their own form."""
    script: dict[str, list[Scripted]] = {}
    """model → what it says; the first that fits, else the usual answer."""
    personas: dict[str, str] = {}
    """model → `module:function` that answers in its stead: messages and JSON Schema (or None) → text."""
    faults: FaultPlan = FaultPlan()
    retry_after: str = "1"
    """The Retry-After header of a planted 429 and of one for too many in flight."""
    max_in_flight: int = 0
    """More than this many at once get a 429; 0 means no bound."""
    huge_bytes: int = 50_000_000
    drip_seconds: float = 0.5
    """Between two bytes of a slow drip."""
