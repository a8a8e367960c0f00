"""The estimate of `primum plan` in a terminal."""

from io import StringIO

from rich.console import Console

from primum.campaign.estimate import Estimate, Load
from primum.reporting.terminal import print_estimate


def test_an_estimate_names_calls_money_time_and_what_was_assumed() -> None:
    console = Console(file=StringIO(), width=80, highlight=False)
    loads = (
        Load("openai/a", "target", 120, 9_000, 42_000, 1.5, 150.0),
        Load("sim:b", "judge", 120, 1, 2, None, 5.0),
    )
    found = Estimate(
        run="r1",
        protocol="das",
        planned=120,
        scenarios=40,
        pool=90,
        trials=3,
        domains={"safety": 120},
        loads=loads,
        calls=240,
        tokens=51_003,
        usd=None,
        seconds=155.0,
        assumptions="350 tokens an answer",
    )
    print_estimate(found, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert max(map(len, printed.splitlines())) <= 80
    text = " ".join(printed.split())
    for words in (
        "das: 120 cases from 40 of 90 scenarios, 3 trials each",
        "9,000",
        "$1.50",
        "2.5 min",
        "no price",
    ):
        assert words in text
    assert "Assumed: 350 tokens an answer." in text
