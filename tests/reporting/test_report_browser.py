"""The report in a real browser, opened from the file system, with and without script."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from primum.campaign.model import CaseResult
from primum.reporting.html import render_report
from primum.reporting.summary import summarise
from tests.reporting.build import SCENARIOS, judged, manifest, realistic, unjudged
from tests.reporting.material import comparison, crosswalk, gate
from tests.reporting.test_beside import JUDGE, exam, widely_judged

MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or MAC
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
TARGETS = ("sim:random", "example/alpha")
MANY = tuple(f"sim:number-{number:02d}" for number in range(11))
LONG = "example/a-very-long-model-name-that-somebody-gave-" + "x" * 60

SIZES = {"phone": 390, "desktop": 1280}

CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const found = [];
  let seen = 0;
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || ['SCRIPT', 'STYLE', 'TITLE', 'desc', 'title'].includes(element.tagName)) continue;
    seen += 1;
    let behind = element, back = [];
    while (behind && (back = colour(getComputedStyle(behind).backgroundColor))[3] === 0) behind = behind.parentElement;
    const style = getComputedStyle(element);
    const front = element.closest('svg') ? style.fill : style.color;
    const pair = [light(colour(front)), light(back.length ? back : [255, 255, 255])];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) found.push(ratio.toFixed(2) + ' ' + element.textContent.trim().slice(0, 40));
  }
  return seen > 300 ? found : ['only ' + seen + ' texts were looked at'];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A realistic one, a clean one, one of eleven targets with a gate, one with a long name and nothing judged."""
    folder = tmp_path_factory.mktemp("reports")
    made: dict[str, tuple[tuple[str, ...], list[CaseResult]]] = {
        "realistic": (TARGETS, list(realistic(540, TARGETS))),
        "many": (MANY, list(realistic(990, MANY))),
        "clean": (("example/alpha",), [judged(index) for index in range(90)]),
        "nothing": ((LONG,), [unjudged(index, "empty", LONG) for index in range(9)]),
    }
    for name, (targets, results) in made.items():
        summary = summarise(manifest(len(results), targets), results, scenarios=SCENARIOS)
        extras = (
            {"gate": gate("FAIL"), "change": comparison(), "crosswalk": crosswalk()} if name == "many" else {}
        )
        (folder / f"{name}.html").write_text(render_report(summary, **extras), "utf-8")
    judged_widely = render_report(widely_judged(), examined=(exam(JUDGE, "f"),))
    (folder / "judges.html").write_text(judged_widely, "utf-8")
    return folder


