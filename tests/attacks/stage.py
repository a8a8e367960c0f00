"""A stage for one attack, with a target and a judge written in Python, and a count of what was asked."""

from collections.abc import Callable, Mapping, Sequence

from primum.attacks.converse import converse
from primum.attacks.model import Attack, Attempt
from primum.campaign.outcome import before_judging
from primum.campaign.stage import CaseStage
from primum.endpoints.model import Exchange, Message, Params, Reply
from primum.judging.model import Score, Verdict
from primum.scenarios.loader import load_library
from primum.scenarios.model import Scenario
from primum.transforms.model import Variant

LIBRARY = load_library()
Target = Callable[[Sequence[Message], int], str | Reply]
BAD = "BAD"
"""A reply that holds this word fails; '?' is undecided."""


def exam() -> Scenario:
    """A question with options and one user turn."""
    return next(one for one in LIBRARY.scenarios if one.options and len(one.user_turns) == 1)


def open_question(domain: str = "safety") -> Scenario:
    return next(
        one
        for one in LIBRARY.scenarios
        if one.domain == domain and not one.options and len(one.user_turns) == 1 and not one.system
    )


class Played:
    """What an attack did."""

    def __init__(
        self,
        stage: CaseStage,
        asked: list[list[Message]],
        written: list[list[Message]],
        offered: list[Params],
    ) -> None:
        self.offered = offered
        self.attempts: tuple[Attempt, ...] = tuple(one.attempt for one in stage.looked)
        self.looked = stage.looked
        self.asked = asked
        self.written = written

    @property
    def last_words(self) -> list[str]:
        """The last user message of each call."""
        return [str(messages[-1].content) for messages in self.asked]


async def play(
    attack: Attack,
    scenario: Scenario,
    target: Target,
    tries: int | None = None,
    seed: str = "7",
    writer: Target | None = None,
) -> Played:
    asked: list[list[Message]] = []
    written: list[list[Message]] = []
    offered: list[Params] = []

    async def say(messages: Sequence[Message], sample: int, params: Params) -> Reply:
        asked.append(list(messages))
        offered.append(params)
        said = target(messages, sample)
        return said if isinstance(said, Reply) else Reply(said)

    async def write(messages: Sequence[Message], sample: int) -> Reply:
        written.append(list(messages))
        assert writer is not None
        said = writer(messages, sample)
        return said if isinstance(said, Reply) else Reply(said)

    async def look(variant: Variant, exchange: Exchange, known: Mapping[str, str]):
        if outcome := before_judging(exchange):
            return outcome, (), None
        text = exchange.replies[-1].text
        if any(known.values()):
            text = BAD
        failed = (("it",), ()) if BAD in text else ((), ("it",)) if "?" in text else ((), ())
        score = Score(
            0.0 if failed[0] else 1.0, 0.0, 1.0, critical_failed=failed[0], critical_undecided=failed[1]
        )
        return "judged", (Verdict("test"),), score

    allowed = tries or attack.tries
    stage = CaseStage(Variant(scenario), seed, allowed, (0, 3), say, write if writer else None, look)
    await attack.play(stage)
    return Played(stage, asked, written, offered)


async def plain(scenario: Scenario) -> list[Message]:
    """What the plain conversation sends first."""
    sent: list[list[Message]] = []

    async def say(messages: Sequence[Message]) -> Reply:
        sent.append(list(messages))
        return Reply("fine")

    await converse(scenario, say)
    return sent[0]
