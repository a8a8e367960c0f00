"""Executing a plan: every case is conducted and written; what the journal holds is not asked again."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from primum.attacks.find import find_attack
from primum.campaign.conduct import Roles, conduct, lost
from primum.campaign.model import Case, CaseResult
from primum.campaign.plan import Plan
from primum.campaign.rounds import Fact, seed_of
from primum.campaign.staged import next_round, plain_cases, rounds
from primum.canonical import canonical_bytes
from primum.endpoints.ask import Caller, Stopped
from primum.endpoints.journal import Journal
from primum.store import CaseRow
from primum.transforms.model import Failed, Variant
from primum.transforms.stack import apply_stack

GRACE = 10.0
"""Seconds that calls in flight get to end after an interrupt."""
LOOK = 0.1
"""Seconds between two looks at whether they have."""


class Watcher(Protocol):
    """Is told of every finished case, and of cases that are planned on the way."""

    def finished(self, result: CaseResult) -> None: ...

    def planned(self, cases: Sequence[Case]) -> None: ...


class Past(Protocol):
    """What has been written of the run."""

    def facts(self, among: Collection[int]) -> list[Fact]:
        """Of the finished cases at these places."""
        ...


class Executor:
    """Plays the cases of one plan, many at a time."""

    def __init__(
        self,
        plan: Plan,
        caller: Caller,
        journal: Journal,
        roles: Mapping[str, Roles],
        watcher: Watcher,
        concurrency: int,
        past: Past,
        kept: frozenset[int] = frozenset(),
    ) -> None:
        """`roles` by target. `kept` are the places of cases that an earlier execution finished and that need not be
        conducted again."""
        self._kept = kept
        self._past = past
        self._plan = plan
        self._caller = caller
        self._journal = journal
        self._roles = roles
        self._watcher = watcher
        self._workers = 2 * concurrency + 32
        self._scenarios = {scenario.id: scenario for scenario in plan.scenarios}
        self._crew: list[asyncio.Task[None]] = []
        self._stopped = False

    async def execute(self) -> bool:
        """True when every planned case has ended; False when the execution was stopped before."""
        planned = self._plan.planned
        done: set[int] = set()
        for number in range(rounds(self._plan) + 1):
            cases = plain_cases(self._plan, number)
            if number:
                found = next_round(self._plan, number, self._past.facts(done), planned)
                planned += len(found)
                self._watcher.planned(found)
                cases += found
            await self._round(cases)
            if self._stopped:
                break
            done.update(case.index for case in cases)
        return not self._stopped

    async def _round(self, cases: Sequence[Case]) -> None:
        queues: dict[str, list[Case]] = {name: [] for name in self._roles}
        for case in cases:
            if case.index in self._kept:
                continue
            queues[case.target].append(case)
        try:
            async with asyncio.TaskGroup() as group:
                for queued in queues.values():
                    # One queue a target, so that a throttled one holds nobody else up; more workers than calls
                    # in flight, since some are always judging or waiting for the disk.
                    queue = iter(queued)
                    for _ in range(min(len(queued), self._workers)):
                        self._crew.append(group.create_task(self._work(queue)))
        except BaseExceptionGroup as several:
            raise _first(several) from None

    def stop(self) -> None:
        """No new calls; calls in flight get a moment, then everything ends. A second `stop` ends it at once."""
        patience = 0.0 if self._stopped else GRACE
        self._stopped = True
        self._caller.stop()
        self._dismiss(asyncio.get_running_loop().time() + patience, quiet=False)

    def _dismiss(self, latest: float, quiet: bool) -> None:
        """Ends the crew when no call is in flight (twice in a row: the last may be on its way to the disk)."""
        loop = asyncio.get_running_loop()
        idle = self._caller.tally.in_flight == 0
        if (idle and quiet) or loop.time() >= latest:
            for worker in self._crew:
                worker.cancel()
        else:
            loop.call_later(LOOK, self._dismiss, latest, idle)

    async def _work(self, queue: Iterator[Case]) -> None:
        for case in queue:
            if self._stopped:
                return
            try:
                result, usd = await self._conduct(case)
            except Stopped:
                return
            await self._journal.put_case(case_row(self._plan.run, result, usd))
            self._watcher.finished(result)

    async def _conduct(self, case: Case) -> tuple[CaseResult, float]:
        scenario = self._scenarios[case.scenario]
        variant = Variant(scenario)
        if case.transforms:
            made = apply_stack(scenario, case.transforms, seed_of(self._plan, case))
            if isinstance(made, Failed):
                return lost(case, scenario, made), 0.0
            variant = made
        seconds = self._plan.protocol.deadline * case.tries
        attack, roles = find_attack(case.attack), self._roles[case.target]
        return await conduct(
            case, scenario, variant, attack, roles, self._caller.ask, seconds, self._plan.trials
        )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """One error of a group: when the disk is full, every worker says so."""
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


def case_row(run: str, result: CaseResult, usd: float) -> CaseRow:
    """The columns that statistics read, and the whole result as bytes."""
    case, score = result.case, result.score
    return CaseRow(
        run=run,
        index=case.index,
        id=case.id,
        scenario=case.scenario,
        domain=result.domain,
        subdomain=result.subdomain,
        perspective=result.perspective,
        setting=result.setting,
        risk=result.risk,
        target=case.target,
        attack=case.attack,
        transforms=",".join(case.transforms),
        trial=case.trial,
        outcome=result.outcome,
        state=result.state,
        score=score.value if score else None,
        score_low=score.low if score else None,
        score_high=score.high if score else None,
        critical_failed=len(score.critical_failed) if score else 0,
        critical_undecided=len(score.critical_undecided) if score else 0,
        calls=result.calls,
        tokens=result.usage.input + result.usage.output,
        usd=usd,
        record=canonical_bytes(result),
    )
