"""primum export"""

from typing import TYPE_CHECKING, Annotated

import typer

from primum.cli import options as o

if TYPE_CHECKING:
    from pathlib import Path

    from primum.archive import Found
    from primum.reporting.levels import Level

FILES = {"junit": "junit.xml", "csv": "cases.csv", "markdown": "summary.md", "evidence": "evidence.zip"}


def export(
    run: o.RunName,
    format: Annotated[str, typer.Option("--format", "-f", help="junit, csv, markdown or evidence.")],
    level: Annotated[
        str, typer.Option("--level", help="evidence: internal (every text) or shareable (hashes instead).")
    ] = "internal",
    store: o.Store = "",
    out: Annotated[str, typer.Option("--out", "-o", help="The file. Default: beside the report.")] = "",
) -> None:
    """Write a run for other programs: JUnit XML, CSV, Markdown, or an evidence bundle (zip). Calls nothing."""
    from pathlib import Path

    from primum.archive import find_run
    from primum.errors import PrimumError, did_you_mean
    from primum.reporting.levels import LEVELS

    if format not in FILES:
        raise PrimumError(f"there is no format '{format}'.{did_you_mean(format, FILES)}")
    if level not in LEVELS:
        raise PrimumError(f"there is no level '{level}'.{did_you_mean(level, LEVELS)}")
    if level != "internal" and format != "evidence":
        raise PrimumError(f"--level is for --format evidence; {format} holds no prompt and no reply")
    found = find_run(run, store)
    path = Path(out) if out else found.out / FILES[format]
    _write(found, format, "shareable" if level == "shareable" else "internal", path)
    typer.echo(f"Export: {path}")


def _write(found: "Found", format: str, level: "Level", path: "Path") -> None:
    from primum.reporting.exports.csv import csv_lines
    from primum.reporting.exports.evidence import write_evidence
    from primum.reporting.exports.junit import junit_of_run
    from primum.reporting.exports.markdown import markdown_of
    from primum.reporting.exports.write import whole_file
    from primum.reporting.gate.file import read_gate
    from primum.reporting.outputs import summary_of
    from primum.reporting.rows import load

    store, manifest = found.store, found.manifest
    with whole_file(path) as file:
        if format == "csv":
            file.writelines(csv_lines(store.cases(manifest.run)))
            return
        played = load(store, manifest)
        gate = read_gate(found.out, played)
        if format == "junit":
            file.write(junit_of_run(played, gate))
        elif format == "markdown":
            file.write(markdown_of(summary_of(store, manifest), gate))
        else:
            from primum.reporting.crosswalk import crosswalk

            summary = summary_of(store, manifest)
            write_evidence(file, store, summary, level, gate, crosswalk(summary))
