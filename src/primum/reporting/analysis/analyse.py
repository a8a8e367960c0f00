"""From the results of a run to its findings: stability, gaps, patterns, repeats, pairs, items."""

from collections.abc import Mapping

import numpy as np

from primum.campaign.model import Manifest
from primum.reporting.analysis.attacks import attack_findings, explored
from primum.reporting.analysis.axes import flips
from primum.reporting.analysis.findings import DomainSpread, Findings, TargetFindings
from primum.reporting.analysis.first_round import first_rounds
from primum.reporting.analysis.items import items_of
from primum.reporting.analysis.pairs import decoupling_of, gaps_of, pairs_of
from primum.reporting.analysis.patterns import Masks, masks_of, patterns_of
from primum.reporting.analysis.repeats import Plays, plays_of, repeats_of, strips_of
from primum.reporting.analysis.tables import tables_of
from primum.reporting.columns import Columns, Gathered
from primum.scenarios.model import Scenario
from primum.stats.describe import Description, describe, group_means
from primum.stats.instability import InstabilityRules, stable, unstable
from primum.stats.resample import REPLICATES, Resamples


def analyse(
    gathered: Gathered,
    manifest: Manifest,
    scenarios: Mapping[str, Scenario] | None,
    seed: int,
    *,
    rules: InstabilityRules | None = None,
    replicates: int = REPLICATES,
    resamples: Resamples | None = None,
) -> Findings:
    """Everything the report says beyond the slices. Without `scenarios` (by id) there are no failure patterns.

    `resamples` of the run's scenarios may be given where they have been drawn already.
    """
    known, rules = scenarios or {}, rules or InstabilityRules()
    tables = tables_of(gathered, manifest)
    resamples = resamples or Resamples(len(tables.scenarios), seed, replicates)
    plays = [plays_of(columns, manifest.trials) for columns in tables.columns]
    masks = masks_of(gathered.bits, known)
    pairs, tests = pairs_of(tables, resamples)
    items, counts = items_of(tables, plays, known)
    return Findings(
        rules=rules,
        targets=tuple(
            _target(name, gathered, columns, played, known, masks, rules)
            for name, columns, played in zip(tables.targets, tables.columns, plays, strict=True)
        ),
        gaps=gaps_of(tables, resamples),
        pairs=pairs,
        tests=tests,
        decoupling=decoupling_of(tables),
        items=items,
        item_counts=counts,
        replicates=resamples.replicates,
        attacks=attack_findings(gathered.attacked, manifest, seed, known),
        flips=flips(gathered.attacked, seed),
        first_rounds=first_rounds(tables, manifest, known),
        explored=explored(gathered.attacked),
    )


def _target(
    name: str,
    gathered: Gathered,
    columns: Columns,
    plays: Plays,
    known: Mapping[str, Scenario],
    masks: Masks,
    rules: InstabilityRules,
) -> TargetFindings:
    judged, tally = columns.where(columns.judged), gathered.tallies[name]
    domains = _by_domain(judged)
    return TargetFindings(
        name=name,
        unstable=unstable(describe(judged.score), rules),
        domains_unstable={domain: unstable(scores, rules) for domain, (scores, _) in domains.items()},
        spread=_spread(domains),
        repeats=repeats_of(plays),
        patterns=patterns_of(tally, masks, known),
        strips=strips_of(plays, columns, known),
        zero_cases=tally.zeros.ranked(),
    )


def _by_domain(judged: Columns) -> dict[str, tuple[Description, Description]]:
    """For each domain with a verdict: its scores, and the means of its subdomains."""
    codes = judged.groups["domain"]
    found = {}
    for code in np.unique(codes).tolist():
        inside = codes == code
        scores = judged.score[inside]
        means = group_means(scores, judged.groups["subdomain"][inside])
        found[judged.names["domain"][code]] = (describe(scores), describe(means))
    return found


def _spread(domains: Mapping[str, tuple[Description, Description]]) -> tuple[DomainSpread, ...]:
    """The domains, the one with the lowest mean first."""
    order = sorted(domains, key=lambda domain: (domains[domain][0].mean or 0.0, domain))
    return tuple(
        DomainSpread(
            domain=domain,
            rank=rank,
            sd_cases=domains[domain][0].sd,
            sd_subdomains=domains[domain][1].sd,
            stable=stable(domains[domain][0].sd),
        )
        for rank, domain in enumerate(order, start=1)
    )
