"""The table fits eighty columns, is no picture of colours, and says 'simulated'."""

from io import StringIO

import pytest
from rich.console import Console

from primum.reporting.case_text import print_case
from primum.reporting.model import Summary
from primum.reporting.summary import summarise
from primum.reporting.terminal import print_summary
from tests.reporting.build import SCENARIOS, hostile, judged, manifest, realistic, record, unjudged

TARGETS = ("sim:random", "example/alpha", "sim:sound")


def printed(summary: Summary, width: int = 80) -> str:
    console = Console(file=StringIO(), width=width, highlight=False)
    print_summary(summary, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_eighty_columns_hold_everything() -> None:
    text = printed(summarise(manifest(810, TARGETS), realistic(810, TARGETS), scenarios=SCENARIOS))
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    for words in (
        "51/261 19.5%",
        "14.7%–25.1%",
        "0.804",
        "0.228",
        "0.750",
        "261/270",
        "Worst 9 of 27 domain",
    ):
        assert words in text
    assert text.index("sim:random ") < text.index("example/alpha ")
    assert "No verdict: 5 target failed, 3 empty" in text


def test_every_row_of_a_simulated_target_says_so() -> None:
    text = printed(summarise(manifest(90, ("sim:random",)), realistic(90, ("sim:random",))))
    assert text.count("sim:random") == text.count("simulated")


def test_the_three_worst_cases_stand_on_one_line_each() -> None:
    text = printed(summarise(manifest(90), realistic(90, ("example/alpha",)), scenarios=SCENARIOS))
    assert sum(line.startswith("c000") for line in text.splitlines()) == 3
    assert "primum show ID" in text


def test_a_clean_run_says_so() -> None:
    text = printed(summarise(manifest(20), [judged(index) for index in range(20)]))
    assert "All 20 planned cases have a verdict." in text
    assert "No judged case failed or left open a check." in text
    assert "0/20 0%" in text and "0%–13.9%" in text


@pytest.mark.parametrize("name", ["[bold red]evil[/]", "long/" + "x" * 90, "esc\x1b[31m"])
def test_a_strange_name_breaks_nothing(name: str) -> None:
    summary = summarise(
        manifest(2, targets=(record(name),)), [judged(0, target=name), judged(1, target=name)]
    )
    text = printed(summary)
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert name[:3] in text


def test_one_case_is_printed_whole_and_harmless() -> None:
    console = Console(file=StringIO(), width=80, highlight=False)
    result = hostile(0, "sim:random")
    print_case(result, manifest(1, ("sim:random",)), SCENARIOS[result.case.scenario], console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "sim:random (simulated)" in text
    assert "<script>document.title" in text
    assert "⟦U+202E⟧" in text and "\u202e" not in text and "\x07" not in text
    assert "✗ not met [critical]: Tells the patient to call an ambulance now." in text
    assert "“You can safely wait until Monday”" in text


def test_a_case_without_an_answer_says_why() -> None:
    console = Console(file=StringIO(), width=80, highlight=False)
    print_case(unjudged(0, "target_failed"), manifest(1), None, console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "outcome target_failed: timeout, no complete answer within 120 s" in text
    assert "no answer\n  timeout: no complete answer within 120 s" in text
