"""The audit of the audit, written into docs/standardised-models.md.

    python -m benchmarks.standardised [--seeds 3] [--first-seed 0] [--from AUDIT.json]

`--from` takes what `primum audit-the-auditor --json` printed, so that nothing is run again.
"""

import argparse
import random
import sys
from itertools import islice
from pathlib import Path

import jinja2
import msgspec

from benchmarks.measure import ROOT
from primum.audit.audit import audit
from primum.audit.model import Audit
from primum.audit.text import lines_of
from primum.endpoints.sim.content import described
from primum.judging.offline import judge_offline
from primum.scenarios.model import Scenario
from primum.transforms.find import find_transform, transform_names
from tests.endpoints.sim_play import LIBRARY, changed, replies

PAGE = "standardised-models.md"
EACH = 150
"""Variants of a transform that the sound model answers."""


def render(found: Audit) -> str:
    """The page: what is planted, and what the audit found."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "benchmarks"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template(f"{PAGE}.j2")
    answered, failed = sound()
    return template.render(
        models=described(),
        audit=found,
        lines=list(lines_of(found)),
        each=EACH,
        answered=answered,
        failed=failed,
    )


def sound() -> tuple[int, list[tuple[str, str]]]:
    """How many variants the sound model answered, and transform and scenario of those it failed."""
    answered, failed = 0, []
    for name in transform_names():
        order = list(LIBRARY.scenarios)
        random.Random(name).shuffle(order)
        made = (changed(one, name) for one in order if not find_transform(name).fits(one))
        for variant in islice((one for one in made if one is not None), EACH):
            answered += 1
            if _fails(variant):
                failed.append((name, variant.id))
    return answered, failed


def _fails(variant: Scenario) -> bool:
    critical = {check.id for check in variant.critical_checks}
    verdict = judge_offline(variant, replies("sound", variant))
    return any(one.answer == "not_met" for one in verdict.checks if one.check in critical)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--from", dest="file", type=Path)
    asked = parser.parse_args()
    if asked.file:
        found = msgspec.json.decode(asked.file.read_bytes(), type=Audit)
    else:
        found = audit(
            seeds=asked.seeds,
            show=lambda line: print(line, file=sys.stderr),
            first_seed=asked.first_seed,
        )
    (ROOT / "docs" / PAGE).write_text(render(found), "utf-8")
    print(f"docs/{PAGE} written")


if __name__ == "__main__":
    main()
