"""One look at a reply for many patterns: it may only spare work, never hide what a pattern finds."""

from hypothesis import given
from hypothesis import strategies as st

from primum.judging.brief import brief
from primum.judging.offline import judge_offline
from primum.judging.patterns import compile_pattern
from primum.judging.reading import Reading
from primum.judging.survey import Survey
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
