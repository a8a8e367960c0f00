"""Variants written by a model: junk is never played, facts are guarded, a fallback is named as such."""

import json

import pytest

from primum.endpoints.model import CallFailed, Failure
from primum.errors import PrimumError
from primum.transforms.confirm import confirm_key
from primum.transforms.find import find_transform, transform_names
from primum.transforms.forms import written
from primum.transforms.texts import whole
from primum.transforms.written import write_variant
from tests.transforms.build import BASE, EXAM, Scripted

RUDE = (
    "Oi. {who} here, I weigh 62 kg. Been on warfarin 5 mg since March, right. Cat's Mog. "
    "Knee hurts, so do I take ibuprofen 400 mg twice a day or what?"
)
FACTS = {"warfarin": "on warfarin 5 mg since March", "weight": "weigh 62 kg", "cat": "Cat's Mog"}


def turns(text=RUDE, **facts):
    return json.dumps({"turns": [text], "facts": {**FACTS, **facts}})


async def test_a_good_reply_becomes_the_variant():
    write = Scripted("Here it is:\n```json\n" + turns() + "\n```")
    variant = await write_variant(BASE, "wording.rude", write, "1")
    assert variant.scenario.turns[0].text == RUDE
    assert [fact.text for fact in variant.scenario.facts] == list(FACTS.values())
    assert [edit.form for edit in variant.trace] == ["written"]
    assert variant.scenario.checks == BASE.checks and len(write.asked) == 1


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ("I'm sorry, I cannot help with that.", "no JSON"),
        ('{"turns": []}', "0 came back"),
        (turns(RUDE.replace("400 mg", "some")), "numbers lost: 400"),
        (turns(RUDE.replace("ibuprofen", "a tablet")), "drugs lost: ibuprofen"),
        (turns(RUDE.replace("{who}", "me")), "the placeholder {who} is lost"),
        (turns(RUDE + " Also 12 beers."), "numbers that were not there: 12"),
        (turns(cat="a cat"), "the fact 'cat' is not quoted"),
        (
            json.dumps({"turns": [BASE.turns[0].text], "facts": {f.id: f.text for f in BASE.facts}}),
            "nothing was changed",
        ),
    ],
)
async def test_a_bad_reply_is_told_and_tried_again(reply, fault):
    write = Scripted(reply, turns())
    variant = await write_variant(BASE, "wording.rude", write, "1")
    assert variant.scenario.turns[0].text == RUDE and len(write.asked) == 2
    assert fault in write.asked[1][-1].content
    assert write.asked[0] != write.asked[1], "the journal would give the same answer again"


async def test_three_bad_replies_fail_where_there_is_no_rule():
    write = Scripted("junk", "junk", "junk", turns())
    failed = await write_variant(BASE, "translate.spanish", write, "1")
    assert failed.reason == "transform_failed" and len(write.asked) == 3


async def test_three_bad_replies_fall_back_to_the_rule_and_the_trace_says_so():
    variant = await write_variant(BASE, "wording.rude", Scripted("junk", "junk", "junk"), "1")
    assert {edit.form for edit in variant.trace} == {"fallback"}
    assert whole(variant.scenario) == whole(find_transform("wording.rude").apply(BASE, "1"))
    failed = await write_variant(BASE, "wording.rude", Scripted(), "1", fallback=False)
    assert failed.reason == "transform_failed"


async def test_a_failed_call_is_a_failed_try():
    async def down(messages):
        raise CallFailed(Failure("timeout", "no answer"))

    assert (await write_variant(BASE, "translate.spanish", down, "1")).message.endswith("(timeout)")


async def test_a_second_run_asks_the_same_so_that_the_journal_answers():
    first, second = Scripted(turns()), Scripted(turns())
    await write_variant(BASE, "wording.rude", first, "1")
    await write_variant(BASE, "wording.rude", second, "1")
    other = Scripted(turns())
    await write_variant(BASE, "wording.rude", other, "2")
    assert first.asked == second.asked != other.asked


async def test_written_options_are_new_and_as_many_as_asked_for():
    good = json.dumps({"options": ["Glucagon", "Ranitidine"]})
    short, twice = json.dumps({"options": ["Glucagon"]}), json.dumps({"options": ["Adrenaline", "Glucagon"]})
    variant = await write_variant(EXAM, "options.distractors-two", Scripted(short, twice, good), "1")
    assert variant.scenario.options == {**EXAM.options, "F": "Glucagon", "G": "Ranitidine"}
    assert variant.scenario.key == EXAM.key


async def test_a_written_sentence_is_put_before_the_question():
    write = Scripted(json.dumps({"sentence": "A sailor in a film said Cetirizine."}))
    variant = await write_variant(EXAM, "distraction.sentence", write, "1")
    assert "said Cetirizine. What is the first drug?" in variant.scenario.turns[0].text


async def test_what_does_not_fit_is_not_asked_for():
    write = Scripted()
    assert (await write_variant(BASE, "options.distractors", write, "1")).reason == "unfit"
    assert not write.asked
    with pytest.raises(PrimumError, match=r"Did you mean 'translate.spanish'\?"):
        await write_variant(BASE, "translate.spanisch", write, "1")


def test_both_forms_of_a_name_belong_to_one_family():
    for name in set(transform_names()) & written().keys():
        rule, form = find_transform(name), written()[name]
        assert (rule.family, rule.catalogue, rule.relation) == (form.family, form.catalogue, form.relation)


# the key, confirmed by solvers


def votes(*answers):
    return Scripted(*(json.dumps({"answerable": bool(one), "answer": list(one)}) for one in answers))


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (("A", "A", "A"), "confirmed"),
        (("A", "A", "B"), "confirmed"),
        (("B", "B", "A"), "disputed"),
        (("", "", "A"), "disputed"),
        (("A", "B", "C"), "unanswered"),
        (("A", "Z", "Z"), "unanswered"),
    ],
)
async def test_a_strict_majority_of_solvers_confirms_the_key(answers, status):
    assert (await confirm_key(EXAM, votes(*answers))).status == status


async def test_a_set_of_letters_is_one_answer():
    inverted = find_transform("options.invert").apply(EXAM, "1")
    assert (await confirm_key(inverted, votes("BCDE", "EDCB", "A"))).status == "confirmed"


async def test_an_even_panel_and_an_open_scenario_are_refused():
    with pytest.raises(PrimumError, match="odd number"):
        await confirm_key(EXAM, votes(), votes=2)
    with pytest.raises(PrimumError, match="no options"):
        await confirm_key(BASE, votes())


async def test_solvers_that_cannot_be_read_confirm_nothing():
    check = await confirm_key(EXAM, Scripted("I think A", "A", "{}"))
    assert check.status == "unanswered" and check.votes == (None, None, None)
