"""Which fault the test server plants in which request: a pure function, so that a test knows the truth beforehand."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Literal, get_args

import msgspec

from primum.canonical import digest, fraction

Fault = Literal[
    "rate_limited_after",  # 429 with Retry-After
    "rate_limited",  # 429 without
    "server_error",  # 500
    "reset",  # the connection is reset before any answer
    "cut_short",  # the connection closes in the middle of the body
    "hang",  # no byte ever comes
    "slow_drip",  # headers, then a byte now and then
    "truncated_json",  # a complete HTTP answer, half a JSON text
    "malformed_json",  # JSON that is not what the wire format promises
    "empty",  # 200 with an empty reply
    "filter_finish",  # 200 with finish_reason content_filter
    "filter_400",  # 400 with the error code content_filter
    "html",  # 200 with a web page (a login portal, say)
    "huge",  # a body of `huge_bytes`
    "invalid_utf8",  # a reply whose text is not UTF-8
    "script",  # a well-formed reply that would run in a careless report
]
FAULTS: tuple[Fault, ...] = get_args(Fault)

SCRIPT_TEXT = (
    "<script>document.title='owned'</script></script><img src=x onerror=alert(1)> "
    "[click](javascript:alert(1)) \u202ereversed\u202c \x1b[31mred\x07"
)


class FaultPlan(msgspec.Struct, frozen=True):
    """A seeded mix of faults.

    `attempts` is how many requests with the same content meet the fault before the true answer comes; 0 means all.
    """

    weights: Mapping[Fault, float] = {}
    share: float = 1.0
    """The share of contents that meet a fault at all."""
    seed: int = 0
    attempts: int = 0
    models: tuple[str, ...] = ()
    """Only requests for these models; empty: all."""

    def planted(self, model: str, messages: Sequence[Mapping[str, Any]]) -> Fault | None:
        """The fault planted for this content, whatever the attempt."""
        return self.planted_at(model, content_key(model, messages))

    def planted_at(self, model: str, key: str) -> Fault | None:
        """As `planted`, for a content key already known."""
        if not self.weights or (self.models and model not in self.models):
            return None
        if fraction("share", self.seed, key) >= self.share:
            return None
        bounds = list(accumulate(self.weights.values()))
        return list(self.weights)[bisect(bounds, fraction("fault", self.seed, key) * bounds[-1])]


def content_key(model: str, messages: Sequence[Mapping[str, Any]]) -> str:
    """The address of a request's content on the server: model, roles and texts, nothing else.

    >>> content_key("m", [{"role": "user", "content": "hi"}]) == content_key("m", [{"content": "hi", "role": "user"}])
    True
    """
    return digest([model, [[message["role"], message["content"]] for message in messages]])[:24]
