"""Clinician review: how far it is, what it changed, the corrected rate, the judge beside the readers, who signed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from primum.reporting.charts.dots import Row, dots
from primum.reporting.charts.model import RATE, Chart, Table
from primum.reporting.numbers import NONE, percent, signed, signed_interval, words
from primum.reporting.page import Page
from primum.reporting.review_text import (
    bounds,
    coefficient,
    estimate,
    finality,
    missed_text,
    second_look_lines,
    share_text,
)
from primum.review.figures import Figures, JudgeReview, PairAgreement, TargetReview
from primum.review.policy import forms

ALL = "all"
MISSES_SHOWN = 40
"""Judge misses with a link for each domain; summary.json has all."""


class Signed(NamedTuple):
    """One signature."""

    name: str
    role: str
    at: str
    meaning: str
    current: bool
    """Over the labels as they are now."""
    head: str


class Misses(NamedTuple):
    domain: str
    cases: tuple[str, ...]
    of: int


class Review(NamedTuple):
    figures: Figures
    finality: tuple[str, ...]
    progress: Table
    reasons: Table
    rates: Chart
    corrected: Table
    domains: Table
    missed: tuple[str, ...]
    altered: Table
    corrections: Table
    judge: Table
    misses: tuple[Misses, ...]
    pairs: Table
    too_few: tuple[str, ...]
    second_look: tuple[str, ...]
    controls: Table
    forms: Table
    """Empty without pairs of replies."""
    attacked: Table
    """Empty without attacked cases."""
    signed: tuple[Signed, ...]


def view(page: Page) -> Review | None:
    """None when no review queue was opened."""
    found = page.summary.review
    if found is None:
        return None
    targets = [(page.label(one.target), one) for one in found.targets]
    return Review(
        figures=found,
        finality=tuple(f"{label}: {finality(one)}." for label, one in targets),
        progress=_progress(targets),
        reasons=_reasons(targets),
        rates=dots(
            [_rate_row(label, one) for label, one in targets],
            RATE,
            "Corrected failure rate of every target",
            "The share of all cases that a clinician would fail, from those that were read. Whisker: 95% interval.",
            what="Target",
            detail=("95% interval", "Judge alone"),
        ),
        corrected=_corrected(targets),
        domains=_domains(targets),
        missed=tuple(f"{label}: {missed_text(one.missed)}." for label, one in targets),
        altered=_altered(targets),
        corrections=_corrections(targets),
        judge=_judge(found.judge),
        misses=tuple(
            Misses(one.domain, one.misses[:MISSES_SHOWN], len(one.misses))
            for one in found.judge
            if one.domain != ALL and one.misses
        ),
        pairs=_pairs(found.pairs),
        too_few=tuple(_too_few(found)),
        second_look=second_look_lines(found.second_look),
        controls=Table(
            ("Control", "Answered as expected"),
            (
                ("Items with a known answer", share_text(found.controls.gold)),
                ("Items seen before by the same person", share_text(found.controls.repeat)),
            ),
        ),
        forms=Table(
            ("Form and role", "Answer", "Times"),
            tuple(
                (f"{one.form}, {one.role}", words(answer), f"{times:,}")
                for one in found.forms
                for answer, times in one.answers.items()
            ),
        ),
        attacked=_attacked(targets),
        signed=tuple(
            Signed(one.name, one.role, _when(one.at), one.meaning, one.results == found.results, one.head)
            for one in found.signed
        ),
    )


Targets = Sequence[tuple[str, TargetReview]]


def _progress(targets: Targets) -> Table:
    head = ("Target", "Cases", "Without a reply", "Drawn", "Read to the end", "To read", "To adjudicate",
            "Provisional", "Confirmed", "Amended", "Undecided", "Sent back")  # fmt: skip
    return Table(
        head,
        tuple(
            (
                label,
                *(f"{n:,}" for n in (c.cases, c.no_reply, c.drawn, c.reviewed, c.waiting, c.conflicts)),
                *(
                    f"{c.states[name]:,}"
                    for name in ("provisional", "confirmed", "amended", "undecided", "sent_back")
                ),
            )
            for label, one in targets
            for c in [one.counts]
        ),
    )


def _reasons(targets: Targets) -> Table:
    kinds = sorted({kind for _, one in targets for kind in one.counts.reasons})
    return Table(
        ("Target", "Reviewed", "Share of cases", *(words(kind) for kind in kinds)),
        tuple(
            (label, f"{c.reviewed:,}", percent(c.reviewed / c.cases if c.cases else None),
             *(f"{c.reasons.get(kind, 0):,}" for kind in kinds))
            for label, one in targets
            for c in [one.counts]
        ),
    )  # fmt: skip


def _rate_row(label: str, one: TargetReview) -> Row:
    found = one.corrected.rate
    around = found.interval
    return Row(
        name=label,
        value=percent(found.value) if found.value is not None else "not known",
        at=found.value,
        low=around.low if around else None,
        high=around.high if around else None,
        alarming=bool(found.value),
        detail=(estimate(found), share_text(one.corrected.judge_alone)),
    )


def _corrected(targets: Targets) -> Table:
    return Table(
        ("Target", "Corrected rate (95%)", "If undecided and absent were safe – failed", "Labels", "Cases with a reply",
         "At most, among those without a decision", "Judge alone", "Reviewed cases alone"),
        tuple(
            (label, estimate(c.rate), bounds(c), f"{c.labels:,}", f"{c.cases:,}",
             f"{one.missed.at_most:,} of {one.missed.cases:,}", share_text(c.judge_alone), share_text(c.reviewed_alone))
            for label, one in targets
            for c in [one.corrected]
        ),
    )  # fmt: skip


def _domains(targets: Targets) -> Table:
    return Table(
        ("Domain", "Target", "Corrected rate (95%)", "Labels", "Cases with a reply", "Judge alone"),
        tuple(
            (words(part.domain), label, estimate(part.corrected.rate), f"{part.corrected.labels:,}",
             f"{part.corrected.cases:,}", share_text(part.corrected.judge_alone))
            for label, one in targets
            for part in one.domains
        ),
    )  # fmt: skip


def _altered(targets: Targets) -> Table:
    rows = [(label, "plain", one.altered) for label, one in targets]
    rows += [(label, "attacked", one.attacked_altered) for label, one in targets if one.attacked.labelled]
    return Table(
        ("Target", "Cases", "Amended, of those the judge had decided", "Passed → failed", "Failed → passed",
         "Mean change", "95% interval", "Decided where the judge had not"),
        tuple(
            (label, kind, share_text(found.share), f"{found.to_failed:,}", f"{found.to_passed:,}",
             signed(found.change.value), signed_interval(found.change.interval) if found.change.interval else NONE,
             f"{found.first_decided:,}")
            for label, kind, found in rows
        ),
    )  # fmt: skip


def _corrections(targets: Targets) -> Table:
    grounds = forms().grounds
    return Table(
        ("Domain", "Target", "Reason", "Passed → failed", "Failed → passed"),
        tuple(
            (words(c.domain), label, grounds.get(c.ground, words(c.ground) or "none given"),
             f"{c.to_failed:,}", f"{c.to_passed:,}")
            for label, one in targets
            for c in one.corrections
        ),
    )  # fmt: skip


def _judge(found: Sequence[JudgeReview]) -> Table:
    return Table(
        ("Domain", "Labels", "Failed", "Found", "Missed", "False alarms", "Sensitivity", "Specificity", "PPV", "NPV",
         "Judge with reader", "Reader with reader"),
        tuple(
            (words(one.domain), *(f"{n:,}" for n in (one.labels, one.failed, one.found, one.missed, one.false_alarms)),
             *(_figure(one, name) for name in ("sensitivity", "specificity", "ppv", "npv")),
             *(f"{estimate(a.percent)}, n {a.items:,}" if a.items else NONE
               for a in (one.with_reader, one.between_readers)))
            for one in found
        ),
    )  # fmt: skip


def _figure(one: JudgeReview, name: str) -> str:
    return "too few" if name in one.too_few else estimate(getattr(one, name))


def _pairs(found: Sequence[PairAgreement]) -> Table:
    def row(one: PairAgreement) -> tuple[str, ...]:
        v = one.verdicts
        return (
            "all readers" if one.first == ALL else f"{one.first} – {one.second}",
            f"{one.cases:,}",
            f"{one.cannot_judge:,}",
            estimate(v.prevalence),
            estimate(v.percent),
            *(coefficient(each) if one.enough else "too few" for each in (v.cohen, v.fleiss, v.alpha, v.ac1)),
            coefficient(one.severity) if one.enough else "too few",
        )

    return Table(
        ("Readers", "Cases both answered", "Somebody could not judge", "Failed (prevalence)", "Same answer",
         "Cohen's kappa", "Fleiss' kappa", "Krippendorff's alpha", "Gwet's AC1", "Alpha of severity, ordinal"),
        tuple(row(one) for one in found),
    )  # fmt: skip


def _too_few(found: Figures) -> Iterator[str]:
    few = [one.domain for one in found.judge if one.too_few and one.domain != ALL]
    if few:
        yield (
            f"The judge's figures are withheld where labels are too few (under {found.least} in a domain, or under "
            f"{found.least_kind} failures or passes among them): {', '.join(words(name) for name in few)}."
        )
    if any(not one.enough for one in found.pairs):
        yield f"Coefficients are withheld with fewer than {found.least} cases that both answered."


def _attacked(targets: Targets) -> Table:
    rows = [(label, one.attacked) for label, one in targets if one.attacked.cases]
    return Table(
        ("Target", "Attacked cases", "Drawn", "Read to the end", "Confirmed", "Amended"),
        tuple(
            (
                label,
                *(
                    f"{n:,}"
                    for n in (c.cases, c.drawn, c.reviewed, c.states["confirmed"], c.states["amended"])
                ),
            )
            for label, c in rows
        ),
    )


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
