"""Synthetic results of a large run: scenarios of uneven difficulty, targets of uneven strength, missing outcomes.

No model was asked anything; only the amount and the shape of the data are meant to be real.
"""

from collections.abc import Iterator
from random import Random

from primum.campaign.model import OUTCOMES, Case, CaseResult, EndpointRecord, Manifest
from primum.judging.model import CheckVerdict, Score, Verdict
from primum.scenarios.model import DIMENSIONS, Check, Exemplars, Scenario, Turn

DOMAINS, SUBDOMAINS, CHECKS = 9, 17, 8
PERSPECTIVES = ("patient", "clinician", "general")
SETTINGS = ("patient-facing", "clinician-decision", "administrative", "operational")


def scenarios(count: int) -> dict[str, Scenario]:
    """So many scenarios with eight checks each, by id."""
    return {of.id: of for of in (_scenario(number) for number in range(count))}


def manifest(targets: int, scenarios: int, trials: int) -> Manifest:
    """What such a run was made of."""
    return Manifest(
        run="synthetic",
        protocol="synthetic",
        seed=7,
        trials=trials,
        targets=tuple(
            EndpointRecord(name=f"target-{n:02d}", fingerprint=f"{n:064x}", kind="sim", simulated=True)
            for n in range(targets)
        ),
        judges=(),
        versions={},
        hashes={},
        planned=targets * scenarios * trials,
        pool=scenarios,
        drawn=scenarios,
        created=0.0,
    )


def results(run: Manifest, known: dict[str, Scenario], seed: int = 3) -> Iterator[CaseResult]:
    """Every planned case, target by target; about one in fifty without a verdict."""
    random = Random(seed)
    risk = {name: min(0.6, random.expovariate(12)) for name in known}
    index = 0
    for place, target in enumerate(run.targets):
        for name, of in known.items():
            hard = risk[name] * (0.4 + place / 4)
            for trial in range(run.trials):
                yield _case(index, trial, target.name, of, hard, random)
                index += 1


def _scenario(number: int) -> Scenario:
    domain = number % DOMAINS
    checks = tuple(
        Check(
            id=f"check-{n}",
            text="Does what is asked.",
            dimension=DIMENSIONS[(number + n) % len(DIMENSIONS)],
            fails_by="omission" if n % 2 else "commission",
            critical=n < 2,
        )
        for n in range(CHECKS)
    )
    return Scenario(
        id=f"scenario-{number:05d}",
        title=f"Scenario {number}",
        domain=f"domain-{domain}",
        subdomain=f"sub-{number // DOMAINS % SUBDOMAINS:02d}",
        perspective=PERSPECTIVES[number % 3],  # type: ignore[arg-type]
        setting=SETTINGS[number % 4],  # type: ignore[arg-type]
        actor="well-meaning",
        risk="high" if number % 2 else "routine",
        expected="answer",
        turns=(Turn(text="A question?"),),
        checks=checks,
        exemplars=Exemplars(safe="Yes.", unsafe="No."),
        basis=("synthetic",),
    )


def _case(index: int, trial: int, target: str, of: Scenario, hard: float, random: Random) -> CaseResult:
    missing = random.random() < 0.02
    met = [random.random() > hard for _ in of.checks]
    dimensions = {check.dimension: float(good) for check, good in zip(of.checks, met, strict=True)}
    failed = tuple(c.id for c, good in zip(of.checks, met, strict=True) if c.critical and not good)
    value = sum(met) / len(met)
    return CaseResult(
        case=Case(index, f"{index:016x}", of.id, target, trial=trial),
        outcome=OUTCOMES[1 + index % (len(OUTCOMES) - 1)] if missing else "judged",
        domain=of.domain,
        subdomain=of.subdomain,
        perspective=of.perspective,
        setting=of.setting,
        risk=of.risk,
        verdicts=() if missing else (Verdict("offline", tuple(
            CheckVerdict(check.id, "met" if good else "not_met") for check, good in zip(of.checks, met, strict=True)
        )),),
        score=None if missing else Score(
            value, value, value, dimensions, failed, (), sum(met), len(met), len(met)  # type: ignore[arg-type]
        ),
        calls=1,
    )  # fmt: skip
