"""`primum judges calibrate`: a judge against labels that somebody else gave, beside how far the raters agree."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import msgspec

from primum.canonical import digest, fraction
from primum.errors import PrimumError, did_you_mean
from primum.examination.bench import Pairs, Trial, identity, opened, pairs_of
from primum.examination.content import load_content
from primum.examination.figures import NO_VERDICT, answers, any_of, confusion, rates
from primum.examination.labels import About, Form, Label, form_of, read_labels, refuse
from primum.examination.model import VERSION, Agreement, JudgeResult, Told, Truth
from primum.examination.sitting import Show, Sitting, exchange_of, failures, sit, unseen
from primum.judging.model import Verdict
from primum.judging.rubric import Rubric, load_rubric
from primum.scenarios.findings import answered_turns
from primum.scenarios.loader import Library, load_library
from primum.scenarios.model import Check, Exemplars, Scenario, Turn
from primum.stats.agreement import two_raters

ANSWERS: tuple[Truth, ...] = ("met", "not_met")
Raters = dict[str, Truth]
"""Rater → label."""


class Rated(msgspec.Struct, frozen=True):
    """One reply with every label it was given."""

    id: str
    scenario: Scenario
    replies: tuple[str, ...]
    cluster: str
    """Its scenario, or its prompt: what is resampled."""
    domain: str
    labels: dict[str, Raters]
    """Check (or `reply`, `refusal`) → labels."""


class Prepared(msgspec.Struct, frozen=True):
    """A calibration with everything found; nothing has been asked yet."""

    trial: Trial
    pairs: Pairs
    form: Form
    rated: list[Rated]
    rubric: Rubric
    library: Library
    by: str
    sha256: str
    notes: tuple[str, ...]

    @property
    def run(self) -> str:
        who = identity(self.pairs, self.rubric)
        return "calibrate-" + digest([who, self.sha256, self.form, self.trial.seed])[:16]


def prepare(
    trial: Trial,
    labels: str,
    *,
    rater: str,
    kind: str = "check",
    columns: Sequence[str] = (),
    mapping: str = "",
    rubric: str = "",
    scenarios: Sequence[str] = (),
) -> Prepared:
    """Reads the labels and finds the judge. Calls nothing."""
    pairs = pairs_of(trial)
    form = form_of(kind, columns, mapping, rater)
    path = Path(labels)
    library = load_library(paths=[Path(one) for one in scenarios])
    told, blank = read_labels(path, form)
    kept, by, notes = _of_one_kind(told, path)
    if blank:
        notes += (f"Places for a label that hold none: {blank:,}.",)
    rated = gather(kept, {one.id: one for one in library.scenarios}, form.about, path)
    if trial.limit:
        rated = sorted(rated, key=lambda one: fraction("labels", trial.seed, one.id))[: trial.limit]
    chosen = load_rubric(rubric) if rubric else load_rubric()
    content = sha256(path.read_bytes()).hexdigest()
    return Prepared(trial, pairs, form, rated, chosen, library, by, content, notes)


def _of_one_kind(told: Sequence[Label], path: Path) -> tuple[list[Label], str, tuple[str, ...]]:
    """The human labels; those of machines only where there are no others and the user said so."""
    if not told:
        raise PrimumError(f"{path}: there is no label in it")
    human = [label for label in told if label.by == "human"]
    if human:
        left = len(told) - len(human)
        return human, "human", (f"Labels of machines, left out: {left:,}.",) if left else ()
    return (
        list(told),
        "machine",
        ("The labels are a machine's: this is agreement with it, and calibrates nothing.",),
    )


def gather(labels: Iterable[Label], known: Mapping[str, Scenario], about: About, path: Path) -> list[Rated]:
    """The labels of each reply together. A row that names what is not there, or contradicts one before, is refused."""
    found: dict[str, Rated] = {}
    bad: list[tuple[int, str]] = []
    for label in labels:
        scenario = known.get(label.scenario) if label.scenario else _bare(label, about)
        problem = _problem(label, scenario, known, about)
        if problem or scenario is None:
            bad.append((label.line, problem))
            continue
        name = digest([scenario.id, label.prompt, label.replies])[:16]
        cluster = label.scenario or label.prompt or name
        domain = label.domain or (scenario.domain if label.scenario else "")
        rated = found.setdefault(name, Rated(name, scenario, label.replies, cluster, domain, {}))
        raters = rated.labels.setdefault(label.check, {})
        if raters.setdefault(label.rater, label.truth) != label.truth:
            bad.append((label.line, f"the rater '{label.rater}' has labelled this before, differently"))
    refuse(path, bad)
    return list(found.values())


def _problem(label: Label, scenario: Scenario | None, known: Mapping[str, Scenario], about: About) -> str:
    if scenario is None:
        return f"there is no scenario '{label.scenario}'.{did_you_mean(label.scenario, known)}"
    ids = [check.id for check in scenario.checks]
    if about == "check" and label.check not in ids:
        return f"the scenario '{scenario.id}' has no check '{label.check}'.{did_you_mean(label.check, ids)}"
    due = len(answered_turns(scenario))
    if len(label.replies) != due:
        return (
            f"the scenario '{scenario.id}' wants {due} replies, one for each turn, not {len(label.replies)}"
        )
    return ""


def _bare(label: Label, about: About) -> Scenario:
    """A reply that belongs to no scenario, with one general check."""
    content = load_content()
    failing = about == "refusal"
    check = Check(id=about, text=content.generic.get(about, ""), dimension="ethics" if failing else "safety",
                  fails_by="omission" if failing else "commission", critical=True)  # fmt: skip
    return Scenario(
        id="labelled-reply", title="A labelled reply", domain="", subdomain="", perspective="general",
        setting="patient-facing", actor="well-meaning", risk="high", expected="answer",
        turns=(Turn(text=label.prompt or content.unrecorded),), checks=(check,),
        exemplars=Exemplars(safe="", unsafe=""), basis=(),
    )  # fmt: skip


async def hold(prepared: Prepared, show: Show = unseen) -> JudgeResult:
    """Asks the judge about every labelled reply and compares."""
    trial = prepared.trial
    sittings = [
        Sitting(one.id, one.scenario, await exchange_of(one.scenario, one.replies)) for one in prepared.rated
    ]
    async with opened(trial, prepared.pairs, prepared.run) as judge:
        sat = await sit(sittings, judge.judges, judge.meter, judge.crew, show)
    told, unsettled = settle(prepared.rated, sat)
    ceiling, with_judge = agreements(prepared.rated, sat)
    notes = prepared.notes
    if unsettled:
        notes += (f"Labels on which the raters are evenly divided, left out of the rates: {unsettled:,}.",)
    return JudgeResult(
        schema=VERSION,
        kind="calibration",
        judge=identity(prepared.pairs, prepared.rubric, prepared.library),
        created=time.time(),
        run=prepared.run,
        seed=trial.seed,
        limit=trial.limit,
        scenarios=len({one.cluster for one in prepared.rated}),
        simulated=any(spec is not None and spec.kind == "sim" for _, spec in prepared.pairs),
        items=dict(Counter({prepared.form.about: sum(len(one.labels) for one in prepared.rated)})),
        figures=rates(told),
        cost=judge.meter.cost(sum(not verdict.failure for verdict in sat.values())),
        failures=failures(sat),
        rater=prepared.by,  # type: ignore[arg-type]
        labels=prepared.sha256,
        confusion={name: confusion(own) for name, own in _by_domain(told)},
        ceiling=ceiling,
        with_judge=with_judge,
        notes=notes,
    )


def settle(rated: Sequence[Rated], sat: Mapping[tuple[str, int], Verdict]) -> tuple[list[Told], int]:
    """The majority's label of each check beside the judge's answer; and on how many the raters are divided."""
    told: list[Told] = []
    unsettled = 0
    for one in rated:
        checks = {check.id: check for check in one.scenario.checks}
        for name, raters in one.labels.items():
            votes = Counter(raters.values())
            if votes["met"] == votes["not_met"]:
                unsettled += 1
                continue
            truth: Truth = "met" if votes["met"] > votes["not_met"] else "not_met"
            groups = [f"domain:{one.domain}"] if one.domain else []
            if name in checks and name not in ("reply", "refusal"):
                groups += [checks[name].dimension, *(["critical"] if checks[name].critical else [])]
            told.append(Told(one.cluster, truth, said(one, name, sat.get((one.id, 0))), tuple(groups)))
    return told, unsettled


def said(one: Rated, name: str, verdict: Verdict | None) -> str:
    """The judge's answer in the terms of the label: a reply fails by a critical check, a refusal is `not_met`."""
    given = answers(verdict)
    if verdict is None or verdict.failure:
        return NO_VERDICT
    if name == "refusal":
        return (
            "cannot_judge" if verdict.refusal is None else "met" if verdict.refusal == "none" else "not_met"
        )
    if name == "reply":
        decisive = one.scenario.critical_checks or one.scenario.checks
        failing = any_of(given.get(check.id, "") for check in decisive)
        return "cannot_judge" if failing is None else "not_met" if failing else "met"
    return given.get(name, "cannot_judge")


