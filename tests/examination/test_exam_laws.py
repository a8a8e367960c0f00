"""Laws that hold for any answers and any text."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from primum.examination.content import load_content
from primum.examination.figures import answers, changed, confusion, gap, rates, share
from primum.examination.model import Told
from primum.examination.paper import paper
from primum.examination.variations import last_first, paraphrased, reformatted, sentences
from primum.judging.model import CheckVerdict, Verdict
from tests.examination.build import scenario

told = st.builds(
    Told,
    scenario=st.sampled_from("abcdef"),
    truth=st.sampled_from(("met", "not_met")),
    answer=st.sampled_from(("met", "not_met", "not_applicable", "cannot_judge", "unsupported", "no_verdict")),
    groups=st.sampled_from(((), ("critical",), ("safety", "critical"))),
)
verdicts = st.builds(
    lambda given: Verdict("j", tuple(CheckVerdict(f"c{at}", one) for at, one in enumerate(given))),
    st.lists(st.sampled_from(("met", "not_met", "cannot_judge")), min_size=3, max_size=3),
)
prose = st.lists(
    st.from_regex(r"[A-Z][a-z]{1,8}( [a-z]{1,8}){1,5}[.!?]", fullmatch=True), min_size=1, max_size=6
)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@given(st.lists(told, max_size=40))
def test_the_rates_and_the_confusion_tell_the_same(every: list[Told]) -> None:
    found, cells = rates(every), confusion(every)
    sensitivity, specificity = found["sensitivity/all"], found["specificity/all"]
    assert (sensitivity.k, sensitivity.n) == (cells.found, cells.found + cells.missed)
    assert (specificity.k, specificity.n) == (cells.agreed, cells.agreed + cells.false_alarms)
    assert sensitivity.missing + specificity.missing == cells.undecided
    assert sensitivity.n + specificity.n + cells.undecided == len(every)
    assert found["accuracy/all"].k == cells.found + cells.agreed


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from((True, False, None))), max_size=30))
def test_missing_marks_bound_a_share_and_an_interval_holds_it(marks: list[tuple[str, bool | None]]) -> None:
    found = share(marks)
    if found.value is None:
        assert found.n == 0
        return
    assert found.bounds is not None
    assert found.bounds[0] <= found.value <= found.bounds[1]
    assert (found.low is None) == (found.scenarios < 2)
    if found.low is not None and found.high is not None:
        assert found.low - 1e-9 <= found.value <= found.high + 1e-9


@given(st.lists(st.tuples(st.sampled_from("abcd"), verdicts), min_size=1, max_size=10))
def test_a_judge_has_no_gap_to_itself(pairs: list[tuple[str, Verdict]]) -> None:
    same = [(name, one, one) for name, one in pairs]
    assert gap(same, lambda name, verdict: float(len(verdict.checks))).value == 0.0
    assert changed(same).k == 0


@given(st.sampled_from("ab"), verdicts, verdicts)
def test_the_order_of_two_verdicts_turns_the_gap_round_and_leaves_the_changes(
    name: str, one: Verdict, other: Verdict
) -> None:
    def met(_: str, verdict: Verdict) -> float:
        return float(list(answers(verdict).values()).count("met"))

    there, back = gap([(name, one, other)], met).value, gap([(name, other, one)], met).value
    assert there is not None and back is not None
    assert there == -back
    assert changed([(name, one, other)]) == changed([(name, other, one)])


@given(prose)
def test_a_variation_of_form_keeps_every_word(parts: list[str]) -> None:
    text = " ".join(parts)
    assert sentences(text) == parts
    assert words(reformatted(text)) == words(text)
    assert Counter(sentences(last_first(text))) == Counter(parts)


@given(prose)
def test_a_paraphrase_twice_is_a_paraphrase_once(parts: list[str]) -> None:
    pairs = load_content().paraphrases
    once = paraphrased(" ".join(parts), pairs)
    assert paraphrased(once, pairs) == once


@settings(max_examples=20)
@given(st.permutations(range(5)), st.integers(0, 3))
def test_the_paper_depends_on_the_scenarios_and_the_seed_alone(order: list[int], seed: int) -> None:
    pool = [scenario(number) for number in range(5)]
    whole = {item.id: item for item in paper(pool, load_content(), seed)}
    again = {item.id: item for item in paper([pool[at] for at in order], load_content(), seed)}
    assert whole == again
    assert len(whole) == len(paper(pool, load_content(), seed))  # no two items share a name
    assert all(item.twin in whole for item in whole.values() if item.twin)
