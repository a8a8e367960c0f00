"""The desk: who gets what, what is kept, and who decides. On both databases."""

from collections import Counter

import msgspec
import pytest

from primum.errors import PrimumError
from primum.review.desk import Ruling
from primum.review.exchange import take_out
from primum.review.model import Answer, CheckAnswer, Labelled
from primum.store import Store
from tests.review.build import (
    ANN,
    BAD,
    BOB,
    CAT,
    EVA,
    FAIL,
    LEAD,
    MISSES,
    PASS,
    RUN,
    Clock,
    keep,
    mixed,
    policy,
    read_all,
    result,
    staffed,
)  # fmt: skip


def one_case(store: Store, how: str = "pass", double: float = 1.0):  # type: ignore[no-untyped-def]
    """A desk whose queue is a single case, read twice."""
    keep(store, [result(0, how)])
    clock = Clock()
    desk = staffed(store, clock)
    desk.open_queue(RUN, policy(1.0, double=double), by=LEAD)
    return desk, clock


def label(desk) -> Labelled:  # type: ignore[no-untyped-def]
    (found,) = desk.labelled(RUN)
    return found


def test_a_queue_is_worked_to_its_end_by_two_people(store: Store) -> None:
    keep(store, mixed(60))
    desk = staffed(store)
    queue = desk.open_queue(RUN, policy(0.5), by=LEAD)
    first = read_all(desk, ANN)
    second = read_all(desk, BOB)
    assert sorted(first) == sorted(second) and len(first) == queue.items, "each item by two different people"
    assert desk.claim(RUN, CAT) is None
    labels = desk.labelled(RUN)
    assert len(labels) == 60, "every case of the run has a row"
    assert all(one.reviewed and one.final is False for one in labels if one.drawn)
    assert all(not one.reviewed and one.state == "provisional" for one in labels if not one.drawn)
    assert {one.pi for one in labels if one.stratum == "no-reply"} == {0.0}
    assert desk.verify(RUN).whole


# blind


def test_nothing_in_a_page_tells_whom_it_is_about_or_what_others_think(store: Store) -> None:
    desk, _clock = one_case(store, "fail")
    page = desk.claim(RUN, ANN)
    desk.submit(page.item, ANN, FAIL)
    page = desk.claim(RUN, BOB)
    text = msgspec.json.encode(page).decode()
    for secret in (
        "canary",
        "secret-model",
        "scripted",
        "No ambulance",
        ANN,
        "critical-failed",
        "certain",
        "gold",
    ):
        assert secret not in text, secret
    assert BAD in text and "Tells the person to call an ambulance now." in text, (
        "what is to be judged is there"
    )


def test_a_page_is_for_whoever_holds_it_and_the_judge_for_whoever_has_answered(store: Store) -> None:
    desk, _clock = one_case(store)
    page = desk.claim(RUN, ANN)
    for name in (BOB, LEAD, EVA):
        with pytest.raises(PrimumError, match="not yours any more"):
            desk.page(page.item, name)
        with pytest.raises(PrimumError, match="after your own answer"):
            desk.reveal(page.item, name)
        with pytest.raises(PrimumError):
            desk.submit(page.item, name, PASS)
    with pytest.raises(PrimumError, match="after your own answer"):
        desk.reveal(page.item, ANN)
    desk.submit(page.item, ANN, PASS)
    with pytest.raises(PrimumError, match="not yours"):
        desk.page(page.item, ANN)
    shown = desk.reveal(page.item, ANN)
    assert shown.verdicts[0].judge == "canary-judge" and shown.judged is False
    with pytest.raises(PrimumError, match="after your own answer"):
        desk.reveal(page.item, BOB)


def test_a_change_of_mind_after_the_judge_is_a_second_answer_and_the_first_stays_the_label(
    store: Store,
) -> None:
    desk, _clock = one_case(store, "fail", double=0.0)
    page = desk.claim(RUN, ANN)
    with pytest.raises(PrimumError, match="after the judge's view"):
        desk.answer_again(page.item, ANN, FAIL)
    desk.submit(page.item, ANN, PASS)
    desk.reveal(page.item, ANN)
    desk.answer_again(page.item, ANN, FAIL)
    desk.answer_again(page.item, ANN, msgspec.structs.replace(FAIL, severity=4))
    found = label(desk)
    assert (
        [one.failed for one in found.first] == [False] and found.final is False and found.state == "amended"
    )
    assert [(one.failed, one.severity) for one in found.after] == [(True, 4)]
    with pytest.raises(PrimumError, match="seen the judge"):
        desk.take_back(RUN, ANN)
    assert [one.action for one in desk.events(RUN)].count("saw the judge") == 1


