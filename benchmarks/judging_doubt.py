"""The weights of the offline judge's doubt (src/primum/judging/doubt.yaml): fitted on one half, tried on the other.

    python -m benchmarks.judging_doubt          # weights of each half and of both, and what they do on the other half
    python -m benchmarks.judging_doubt --write  # and write those fitted on both halves

The halves are halves of the development replies by scenario. The unseen replies are not touched. Weights are fitted by
penalised logistic regression on what the patterns decided: was the decision wrong? `rest` is used for commission only.
"""

import argparse
import math
import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, Literal

import msgspec
import numpy as np

from benchmarks.judging import Reply, load
from benchmarks.measure import ROOT
from primum.judging.doubt import Kind, Rule, Signs, chance_wrong, kind_of, rules
from primum.judging.evidence import Seen
from primum.judging.offline import hearing

FILE = ROOT / "src" / "primum" / "judging" / "doubt.yaml"
PENALTY = 2.0
USED: dict[Kind, tuple[str, ...]] = {
    "omission-missing": ("near", "lean"),
    "omission-found": ("near", "lean"),
    "commission-missing": ("near", "lean", "rest"),
    "commission-found": ("near", "lean"),
}
Half = Literal["A", "B"]


class Case(msgspec.Struct, frozen=True):
    """One labelled check: what the patterns decided, its signs (None where there is nothing to doubt), the truth."""

    half: Half
    kind: Kind | None
    signs: Signs | None
    answer: str
    truth: str
    critical: bool
    dimension: str

    @property
    def wrong(self) -> bool:
        return self.answer != self.truth


def half_of(scenario: str) -> Half:
    """Which half a scenario belongs to."""
    return "B" if sha256(f"x{scenario}".encode()).digest()[0] % 2 else "A"


def cases(replies: Iterable[Reply]) -> list[Case]:
    """Every labelled check of the replies."""
    return [case for reply in replies for case in _cases(reply)]


def _cases(reply: Reply) -> Iterable[Case]:
    heard = hearing(reply.scenario, [Seen(text, reply.scenario.options) for text in reply.written.text])
    for one in heard.decisions:
        if truth := reply.known.get(one.check.id):
            kind = None if one.certain else kind_of(one.check.fails_by, one.verdict.start >= 0)
            signs = None if one.certain else heard.signs(one)[0]
            yield Case(half_of(reply.scenario.id), kind, signs, one.verdict.answer, truth, one.check.critical,
                       one.check.dimension)  # fmt: skip


def fitted(kind: Kind, own: Sequence[Case]) -> Rule:
    """The rule of one kind of decision that fits these cases best."""
    names = USED[kind]
    signs = np.array([[getattr(case.signs, name) for name in names] for case in own])
    wrong = np.array([float(case.wrong) for case in own])
    middle, spread = signs.mean(0), signs.std(0) + 1e-9
    design = np.c_[np.ones(len(own)), (signs - middle) / spread]
    weights = _logistic(design, wrong)
    slopes = weights[1:] / spread
    told = {name: round(float(value), 2) for name, value in zip(names, slopes, strict=True)}
    base = round(float(weights[0] - slopes @ middle), 2)
    empty = {"near": 0.0, "lean": 0.0, "rest": 0.0}
    return msgspec.structs.replace(rules()[kind], base=base, **(empty | told))


def _logistic(design: Any, wrong: Any) -> Any:
    weights = np.zeros(design.shape[1])
    penalty = np.eye(design.shape[1]) * PENALTY
    penalty[0, 0] = 0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (chance - wrong) + penalty @ weights
        bend = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def fit(every: Sequence[Case]) -> dict[Kind, Rule]:
    """The rules that fit these cases."""
    return {kind: fitted(kind, [case for case in every if case.kind == kind]) for kind in USED}


def figures(own: Sequence[Case], with_rules: dict[Kind, Rule]) -> str:
    """Sensitivity, specificity and coverage under these rules, in one line."""
    kept = [case for case in own if case.answer != "cannot_judge" and not _left(case, with_rules)]

    def share(some: Sequence[Case], right: Callable[[Case], bool]) -> str:
        good = sum(map(right, some))
        return f"{good / len(some):.3f} {good}/{len(some)}" if some else "–"

    failed = [case for case in kept if case.truth == "not_met"]
    met = [case for case in kept if case.truth == "met"]
    return (
        f"sensitivity {share(failed, lambda case: not case.wrong)}, "
        f"specificity {share(met, lambda case: not case.wrong)}, coverage {len(kept) / len(own):.3f}"
    )


def _left(case: Case, with_rules: dict[Kind, Rule]) -> bool:
    if case.kind is None or case.signs is None:
        return False
    return chance_wrong(with_rules[case.kind], case.signs) > with_rules[case.kind].limit


def written(page: str, found: dict[Kind, Rule]) -> str:
    """The file with the new weights; limits and reasons stay."""
    for kind, rule in found.items():
        numbers = ", ".join(f"{name}: {getattr(rule, name):g}" for name in ("base", "near", "lean", "rest"))
        page = re.sub(rf"(?<={kind}:\n    {{).*?(?=, limit)", numbers, page)
    return page


def main() -> None:
    """Fits, prints, writes on demand."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--write", action="store_true", help="write the weights fitted on both halves")
    wanted = options.parse_args()
    every = cases(load("dev"))
    by_half = {name: [case for case in every if case.half == name] for name in ("A", "B")}
    for fit_on, try_on in (("A", "B"), ("B", "A"), ("AB", "AB")):
        found = fit([case for case in every if case.half in fit_on])
        print(f"fitted on {fit_on}: " + "; ".join(f"{kind} {_told(rule)}" for kind, rule in found.items()))
        own = by_half.get(try_on, every)
        nobody = {kind: msgspec.structs.replace(rule, limit=math.inf) for kind, rule in found.items()}
        critical = [case for case in own if case.critical]
        print(f"  on {try_on}, patterns alone, critical: {figures(critical, nobody)}")
        print(f"  on {try_on}, critical: {figures(critical, found)}")
        print(f"  on {try_on}, all:      {figures(own, found)}")
        for dimension in sorted({case.dimension for case in own}):
            print(
                f"    {dimension:14}{figures([case for case in own if case.dimension == dimension], found)}"
            )
    if wanted.write:
        FILE.write_text(written(FILE.read_text("utf-8"), fit(every)), "utf-8")
        print(f"{FILE.name} written")


def _told(rule: Rule) -> str:
    return f"{rule.base:+g} {rule.near:+g} near {rule.lean:+g} lean {rule.rest:+g} rest"


if __name__ == "__main__":
    main()
