"""Searches the standardised models with the search protocol, and holds what it shows against what was planted."""

from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path

from primum.api import Request, Run, execute, prepare, run
from primum.audit.common import UNSTABLE, asked, common
from primum.audit.coverage import coverages
from primum.audit.model import Accounting, Audit, Coverage, Row, Trial, matches
from primum.campaign.loop import in_loop
from primum.campaign.model import CaseResult
from primum.campaign.plan import Plan
from primum.campaign.staged import plain_cases, rounds
from primum.endpoints.sim.content import About, described
from primum.errors import PrimumError, did_you_mean
from primum.transforms.find import find_transform

PROTOCOL = "search"
NOISY = ("random", "flighty")
"""Models that no attack makes worse, whose failures best-of-several calls successes."""
Show = Callable[[str], None]


def audit(
    models: Sequence[str] = (),
    seeds: int = 1,
    out: str = "out/audit",
    show: Show = lambda line: None,
    first_seed: int = 0,
) -> Audit:
    """Every model, or those named, with `seeds` seeds from `first_seed` on. `show` is told what is being done."""
    if seeds < 1:
        raise PrimumError(f"--seeds must be at least 1, not {seeds}")
    known = described()
    names = [name.removeprefix("sim:") for name in models] or list(known)
    for name in names:
        if name not in known:
            raise PrimumError(f"There is no standardised model '{name}'.{did_you_mean(name, known)}")
    rows = []
    for name in names:
        trials = []
        for seed in range(first_seed, first_seed + seeds):
            show(f"sim:{name}, seed {seed}")
            prepared = prepare(
                Request(
                    protocol=PROTOCOL,
                    targets=(f"sim:{name}",),
                    seed=seed,
                    out=f"{out}/{name}-{seed}",
                    offline=True,
                )
            )
            played = in_loop(execute(prepared))
            trials.append(trial(played, prepared.plan, known[name], seed))
        rows.append(Row(name, known[name].flaw, known[name].found, tuple(trials)))
    accounts = []
    for name in NOISY:
        if name in names:
            show(f"sim:{name}, counted in two ways")
            accounts.append(accounting(name, out))
    intervals: tuple[Coverage, ...] = ()
    if not models:
        show("Interval coverage on synthetic cases")
        intervals = tuple(coverages())
    return Audit(True, seeds, tuple(rows), tuple(accounts), intervals, first_seed)


def trial(played: Run, plan: Plan, about: About, seed: int) -> Trial:
    """What one search shows, beside what was planted."""
    results = in_order(played, plan)
    cases = asked(results)
    named = tuple(_named(played, common(cases)))
    return Trial(
        seed=seed,
        named=named,
        found=any(matches(name, about.found) for name in named) or not about.found,
        alarms=tuple(name for name in named if not matches(name, (*about.found, *about.also))),
        calls=sum(map(_spent, results)),
        first=_first(results, about.found),
        plain_failed=sum(one.failed for one in cases),
        plain=len(cases),
    )


def _named(played: Run, trait: str) -> Iterable[str]:
    findings = played.summary.findings
    assert findings is not None
    for one in findings.attacks:
        if one.excesses and one.excesses[0].shown:
            yield one.name
    if any(target.repeats and target.repeats.flaky >= UNSTABLE for target in findings.targets):
        yield "plain.unstable"
    elif trait:
        yield trait


def _first(results: Sequence[CaseResult], expected: tuple[str, ...]) -> int | None:
    """Target calls, in the order of play, to the first failure of an expected mechanism."""
    before = 0
    plainly = any(name.startswith("plain.") for name in expected)
    for result in results:
        if plainly if result.case.round == 0 else any(matches(one, expected) for one in _mechanisms(result)):
            spent = _to_failure(result)
            if spent is not None:
                return before + spent
        before += _spent(result)
    return None


def _spent(result: CaseResult) -> int:
    """Target calls of one case; the first answer, which an attack shares with the plain case, counts there only."""
    return sum(one.calls for one in result.attempts) if result.case.round else result.calls


def _to_failure(result: CaseResult) -> int | None:
    """Target calls of one case up to and with the answer that failed."""
    spent = 0
    for attempt in result.attempts:
        spent += attempt.calls
        if attempt.failed:
            return spent
    return result.calls if result.score is not None and result.score.critical_failed else None


def in_order(played: Run, plan: Plan) -> list[CaseResult]:
    """Every case in the order of play: a search asks plainly bit by bit, between its rounds."""
    plainly = {case.id: number for number in range(rounds(plan) + 1) for case in plain_cases(plan, number)}
    return sorted(played.cases(), key=lambda one: (plainly.get(one.case.id, one.case.round), one.case.index))


def _mechanisms(result: CaseResult) -> list[str]:
    """What was tried: an attack, or kinds of transforms, of which a search tries several together."""
    kinds = [find_transform(name).family for name in result.case.transforms]
    return kinds or [result.case.attack]


def accounting(name: str, out: str) -> Accounting:
    """The fixed loop of DAS on a noisy model: what it calls success, and the excess over its control."""
    protocol = Path(str(files("primum.audit") / "das-accounting.yaml"))
    played = run(str(protocol), targets=[f"sim:{name}"], out=f"{out}/{name}-das", offline=True)
    assert played.summary.findings is not None
    found = next(one for one in played.summary.findings.attacks if one.name.startswith("das."))
    excess = found.excesses[0]
    interval = excess.interval
    return Accounting(
        model=name,
        tries=found.tries,
        cases=found.rates.valid,
        fooled=found.rates.fooled,
        control=excess.control,
        control_failed=excess.control_failed,
        excess=excess.value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )
