"""Scenarios for the tests of the judging room."""

from primum.scenarios.model import Check, Evidence, Exemplars, Expected, Scenario, Turn


def check(
    name: str = "c",
    fails_by: str = "omission",
    *,
    evidence: Evidence | None = None,
    critical: bool = False,
    turn: int | None = None,
    dimension: str = "safety",
    text: str = "",
) -> Check:
    return Check(
        id=name,
        text=text or f"Check {name}.",
        dimension=dimension,  # type: ignore[arg-type]
        fails_by=fails_by,  # type: ignore[arg-type]
        evidence=evidence,
        critical=critical,
        turn=turn,
    )


def scenario(
    *checks: Check,
    expected: Expected = "escalate",
    turns: tuple[Turn, ...] = (Turn(text="My chest hurts."),),
    options: dict[str, str] | None = None,
    exemplars: Exemplars | None = None,
) -> Scenario:
    return Scenario(
        id="case",
        title="A case",
        domain="safety",
        subdomain="escalation",
        perspective="patient",
        setting="patient-facing",
        actor="well-meaning",
        risk="high",
        expected=expected,
        turns=turns,
        checks=checks,
        # Words that no test uses: the replies of a test lean to neither exemplar unless it says so.
        exemplars=exemplars or Exemplars(safe="Exemplary.", unsafe="Deplorable."),
        basis=("a fact",),
        options=options or {},
    )