# leases


def test_an_item_that_is_held_goes_to_nobody_else_and_comes_back_to_its_holder(store: Store) -> None:
    desk, clock = one_case(store, double=0.0)
    page = desk.claim(RUN, ANN)
    assert desk.claim(RUN, BOB) is None
    clock.minutes(20)
    again = desk.claim(RUN, ANN)
    assert again.item == page.item and again.lease_until > page.lease_until and again.started == page.started


def test_an_expired_lease_frees_the_item_and_nothing_written_is_lost(store: Store) -> None:
    desk, clock = one_case(store, double=0.0)
    page = desk.claim(RUN, ANN)
    desk.save_draft(page.item, ANN, Answer(comment="half a thought"))
    clock.minutes(31)
    assert desk.claim(RUN, BOB).item == page.item
    with pytest.raises(PrimumError, match="went to another reader"):
        desk.submit(page.item, ANN, FAIL)
    desk.save_draft(page.item, ANN, FAIL)  # what she meant to send is kept
    desk.release(page.item, BOB)
    assert desk.claim(RUN, ANN).draft == FAIL
    assert desk.labelled(RUN)[0].first == ()


def test_an_expired_lease_that_nobody_took_is_still_its_holders(store: Store) -> None:
    desk, clock = one_case(store, double=0.0)
    page = desk.claim(RUN, ANN)
    clock.minutes(600)
    desk.submit(page.item, ANN, PASS)
    assert label(desk).reviewed


def test_a_sign_of_life_keeps_the_lease(store: Store) -> None:
    desk, clock = one_case(store, double=0.0)
    page = desk.claim(RUN, ANN)
    for _ in range(5):
        clock.minutes(25)
        desk.renew(page.item, ANN)
        assert desk.claim(RUN, BOB) is None
    with pytest.raises(PrimumError, match="not yours any more"):
        desk.renew(page.item, BOB)


def test_a_lead_frees_what_somebody_holds_and_its_draft_stays(store: Store) -> None:
    keep(store, [result(place) for place in range(3)])
    desk = staffed(store)
    desk.open_queue(RUN, policy(1.0, double=0.0), by=LEAD)
    pages = take_out(desk, RUN, ANN, 3, days=14)
    desk.submit(pages[0].item, ANN, PASS)
    desk.save_draft(pages[1].item, ANN, FAIL)
    assert desk.claim(RUN, BOB) is None
    with pytest.raises(PrimumError, match="is not lead"):
        desk.free(RUN, ANN, by=BOB)
    assert desk.free(RUN, ANN, by=LEAD) == 2
    assert set(read_all(desk, BOB)) == {pages[1].item, pages[2].item}
    assert [one.action for one in desk.events(RUN)].count("freed") == 1 and desk.verify(RUN).whole


# submitting


def test_the_same_answer_sent_twice_is_one_and_another_needs_to_be_taken_back_first(store: Store) -> None:
    desk, _clock = one_case(store)
    page = desk.claim(RUN, ANN)
    first = desk.submit(page.item, ANN, FAIL)
    assert desk.submit(page.item, ANN, FAIL) == first
    with pytest.raises(PrimumError, match="take the answer back first"):
        desk.submit(page.item, ANN, PASS)


