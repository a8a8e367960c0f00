"""The linter: every rule on every scenario, each finding with its file and line.

Thresholds and word lists stand in library/lint.yaml. The judge that proves discrimination is handed in,
because scenarios know nothing of judging.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from primum.scenarios.findings import Fault, Finding, Judge
from primum.scenarios.limits import Limits, load_limits
from primum.scenarios.lint_discrimination import discrimination
from primum.scenarios.lint_identifiers import identifiers
from primum.scenarios.lint_patterns import patterns
from primum.scenarios.lint_similarity import Pair, near_duplicates, similar_pairs
from primum.scenarios.lint_structure import structure
from primum.scenarios.lint_text import wording
from primum.scenarios.lint_variety import relatives, worn_phrases
from primum.scenarios.loader import Library, ScenarioFile
from primum.scenarios.yaml_file import Document, parse


def lint(
    library: Library, judge: Judge, only: Collection[Path] | None = None, limits: Limits | None = None
) -> list[Finding]:
    """Every finding, by file and line. With `only`, of these files alone, still compared with all the others."""
    limits = limits or load_limits()
    files = [path for path in library.files if only is None or path in only]
    wanted = {scenario.id for path in files for scenario in library.files[path].scenarios}
    faults: defaultdict[str, list[Fault]] = defaultdict(list)
    for id_ in sorted(wanted):
        scenario = library.by_id[id_]
        faults[id_] += structure(scenario, limits)
        faults[id_] += wording(scenario, limits)
        faults[id_] += identifiers(scenario, limits)
        faults[id_] += patterns(scenario, limits)
        faults[id_] += discrimination(scenario, judge)
    for id_, fault in _across(library, limits):
        if id_ in wanted:
            faults[id_].append(fault)
    findings = [finding for path in files for finding in _file_findings(path, library, limits)]
    for path in files:
        findings += _locate(path, library, faults)
    return sorted(findings, key=lambda one: (str(one.file), one.line, one.rule, one.message))


def closest_pairs(library: Library, limits: Limits | None = None) -> list[Pair]:
    """The pairs of scenarios that read most alike, closest first; twins and triads are shown too."""
    limits = limits or load_limits()
    return similar_pairs(library.scenarios, limits)[: limits.closest]


def _across(library: Library, limits: Limits) -> Iterator[tuple[str, Fault]]:
    yield from relatives(library.scenarios)
    yield from worn_phrases(library.scenarios, limits)
    yield from near_duplicates(library.scenarios, similar_pairs(library.scenarios, limits), limits)


def _file_findings(path: Path, library: Library, limits: Limits) -> Iterator[Finding]:
    """What is wrong with a file as a whole: its place, canary and licence."""
    file: ScenarioFile = library.files[path]
    domain = library.taxonomy.domain_of(file.subdomain).id
    expected = Path(domain) / f"{file.subdomain}.yaml"
    if path.resolve().parts[-2:] != expected.parts:
        yield Finding(
            path, 1, "error", "file-path", "", f"this subdomain's file is {expected}; move it there"
        )
    if not file.canary or (file.canary.startswith("primum-canary-") and file.canary != limits.canary):
        yield Finding(path, 1, "error", "canary", "", f"write 'canary: {limits.canary}'")
    if not file.licence:
        yield Finding(
            path, 1, "error", "licence", "", f"write 'licence: {limits.licence}', or your own licence's id"
        )


def _locate(path: Path, library: Library, faults: dict[str, list[Fault]]) -> Iterator[Finding]:
    """Give the faults of a file's scenarios their lines; the file is parsed again only if there are any."""
    document: Document | None = None
    for i, scenario in enumerate(library.files[path].scenarios):
        if library.sources[scenario.id].path != path:
            continue
        for fault in faults.get(scenario.id, ()):
            document = document or parse(path, path.read_bytes())
            line = document.line(f"$.scenarios[{i}]{fault.at}")
            yield Finding(path, line, fault.severity, fault.rule, scenario.id, fault.message)
