"""Judging recorded replies with one preset: through the journal, so that it resumes and pays for no call twice."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from primum.campaign.recorded import Subject
from primum.campaign.session import Endpoints
from primum.endpoints.ask import Caller, Stopped
from primum.endpoints.budget import Budget, Caps
from primum.endpoints.journal import Journal
from primum.endpoints.model import CallFailed
from primum.endpoints.network import Network
from primum.endpoints.sim.bank import Bank
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError
from primum.judging.asking import Bench
from primum.judging.citations import Publications
from primum.judging.item import Item
from primum.judging.preset import NO_VERDICT, Opinion, Pair, Preset, missing, opinion
from primum.judging.tally import Tally
from primum.scenarios.model import Scenario
from primum.store import Store

CONCURRENCY = 64


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be judged, by whom, and what the judge may know."""

    preset: Preset
    judges: tuple[EndpointSpec, ...] = ()
    """One; several for a jury; none for a preset that asks nobody."""
    subjects: tuple[Subject, ...]
    run: str
    """Under which name the calls are kept; also what the fences are made of."""
    caps: Caps = Caps()
    concurrency: int = CONCURRENCY
    offline: bool = False
    label: str = ""
    known: Publications | None = None
    scenarios: Mapping[str, Scenario] = {}

    @property
    def judge(self) -> str:
        return ", ".join(spec.name for spec in self.judges)


class Judged(msgspec.Struct, frozen=True):
    """What was found about one subject."""

    subject: Subject
    opinions: tuple[Opinion, ...]
    tally: Tally
    finished: bool
    """False when it was stopped before every reply was looked at."""

    @property
    def failures(self) -> int:
        return sum(bool(one.failure) for one in self.opinions)


def check(task: Task) -> None:
    """What the user can mend is said before the first call."""
    preset, judges = task.preset, task.judges
    if preset.asks_models and not judges:
        raise PrimumError(
            f"The preset '{preset.name}' asks a model: name it with --judge, such as --judge openai/MODEL"
        )
    if judges and not preset.asks_models:
        raise PrimumError(f"The preset '{preset.name}' asks nobody: leave out --judge")
    if preset.name == "jury" and len(judges) < 2:
        raise PrimumError("A jury needs at least two: --judge MODEL --judge MODEL …")
    if preset.name != "jury" and len(judges) > 1:
        raise PrimumError(f"The preset '{preset.name}' takes one --judge; 'jury' takes several")
    items = [item for subject in task.subjects for item in subject.items]
    why = [missing(preset, item) for item in items]
    if items and all(why):
        raise PrimumError(f"No reply is one for the preset '{preset.name}': the first {_verb(why[0])}")
    if "scenario" in preset.needs:
        stray = next((item for item in items if item.scenario and item.scenario not in task.scenarios), None)
        if stray:
            raise PrimumError(f"{stray.id}: there is no scenario '{stray.scenario}' in the library")


def _verb(why: str) -> str:
    return f"is not, since {why.removeprefix('the reply ')}" if why.startswith("the reply") else why


class Rejudge:
    """One execution. `stop` ends it: calls in flight get to end; a second `stop` ends it at once."""

    def __init__(self, task: Task, store: Store) -> None:
        self._task = task
        self._endpoints = Endpoints(
            Network.of(list(task.judges), task.offline), Bank.empty(), task.concurrency
        )
        self._journal = Journal(store, task.run)
        self._caller = Caller(self._journal, Budget(task.caps), task.concurrency, task.label)
        self._crew: list[asyncio.Task[None]] = []
        self._stopped = False

    def stop(self) -> None:
        if self._stopped:
            for worker in self._crew:
                worker.cancel()
        self._stopped = True
        self._caller.stop()

    async def execute(self) -> list[Judged]:
        """Every subject with its opinions, in order."""
        try:
            endpoints = tuple(self._endpoints.get(spec) for spec in self._task.judges)
            bench = Bench(
                endpoints[0] if endpoints else None, self._caller.ask, self._task.run, endpoints, self._task.known,
                self._task.scenarios,
            )  # fmt: skip
            return [await self._subject(subject, bench) for subject in self._task.subjects]
        finally:
            await self._journal.close()
            await self._endpoints.close()

    async def _subject(self, subject: Subject, bench: Bench) -> Judged:
        found: dict[str, tuple[Opinion, Pair]] = {}
        queue = iter(subject.items)
        try:
            async with asyncio.TaskGroup() as group:
                workers = min(self._task.concurrency, len(subject.items))
                self._crew = [group.create_task(self._work(queue, bench, found)) for _ in range(workers)]
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        done = [found[item.id] for item in subject.items if item.id in found]
        pairs = [pair for one, pair in done if not one.not_applicable]
        table = self._task.preset.tally(pairs)
        return Judged(subject, tuple(one for one, _ in done), table, len(done) == len(subject.items))

    async def _work(
        self, queue: Iterator[Item], bench: Bench, found: dict[str, tuple[Opinion, Pair]]
    ) -> None:
        preset, judge = self._task.preset, self._task.judge
        for item in queue:
            if self._stopped:
                return
            try:
                one, result = await opinion(preset, item, bench, judge)
            except Stopped:
                return
            except CallFailed as failed:  # the budget
                one, result = (
                    Opinion(item.id, preset.name, judge, failure=str(failed), review=(NO_VERDICT,)),
                    None,
                )
            found[item.id] = (one, (item, result))


def summary(judged: Sequence[Judged]) -> tuple[int, bool]:
    """How many replies have no verdict, and whether everything was looked at."""
    return sum(one.failures for one in judged), all(one.finished for one in judged)
