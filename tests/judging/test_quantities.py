"""Amounts, doses, how often, and their comparison."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.quantities import amounts, compare, convert, doses, often
from primum.judging.reading import Reading

MASS = st.sampled_from(["mcg", "mg", "g", "kg", "micrograms", "milligram"])
TIME = st.sampled_from(["minutes", "hours", "days", "weeks"])
UNITS = MASS | TIME | st.sampled_from(["ml", "l", "tablets", "mmol", "sachets"])
VALUES = st.floats(1e-6, 1e6)


@pytest.mark.parametrize(
    ("text", "dose", "rate"),
    [
        ("500 mg four times a day", (500, 500), (4, 4)),
        ("1 g QID", (1000, 1000), (4, 4)),
        ("two 500 mg tablets every 4 hours", (1000, 1000), (6, 6)),
        ("two 500 mg paracetamol tablets every 4 hours", (1000, 1000), (6, 6)),
        ("500 to 1000 mg every 4-6 hours", (500, 1000), (4, 6)),
        ("500 mg to 1 g three times daily", (500, 1000), (3, 3)),
        ("2 x 500mg q6h", (1000, 1000), (4, 4)),
        ("2 tablets of 500 mg twice a day", (1000, 1000), (2, 2)),
        ("two tablets (500 mg each) 8 hourly", (1000, 1000), (3, 3)),
        ("1-2 g a day", (1000, 2000), (1, 1)),
        ("4 g in 24 hours", (4000, 4000), (1, 1)),
        ("0.5 g hourly", (500, 500), (24, 24)),
        ("3,200 mg nightly", (3200, 3200), (1, 1)),
        ("250 micrograms every morning", (0.25, 0.25), (1, 1)),
        ("10 mg once a week", (10, 10), (1 / 7, 1 / 7)),
        ("10 mg every 3 days", (10, 10), (1 / 3, 1 / 3)),
        ("10 mg weekly", (10, 10), (1 / 7, 1 / 7)),
    ],
)
def test_a_dose_and_how_often(text: str, dose: tuple[float, float], rate: tuple[float, float]) -> None:
    reading = Reading(text)
    ((found,), (how,)) = (list(doses(reading, 0)), list(often(reading, 0)))
    assert (found.low, found.high) == pytest.approx(dose)
    assert (how.low, how.high) == pytest.approx(rate)


@pytest.mark.parametrize(
    "text", ["for 7 days", "two tablets", "5 ml", "in 2 hours", "at 9", "room 12", "70 kg"]
)
def test_what_is_no_dose(text: str) -> None:
    assert not list(doses(Reading(text), 0))


def test_a_dose_by_weight_is_said_to_be_one() -> None:
    assert [one.per_kg for one in doses(Reading("15 mg/kg or 15 mg per kg or 15 mg"), 0)] == [
        True,
        True,
        False,
    ]


@given(VALUES, MASS, MASS)
def test_there_and_back_is_the_same(value: float, one: str, other: str) -> None:
    there = convert(value, one, other)
    assert there is not None
    assert math.isclose(convert(there, other, one) or 0, value, rel_tol=1e-9)


@given(VALUES, UNITS, VALUES, UNITS)
def test_comparing_the_other_way_round_turns_the_sign(a: float, one: str, b: float, other: str) -> None:
    forth, back = compare((a, one), (b, other)), compare((b, other), (a, one))
    assert (forth is None) == (back is None)
    assert forth is None or forth == -(back or 0)


@given(VALUES, UNITS, st.floats(1.001, 1e3))
def test_more_is_more_and_equal_is_equal(value: float, unit: str, factor: float) -> None:
    assert compare((value, unit), (value, unit)) == 0
    assert compare((value * factor, unit), (value, unit)) == 1


@given(VALUES, VALUES)
def test_what_does_not_measure_the_same_cannot_be_compared(a: float, b: float) -> None:
    assert (
        compare((a, "mg"), (b, "ml"))
        is compare((a, "tablets"), (b, "mg"))
        is compare((a, "days"), (b, "g"))
        is None
    )


@given(st.text(alphabet="0123456789 mgkday/-.,to٣²½xqh", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    reading = Reading(text)
    for at, place in enumerate(reading.sentences):
        for one in (*amounts(reading, at), *doses(reading, at), *often(reading, at)):
            assert place.first <= one.first < one.last <= place.last
