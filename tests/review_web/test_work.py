"""The whole way in a real browser: two people read forty cases by keyboard alone, differ, and a third decides."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from primum.store import open_store
from tests.review.build import ANN, BOB, DOMAINS, EVA, LEAD, RUN, keep, policy, result, staffed
from tests.review_web.team import Team, running

CASES = 40
MISSED = range(0, CASES, 8)
"""Both readers say fail where the judge passed."""
SPLIT = range(4, CASES, 8)
"""They differ."""


@pytest.fixture
def forty(tmp_path: Path) -> Iterator[Team]:
    """Forty routine cases that the judge passed, each to be read by two."""
    with open_store(tmp_path / "primum.db") as store:
        keep(store, [result(place, "pass", DOMAINS[place % 3]) for place in range(CASES)])
        desk = staffed(store)
        desk.open_queue(RUN, policy(share=1.0), LEAD)
        with running(desk) as team:
            yield team


def enter(browser: Browser, team: Team, person: str, **options: object) -> Page:
    """A browser of somebody who has signed in. What it complains about is an error."""
    context = browser.new_context(base_url=team.url, **options)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    if person:
        cookie = {"name": team.site.cookie, "value": team.session(person), "url": team.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.goto("/")
    return page


def place_of(page: Page) -> int:
    """Which case it is: its number stands in the reply."""
    return int(page.locator(".reply .said").inner_text().rsplit("(", 1)[1].rstrip(")"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def read_one(page: Page, person: str, look: bool) -> None:
    """One case by keyboard alone, from the open page to the next one."""
    place = place_of(page)
    failed = place in MISSED or (place in SPLIT and person == ANN)
    press(page, "n" if failed else "m", "m", "f" if failed else "p", "3" if failed else "0", "8")
    press(page, "s")
    page.wait_for_url("**/stored")
    if not look:
        press(page, "e")
    else:
        press(page, "s")
        page.wait_for_url("**/judge")
        press(page, "f" if failed else "p", "s")
    page.wait_for_url(lambda url: "/stored" not in url and "/judge" not in url)


def test_forty_cases_by_keyboard_alone(browser: Browser, forty: Team) -> None:
    desk = forty.desk
    for person in (ANN, BOB):
        page = enter(browser, forty, person)
        expect(page.locator("h1")).to_have_text("Review")
        press(page, "s")  # start
        page.wait_for_url("**/review/*")
        for number in range(CASES):
            expect(page.locator("h1")).to_be_focused()  # the eye and the screen reader start at the case
            assert f"{number} of {CASES} done" in page.locator(".progress").inner_text()
            read_one(page, person, look=number % 10 == 0)
        assert page.url.endswith("/review?finished=yes")
        page.context.close()
    assert len(desk.compared(RUN)) == 0 and desk.progress(RUN, BOB).done == CASES
    assert [len(one.first) for one in desk.labelled(RUN)] == [2] * CASES
    assert sum(len(one.after) for one in desk.labelled(RUN)) == 8  # second answers, kept apart
    states = [one.state for one in desk.labelled(RUN)]
    assert (states.count("amended"), states.count("provisional")) == (len(MISSED), len(SPLIT))

    page = enter(browser, forty, EVA)
    page.goto("/adjudicate")
    assert f"{len(SPLIT)} conflicts wait" in page.locator("main").inner_text()
    press(page, "s")
    for _ in SPLIT:
        page.wait_for_url("**/adjudicate/*")
        where = page.url
        press(page, "f", "3", "t")
        page.keyboard.type("The first reader is right: pfm 012 s")  # shortcuts in a field are letters
        press(page, "Control+Enter")
        page.wait_for_url(lambda url, where=where: url != where)
    assert page.url.endswith("/adjudicate?finished=yes")
    found = desk.labelled(RUN)
    assert {one.state for one in found} == {"confirmed", "amended"}
    assert sum(one.final is True for one in found) == len(MISSED) + len(SPLIT)
    assert {one.rationale for one in found if one.adjudicator} == {"The first reader is right: pfm 012 s"}
    page.context.close()

    page = enter(browser, forty, LEAD)
    page.goto("/lead")
    assert page.locator("table").first.locator("tbody tr").count() == len(MISSED) + len(SPLIT)
    page.locator("table a").first.click()
    assert "canary-judge" in page.locator("main").inner_text()
    assert desk.verify(RUN).whole
    page.context.close()
