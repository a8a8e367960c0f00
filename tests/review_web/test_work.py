"""The whole way in a real browser: two people read forty cases by keyboard alone, differ, and a third decides."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from primum.store import open_store
from tests.campaign.build import protocol
from tests.review.build import ANN, BOB, EVA, LEAD, staffed
from tests.review_web.team import Team, running

CASES = 40
MISSED = range(0, CASES, 8)
"""Both readers say fail where the judge passed."""
SPLIT = range(4, CASES, 8)
"""They differ."""
RATIONALE = "The first reader is right: pfm 012 s"
"""With the letters of shortcuts, which in a field are letters."""
RULE = """
name: everything twice
certainty: [critical-failed]
routine: {share: 1.0, min_per_domain: 0}
attacked: {share: 1.0, min_per_domain: 0}
double: {certainty: 1.0, routine: 1.0, routine_min: 0}
"""


def primum(*arguments: object) -> str:
    """One command as a user gives it."""
    command = [sys.executable, "-c", "from primum.cli import main; main()", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 3), done.stderr  # 3: some cases have no verdict
    return done.stdout


class Forty(NamedTuple):
    """A run of forty cases whose queue is open, and the app on it."""

    team: Team
    out: Path
    run: str

    def summary(self) -> dict[str, Any]:
        """What the report says now."""
        primum("report", self.out)
        found: dict[str, Any] = json.loads((self.out / "summary.json").read_text())
        return found


@pytest.fixture
def forty(tmp_path: Path) -> Iterator[Forty]:
    """A lead plans and opens the queue of a run on whose forty cases the judge found nothing."""
    out = tmp_path / "out"
    primum("run", protocol(tmp_path, CASES), "--target", "sim:sound", "--out", out)
    with open_store(out / "primum.db") as store:
        run = store.list_runs()[0].run
        desk = staffed(store, time.time)  # type: ignore[arg-type]
        rule = tmp_path / "rule.yaml"
        rule.write_text(RULE)
        plan = primum("review", "plan", out, "--policy", rule)
        assert "Readings: 80" in plan and "certain" in plan
        assert "40 items, 80 readings" in primum("review", "open", out, "--policy", rule, "--as", LEAD)
        with running(desk) as team:
            yield Forty(team, out, run)


def enter(browser: Browser, team: Team, person: str, **options: object) -> Page:
    """A browser of somebody who has signed in. What it complains about is an error."""
    context = browser.new_context(base_url=team.url, **options)  # type: ignore[arg-type]
    context.set_default_timeout(60_000)  # a loaded machine is slow, and that is no fault
    if person:
        cookie = {"name": team.site.cookie, "value": team.session(person), "url": team.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.goto("/")
    return page


def place_of(page: Page) -> int:
    """Which case it is, by its title."""
    return int(page.locator("h1").inner_text().rsplit(" ", 1)[1])


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


def test_forty_cases_by_keyboard_alone(browser: Browser, forty: Forty, tmp_path: Path) -> None:
    """Planned, read twice, adjudicated, signed; and the report changes its states and its numbers."""
    desk, run = forty.team.desk, forty.run
    before = forty.summary()
    assert before["review"]["targets"][0]["counts"]["reviewed"] == 0
    for person in (ANN, BOB):
        _read_all(browser, forty, person)
    labels = desk.labelled(run)
    assert [len(one.first) for one in labels] == [2] * CASES
    assert sum(len(one.after) for one in labels) == 8  # second answers, kept apart
    states = [one.state for one in labels]
    assert (states.count("amended"), states.count("provisional")) == (len(MISSED), len(SPLIT))
    _adjudicate(browser, forty)
    labels = desk.labelled(run)
    assert {one.state for one in labels} == {"confirmed", "amended"}
    assert sum(one.final is True for one in labels) == len(MISSED) + len(SPLIT)
    assert {one.rationale for one in labels if one.adjudicator} == {RATIONALE}

    page = enter(browser, forty.team, LEAD)
    page.goto("/lead")
    assert page.locator("table").first.locator("tbody tr").count() == len(MISSED) + len(SPLIT)
    page.locator("table a").first.click()
    assert "offline" in page.locator("main").inner_text()
    page.context.close()
    assert desk.verify(run).whole

    after = forty.summary()
    (target,) = after["review"]["targets"]
    assert target["counts"]["states"]["amended"] == len(MISSED) + len(SPLIT)
    assert target["counts"]["states"]["confirmed"] == CASES - len(MISSED) - len(SPLIT)
    assert target["corrected"]["rate"]["value"] == pytest.approx(0.25, abs=0.03)
    assert target["corrected"]["judge_alone"]["count"] == 0  # what the judge alone had said
    report = browser.new_page()
    report.goto((forty.out / "report.html").as_uri())
    section = report.locator("#review").inner_text()
    assert "strictly final: 40 of 40 cases" in section and "25.0%" in section
    assert "Not yet reviewed by a clinician" not in section
    report.screenshot(path=tmp_path / "report.png", full_page=True)
    report.close()


def _read_all(browser: Browser, forty: Forty, person: str) -> None:
    page = enter(browser, forty.team, person)
    expect(page.locator("h1")).to_have_text("Review")
    press(page, "s")  # start
    page.wait_for_url("**/review/*")
    for number in range(CASES):
        expect(page.locator("h1")).to_be_focused()  # the eye and the screen reader start at the case
        assert f"{number} of {CASES} done" in page.locator(".progress").inner_text()
        read_one(page, person, look=number % 10 == 0)
    assert page.url.endswith("/review?finished=yes")
    page.context.close()


def _adjudicate(browser: Browser, forty: Forty) -> None:
    page = enter(browser, forty.team, EVA)
    page.goto("/adjudicate")
    assert f"{len(SPLIT)} conflicts wait" in page.locator("main").inner_text()
    press(page, "s")
    for _ in SPLIT:
        page.wait_for_url("**/adjudicate/*")
        where = page.url
        press(page, "f", "3", "t")
        page.keyboard.type(RATIONALE)
        press(page, "Control+Enter")
        page.wait_for_url(lambda url, where=where: url != where)
    assert page.url.endswith("/adjudicate?finished=yes")
    page.context.close()
