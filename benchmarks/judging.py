"""The offline judge against known answers: independent replies, the library's exemplars, the empathy pairs.

    python -m benchmarks.judging                         # the development half, and the library
    python -m benchmarks.judging --errors errors.txt     # and what the judge gets wrong on it most often
    python -m benchmarks.judging --unseen                # the other half, which is looked at once

The independent replies (`replies/`) were written from the scenarios and their checks alone, without sight of evidence
patterns or exemplars. The unseen half is no evidence any more once somebody has read its errors: so none are printed.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from benchmarks.judging_docs import write_docs
from benchmarks.measure import RESULTS, ROOT, save
from primum.examination.bench import Trial
from primum.examination.exam import examine, prepare
from primum.examination.figures import rates, told
from primum.examination.model import Figure, Told
from primum.judging.model import CheckVerdict
from primum.judging.offline import judge_offline
from primum.scenarios.loader import load_library
from primum.scenarios.model import Check, Scenario

FOLDER = ROOT / "benchmarks" / "replies"
ERRORS = 30
ONCE = "The unseen half is to be looked at once"


class Written(msgspec.Struct, frozen=True):
    """One reply as its writer labelled it."""

    kind: Literal["safe", "unsafe"]
    style: str
    text: list[str]
    failed: list[str] = []
    unsure: list[str] = []


class About(msgspec.Struct, frozen=True):
    scenario: str
    replies: list[Written]


class File(msgspec.Struct, frozen=True):
    items: list[About]


class Reply(msgspec.Struct, frozen=True):
    """A written reply with its scenario."""

    scenario: Scenario
    written: Written

    @property
    def known(self) -> dict[str, Literal["met", "not_met"]]:
        """Checks that are neither failed nor unsure are met."""
        sure = (check.id for check in self.scenario.checks if check.id not in self.written.unsure)
        return {name: "not_met" if name in self.written.failed else "met" for name in sure}


class Error(msgspec.Struct, frozen=True):
    """A check that the judge decided wrongly."""

    reply: Reply
    check: Check
    given: CheckVerdict


def load(half: str) -> list[Reply]:
    """The replies of a half, each with its scenario; a label that fits no check is an error."""
    scenarios = {one.id: one for one in load_library().scenarios}
    found: list[Reply] = []
    for path in sorted(FOLDER.glob(f"{half}-*.yaml")):
        for about in msgspec.yaml.decode(path.read_bytes(), type=File).items:
            scenario = scenarios.get(about.scenario)
            if scenario is None:
                raise SystemExit(f"{path.name}: there is no scenario '{about.scenario}' any more")
            ids = {check.id for check in scenario.checks}
            for written in about.replies:
                strange = {*written.failed, *written.unsure} - ids
                if strange:
                    raise SystemExit(f"{path.name}: {about.scenario} has no check {sorted(strange)}")
                found.append(Reply(scenario, written))
    return found


def judged(replies: Sequence[Reply]) -> Iterator[tuple[Reply, list[Told]]]:
    """Every reply with its checks as the offline judge answers them."""
    for reply in replies:
        verdict = judge_offline(reply.scenario, reply.written.text)
        yield reply, told(reply.scenario, reply.known, verdict)


def measure(replies: Sequence[Reply]) -> dict[str, Any]:
    """Sensitivity, specificity and coverage, per dimension and on critical checks."""
    every = [one for _, own in judged(replies) for one in own]
    figures = rates(every)
    return {
        "scenarios": len({reply.scenario.id for reply in replies}),
        "replies": len(replies),
        "checks": len(every),
        "at": time.time(),
        "library": load_library().hash,
        "figures": {name: msgspec.to_builtins(figure) for name, figure in figures.items()},
    }


def exemplars() -> dict[str, Figure]:
    """The whole examination of the offline judge over the library, empathy pairs included."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(examine(prepare(Trial(judges=("offline",), out=folder)))).figures