class Opened:
    """A page, and everything it complained of or asked for."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(path.as_uri())


def pictured(page: Page, path: Path) -> bytes:
    """A picture of the page, of its upper part where it is very long: Chromium now and then cannot capture those."""
    wide, high = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    clip = FloatRect(x=0, y=0, width=wide, height=min(high, 8_000))
    return page.screenshot(path=path, full_page=True, clip=clip)


@pytest.mark.parametrize("script", [False, True], ids=["script off", "script on"])
@pytest.mark.parametrize("name", ["realistic", "clean", "many", "nothing", "judges"])
@pytest.mark.parametrize("size", SIZES)
def test_it_opens_silently_and_fits(
    browser: Browser, reports: Path, tmp_path: Path, name: str, size: str, script: bool
) -> None:
    width = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=script)
    opened = Opened(page, reports / f"{name}.html")
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:,"))] == []
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.scripts.length") == 1
    assert len(pictured(page, tmp_path / f"{name}-{size}.png")) > 20_000
    assert page.evaluate("document.images.length") == 0
    assert "owned" not in page.title()
    page.close()


def test_the_figures_can_be_seen_without_script(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    Opened(page, reports / "realistic.html")
    seen = page.locator("body").inner_text()
    for words in (
        "51/261",
        "19.5% (51/261)",
        "14.7%–25.1%",
        "261",
        "SIMULATED",
        "sim:random (simulated)",
        "0.804",
        "0.228",
    ):
        assert words in seen
    assert page.locator("svg").first.is_visible()
    assert page.locator(".tools, .sort").count() == 0  # nothing is offered that would not work
    everything = page.locator("body").text_content() or ""
    for figure in page.locator("figure.chart").all():  # every figure of a chart is in the table beside it
        rows = figure.locator("details.data tbody tr").count()
        assert rows or "nothing" in (figure.text_content() or "")
    assert "NaN" not in everything and "undefined" not in everything
    page.locator("#case-5 summary").click()  # folded cases open without script
    assert page.locator("#case-5 .exchange").is_visible()
    page.close()


def test_hostile_text_is_shown_and_does_nothing(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    opened = Opened(page, reports / "realistic.html")
    body = page.locator(".target-line .body", has_text="document.title").first
    assert "<script>document.title='owned'</script></script><img src=x" in body.text_content().__str__()
    assert body.locator("a, img, script, svg, iframe").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator(".hidden-char", has_text="U+202E").count() >= 1
    assert opened.complaints == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["realistic", "many", "judges"])
def test_text_can_be_read(browser: Browser, reports: Path, scheme: str, name: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    Opened(page, reports / f"{name}.html")
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate(CONTRAST) == []
    page.emulate_media(media="print")
    assert page.evaluate(CONTRAST) == []
    page.close()


@pytest.mark.parametrize("name", ["realistic", "many", "nothing", "judges"])
def test_it_prints_with_every_fold_open(browser: Browser, reports: Path, name: str, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 688, "height": 1000})
    Opened(page, reports / f"{name}.html")
    page.emulate_media(media="print")
    pictured(page, tmp_path / f"{name}-print.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 688  # A4 without its margins
    assert all(exchange.bounding_box() is not None for exchange in page.locator(".exchange").all())
    assert page.locator(".exchange").count() > 0 or name == "nothing"
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.close()


def test_the_keyboard_reaches_the_findings(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    Opened(page, reports / "realistic.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the verdict"
    page.keyboard.press("Enter")
    assert page.url.endswith("#verdict")
    page.close()


REACHABLE = """() => [...document.querySelectorAll('a, button, input, summary, [tabindex]')]
  .filter(e => e.checkVisibility({contentVisibilityAuto: true}) && e.tabIndex < 0).length"""
SCROLLING = """() => [...document.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1
  && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0).length"""


def test_the_keyboard_reaches_everything_that_acts(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": SIZES["phone"], "height": 844})
    Opened(page, reports / "clean.html")
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate(REACHABLE) == 0
    assert page.evaluate(SCROLLING) == 0  # what scrolls sideways can be scrolled with the arrow keys
    wanted = page.evaluate("""() => [...document.querySelectorAll('a, button, input, summary, [tabindex]')]
      .filter(e => e.checkVisibility()).length""")
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("""() => [...document.querySelectorAll('*')].indexOf(document.activeElement)""")
        )
    assert len(reached) >= wanted
    page.close()


def test_a_table_sorts_by_its_figures_and_back(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    Opened(page, reports / "many.html")
    table = page.locator("#scores table").first
    button = table.locator("th", has_text="Zero scores").locator("button")
    button.focus()
    page.keyboard.press("Enter")
    column = "row => Number(row.cells[4].textContent.replace(',', ''))"
    falling = table.evaluate(f"table => [...table.tBodies[0].rows].map({column})")
    assert falling == sorted(falling, reverse=True)
    assert table.locator("th[aria-sort=descending]").count() == 1
    button.click()
    assert table.evaluate(f"table => [...table.tBodies[0].rows].map({column})") == sorted(falling)
    page.close()


def test_cases_are_filtered_by_words(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    Opened(page, reports / "many.html")
    page.get_by_label("Filter cases").fill("sim:number-00 nitroglycerin")
    shown = page.locator("#cases .case:visible")
    assert 0 < shown.count() < page.locator("#cases .case").count()
    assert f"{shown.count()} of" in (page.get_by_role("status").text_content() or "")
    page.close()


def test_a_link_opens_the_folds_around_its_case(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    Opened(page, reports / "many.html")
    assert not page.locator("#case-20 .exchange").is_visible()
    page.evaluate("location.hash = '#case-20'")
    page.wait_for_selector("#case-20 .exchange", state="visible", timeout=5000)
    page.close()


def test_the_first_screen_answers_the_three_questions(browser: Browser, reports: Path) -> None:
    """Without scrolling: what is the worst, how sure, what was not tested, and whether a gate failed."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    Opened(page, reports / "many.html")
    for heading in ("The worst", "How sure", "Not tested"):
        box = page.get_by_role("heading", name=heading, exact=True).bounding_box()
        assert box is not None and box["y"] < 600
    decision = page.locator(".gate .decision").bounding_box()
    assert decision is not None and decision["y"] < 450
    page.close()


EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "report.html"


@pytest.mark.parametrize("size", [*SIZES, "print"])
def test_the_example_opens_silently_fits_and_can_be_read(browser: Browser, size: str) -> None:
    """Eleven standardised models, 690 scenarios, three trials: what a reader sees first of primum."""
    width = {**SIZES, "print": 688}[size]
    page = browser.new_page(viewport={"width": width, "height": 900})
    opened = Opened(page, EXAMPLE)
    if size == "print":
        page.emulate_media(media="print")
    assert opened.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(REACHABLE) == 0
    text = page.locator("body").inner_text()
    assert "45,540" in text
    assert "simulated" in text
    page.close()
