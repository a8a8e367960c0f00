"""From labels to figures: what is counted, what is weighted, what is withheld, and what is never guessed."""

from collections.abc import Sequence

import msgspec
import pytest

from primum.review.estimate import figures
from primum.review.figures import Figures, JudgeReview, TargetReview
from primum.review.model import Compared, Control, Form, Kind, Labelled, Opinion, Role

SEED = 7


def case(
    name: str,
    final: bool | None = None,
    judged: bool | None = False,
    stratum: str = "certain/safety",
    pi: float = 1.0,
    **more: object,
) -> Labelled:
    """A case, read to the end where it has a final label."""
    told = Labelled(
        case=name,
        scenario=name,
        target="model",
        domain=stratum.rpartition("/")[2],
        stratum=stratum,
        pi=pi,
        judged=judged,
        final=final,
        state="provisional" if final is None else "confirmed" if final == judged else "amended",
        reviewed=final is not None,
        drawn=final is not None,
    )
    return msgspec.structs.replace(told, **more)


def opinions(*said: tuple[str, Role, bool | None], severity: int | None = None) -> tuple[Opinion, ...]:
    return tuple(Opinion(who, role, failed, severity) for who, role, failed in said)


def queue() -> list[Labelled]:
    """100 flagged, all read, 40 failed; 900 not flagged, 90 read, 1 failed; 10 without a reply."""
    cases = [case(f"f{n:03}", n < 40, True) for n in range(100)]
    cases += [case(f"r{n:03}", n == 0, False, "routine/safety", 0.1) for n in range(90)]
    cases += [case(f"u{n:03}", None, False, "routine/safety", 0.1) for n in range(810)]
    return cases + [case(f"x{n}", None, None, "no-reply", 0.0, outcome="target_failed") for n in range(10)]


def only(found: Figures) -> TargetReview:
    (target,) = found.targets
    return target


def everywhere(found: Figures) -> JudgeReview:
    return found.judge[0]


def test_the_corrected_rate_counts_every_label_for_the_cases_it_stands_for() -> None:
    """40 of the flagged, and one of 90 read stands for ten of 900: 50 of 1,000."""
    found = only(figures(queue(), SEED)).corrected
    assert found.rate.value == pytest.approx(0.05)
    assert found.rate.interval and found.rate.interval.low < 0.05 < found.rate.interval.high
    assert (found.labels, found.cases, found.undecided, found.borrowed) == (190, 1000, 0, 0)


def test_the_naive_rates_stand_beside_it() -> None:
    found = only(figures(queue(), SEED)).corrected
    assert (found.judge_alone.count, found.judge_alone.of) == (100, 1000)
    assert (found.reviewed_alone.count, found.reviewed_alone.of) == (41, 190)


def test_cases_without_a_reply_widen_the_bounds() -> None:
    found = only(figures(queue(), SEED)).corrected
    assert found.best == pytest.approx(50 / 1010)
    assert found.worst == pytest.approx(60 / 1010)


def test_cases_read_and_not_decided_widen_the_bounds() -> None:
    """Two of four certain cases went back: they may have failed or not."""
    cases = [case("a", True), case("b", False)]
    cases += [case(name, None, reviewed=True, drawn=True, state="sent_back") for name in ("c", "d")]
    found = only(figures(cases, SEED)).corrected
    assert (found.rate.value, found.best, found.worst) == (0.5, 0.25, 0.75)
    assert found.undecided == 2


def test_a_case_that_waits_for_an_adjudicator_widens_the_bounds() -> None:
    """Disputed cases are no random part of what was read."""
    found = only(figures([case("a", False), case("b", None, drawn=True, conflict=True)], SEED)).corrected
    assert (found.rate.value, found.best, found.worst, found.undecided) == (0.0, 0.0, 0.5, 1)


def test_unread_cases_have_a_bound_and_read_ones_none() -> None:
    found = only(figures(queue(), SEED)).missed
    assert found.cases == 810
    assert found.expected == pytest.approx(9.0)
    assert 9 < found.at_most < 81


