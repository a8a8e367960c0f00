"""Every page in a real browser: assistive technology, focus, keys, small screens, no script, hostile text."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from primum.endpoints.model import Exchange, Message, Reply
from primum.review.desk import Ruling
from primum.review.policy import Pairs
from primum.store import open_store
from tests.reporting.build import HOSTILE
from tests.review.build import ANN, BOB, EVA, FAIL, LEAD, PASS, RUN, keep, policy, result, staffed
from tests.review_web.team import Team, running
from tests.review_web.test_work import enter, press

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def busy(team: Team) -> Team:
    """A review in which everything has happened at least once."""
    desk = team.desk
    for _ in range(6):
        for person, answer in ((ANN, PASS), (BOB, FAIL)):
            page = desk.claim(RUN, person)
            assert page is not None
            desk.submit(page.item, person, answer)
    while (page := desk.claim(RUN, BOB)) is not None:
        desk.submit(page.item, BOB, FAIL)
    conflict = desk.claim_conflict(RUN, EVA)
    assert conflict is not None
    desk.adjudicate(conflict.item, EVA, Ruling("fail", "The second reader is right.", "omission", 3))
    desk.sign(RUN, LEAD, "lead", "I have reviewed these labels.")
    return team


def screens(team: Team) -> dict[str, tuple[str, str]]:
    """Name → person and address of every kind of page."""
    desk = team.desk
    last = next(one for one in desk.labelled(RUN) if one.reviewed).item
    own = next(one.item for one in desk.labelled(RUN) if any(first.reviewer == ANN for first in one.first))
    desk.reveal(own, ANN)
    case, conflict = desk.claim(RUN, ANN), desk.claim_conflict(RUN, EVA)
    assert case is not None and conflict is not None
    return {
        "sign-in": ("", "/sign-in"),
        "queue": (ANN, "/review"),
        "case": (ANN, f"/review/{case.item}"),
        "stored": (ANN, f"/review/{own}/stored"),
        "judge": (ANN, f"/review/{own}/judge"),
        "keys": (ANN, "/keys"),
        "conflicts": (EVA, "/adjudicate"),
        "conflict": (EVA, f"/adjudicate/{conflict.item}"),
        "overview": (LEAD, "/lead"),
        "lead-case": (LEAD, f"/lead/case/{last}"),
        "people": (LEAD, "/people"),
        "sign-off": (LEAD, "/sign-off"),
        "log": (LEAD, "/log"),
        "verify": (LEAD, f"/log/verify?chain={RUN}"),
        "sorry": (ANN, "/review/nothing"),
        "invitation": ("", "/invitation/LINK"),
    }


def test_axe_finds_nothing_and_nothing_is_asked_of_others(
    browser: Browser, busy: Team, tmp_path: Path
) -> None:
    """No violation of axe's rules, light or dark; a silent console; no request to others; nothing too wide."""
    busy.desk.change_person(LEAD, LEAD, roles=("lead", "auditor"))
    link = busy.ask("POST", "/people", LEAD, {"name": "Dr New", "login": "new", "roles": "clinician"}).body
    found: dict[str, object] = {}
    said: list[str] = []
    asked: list[str] = []
    people: dict[str, Page] = {}
    for name, (person, path) in screens(busy).items():
        if person not in people:
            people[person] = enter(browser, busy, person)
            people[person].on("console", lambda message: said.append(message.text))
            people[person].on("pageerror", lambda error: said.append(str(error)))
            people[person].on("request", lambda request: asked.append(request.url))
        page = people[person]
        page.set_viewport_size(DESKTOP)
        page.goto(path.replace("LINK", link.split("/invitation/")[1].split("<")[0]))
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for one in Axe().run(page).response["violations"]:
                found[f"{name}, {scheme}"] = (one["id"], one["nodes"][0]["html"][:200])
            page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
        page.set_viewport_size(PHONE)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            found[f"{name} on a phone"] = "scrolls sideways"
        page.screenshot(path=tmp_path / f"{name}-phone.png", full_page=True)
    assert found == {}
    assert [words for words in said if "status of 409" not in words] == []  # the page that says sorry
    assert [url for url in asked if not url.startswith((busy.url, "data:,"))] == []


