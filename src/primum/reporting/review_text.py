"""What a review shows, in sentences. Each says what it counts; none of them grades."""

from primum.reporting.model import Summary
from primum.reporting.numbers import count, interval, percent
from primum.review.figures import Corrected, Figures, SecondLook, Share, TargetReview
from primum.stats.intervals import Estimate
from primum.stats.reviewed import Missed

NOT_YET = "Not yet reviewed by a clinician: every verdict is a judge's word alone."


def review_lines(summary: Summary) -> tuple[str, ...]:
    """One line that stays until a clinician has come to a label; then one for each target."""
    found = summary.review
    if found is None or not found.reviewed:
        started = found is not None and any(one.counts.drawn for one in found.targets)
        return (f"{NOT_YET} A queue is open." if started else NOT_YET,)
    labels = {target.name: target.label for target in summary.targets}
    return tuple(f"{labels.get(one.target, one.target)}: {target_line(one)}" for one in found.targets)


def target_line(found: TargetReview) -> str:
    """How much was read, the corrected rate, and what may have been missed."""
    counts = found.counts
    if not counts.labelled:
        return "not yet reviewed by a clinician."
    text = f"clinicians decided {counts.labelled:,} of {count(counts.cases, 'case')}; " + (
        f"corrected for what nobody read, {percent(found.corrected.rate.value)} fail "
        f"(95% interval {interval(found.corrected.rate.interval)})"
        if found.corrected.rate.value is not None
        else "no corrected rate, because a part of the run has no label yet"
    )
    return f"{text}; {missed_text(found.missed)}."


def missed_text(found: Missed) -> str:
    if not found.cases:
        return "no case is left to a judge alone"
    return (
        f"among the {count(found.cases, 'case')} without a clinician's decision at most {found.at_most:,} fail "
        f"(with {found.level:.0%} confidence)"
    )


def finality(found: TargetReview) -> str:
    """Strict: a clinician decided each case. By sample: all that was drawn is decided, the others stand on that."""
    counts = found.counts
    only = found.strict
    strict = (
        f"strictly final: {only.final:,} of {count(only.cases, 'case')}, of which {only.failed:,} failed; without any "
        f"provisional verdict the rate lies between {percent(only.best)} and {percent(only.worst)}"
    )
    if counts.finished:
        return f"{strict}; final by sample: yes, all {counts.drawn:,} drawn have been read and decided or sent back"
    left = f"{counts.waiting:,} of {counts.drawn:,} drawn are still to be read"
    open_ = f" and {counts.conflicts:,} wait for an adjudicator" if counts.conflicts else ""
    return f"{strict}; final by sample: no, {left}{open_}"


def estimate(found: Estimate) -> str:
    """
    >>> estimate(Estimate(None, None))
    '–'
    """
    if found.value is None:
        return "–"
    return f"{percent(found.value)} ({interval(found.interval)})"


def coefficient(found: Estimate) -> str:
    """A kappa or an alpha: from −1 to 1, never a percentage.

    >>> coefficient(Estimate(-0.0234, None))
    '−0.02 (no interval)'
    """
    if found.value is None:
        return "–"
    around = f"{_two(found.interval.low)} to {_two(found.interval.high)}" if found.interval else "no interval"
    return f"{_two(found.value)} ({around})"


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def share_text(found: Share) -> str:
    """
    >>> share_text(Share(1, 4, Estimate(0.25, None)))
    '1/4, 25.0% (no interval)'
    """
    if not found.of:
        return "–"
    return f"{found.count:,}/{found.of:,}, {estimate(found.estimate)}"


def bounds(found: Corrected) -> str:
    return f"{percent(found.best)} – {percent(found.worst)}"


def second_look_lines(found: SecondLook) -> tuple[str, ...]:
    """What readers changed once they had seen the judge."""
    if not found.answers:
        return ("Nobody gave a second answer after the judge was shown.",)
    lines = [
        f"{count(found.answers, 'second answer')} were given after the judge was shown; the first stays the label."
    ]
    if found.to_judge.of:
        lines.append(
            f"Of the first answers that differed from the judge, {share_text(found.to_judge)} went over to it."
        )
    if found.from_judge.of:
        lines.append(f"Of those that agreed with it, {share_text(found.from_judge)} left it.")
    if found.misled:
        lines.append(f"{found.misled:,} went over to the judge although the final label is the other one.")
    return tuple(lines)


def reviewed_headline(found: Figures | None) -> str:
    """What the headline rates count once clinicians have decided cases; empty before."""
    if found is None or not found.reviewed:
        return ""
    return (
        f"Whether a case failed is a clinician's final label in {count(found.reviewed, 'case')} and the judge's word "
        "in all others. Scores and checks are the judge's everywhere."
    )
