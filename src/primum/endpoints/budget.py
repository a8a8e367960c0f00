"""Caps on calls, tokens and money for a whole run, replayed calls included."""

import msgspec

from primum.endpoints.model import CallFailed, Failure, Usage
from primum.endpoints.spec import Price
from primum.errors import PrimumError


class Caps(msgspec.Struct, frozen=True, omit_defaults=True):
    """`None` means no cap."""

    calls: int | None = None
    tokens: int | None = None
    usd: float | None = None


_SUFFIX = {"k": 1_000, "m": 1_000_000}


def parse_caps(texts: list[str]) -> Caps:
    """Reads `--budget` values.

    >>> parse_caps(["calls=500,tokens=2M", "usd=5"])
    Caps(calls=500, tokens=2000000, usd=5.0)
    """
    found: dict[str, float] = {}
    for part in ",".join(texts).split(","):
        name, _, text = part.strip().partition("=")
        if not name:
            continue
        factor = _SUFFIX.get(text[-1:].lower(), 1)
        try:
            value = float(text[:-1] if factor > 1 else text.lstrip("$")) * factor
        except ValueError:
            value = -1.0
        if name not in ("calls", "tokens", "usd") or not 0 <= value < float("inf"):
            raise PrimumError(
                f"--budget {part!r} is not understood. Write for example: --budget calls=500,tokens=2M,usd=5"
            )
        found[name] = value
    calls, tokens = found.get("calls"), found.get("tokens")
    return Caps(
        calls=None if calls is None else int(calls),
        tokens=None if tokens is None else int(tokens),
        usd=found.get("usd"),
    )


class Budget:
    """What a run has used so far. A call is admitted only while every cap leaves room for it."""

    def __init__(self, caps: Caps | None = None) -> None:
        self.caps = caps or Caps()
        self.calls = 0
        self.tokens = 0
        self.usd = 0.0
        self._open = 0

    def admit(self) -> None:
        """Counts a call that is about to be made, or raises `over_budget`.

        Tokens and money are known only afterwards, so calls in flight are reckoned at the mean so far.
        """
        settled = max(self.calls - self._open, 1)
        share = 1 + self._open / settled
        caps = self.caps
        for cap, used, unit in (
            (caps.calls, float(self.calls), "calls"),
            (caps.tokens, self.tokens * share, "tokens"),
            (caps.usd, self.usd * share, "US dollars"),
        ):
            if cap is not None and used >= cap:
                raise CallFailed(
                    Failure("over_budget", f"the budget of {cap:g} {unit} is used up", attempts=0)
                )
        self.calls += 1
        self._open += 1

    def settle(self, usage: Usage, price: Price) -> None:
        """The admitted call ended; `usage` is zero when it failed."""
        self._open -= 1
        self._add(usage, price)

    def replayed(self, usage: Usage, price: Price) -> None:
        """A call answered from the journal: paid for earlier in the life of this run, so it counts."""
        self.calls += 1
        self._add(usage, price)

    def spent(self, calls: int, tokens: int, usd: float) -> None:
        """What earlier executions of the run used for cases that are kept as they are."""
        self.calls += calls
        self.tokens += tokens
        self.usd += usd

    def _add(self, usage: Usage, price: Price) -> None:
        self.tokens += usage.input + usage.output
        self.usd += cost(usage, price)


def cost(usage: Usage, price: Price) -> float:
    """US dollars of one call."""
    return (usage.input * price.input + usage.output * price.output) / 1_000_000
