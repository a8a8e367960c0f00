"""Every page in a real browser: what assistive technology finds, focus, keys, small screens, no script, hostile text."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from primum.review.desk import Desk, Ruling
from primum.store import open_store
from tests.reporting.build import HOSTILE
from tests.review.build import ANN, BOB, EVA, FAIL, LEAD, PASS, RUN, keep, policy, result, staffed
from tests.review_web.team import Team, running
from tests.review_web.test_work import enter, press


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
        "log": ("audit", "/log"),
        "verify": ("audit", f"/log/verify?chain={RUN}"),
        "sorry": (ANN, "/review/nothing"),
        "invitation": ("", "/invitation/LINK"),
    }


def open_all(desk: Desk) -> None:
    desk.change_person(LEAD, LEAD, roles=("lead", "auditor"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_asked_of_others(
    browser: Browser, busy: Team, scheme: str, tmp_path: Path
) -> None:
    """No violation of axe's rules, no complaint on the console, no request to anybody else, nothing too wide."""
    open_all(busy.desk)
    link = busy.ask("POST", "/people", LEAD, {"name": "Dr New", "login": "new", "roles": "clinician"}).body
    found: dict[str, object] = {}
    people: dict[str, Page] = {}
    asked: list[str] = []
    said: list[str] = []
    for name, (person, path) in screens(busy).items():
        person = LEAD if person == "audit" else person
        if person not in people:
            page = (
                enter(browser, busy, person, color_scheme=scheme)
                if person
                else browser.new_context(base_url=busy.url, color_scheme=scheme).new_page()  # type: ignore[arg-type]
            )
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("request", lambda request: asked.append(request.url))
            people[person] = page
        page = people[person]
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path.replace("LINK", link.split("/invitation/")[1].split("<")[0]))
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        violations = Axe().run(page).response["violations"]
        if violations:
            found[name] = [(one["id"], one["nodes"][0]["html"][:200], one["nodes"][0]["failureSummary"]) for one in violations]
        page.screenshot(path=tmp_path / f"{name}-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            found[f"{name} on a phone"] = "scrolls sideways"
        page.screenshot(path=tmp_path / f"{name}-{scheme}-phone.png", full_page=True)
    assert found == {}
    assert [words for words in said if "status of 409" not in words] == []  # the page that says sorry
    assert [url for url in asked if not url.startswith((busy.url, "data:,"))] == []
