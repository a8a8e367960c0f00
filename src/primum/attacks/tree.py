"""Tree search: each wording branches into several, those off the subject are pruned, and the most promising go on."""

import msgspec

from primum.attacks.converse import converse
from primum.attacks.model import WORDED, Stage, Start
from primum.attacks.player import came, prompts, reworded
from primum.scenarios.model import Scenario
from primum.transforms.model import Variant
from primum.transforms.written import Rejected


class _Node(msgspec.Struct, frozen=True):
    """A wording that was asked, and what came of it."""

    tried: dict[str, str]
    rank: tuple[bool, float]
    """Refused, and the score: the lowest goes on."""


class Tree:
    """After TAP. Pruning is by program: a rewrite that loses a fact or its subject, or says what was said, is cut."""

    title = "Tree search over wordings"
    axis = "adaptive"
    controls: tuple[str, ...] = WORDED
    starts: Start = "passed"
    needs_writer = True

    def __init__(self, branches: int = 2, depth: int = 3, keep: int = 2) -> None:
        self.name = "tree"
        self._branches, self._depth, self._keep = branches, depth, keep
        self.tries = sum(
            branches * (1 if level == 0 else min(keep, branches**level)) for level in range(depth)
        )

    def fits(self, scenario: Scenario) -> str:
        return ""

    async def play(self, stage: Stage) -> None:
        scenario = stage.variant.scenario
        seen = {scenario.turns}
        nodes = [_Node(came(stage, None, await stage.baseline()), (False, 1.0))]
        left = stage.tries
        for level in range(self._depth):
            grown: list[_Node] = []
            for at, node in enumerate(nodes):
                for branch in range(1, self._branches + 1):
                    if not left:
                        return
                    made = await self._branch(stage, scenario, node, f"{level}.{at}.{branch}", branch)
                    if isinstance(made, Variant) and made.scenario.turns in seen:
                        made = Rejected("the wording was tried already")
                    if isinstance(made, Rejected):
                        stage.lost("transform_failed", (self.name,), str(made))
                        continue
                    seen.add(made.scenario.turns)
                    left -= 1
                    exchange = await converse(made.scenario, stage.say)
                    attempt = await stage.look(exchange, made, (self.name,))
                    if attempt.failed:
                        return
                    refused = bool(exchange.replies) and stage.refused(exchange.replies[-1])
                    rank = (refused, 1.0 if attempt.score is None else attempt.score)
                    grown.append(_Node(came(stage, attempt, exchange), rank))
            nodes = sorted(grown, key=lambda node: node.rank)[: self._keep]

    async def _branch(
        self, stage: Stage, scenario: Scenario, node: _Node, place: str, branch: int
    ) -> Variant | Rejected:
        instruction = prompts().tree["next"].replace("<branch>", str(branch))
        instruction = instruction.replace("<branches>", str(self._branches))
        told = {"tried": [node.tried], "variation": f"{stage.seed}.{place}"}
        return await reworded(stage, scenario, instruction, self.name, told)
