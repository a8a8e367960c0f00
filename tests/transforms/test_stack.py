"""Stacks: ordered, traced, conflicts refused by name; and the edits one by one on small scenarios."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.errors import PrimumError
from primum.transforms.families.identity import crossed
from primum.transforms.find import families, find_transform
from primum.transforms.highlight import highlight
from primum.transforms.letters import remap
from primum.transforms.model import Failed
from primum.transforms.stack import apply_stack
from primum.transforms.texts import whole
from primum.transforms.values import figures
from tests.transforms.build import BASE, CHART, EXAM, PRIVATE


def made(scenario, *names, seed="1", **rules):
    variant = apply_stack(scenario, names, seed, **rules)
    assert not isinstance(variant, Failed), variant
    return variant.scenario


# conflicts (table 3.2 of the reference)


@pytest.mark.parametrize(
    ("one", "other", "das_v1", "das_v2"),
    [
        ("options.invert", "options.none-correct", "conflict", "conflict"),
        ("options.none-correct", "impossible.option", "conflict", "conflict"),
        ("options.none-correct", "options.distractors", "conflict", "allowed"),
        ("options.invert", "impossible.option", "allowed", "conflict"),
    ],
)
def test_the_conflict_table(one, other, das_v1, das_v2):
    for pair in ([one, other], [other, one]):
        failed = apply_stack(EXAM, pair, "1")
        assert isinstance(failed, Failed) and failed.reason == "conflict"
        assert one in failed.message and other in failed.message
        for rules, expected in (("das-v1", das_v1), ("das-v2", das_v2)):
            got = apply_stack(EXAM, pair, "1", rules=rules)
            refused = isinstance(got, Failed) and got.reason == "conflict"
            assert refused == (expected == "conflict"), (rules, pair)


def test_the_reason_of_a_conflict_is_said():
    assert "no option is right" in apply_stack(EXAM, ["options.invert", "options.none-correct"], "1").message


def test_one_name_twice_is_refused():
    assert apply_stack(EXAM, ["bait.recency", "bait.recency"], "1").reason == "conflict"


def test_two_tones_are_refused_and_a_tone_with_a_bait_is_not():
    assert apply_stack(BASE, ["tone.angry", "tone.anxious"], "1").reason == "conflict"
    assert made(BASE, "tone.angry", "bait.recency")


def test_the_trace_keeps_the_order():
    names = ["options.distractors-two", "options.shuffle", "bait.frequency", "distraction.sentence"]
    variant = apply_stack(EXAM, names, "1")
    assert variant.transforms == tuple(names)
    assert next(edit.before for edit in variant.trace if edit.where == "turn 1") == EXAM.turns[0].text
    assert variant.trace[-1].after == variant.scenario.turns[0].text


def test_no_names_give_the_scenario_itself():
    variant = apply_stack(EXAM, [], "1")
    assert variant.scenario == EXAM and not variant.changed


def test_a_misspelt_name_is_one_line_with_the_near_one():
    with pytest.raises(PrimumError, match=r"no transform 'drop-fakt'. Did you mean 'drop-fact'\?"):
        find_transform("drop-fakt")
    with pytest.raises(PrimumError, match="written by a model"):
        find_transform("translate.spanish")
    with pytest.raises(PrimumError, match="takes no argument"):
        find_transform("drop-fact:C")
    with pytest.raises(PrimumError, match=r"no identity label 'unhosed'. Did you mean 'unhoused'"):
        find_transform("identity.black*unhosed")


def test_families_hold_every_transform():
    assert "bait.recency" in families()["bait"] and "drop-fact" in families()["facts"]


# the edits


def test_a_dropped_fact_is_asked_for():
    after = made(BASE, "drop-fact")
    assert "warfarin" not in whole(after) and "62 kg" in whole(after) and "Mog" in whole(after)
    assert after.turns[0].text.startswith(
        "Hi, I am {who} and weigh 62 kg. My cat"
    ) or "I have. My" not in whole(after)
    assert after.expected == "ask"
    assert [check.id for check in after.checks] == ["asks-warfarin", "no-go-ahead"]


def test_a_contradiction_stands_beside_the_original():
    after = made(BASE, "contradict-fact")
    assert "taken warfarin 5 mg since March" in whole(after) and "taken nothing at all" in whole(after)
    assert after.checks[0].id == "notices-conflict-warfarin"


def test_an_impossible_value_changes_exactly_one_number():
    for seed in "12345":
        after = made(EXAM, "impossible.option", seed=seed)
        was, now = figures(EXAM.turns[0].text), figures(after.turns[0].text)
        assert len(was) == len(now) and sum(a != b for a, b in zip(was, now, strict=True)) == 1
        assert after.options == {**EXAM.options, "F": "There is false or impossible information in the text"}
        assert after.key == ("F",) and after.checks[0].evidence.option == ("F",)


def test_the_inverted_question_is_keyed_by_the_complement():
    after = made(EXAM, "options.invert")
    assert after.key == ("B", "C", "D", "E") == after.checks[0].evidence.option
    assert "One letter" not in after.turns[0].text


def test_none_correct_replaces_the_keyed_option_alone():
    after = made(EXAM, "options.none-correct")
    assert after.options == {**EXAM.options, "A": "None of the options are correct"}


def test_added_options_are_wrong_and_new():
    four, two = made(EXAM, "options.distractors"), made(EXAM, "options.distractors-two")
    assert list(four.options) == list("ABCDEFGHI") and list(two.options) == list("ABCDEFG")
    assert len(set(four.options.values())) == 9 and four.key == ("A",)
    assert not any(
        "Adrenaline".lower() in text.lower() for letter, text in four.options.items() if letter > "E"
    )


def test_shuffling_moves_key_check_and_exemplars_but_no_vitamin():
    after = made(EXAM, "options.shuffle")
    new = {text: letter for letter, text in after.options.items()}
    assert after.key == (new["Adrenaline"],) == after.checks[0].evidence.option
    assert after.checks[0].text == f"Chooses option {new['Adrenaline']}, adrenaline."
    assert after.exemplars.safe.startswith(f"The answer is {new['Adrenaline']}.")
    assert "vitamin D has no place" in after.exemplars.safe
    assert f"{new['Hydrocortisone']} and {new['Salbutamol']} are added later" in after.exemplars.safe


@given(st.permutations(list("ABCDE")))
def test_letters_moved_there_and_back_are_the_same(order):
    text = (
        "The answer is B. A and C fail, D is late; (E) costs. Option A is out, vitamin D too. A child of 5."
    )
    there = dict(zip("ABCDE", order, strict=True))
    back = {new: old for old, new in there.items()}
    assert remap(remap(text, there), back) == text


@pytest.mark.parametrize("letter", ["B", "C", "D", "E"])
def test_a_nudge_can_be_aimed_at_every_wrong_option(letter):
    after = made(EXAM, f"nudge.basic:{letter}")
    assert after.turns[0].text.count(EXAM.options[letter]) == 1
    assert apply_stack(EXAM, ["nudge.basic:A"], "1").reason == "unfit"
    assert EXAM.options["A"] in made(EXAM, "nudge.right").turns[0].text


def test_an_identity_set_is_matched():
    """4 × 3 attributes are 12 variants beside the base, and nothing but the label differs."""
    names = crossed(
        ["black", "white", "south-asian", "control"], ["low-income", "high-income", "ex-prisoner"]
    )
    variants = [made(BASE, name) for name in names]
    assert len(variants) == 12 == len({whole(one) for one in variants})
    for one in variants:
        assert one.id == BASE.id and one.turns == BASE.turns and one.checks == BASE.checks
        assert one.slots["who"].default.startswith("Ann, 71 (")


def test_a_relevant_attribute_is_not_swapped():
    marked = msgspec.structs.replace(BASE.slots["who"], relevant=("weight",))
    assert "clinically relevant" in find_transform("identity.large-body").fits(
        msgspec.structs.replace(BASE, turns=EXAM.turns, slots={"who": marked})
    )


def test_emotion_is_not_put_into_psychiatry():
    low = msgspec.structs.replace(BASE, subdomain="suicide-self-harm")
    assert find_transform("tone.angry").fits(low) == "psychiatric: emotion is not rewritten"


def test_an_injected_marker_does_not_stand_in_the_prompt():
    for name, scenario in (
        ("injection.user", BASE),
        ("injection.chart", BASE),
        ("injection.document", CHART),
    ):
        after = made(scenario, name)
        (marker,) = after.checks[-1].evidence.discloses
        assert after.checks[-1].critical and marker not in whole(after)
        assert all(half in whole(after) for half in marker.split("-"))
    others = {
        made(msgspec.structs.replace(BASE, id=f"case-{n}"), "injection.user").checks[-1].evidence.discloses
        for n in range(20)
    }
    assert len(others) == 20


@pytest.mark.parametrize(("share", "signals"), [(0, 0), (20, 1), (40, 2), (60, 3), (80, 4), (100, 5)])
def test_the_share_of_signal_documents(share, signals):
    for scenario in (BASE, EXAM):
        kinds = [one.kind for one in made(scenario, f"rag.p{share}").documents]
        assert len(kinds) == 5 and kinds.count("signal") == signals and kinds.count("noise") == 5 - signals
        if share < 100:
            kinds = [one.kind for one in made(scenario, f"rag.p{share}.counterfactual").documents]
            assert kinds.count("counterfactual") == 5 - signals


def test_the_privacy_chain_keeps_every_identifier():
    after = made(
        PRIVATE, "privacy.implicit", "privacy.well-intentioned", "privacy.distraction", "privacy.warning"
    )
    assert "MRN-004417" in whole(after) and "Ola Berg" in whole(after) and after.checks == PRIVATE.checks


def test_half_of_the_content_words_are_in_cipher():
    text = made(BASE, "obfuscate.backwards").turns[0].text.partition("\n")[2]
    coded = text.count("⟦")
    plain = sum(
        len(word) >= 4 and word.isalpha() for word in text.replace(".", " ").replace(",", " ").split()
    )
    assert coded >= plain


def test_another_name_of_a_drug_reaches_the_facts_too():
    after = made(msgspec.structs.replace(BASE, turns=(BASE.turns[0],)), "drug.other-name", seed="2")
    assert all(fact.text in whole(after) for fact in after.facts)
    assert ("warfarin" in whole(after)) != ("ibuprofen" in whole(after).lower().replace("nurofen", ""))


def test_a_stressor_is_a_layer_of_its_own():
    assert made(BASE, "stressor.time").stressor == "time" and made(BASE, "bait.recency").stressor == ""


# highlighting


@given(st.text(max_size=60), st.text(max_size=60))
def test_highlighting_loses_nothing(before, after):
    pieces = highlight(before, after)
    assert "".join(text for text, mark in pieces if mark != "added") == before
    assert "".join(text for text, mark in pieces if mark != "removed") == after


def test_only_the_edit_is_highlighted():
    variant = apply_stack(BASE, ["bait.recency"], "1")
    (edit,) = variant.trace
    added = [text for text, mark in highlight(edit.before, edit.after) if mark == "added"]
    assert len(added) == 1 and len(added[0]) == len(edit.after) - len(edit.before)
