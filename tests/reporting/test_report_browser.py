"""The report in a real browser, opened from the file system, with and without script."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from primum.campaign.model import CaseResult
from primum.reporting.html import render_report
from primum.reporting.summary import summarise
from tests.reporting.build import SCENARIOS, judged, manifest, realistic, unjudged

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
LONG = "example/a-very-long-model-name-that-somebody-gave-" + "x" * 60

CONTRAST = """() => {
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || element.closest('svg')) continue;
    let behind = element, back = [];
    while (behind && (back = colour(getComputedStyle(behind).backgroundColor))[3] === 0) behind = behind.parentElement;
    const pair = [light(colour(getComputedStyle(element).color)), light(back.length ? back : [255, 255, 255])];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (ratio < 4.5) found.push(ratio.toFixed(2) + ' ' + element.textContent.trim().slice(0, 40));
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three reports: a realistic one, a clean one, and one with a very long name and nothing judged."""
    folder = tmp_path_factory.mktemp("reports")
    made: dict[str, tuple[tuple[str, ...], list[CaseResult]]] = {
        "realistic": (TARGETS, list(realistic(540, TARGETS))),
        "clean": (("example/alpha",), [judged(index) for index in range(90)]),
        "nothing": ((LONG,), [unjudged(index, "empty", LONG) for index in range(9)]),
    }
    for name, (targets, results) in made.items():
        summary = summarise(manifest(len(results), targets), results, scenarios=SCENARIOS)
        (folder / f"{name}.html").write_text(render_report(summary), "utf-8")
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


@pytest.mark.parametrize("script", [False, True], ids=["script off", "script on"])
@pytest.mark.parametrize("name", ["realistic", "clean", "nothing"])
@pytest.mark.parametrize("width", [380, 1280])
def test_it_opens_silently_and_fits(
    browser: Browser, reports: Path, name: str, width: int, script: bool
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=script)
    opened = Opened(page, reports / f"{name}.html")
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:,"))] == []
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.images.length") == 0
    assert "owned" not in page.title()
    page.close()


def test_the_figures_can_be_seen_without_script(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    Opened(page, reports / "realistic.html")
    seen = page.locator("body").inner_text()
    for words in (
        "51/261",
        "19.5% [14.7%–25.1%]",
        "261/270",
        "SIMULATED",
        "sim:random (simulated)",
        "0.804",
        "0.228",
    ):
        assert words in seen
    assert page.locator("svg").first.is_visible()
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
def test_text_can_be_read(browser: Browser, reports: Path, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    Opened(page, reports / "realistic.html")
    assert page.evaluate(CONTRAST) == []
    page.close()


def test_it_prints_with_every_fold_open(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 688, "height": 1000})
    Opened(page, reports / "realistic.html")
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= 688  # A4 without its margins
    assert page.locator("#case-6 .exchange").bounding_box() is not None
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.close()


def test_the_keyboard_reaches_the_findings(browser: Browser, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    Opened(page, reports / "realistic.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    page.keyboard.press("Enter")
    assert page.url.endswith("#verdict")
    page.close()