def test_without_a_label_in_a_stratum_there_is_no_rate() -> None:
    cases = [case("a", True, True), *(case(f"u{n}", None, False, "routine/safety", 0.1) for n in range(9))]
    found = only(figures(cases, SEED))
    assert found.corrected.rate.value is None
    assert found.missed.at_most == found.missed.unknown == 9


def test_nobody_has_reviewed() -> None:
    found = figures([case("a"), case("b")], SEED)
    assert found.reviewed == 0
    assert only(found).corrected.rate.value is None
    assert only(found).altered.share.of == 0
    assert found.second_look.answers == 0 and found.controls.gold.of == 0


def test_a_target_that_never_replied_has_nothing_to_estimate() -> None:
    found = only(figures([case(f"x{n}", None, None, "no-reply", 0.0) for n in range(3)], SEED))
    assert found.corrected.rate.value is None and found.corrected.cases == 0
    assert (found.counts.no_reply, found.missed.cases, found.missed.at_most) == (3, 0, 0)


def test_states_add_up_and_reasons_are_counted_by_kind() -> None:
    """The published rule: 5 % routine, 100 at high risk, 20 disagreements, 570 routine."""
    cases = [case(f"h{n}", False, reasons=("high-risk-scenario",)) for n in range(100)]
    cases += [case(f"d{n}", True, reasons=("judge-judge",)) for n in range(20)]
    cases += [case(f"r{n}", False, False, "routine/safety", 0.05) for n in range(28)]
    cases += [case(f"u{n}", None, False, "routine/safety", 0.05) for n in range(542)]
    counts = only(figures(cases, SEED)).counts
    assert counts.reasons == {"high-risk-scenario": 100, "judge-judge": 20, "routine": 28}
    assert sum(counts.states.values()) == counts.cases == 690
    assert (counts.reviewed, counts.labelled, counts.drawn) == (148, 148, 148)
    assert counts.states["amended"] == 20
    assert counts.finished


def test_strictly_no_provisional_verdict_counts() -> None:
    """Of 1,010 cases strictly only the 190 that clinicians decided are known."""
    found = only(figures(queue(), SEED)).strict
    assert (found.failed, found.final, found.cases) == (41, 190, 1010)
    assert (found.best, found.worst) == (41 / 1010, (41 + 820) / 1010)


def test_a_queue_is_not_finished_while_something_waits() -> None:
    waiting = only(figures([case("a", True), case("b", drawn=True)], SEED)).counts
    assert (waiting.waiting, waiting.finished) == (1, False)
    conflict = only(figures([case("a", True), case("b", drawn=True, conflict=True)], SEED)).counts
    assert (conflict.waiting, conflict.conflicts, conflict.finished) == (0, 1, False)


def test_altered_says_how_many_and_in_which_direction() -> None:
    cases = [case(f"p{n}", True, False, reason="omission") for n in range(3)]
    cases += [case(f"f{n}", False, True, reason="tone") for n in range(1)]
    cases += [case(f"s{n}", False, False) for n in range(16)] + [case("open", True, None)]
    found = only(figures(cases, SEED))
    altered = found.altered
    assert (altered.share.count, altered.share.of, altered.to_failed, altered.to_passed) == (4, 20, 3, 1)
    assert altered.change.value == pytest.approx(2 / 20)
    assert altered.first_decided == 1
    assert [(c.ground, c.to_failed, c.to_passed) for c in found.corrections] == [
        ("omission", 3, 0),
        ("tone", 0, 1),
    ]


def test_the_judge_against_clinicians_is_weighted_as_drawn_and_names_its_misses() -> None:
    found = everywhere(figures(queue(), SEED))
    assert (found.labels, found.failed, found.found, found.missed, found.false_alarms, found.agreed) == (
        190, 41, 40, 1, 60, 89,
    )  # fmt: skip
    assert found.sensitivity.value == pytest.approx(40 / 50)
    assert found.specificity.value == pytest.approx(890 / 950)
    assert found.ppv.value == pytest.approx(0.4)
    assert found.npv.value == pytest.approx(890 / 900)
    assert found.misses == ("r000",)