def test_an_answer_taken_back_stands_until_the_new_one_and_stays_in_the_store(store: Store) -> None:
    desk, _clock = one_case(store, double=0.0)
    page = desk.claim(RUN, ANN)
    first = desk.submit(page.item, ANN, FAIL)
    back = desk.take_back(RUN, ANN)
    assert back.item == page.item and back.draft == FAIL and back.changing
    assert label(desk).final is True, "until the new answer the old one stands"
    assert desk.claim(RUN, ANN).item == page.item, "it is this person's next item"
    second = desk.submit(page.item, ANN, PASS)
    assert second.supersedes == first.id
    found = label(desk)
    assert found.final is False and len(found.first) == 1
    assert desk.verify(RUN).whole


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(), "choose pass, fail or cannot judge"),
        (Answer(verdict="pass"), "severity from 0 to 4"),
        (Answer(verdict="cannot_judge"), "say why"),
        (Answer(verdict="fail", severity=7), "no severity 7"),
        (Answer(verdict="fail", severity=3, reason="omision"), "Did you mean 'omission'"),
        (Answer(verdict="fail", severity=3, harms=("dely",)), "Did you mean 'delay'"),
        (Answer(verdict="fail", severity=3, confidence=9), "no confidence 9"),
        (Answer(verdict="fail", severity=3, quote="never said"), "not in the conversation"),
        (Answer(verdict="pass", severity=0, answers=(CheckAnswer("nope", "met"),)), "no check 'nope'"),
        (Answer(verdict="pass", severity=0, answers=(CheckAnswer("calls", "not_met"),)), "cannot be pass"),
        (Answer(verdict="pass", severity=0, comment="x" * 5001), "at most 5,000"),
    ],
)
def test_a_faulty_answer_is_refused_in_one_line_and_the_item_stays(
    tmp_path, answer: Answer, says: str
) -> None:  # type: ignore[no-untyped-def]
    from primum.store import open_store

    with open_store(tmp_path / "a.db") as store:
        desk, _clock = one_case(store)
        page = desk.claim(RUN, ANN)
        with pytest.raises(PrimumError, match=says) as caught:
            desk.submit(page.item, ANN, answer)
        assert "\n" not in str(caught.value)
        assert desk.claim(RUN, ANN).item == page.item


def test_to_fail_a_reply_asks_for_nothing_more_than_to_pass_it(store: Store) -> None:
    desk, _clock = one_case(store)
    for name, verdict, severity in ((ANN, "pass", 0), (BOB, "fail", 4)):
        page = desk.claim(RUN, name)
        desk.submit(page.item, name, Answer(verdict=verdict, severity=severity))  # type: ignore[arg-type]


def test_texts_that_a_database_cannot_hold_are_kept_all_the_same(store: Store) -> None:
    desk, _clock = one_case(store, double=0.0)
    page = desk.claim(RUN, ANN)
    kept = desk.submit(
        page.item, ANN, Answer(verdict="pass", severity=0, comment="a\x00b\ud800c ⟦é⟧ '; DROP TABLE")
    )
    assert kept.answer.comment == "a�b?c ⟦é⟧ '; DROP TABLE"
    assert desk.verify(RUN).whole


# two readers and a third


def test_readers_who_differ_need_a_third_person_who_sees_no_names(store: Store) -> None:
    desk, _clock = one_case(store, "pass")
    for name, answer in ((ANN, PASS), (BOB, FAIL)):
        assert desk.conflicts(RUN, EVA) == 0
        desk.submit(desk.claim(RUN, name).item, name, answer)
    assert label(desk).conflict and not label(desk).reviewed
    assert desk.conflicts(RUN, EVA) == 1
    conflict = desk.claim_conflict(RUN, EVA)
    text = msgspec.json.encode(conflict).decode()
    assert "No ambulance." in text and not any(
        name in text for name in ('"ann"', '"bob"', "Dr Ann", "canary")
    )
    with pytest.raises(PrimumError, match="write why"):
        desk.adjudicate(conflict.item, EVA, Ruling("fail", " "))
    desk.adjudicate(conflict.item, EVA, Ruling("fail", "No ambulance is called.", "omission", 3))
    found = label(desk)
    assert (found.state, found.final, found.judged, found.reason, found.adjudicator) == (
        "amended", True, False, "omission", EVA,
    )  # fmt: skip
    assert [one.failed for one in found.first] == [False, True], "agreement is computed before adjudication"
    with pytest.raises(PrimumError, match="decided by an adjudicator"):
        desk.take_back(RUN, ANN)


def test_nobody_adjudicates_what_he_or_she_has_read(store: Store) -> None:
    desk, _clock = one_case(store)
    desk.submit(desk.claim(RUN, EVA).item, EVA, PASS)
    desk.submit(desk.claim(RUN, BOB).item, BOB, FAIL)
    assert desk.claim_conflict(RUN, EVA) is None and desk.conflicts(RUN, EVA) == 0
    with pytest.raises(PrimumError, match="not yours"):
        desk.conflict(label(desk).item, EVA)
    with pytest.raises(PrimumError, match="is not adjudicator"):
        desk.claim_conflict(RUN, CAT)


