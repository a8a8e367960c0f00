"""What a report shows beyond its own run, where it is at hand: the gate's decision, an earlier run, controls."""

from pathlib import Path

import msgspec

from primum.campaign.model import Manifest
from primum.examination.known import results_beside
from primum.examination.model import JudgeResult
from primum.reporting.comparison.compare import compare
from primum.reporting.comparison.model import Comparison
from primum.reporting.crosswalk import Crosswalk, crosswalk
from primum.reporting.gate.file import GATE, read_gate
from primum.reporting.gate.model import GateResult
from primum.reporting.judged import tallies_beside
from primum.reporting.model import Summary
from primum.reporting.opinions import Tallies
from primum.reporting.rows import load
from primum.store import Store


class Extras(msgspec.Struct, frozen=True):
    """Each is None where there is nothing to show."""

    gate: GateResult | None = None
    change: Comparison | None = None
    crosswalk: Crosswalk | None = None
    examined: tuple[JudgeResult, ...] = ()
    """Every result that lies beside the run, of whatever judge."""

    opinions: tuple[Tallies, ...] = ()
    """What `primum judge` has found about the run since."""


NO_EXTRAS = Extras()


def extras_of(
    store: Store, summary: Summary, folder: Path, earlier: tuple[Store, Manifest] | None = None
) -> Extras:
    """The decision in gate.json (unless the results have changed since), and the comparison with an earlier run.

    Of an earlier run with other scenarios those are compared that both have; the report says how many were left out.
    """
    manifest = summary.manifest
    gate = (folder / GATE).is_file()
    played = load(store, manifest) if gate or earlier else None
    return Extras(
        gate=read_gate(folder, played) if gate and played else None,
        change=compare(load(*earlier), played, only_common=True) if earlier and played else None,
        crosswalk=crosswalk(summary),
        examined=results_beside(folder),
        opinions=tallies_beside(folder, manifest.run),
    )