def case_of(browser: Browser, team: Team, **options: object) -> Page:
    """Ann's next case, open."""
    page = enter(browser, team, ANN, **options)
    page.locator("button.main").click()
    page.wait_for_url("**/review/*")
    return page


def test_the_tab_key_goes_through_a_case_in_the_order_in_which_it_is_read(
    browser: Browser, team: Team
) -> None:
    page = case_of(browser, team)
    expect(page.locator("h1")).to_be_focused()
    seen = []
    for _ in range(14):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.name || document.activeElement.textContent.trim().slice(0, 18)"
            )
        )
    checks = ["answer:calls", "Quote or reason", "answer:asks", "Quote or reason"]
    whole = ["verdict", "What these mean", "reason", "severity", "confidence", "Kind of harm, quot"]
    assert seen == [*checks, *whole, "s Submit", "Leave it", "? Keys", seen[-1]]
    for label in ("Met", "Fail", "A guess"):
        assert page.get_by_role("radio", name=label, exact=True).first.is_enabled()  # named without its key
    assert page.get_by_role("radio", name="Fail").get_attribute("aria-keyshortcuts") == "f"


def test_no_shortcut_acts_in_a_field_with_a_modifier_or_behind_the_help(browser: Browser, team: Team) -> None:
    page = case_of(browser, team)
    press(page, "t")  # into the comment
    everything = "mnaxlhqpfcb0123478 9tjkseu?"
    page.keyboard.type(everything)
    assert page.locator("[data-comment]").input_value() == everything
    assert page.locator("input:checked").count() == 0
    press(page, "Escape", "Control+m", "Alt+f")
    assert page.locator("input:checked").count() == 0
    press(page, "?", "f", "m")
    expect(page.locator("dialog")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    press(page, "?", "f")
    expect(page.locator("dialog")).to_be_hidden()
    assert page.locator("input:checked").get_attribute("value") == "fail"
    page.locator("select#reason").focus()
    press(page, "p")  # a list takes letters itself
    assert page.locator("input:checked").get_attribute("value") == "fail"


def test_keys_are_shown_changed_and_switched_off(browser: Browser, team: Team) -> None:
    page = enter(browser, team, ANN)
    page.goto("/keys")
    page.get_by_label("Met", exact=True).fill("y")
    page.get_by_label("Severity 4").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Your keys are saved.")
    page.goto("/review")
    press(page, "s")
    page.wait_for_url("**/review/*")
    assert page.locator(".check kbd").first.inner_text() == "y"
    press(page, "m", "4")
    assert page.locator("input:checked").count() == 0
    press(page, "y")
    assert page.locator("input:checked").get_attribute("value") == "met"
    page.goto("/keys")
    page.get_by_label("Fail", exact=True).fill("y")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The key y stands for 'Met' and 'Fail'; a key can do one thing."
    )
    page.goto("/keys")
    page.get_by_label("Keys are on").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto("/review")
    page.locator("button.main").click()
    page.wait_for_url("**/review/*")
    press(page, "y", "f", "s")
    assert page.locator("input:checked").count() == 1  # the draft, and nothing more
    assert page.locator("kbd:visible").count() == 0


def test_a_draft_is_kept_by_itself_and_a_lost_lease_is_said(browser: Browser, team: Team) -> None:
    page = case_of(browser, team)
    press(page, "m", "f", "3")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    page.reload()
    assert [one.get_attribute("value") for one in page.locator("input:checked").all()] == ["met", "fail", "3"]
    team.desk.room.clock.minutes(45)  # type: ignore[attr-defined]
    taken = team.desk.claim(RUN, BOB)
    assert taken is not None and page.url.endswith(taken.item)
    press(page, "s")
    expect(page.get_by_role("alert")).to_contain_text("not yours any more")
    assert team.desk.progress(RUN, ANN).done == 0


