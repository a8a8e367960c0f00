"""A team at work: a finished run, its queue, five people, and the app running."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from primum.review.desk import Desk
from primum.store import open_store
from tests.reporting.test_report_browser import ARGUMENTS, CHROMIUM
from tests.review.build import LEAD, RUN, keep, mixed, policy, staffed
from tests.review_web.team import Team, running


@pytest.fixture(scope="module")  # while it runs, no asynchronous test can
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(tmp_path / "primum.db") as store:
        keep(store, mixed(24))
        made = staffed(store)
        made.open_queue(RUN, policy(share=1.0), LEAD)
        yield made


@pytest.fixture
def team(desk: Desk) -> Iterator[Team]:
    with running(desk) as made:
        yield made