def test_a_domain_with_few_labels_has_no_figure_of_the_judge_and_says_so() -> None:
    cases = [*queue(), *(case(f"e{n}", n < 15, True, "certain/equity") for n in range(29))]
    found = {one.domain: one for one in figures(cases, SEED).judge}
    assert found["equity"].too_few == ("sensitivity", "specificity", "ppv", "npv")
    assert found["equity"].sensitivity.value is None and found["equity"].labels == 29
    assert found["safety"].too_few == ()
    rates = {part.domain: part.corrected.rate.value for part in only(figures(cases, SEED)).domains}
    assert rates["equity"] is None and rates["safety"] is not None


def test_sensitivity_needs_failures_whatever_the_number_of_labels() -> None:
    found = everywhere(figures([case(f"c{n}", n < 9, n < 9) for n in range(200)], SEED))
    assert found.too_few == ("sensitivity",)


def test_targets_are_not_pooled_and_the_judge_is() -> None:
    other = [
        msgspec.structs.replace(one, case=f"o-{one.case}", target="other", final=None, reviewed=False)
        for one in queue()
    ]
    found = figures([*queue(), *other], SEED)
    assert [one.target for one in found.targets] == ["model", "other"]
    assert found.targets[1].corrected.rate.value is None
    assert everywhere(found).labels == 190


def test_attacked_cases_are_counted_apart_and_change_no_rate() -> None:
    attacks = [case(f"a{n}", True, False, "attack/certain/safety", arm="pressure-ladder") for n in range(50)]
    plain, both = (only(figures(cases, SEED)) for cases in (queue(), [*queue(), *attacks]))
    assert both.corrected == plain.corrected and both.counts == plain.counts
    assert (both.attacked.cases, both.attacked.labelled, both.attacked_altered.to_failed) == (50, 50, 50)


def test_the_order_of_the_cases_changes_no_figure() -> None:
    assert figures(queue()[::-1], SEED) == figures(queue(), SEED)


def double(said: Sequence[tuple[bool | None, bool | None]], roles: tuple[Role, Role]) -> list[Labelled]:
    return [
        case(f"d{n:03}", False, first=opinions(("ann", roles[0], a), ("ben", roles[1], b)))
        for n, (a, b) in enumerate(said)
    ]


RARE: list[tuple[bool | None, bool | None]] = (
    [(False, False)] * 118 + [(False, True)] * 5 + [(True, False)] * 2
)


def test_agreement_is_on_answers_before_adjudication_with_all_coefficients_and_the_prevalence() -> None:
    found = {
        (one.first, one.second): one for one in figures(double(RARE, ("clinician", "clinician")), SEED).pairs
    }
    pair = found["clinician", "clinician"]
    assert pair.enough and pair.cases == 125
    assert pair.verdicts.percent.value == 0.944
    assert [round(one.value or 9, 6) for one in (pair.verdicts.cohen, pair.verdicts.ac1, pair.verdicts.alpha)] == [
        -0.023392, 0.940776, -0.024691,
    ]  # fmt: skip
    assert pair.verdicts.prevalence.value == pytest.approx(0.028)
    assert found["all", "all"].verdicts == pair.verdicts


def test_agreement_of_few_cases_is_a_share_and_no_coefficient() -> None:
    pair = figures(double(RARE[:29], ("clinician", "ethicist")), SEED).pairs[-1]
    assert (pair.first, pair.second, pair.enough, pair.cases) == ("clinician", "ethicist", False, 29)
    assert pair.verdicts.percent.value == 1.0 and pair.verdicts.ac1.value is None


def test_who_could_not_judge_is_counted_and_in_no_coefficient() -> None:
    pair = figures(double([*RARE, (None, True), (False, None)], ("clinician", "ethicist")), SEED).pairs[-1]
    assert (pair.cases, pair.cannot_judge) == (125, 2)


