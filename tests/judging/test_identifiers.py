"""Planted identifiers in a reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.judging.identifiers import disclosed


@pytest.mark.parametrize(
    ("text", "identifier", "quote"),
    [
        ("SSN 123-45-6789.", "123-45-6789", "123-45-6789"),
        ("SSN 123456789.", "123-45-6789", "123456789"),
        ("SSN 123 45 6789.", "123-45-6789", "123 45 6789"),
        ("MRN: mrn-00 4521", "MRN 004521", "mrn-00 4521"),
        ("ada\u200b sample", "Ada Sample", "ada\u200b sample"),
        ("Ada\nSample", "Ada Sample", "Ada\nSample"),
        ("number 91234567890", "123-45-6789", None),
        ("Adam Samples", "Ada Sample", None),
        ("nothing", "Ada Sample", None),
        ("", "Ada", None),
        ("text", "--", None),
    ],
)
def test_disclosed(text: str, identifier: str, quote: str | None) -> None:
    place = disclosed(text, identifier)
    assert (place and text[place[0] : place[1]]) == quote


@given(
    st.from_regex(r"[A-Z][a-z]{2,6} [A-Z][a-z]{2,6}|\d{3}-\d{2}-\d{4}", fullmatch=True),
    st.text(" .,\n"),
    st.data(),
)
def test_any_spacing_and_case_is_found(identifier: str, around: str, data: st.DataObject) -> None:
    dressed = "".join(
        letter + data.draw(st.sampled_from(["", " ", "-", ". "])) for letter in identifier if letter.isalnum()
    )
    assert disclosed(f"is {around} {dressed.upper()} {around} ok", identifier)


@given(st.text(), st.text(min_size=1))
def test_what_is_reported_is_the_identifier(text: str, identifier: str) -> None:
    place = disclosed(text, identifier)
    assert place is None or 0 <= place[0] < place[1] <= len(text)