def test_what_is_missing_is_said_and_nothing_is_lost(browser: Browser, team: Team) -> None:
    page = case_of(browser, team)
    press(page, "n", "m", "p", "0", "s")
    expect(page.get_by_role("alert")).to_contain_text("so the verdict cannot be pass")
    assert page.locator("input:checked").count() == 4
    press(page, "f", "2", "t")
    page.keyboard.type("No ambulance.")
    press(page, "Control+Enter")
    page.wait_for_url("**/stored")
    press(page, "u")  # undo: the case opens again, as it was filled in
    page.wait_for_url(lambda url: not url.endswith("/stored"))
    assert page.locator("[data-comment]").input_value() == "No ambulance."
    press(page, "1", "s")
    page.wait_for_url("**/stored")
    (label,) = [one for one in team.desk.labelled(RUN) if one.first]
    assert [one.severity for one in label.first] == [1]  # one answer; the earlier one is superseded


def test_it_all_works_without_script(browser: Browser, team: Team) -> None:
    page = case_of(browser, team, java_script_enabled=False)
    assert page.locator(".needs-js:visible, kbd:visible").count() == 0
    page.get_by_role("radio", name="Not met").first.check()
    page.get_by_text("Save draft").click()
    assert page.locator("input:checked").get_attribute("value") == "not_met"
    page.get_by_role("radio", name="Fail").check()
    page.get_by_role("radio", name="3 severe").check()
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="See the judge's view").click()
    assert page.get_by_role("heading", name="The judge's view").is_visible()
    page.get_by_role("radio", name="Fail").check()
    page.get_by_role("button", name="Store and go on").click()
    assert "1 of 24 done" in page.locator(".progress").inner_text()
    assert len([one for one in team.desk.labelled(RUN) if one.after]) == 1


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Team]:
    """A run whose only reply means harm; the same reply twice, as pairs."""
    with open_store(tmp_path / "odd.db") as store:
        first = result(0, "pass", scenario="s")
        text = HOSTILE.replace("\ud800", "")  # no store holds a lone surrogate
        hostile = msgspec.structs.replace(
            first, exchange=Exchange((Message("user", "?"), Message("assistant", text)), (Reply(text),))
        )
        other = result(1, "pass", scenario="s", target="canary-second/model")
        edited = result(2, "pass", scenario="s", transforms=("identity.name",))
        keep(store, [hostile, other, edited])
        desk = staffed(store)
        pairs = {"pairwise": Pairs(1.0), "counterfactual": Pairs(1.0)}
        desk.open_queue(RUN, policy(share=1.0, **pairs), LEAD)
        with running(desk) as team:
            yield team


def test_hostile_text_is_shown_and_does_nothing_and_pairs_have_their_own_questions(
    browser: Browser, odd: Team
) -> None:
    page = enter(browser, odd, ANN)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    press(page, "s")
    page.wait_for_url("**/review/*")
    forms = set()
    while "finished" not in page.url:
        if page.get_by_text("Which reply is safer?").count():
            forms.add("pairwise")
            page.get_by_role("radio", name="The second").check()
        elif page.get_by_text("Should the two answers differ").count():
            forms.add("counterfactual")
            for group in page.locator("fieldset.pair").all():
                group.get_by_role("radio", name="No", exact=True).check()
        else:
            forms.add("independent")
            press(page, "p", "0")
        hostile = page.locator(".said", has_text="document.title")
        if hostile.count():
            assert "<script>document.title='owned'</script>" in (hostile.first.text_content() or "")
            assert hostile.first.locator("a, img, script, svg").count() == 0
            assert page.locator(".hidden-char", has_text="U+202E").count() >= 1
            assert "owned" not in page.title() and page.locator("a[href^=javascript]").count() == 0
        press(page, "s")
        page.wait_for_url("**/stored")
        press(page, "e")
        page.wait_for_url(lambda url: "/stored" not in url)
    assert forms == {"independent", "pairwise", "counterfactual"} and complaints == []
    assert {one.safer for one in odd.desk.compared(RUN) if one.form == "pairwise"} <= {"first", "second"}
