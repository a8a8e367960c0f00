"""Caps on calls, tokens and money for a whole run, its earlier executions included."""

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
        self._guessed_tokens = 0
        self._guessed_usd = 0.0
        """Of the calls in flight, while none has ended."""

    def admit(self, guess: Usage = Usage(), price: Price = Price()) -> None:  # noqa: B008 (frozen)
        """Counts a call that is about to be made, or raises `over_budget`.

        Tokens and money are known only afterwards, so calls in flight are reckoned at the mean so far, or, where
        nothing has ended yet, at the `guess`.
        """
        caps = self.caps
        if caps.calls is None and caps.tokens is None and caps.usd is None:
            self.calls += 1
            self._open += 1
            return
        settled = self.calls - self._open
        tokens, usd = float(self.tokens), self.usd
        if settled:
            tokens, usd = (used * (1 + self._open / settled) for used in (tokens, usd))
        else:
            tokens, usd = tokens + self._guessed_tokens, usd + self._guessed_usd
        for cap, used, unit in (
            (caps.calls, float(self.calls), "calls"),
            (caps.tokens, tokens, "tokens"),
            (caps.usd, usd, "US dollars"),
        ):
            if cap is not None and used >= cap:
                raise CallFailed(
                    Failure("over_budget", f"the budget of {cap:g} {unit} is used up", attempts=0)
                )
        self.calls += 1
        self._open += 1
        if not settled:
            self._guessed_tokens += guess.input + guess.output
            self._guessed_usd += cost(guess, price)

    def settle(self, usage: Usage, price: Price) -> None:
        """The admitted call ended; `usage` is zero when it failed."""
        self._open -= 1
        self.tokens += usage.input + usage.output
        self.usd += cost(usage, price)

    def spent(self, calls: int, tokens: int, usd: float) -> None:
        """What earlier executions of the run paid for."""
        self.calls += calls
        self.tokens += tokens
        self.usd += usd


def cost(usage: Usage, price: Price) -> float:
    """US dollars of one call."""
    return (usage.input * price.input + usage.output * price.output) / 1_000_000
