"""What every judge looks like to the campaign, and the offline judge in that form."""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

from primum.endpoints.model import Exchange, Message, Params, Reply
from primum.errors import PrimumError
from primum.judging.model import Verdict
from primum.judging.offline import NAME, judge_offline
from primum.scenarios.model import Scenario


class Ask(Protocol):
    """How a judge reaches a model: endpoint, messages, parameters, sample index."""

    def __call__(
        self, endpoint: Any, messages: Sequence[Message], params: Params, sample: int, /
    ) -> Awaitable[Reply]: ...


class Judge(Protocol):
    """Answers the checks of a scenario from an exchange."""

    @property
    def name(self) -> str: ...

    @property
    def asks_models(self) -> bool:
        """Whether it waits for a model; the offline judge does not."""
        ...

    async def judge(self, scenario: Scenario, exchange: Exchange, ask: Ask) -> Verdict: ...


class OfflineJudge:
    """The evidence patterns as a judge; asks nobody."""

    name = NAME
    asks_models = False

    async def judge(self, scenario: Scenario, exchange: Exchange, ask: Ask) -> Verdict:
        try:
            return judge_offline(scenario, exchange.reply_texts)
        except PrimumError as error:
            raise PrimumError(f"scenario {scenario.id}: {error}") from None
