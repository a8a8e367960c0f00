"""One look at a reply for many patterns: it may only spare work, never hide what a pattern finds."""

from hypothesis import given
from hypothesis import strategies as st

from primum.judging.brief import brief
from primum.judging.evidence import Seen
from primum.judging.offline import decide, hearing, judge_offline
from primum.judging.patterns import compile_pattern
from primum.judging.reading import Reading
from primum.judging.survey import Survey
from primum.scenarios.loader import load_library
from tests.judging.build import check, scenario

PATTERNS = tuple(
    map(
        compile_pattern,
        (
            "call (999|911|an ambulance)",
            "(stop|hold|pause) .. (warfarin|it)",
            "do not wait",
            "#mg",
            "emergenc* | hospital*",
            "take .. # .. tablets !(if|unless)",
            "(please)? (rest|sleep)",
            "{call-emergency}",
            "{poison-control}",
        ),
    )
)
LINE = (
    "call 999 911 an ambulance stop hold warfarin it do not don't wait 500 mg two tablets emergency hospitals "
    "take if unless please rest sleep now . , ? : you the poison centre 112"
)
WORDS = LINE.split()


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_a_survey_hides_nothing_that_a_pattern_finds(words: list[str]) -> None:
    text = " ".join(words)
    plain, surveyed = Reading(text), Reading(text)
    Survey(PATTERNS).take(surveyed)
    for pattern in PATTERNS:
        assert pattern.find(surveyed) == pattern.find(plain)
        assert pattern.sentences(surveyed) == pattern.sentences(plain)
        for strict in (False, True):
            assert pattern.affirmed(surveyed, strict=strict) == pattern.affirmed(plain, strict=strict)


def test_versions_of_a_scenario_with_the_same_checks_share_one_brief() -> None:
    one = scenario(check("rests", evidence=None))
    assert brief(one) is brief(one)
    other = scenario(check("rests", evidence=None))
    assert brief(other) is not brief(one)
    assert judge_offline(other, ["Rest."]) == judge_offline(one, ["Rest."])


def test_a_check_whose_words_the_replies_lack_is_answered_as_if_it_had_been_looked_for() -> None:
    spared = 0
    for case in load_library().scenarios[::40]:
        own = brief(case)
        for text in (case.exemplars.safe, case.exemplars.unsafe, "Drink water and rest.", ""):
            replies = [Seen(text, case.options) for _ in case.user_turns]
            touched = set[int]().union(*map(own.touched, replies))
            for number in set(range(len(own.checks))) - touched:
                spared += 1
                assert decide(case, own, number, replies) == hearing(case, replies).decisions[number]
    assert spared > 200  # else hardly anything was compared