def test_a_third_person_decides_on_answers_that_stand(store: Store) -> None:
    desk, clock = one_case(store)
    for name, answer in ((ANN, PASS), (BOB, FAIL)):
        desk.submit(desk.claim(RUN, name).item, name, answer)
    desk.take_back(RUN, BOB)
    assert desk.claim_conflict(RUN, EVA) is None, "while a reader is changing an answer, nobody decides"
    clock.minutes(31)
    conflict = desk.claim_conflict(RUN, EVA)
    with pytest.raises(PrimumError, match="adjudicator is deciding"):
        desk.take_back(RUN, ANN)
    decided = desk.adjudicate(conflict.item, EVA, Ruling("pass", "It does call."))
    assert desk.adjudicate(conflict.item, EVA, Ruling("pass", "It does call.")) == decided
    changed = desk.adjudicate(conflict.item, EVA, Ruling("fail", "I misread it."))
    assert changed.supersedes == decided.id and label(desk).final is True


def test_a_conflict_that_is_resolved_by_a_change_needs_nobody(store: Store) -> None:
    desk, _clock = one_case(store)
    for name, answer in ((ANN, PASS), (BOB, FAIL)):
        desk.submit(desk.claim(RUN, name).item, name, answer)
    page = desk.take_back(RUN, BOB)
    desk.submit(page.item, BOB, PASS)
    assert desk.claim_conflict(RUN, EVA) is None and label(desk).state == "confirmed"


def test_missing_information_sends_the_scenario_back(store: Store) -> None:
    desk, _clock = one_case(store)
    for name in (ANN, BOB):
        desk.submit(desk.claim(RUN, name).item, name, MISSES)
    found = label(desk)
    assert (found.state, found.final, found.reviewed, found.conflict) == ("sent_back", None, True, False)
    (repair,) = desk.overview(RUN, LEAD).repairs
    assert (repair.scenario, repair.readers, repair.sent_back) == ("s-00000", 2, 1)
    assert repair.comments == ("How old is she?", "How old is she?")


def test_an_adjudicator_can_send_it_back_or_leave_it_undecided(store: Store) -> None:
    desk, _clock = one_case(store)
    for name, answer in ((ANN, PASS), (BOB, MISSES)):
        desk.submit(desk.claim(RUN, name).item, name, answer)
    item = desk.claim_conflict(RUN, EVA).item
    desk.adjudicate(item, EVA, Ruling("cannot_judge", "Experts differ.", "medically-open"))
    assert (label(desk).state, label(desk).final) == ("undecided", None)
    desk.adjudicate(item, EVA, Ruling("sent_back", "Her age decides.", "information-missing"))
    assert label(desk).state == "sent_back"


# people


def test_the_first_person_needs_nobodys_leave_and_later_ones_a_leads(store: Store) -> None:
    desk = staffed(store)
    from primum.review.model import Person

    newcomer = Person("dan", "Dr Dan", ("clinician",))
    for by in ("", ANN, "nobody"):
        with pytest.raises(PrimumError):
            desk.add_person(newcomer, by=by)
    desk.add_person(newcomer, by=LEAD)
    with pytest.raises(PrimumError, match="already"):
        desk.add_person(newcomer, by=LEAD)
    with pytest.raises(PrimumError, match="one active lead must remain"):
        desk.change_person(LEAD, LEAD, active=False)
    desk.change_person("dan", LEAD, active=False)
    with pytest.raises(PrimumError, match="is closed"):
        desk.person("dan")


def test_roles_say_who_may_do_what(store: Store) -> None:
    keep(store, mixed(20))
    desk = staffed(store)
    for call in (
        lambda: desk.open_queue(RUN, policy(), by=ANN),
        lambda: desk.overview(RUN, ANN),
        lambda: desk.claim(RUN, LEAD),
        lambda: desk.sign(RUN, ANN, "lead", "approved"),
    ):
        with pytest.raises(PrimumError, match="is not"):
            call()


def test_a_person_with_two_reading_roles_reads_in_the_named_one(store: Store) -> None:
    desk, _clock = one_case(store)
    desk.change_person(ANN, LEAD, roles=("clinician", "ethicist"))
    assert desk.claim(RUN, ANN, role="ethicist").role == "ethicist"
    with pytest.raises(PrimumError, match="does not review as patient"):
        desk.claim(RUN, ANN, role="patient")


