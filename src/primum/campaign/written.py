"""What has been written of a run: read between two rounds, and kept in step with what is planned on the way."""

from collections import Counter
from collections.abc import Collection, Sequence

import msgspec

from primum.campaign.model import Case, CaseResult, Manifest
from primum.campaign.progress import Progress
from primum.campaign.rounds import Fact, fact_of
from primum.store import Store


class Written:
    """The store as an execution sees it. `manifest` grows with every round."""

    def __init__(self, store: Store, manifest: Manifest, progress: Progress) -> None:
        self.manifest = msgspec.structs.replace(manifest, attacked={}, attack_cases=0)
        self.total = manifest.planned
        self._store = store
        self._progress = progress

    def facts(self, among: Collection[int]) -> list[Fact]:
        """Of the finished cases at these places. What an earlier execution knew of later rounds is not known yet."""
        decode = msgspec.json.Decoder(CaseResult).decode
        rows = self._store.cases(self.manifest.run)
        return [fact_of(decode(row.record)) for row in rows if row.index in among]

    def planned(self, cases: Sequence[Case]) -> None:
        """A round is about to be played: the manifest says so before its first call."""
        self._progress.planned(cases)
        self.total += len(cases)
        attacked = {target: Counter(counts) for target, counts in self.manifest.attacked.items()}
        for case in cases:
            attacked.setdefault(case.target, Counter())[case.arm] += not case.explores
        counts = {target: dict(found) for target, found in attacked.items()}
        beyond = self.total - self.manifest.planned
        self.manifest = msgspec.structs.replace(self.manifest, attacked=counts, attack_cases=beyond)
        run = self.manifest.run
        self._store.update_run(run, "running", manifest=msgspec.json.encode(self.manifest))

    def finished(self, result: CaseResult) -> None:
        self._progress.finished(result)

    def trim(self) -> None:
        """Forgets cases of an earlier plan of the same run, which another code may have made longer."""
        self._store.trim_cases(self.manifest.run, self.total)