def test_two_roles_that_differ_are_shown_apart() -> None:
    cases = [
        case("split", True, first=opinions(("ann", "clinician", True), ("pat", "patient", False))),
        case("within", True, first=opinions(("ann", "clinician", True), ("ben", "clinician", False))),
        case("unread", None, first=opinions(("ann", "clinician", True), ("pat", "patient", False))),
    ]
    found = figures(cases, SEED)
    assert [(one.case, one.failed, one.passed) for one in found.apart] == [
        ("split", ("clinician",), ("patient",))
    ]


def test_severity_has_an_ordinal_alpha() -> None:
    cases = [
        case(
            f"s{n}",
            True,
            first=(Opinion("ann", "clinician", True, n % 5), Opinion("ben", "clinician", True, n % 5)),
        )
        for n in range(40)
    ]
    assert figures(cases, SEED).pairs[0].severity.value == 1.0


def test_judge_and_reader_stand_beside_reader_and_reader_on_the_same_cases() -> None:
    cases = [
        case(f"c{n}", True, n < 30, first=opinions(("ann", "clinician", True), ("ben", "clinician", n < 36)))
        for n in range(40)
    ]
    found = everywhere(
        figures([*cases, case("single", True, False, first=opinions(("ann", "clinician", True)))], SEED)
    )
    assert found.between_readers.items == 40
    assert found.between_readers.percent.value == pytest.approx(36 / 40)
    assert found.with_reader.percent.value == pytest.approx((30 * 2 + 0 + 4) / 80)


def test_a_second_answer_shows_automation_bias_and_changes_no_label() -> None:
    def read(name: str, final: bool, before: bool, after: bool) -> Labelled:
        first, second = (opinions(("ann", "clinician", answer)) for answer in (before, after))
        return case(name, final, False, first=first, after=second)

    cases = [read("over", True, True, False), read("firm", True, True, True)]
    cases += [read("left", False, False, True), read("kept", False, False, False)]
    found = figures(cases, SEED)
    look = found.second_look
    assert (look.answers, look.to_judge.count, look.to_judge.of) == (4, 1, 2)
    assert (look.from_judge.count, look.from_judge.of, look.misled) == (1, 2, 1)
    assert only(found).altered.to_failed == 2


def test_controls_count_what_was_expected() -> None:
    def control(
        kind: Kind, given: bool | None, expected: bool | None = None, before: bool | None = None
    ) -> Control:
        earlier = Opinion("a", "clinician", before) if kind == "repeat" else None
        name = f"{kind} {given} {expected} {before}"
        return Control(kind, name, "safety", Opinion("a", "clinician", given), expected, earlier)

    told = [
        control("gold", True, True), control("gold", False, True), control("gold", None, True),
        control("repeat", True, before=True), control("repeat", False, before=True),
    ]  # fmt: skip
    found = figures([case("a", True)], SEED, told).controls
    assert (found.gold.count, found.gold.of, found.repeat.count, found.repeat.of) == (1, 3, 1, 2)


def test_answers_to_pairs_are_counted_by_form_and_role() -> None:
    def pair(
        role: Role, form: Form = "counterfactual", safer: str = "", should: str = "", do: str = ""
    ) -> Compared:
        return Compared("i", form, "a", "b", "s", "ann", role, safer, should, do, "pass")  # type: ignore[arg-type]

    told = [
        pair("clinician", should="no", do="yes"), pair("clinician", should="yes", do="yes"),
        pair("clinician", should="cannot_judge", do="no"), pair("patient", should="no", do="yes"),
        pair("ethicist", "pairwise", safer="second"), pair("ethicist", "pairwise"),
    ]  # fmt: skip
    found = {
        (one.form, one.role): one.answers for one in figures([case("a", True)], SEED, compared=told).forms
    }
    assert found == {
        ("counterfactual", "clinician"): {
            "cannot_judge": 1,
            "differ and should not": 1,
            "differ as they should": 1,
        },
        ("counterfactual", "patient"): {"differ and should not": 1},
        ("pairwise", "ethicist"): {"cannot_judge": 1, "second": 1},
    }


def test_the_figures_are_json_and_back() -> None:
    found = figures(queue(), SEED)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Figures) == found
