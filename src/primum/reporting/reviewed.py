"""What clinicians said of a run: read once, and laid over what the judge said wherever they came to a final label.

Only whether a case failed changes. Scores, checks and ways of failing stay the judge's.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from primum.campaign.model import CaseResult, Manifest, State
from primum.review.desk import Desk
from primum.review.estimate import figures
from primum.review.figures import Figures
from primum.review.log import head_of
from primum.review.model import Labelled
from primum.store import Store


class Reviewed(NamedTuple):
    """The review of a run."""

    labels: Mapping[str, Labelled]
    """Case → what is known of it; every case of the run."""
    figures: Figures
    names: Mapping[str, str]
    """Person → printed name."""

    def named(self, case: str) -> Labelled | None:
        """What is known of a case that has been read to the end, with printed names."""
        label = self.labels.get(case)
        return _named(label, self.names) if label is not None and label.reviewed else None


def _named(label: Labelled, names: Mapping[str, str]) -> Labelled:
    return msgspec.structs.replace(
        label,
        first=tuple(
            msgspec.structs.replace(one, reviewer=names.get(one.reviewer, one.reviewer))
            for one in label.first
        ),
        after=(),
        adjudicator=names.get(label.adjudicator, label.adjudicator),
    )


def read_review(store: Store, manifest: Manifest) -> Reviewed | None:
    """The review as the store has it; None where no queue was opened."""
    desk = Desk(store)
    cases = desk.labelled(manifest.run)
    if not cases:
        return None
    with desk.room.read() as connection:
        head = head_of(connection, manifest.run)
    return Reviewed(
        labels={one.case: one for one in cases},
        figures=figures(
            cases,
            manifest.seed,
            desk.controls(manifest.run),
            desk.compared(manifest.run),
            desk.signoffs(manifest.run),
            desk.results(manifest.run),
            head,
        ),
        names={one.id: one.name for one in desk.people()},
    )


def finished_labels(store: Store, run: str) -> list[Labelled]:
    """Every case with printed names; without opinions where somebody may still be reading."""
    desk = Desk(store)
    names = {one.id: one.name for one in desk.people()}
    return [
        _named(one, names) if one.reviewed else msgspec.structs.replace(one, first=(), after=())
        for one in desk.labelled(run)
    ]


def label_of(store: Store, run: str, case: str) -> Labelled | None:
    """What clinicians said of one case, once they had finished."""
    return next((one for one in finished_labels(store, run) if one.case == case and one.reviewed), None)


def final_labels(store: Store, run: str) -> dict[str, Labelled]:
    """Case → what is known of it, for the cases with a final human label."""
    return {one.case: one for one in Desk(store).labelled(run) if one.final is not None}


def failed(result: CaseResult, label: Labelled | None) -> bool | None:
    """Whether a case failed: by the final human label where there is one, else by the judge; None is undecided."""
    if label is not None and label.final is not None:
        return label.final
    score = result.score
    if score is None:
        return None
    return True if score.critical_failed else None if score.critical_undecided else False


def state(result: CaseResult, label: Labelled | None) -> State:
    """Of the verdict: provisional until a clinician has decided."""
    if label is None:
        return result.state
    if label.state == "confirmed":
        return "confirmed"
    return "amended" if label.state == "amended" else "provisional"