# the queue as a whole


def test_opening_again_changes_nothing(store: Store) -> None:
    keep(store, mixed(60))
    desk = staffed(store)
    first = desk.open_queue(RUN, policy(0.2), by=LEAD)
    items = {one.case: (one.item, one.pi) for one in desk.labelled(RUN)}
    assert desk.open_queue(RUN, policy(0.9), by=LEAD, seed="another") == first
    assert {one.case: (one.item, one.pi) for one in desk.labelled(RUN)} == items
    assert desk.queues() == (first,)


def test_a_run_that_may_still_change_has_no_queue(store: Store) -> None:
    keep(store, mixed(10))
    desk = staffed(store)
    store.update_run(RUN, "interrupted", 2.0)
    with pytest.raises(PrimumError, match="is interrupted; its cases may still change"):
        desk.open_queue(RUN, policy(), by=LEAD)
    with pytest.raises(PrimumError, match="no review queue; open one with"):
        desk.claim(RUN, ANN)


def test_a_reply_that_is_not_the_planned_one_any_more_is_not_shown(store: Store) -> None:
    from tests.review.build import row_of

    desk, _clock = one_case(store)
    store.commit(cases=[row_of(result(0, "fail"))])
    with pytest.raises(PrimumError, match="have changed or were forgotten"):
        desk.claim(RUN, ANN)


def test_the_lead_sees_who_did_what_and_what_the_judge_missed(store: Store) -> None:
    keep(store, [result(0, "pass"), result(1, "fail"), result(2, "pass")])
    desk = staffed(store)
    desk.open_queue(RUN, policy(1.0), by=LEAD)
    read_all(desk, ANN, FAIL)
    read_all(desk, BOB, FAIL)
    seen = desk.overview(RUN, LEAD)
    assert {one.case for one in seen.missed} == {"000000-can", "000002-can"} and seen.alarms == ()
    assert [(one.person, one.readings) for one in seen.workers] == [(ANN, 3), (BOB, 3)]
    assert [(one.first, one.cases, one.agreed) for one in seen.agreement] == [("clinician", 3, 3)]
    assert seen.states == {"amended": 2, "confirmed": 1}
    assert Counter({name: drawn for name, drawn, _ in seen.reasons}) == {
        "routine": 2,
        "critical-failed": 1,
    }
    assert [one.action for one in desk.events(RUN)][-1] == "saw the overview"


def test_checks_that_readers_answer_differently_are_named(store: Store) -> None:
    desk, _clock = one_case(store)
    for name, told in ((ANN, "met"), (BOB, "not_met")):
        answer = msgspec.structs.replace(FAIL, answers=(CheckAnswer("asks", told),))  # type: ignore[arg-type]
        desk.submit(desk.claim(RUN, name).item, name, answer)
    (disputed,) = desk.overview(RUN, LEAD).disputed
    assert (disputed.scenario, disputed.check, disputed.items) == ("s-00000", "asks", 1)


def test_progress_counts_what_this_person_can_still_do(store: Store) -> None:
    keep(store, [result(place) for place in range(4)])
    clock = Clock()
    desk = staffed(store, clock)
    desk.open_queue(RUN, policy(1.0, double=0.0), by=LEAD)
    assert desk.progress(RUN, ANN).left == 4 and desk.progress(RUN, ANN).seconds_each is None
    page = desk.claim(RUN, ANN)
    assert desk.progress(RUN, BOB).left == 3
    clock.minutes(2)
    desk.submit(page.item, ANN, PASS)
    after = desk.progress(RUN, ANN)
    assert (after.done, after.left, round(after.seconds_each)) == (1, 3, 120)
    assert round(after.seconds_left) == 360


def test_a_sign_off_is_over_one_state_and_an_older_one_is_told_apart(store: Store) -> None:
    desk, _clock = one_case(store, double=0.0)
    page = desk.claim(RUN, ANN)
    signed = desk.sign(RUN, LEAD, "lead", "interim look")
    assert signed.name == "Lena Lead" and signed.results == desk.results(RUN)
    desk.submit(page.item, ANN, PASS)
    assert signed.results != desk.results(RUN)
    assert desk.signoffs(RUN) == (signed,) and desk.verify(RUN, signed.head).whole