def errors(replies: Sequence[Reply]) -> list[list[Error]]:
    """What is decided wrongly, by scenario and check: the most frequent first, critical ones before others."""
    groups: dict[tuple[str, str], list[Error]] = {}
    for reply in replies:
        given = {one.check: one for one in judge_offline(reply.scenario, reply.written.text).checks}
        for check in reply.scenario.checks:
            truth, answer = reply.known.get(check.id), given[check.id]
            if truth and answer.answer in ("met", "not_met") and answer.answer != truth:
                groups.setdefault((reply.scenario.id, check.id), []).append(Error(reply, check, answer))
    return sorted(groups.values(), key=lambda own: (-len(own), not own[0].check.critical, own[0].check.id))


def error_text(groups: Sequence[Sequence[Error]], shown: int = ERRORS) -> str:
    """The errors to read, each with the reply it was made on."""
    lines = [
        f"{sum(map(len, groups))} wrong answers on {len(groups)} checks; the {shown} most frequent follow.",
        "",
    ]
    for own in groups[:shown]:
        scenario, check = own[0].reply.scenario, own[0].check
        critical = ", critical" if check.critical else ""
        lines.append(
            f"## {scenario.id} / {check.id}: {len(own)} wrong ({check.fails_by}, {check.dimension}{critical})"
        )
        lines.append(f"check: {check.text}")
        for one in own:
            wanted = one.reply.known[check.id]
            quote = f" on '{one.given.quote}'" if one.given.quote else f" ({one.given.reason})"
            lines.append(
                f"- {one.reply.written.kind}, {one.reply.written.style}: {wanted}, judged {one.given.answer}{quote}"
            )
            lines += [
                f"    {line}" for text in one.reply.written.text for line in text.splitlines() if line.strip()
            ]
        lines.append("")
    return "\n".join(lines)


def line(name: str, found: dict[str, Any]) -> str:
    """The critical checks of a half in one line."""
    figures = found["figures"]
    parts = []
    for what in ("sensitivity", "specificity", "coverage"):
        one = msgspec.convert(figures[f"{what}/critical"], Figure)
        value = "–" if one.value is None else f"{one.value:.3f}"
        around = "" if one.low is None or one.high is None else f" ({one.low:.3f}–{one.high:.3f})"
        parts.append(f"{what} {value}{around} {one.k}/{one.n}")
    return f"{name}: {found['scenarios']} scenarios, {found['replies']} replies; critical checks: {'; '.join(parts)}"


def main() -> None:
    """Measures, prints, saves, and writes the section of docs/judging.md."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--unseen", action="store_true", help="measure the unseen half: it is looked at once"
    )
    options.add_argument(
        "--again", action="store_true", help="look at it once more; the number of looks is published"
    )
    options.add_argument("--errors", type=Path, help="write what is wrong most often on the development half")
    options.add_argument("--no-docs", action="store_true", help="leave docs/judging.md as it is")
    wanted = options.parse_args()
    file = RESULTS / "judging.json"
    figures: dict[str, Any] = msgspec.json.decode(file.read_bytes())["figures"] if file.exists() else {}
    dev = load("dev")
    if dev:
        figures["dev"] = measure(dev)
        print(line("development half", figures["dev"]))
    if wanted.errors:
        wanted.errors.write_text(error_text(errors(dev)), "utf-8")
        print(f"errors on the development half: {wanted.errors}")
    if wanted.unseen:
        looks = figures.get("unseen", {}).get("looks", 0)
        if looks and not wanted.again:
            raise SystemExit(f"{ONCE}, and has been: --again looks once more, and says so in the docs.")
        print(f"{ONCE}: do not read its errors, do not change the judge by it.")
        figures["unseen"] = measure(load("unseen")) | {"looks": looks + 1}
        print(line("unseen half", figures["unseen"]))
    figures["library"] = {name: msgspec.to_builtins(one) for name, one in exemplars().items()}
    for name in ("right/safe", "right/unsafe", "right/empathy"):
        one = figures["library"][name]
        print(f"library, {name}: {one['k']}/{one['n']}, undecided {one.get('missing', 0)}")
    save("judging", figures)
    if not wanted.no_docs:
        print(f"{write_docs(figures)} written")


if __name__ == "__main__":
    main()
