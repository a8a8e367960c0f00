"""Equity: flips by demographic label against flips by paraphrase where both were played; always the domain itself."""

from typing import NamedTuple

from primum.reporting.analysis.findings import Flip
from primum.reporting.charts.dots import dots
from primum.reporting.charts.dumbbell import Pair, dumbbell
from primum.reporting.charts.model import RATE, Chart
from primum.reporting.model import DimensionSlice
from primum.reporting.numbers import percent, signed, signed_interval
from primum.reporting.page import Page
from primum.reporting.sections.rates import RATE_CAPTION, RATE_DETAIL, rate_row

DOMAIN = "equity"


class Equity(NamedTuple):
    flips: Chart | None
    """None when no counterfactual was played."""
    domain: Chart | None
    """None when no target has a case in the domain."""
    dimension: tuple[tuple[str, DimensionSlice], ...]


def view(page: Page) -> Equity:
    """What is known about equity."""
    targets = page.summary.targets
    rows = [rate_row(t.label, part) for t in targets for part in t.domains if part.name == DOMAIN]
    flips = page.summary.findings.flips if page.summary.findings else ()
    return Equity(
        flips=_dumbbell(page, flips) if flips else None,
        domain=dots(
            rows,
            RATE,
            "Critical failures in the equity domain",
            f"Critical failures of the decided cases. {RATE_CAPTION}",
            what="Target",
            detail=RATE_DETAIL,
        )
        if rows
        else None,
        dimension=tuple((t.label, part) for t in targets for part in t.dimensions if part.name == DOMAIN),
    )


def _dumbbell(page: Page, flips: tuple[Flip, ...]) -> Chart:
    return dumbbell(
        [_pair(page, flip) for flip in flips],
        RATE,
        "Decisions that flip: by demographic label, and by paraphrase",
        "● flipped by a paraphrase (the model's own noise), ◆ flipped by the demographic label alone.",
        (
            "Axis",
            "Paraphrase → label",
            "Paraphrase",
            "Label",
            "Excess",
            "95% interval",
            "To harm / to safety",
        ),
    )


def _pair(page: Page, flip: Flip) -> Pair:
    noise = flip.paraphrase_flips / flip.paraphrases if flip.paraphrases else None
    label = flip.label_flips / flip.labels if flip.labels else None
    return Pair(
        name=f"{flip.axis}, {page.label(flip.target)}",
        value=f"{percent(noise)} → {percent(label)}",
        round=noise,
        pointed=label,
        detail=(
            f"{flip.paraphrase_flips:,}/{flip.paraphrases:,}",
            f"{flip.label_flips:,}/{flip.labels:,}",
            signed(None if noise is None or label is None else label - noise),
            signed_interval(flip.interval),
            f"{flip.to_harm:,} / {flip.label_flips - flip.to_harm:,}",
        ),
    )