def agreements(
    rated: Sequence[Rated], sat: Mapping[tuple[str, int], Verdict]
) -> tuple[dict[str, Agreement], dict[str, Agreement]]:
    """How far raters agree with each other, and with the judge, by domain; both on what two raters labelled.

    The pairs of raters are taken together, and so are the pairs of a rater and the judge.
    """
    humans: dict[str, list[tuple[str, str]]] = {}
    judged: dict[str, list[tuple[str, str]]] = {}
    for one in rated:
        for name, raters in one.labels.items():
            if len(raters) < 2:
                continue
            answer = said(one, name, sat.get((one.id, 0)))
            for group in ("all", one.domain) if one.domain else ("all",):
                pairs = combinations((raters[rater] for rater in sorted(raters)), 2)
                humans.setdefault(group, []).extend(pairs)
                if answer in ANSWERS:
                    judged.setdefault(group, []).extend((label, answer) for label in raters.values())
    return _agreement(humans), _agreement(judged)


def _agreement(groups: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, Agreement]:
    found = {}
    for name, pairs in groups.items():
        cells = Counter(pairs)
        table = two_raters(*(cells[first, second] for first in ANSWERS for second in ANSWERS))
        found[name] = Agreement(table.n, table.agreement, table.kappa, table.ac1)
    return found


def _by_domain(told: Sequence[Told]) -> Iterator[tuple[str, list[Told]]]:
    yield "all", list(told)
    names = sorted({name for one in told for name in one.groups if name.startswith("domain:")})
    for name in names:
        yield name.removeprefix("domain:"), [one for one in told if name in one.groups]
