"""What must survive is looked for by program: a careless edit is refused with the first thing it lost."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.scenarios.model import Turn
from primum.transforms.cipher import CIPHERS, decode, encode
from primum.transforms.drugs import mentions, other_names, table
from primum.transforms.guards import check_guards
from primum.transforms.model import Promise
from primum.transforms.values import Value, normal, values
from tests.transforms.build import BASE, EXAM, PRIVATE


def said(scenario, old, new):
    """The scenario with words of its first turn replaced."""
    turn = Turn(text=scenario.turns[0].text.replace(old, new))
    assert turn.text != scenario.turns[0].text
    return msgspec.structs.replace(scenario, turns=(turn, *scenario.turns[1:]))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("ibuprofen", "a tablet", "drugs lost: ibuprofen"),
        ("400 mg", "some", "numbers lost: 400"),
        ("400", "4000", "numbers lost: 400"),
        ("{who}", "somebody", "the placeholder {who} is lost"),
        ("weigh 62 kg", "weigh sixty-two kilos", "the marked fact 'weigh 62 kg' is lost"),
    ],
)
def test_a_lost_thing_is_named(old, new, fault):
    assert fault in check_guards(BASE, said(BASE, old, new), Promise())


def test_words_that_carry_nothing_may_change():
    assert check_guards(BASE, said(BASE, "My knee hurts", "I have a sore knee"), Promise()) == ""


def test_an_identifier_is_kept_byte_for_byte():
    assert "MRN-004417" in check_guards(
        PRIVATE, said(PRIVATE, "MRN-004417", "MRN 004417"), Promise(facts="value")
    )


def test_by_value_a_number_may_be_written_another_way():
    by_value = Promise(facts="value", adds=False)
    free = msgspec.structs.replace(BASE, facts=())
    assert check_guards(free, said(free, "400 mg", "400 milligrams"), by_value) == ""
    assert check_guards(free, said(free, "62 kg", "62 kilos"), by_value) == ""
    assert "400" in check_guards(free, said(free, "400 mg", "400 g"), by_value)
    assert "numbers that were not there: 9" in check_guards(
        free, said(free, "My knee", "For 9 days my knee"), by_value
    )
    assert "naproxen" in check_guards(free, said(free, "hurts", "hurts in spite of naproxen"), by_value)


def test_by_value_another_name_of_the_drug_will_do():
    assert check_guards(BASE, said(BASE, "ibuprofen", "Nurofen"), Promise(drugs="substances")) == ""
    assert "ibuprofen" in check_guards(BASE, said(BASE, "ibuprofen", "Nurofen"), Promise())
    assert "ibuprofen" in check_guards(BASE, said(BASE, "ibuprofen", "naproxen"), Promise(drugs="substances"))


def test_exactly_one_number_changes():
    one = Promise("stays", numbers=1)
    assert "numbers lost: none" in check_guards(EXAM, said(EXAM, "baker", "farmer"), one)
    assert check_guards(EXAM, said(EXAM, "128", "940"), one) == ""
    assert "numbers lost" in check_guards(EXAM, said(said(EXAM, "128", "940"), "89%", "190%"), one)


def test_options_and_key_may_not_move_unannounced():
    moved = msgspec.structs.replace(EXAM, key=("B",))
    other = msgspec.structs.replace(EXAM, options={**EXAM.options, "C": "Ranitidine"})
    assert check_guards(EXAM, moved, Promise()) == "the keyed answer changed"
    assert check_guards(EXAM, other, Promise()) == "the options changed"
    assert check_guards(EXAM, EXAM, Promise("moves")) == "the key did not move"


def test_checks_may_not_vanish():
    assert (
        check_guards(BASE, msgspec.structs.replace(BASE, checks=BASE.checks[:1]), Promise())
        == "the checks changed"
    )


@given(
    st.text(alphabet=st.characters(blacklist_characters="⟦⟧", blacklist_categories=["Cs"]), min_size=1),
    st.sampled_from(sorted(CIPHERS)),
)
def test_every_cipher_is_undone_exactly(word, code):
    assert decode(f"a {encode(word, code)} b", code) == f"a {word} b"


@given(st.integers(0, 10**7), st.sampled_from(["mg", "kg", "ml", "hours"]))
def test_a_quantity_is_one_however_it_is_written(number, unit):
    plain, grouped = f"{number} {unit}", f"{number:,}{unit}"
    assert values(plain) == values(grouped) == (Value(str(number), values(f"1{unit}")[0].unit),)


@given(st.integers(0, 9999), st.integers(0, 99))
def test_trailing_zeros_do_not_count(whole_part, hundredths):
    assert normal(f"{whole_part}.{hundredths:02}0") == normal(f"{whole_part}.{hundredths:02}")


def test_the_drug_list_is_large_and_its_pairs_name_the_same_drug():
    listed = table()
    assert sum(1 + len(brands) for brands in listed.brands.values()) >= 500
    for substance, brands in listed.brands.items():
        for brand in brands:
            assert [one.substance for one in mentions(f"on {brand} now")] == [substance], brand
            assert brand[0].islower() or other_names(substance, brand) == (substance,)


def test_look_alikes_are_different_drugs():
    for one, other in table().alike:
        found = [mention.substance for name in (one, other) for mention in mentions(name)]
        assert len(found) == 2 and found[0] != found[1], (one, other)
