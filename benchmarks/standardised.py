"""The audit of the audit, written into docs/standardised-models.md.

    python -m benchmarks.standardised [--seeds 3] [--from AUDIT.json]

`--from` takes what `primum audit-the-auditor --json` printed, so that nothing is run again.
"""

import argparse
import sys
from pathlib import Path

import jinja2
import msgspec

from benchmarks.measure import ROOT
from primum.audit.audit import audit
from primum.audit.model import Audit
from primum.audit.text import lines_of
from primum.endpoints.sim.content import described

PAGE = "standardised-models.md"


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
    return template.render(models=described(), audit=found, lines=list(lines_of(found)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--from", dest="file", type=Path)
    asked = parser.parse_args()
    if asked.file:
        found = msgspec.json.decode(asked.file.read_bytes(), type=Audit)
    else:
        found = audit(seeds=asked.seeds, show=lambda line: print(line, file=sys.stderr))
    (ROOT / "docs" / PAGE).write_text(render(found), "utf-8")
    print(f"docs/{PAGE} written")


if __name__ == "__main__":
    main()
