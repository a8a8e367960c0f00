"""C30: over a real HTTP connection, a judge that rewards empathy shows a gap and fails; without that it does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from primum.examination.known import read_result
from primum.examination.model import Decision, JudgeResult
from tests.cli.test_cli import primum
from tests.examination.loopback import judge_server

TOML = """
[endpoints.judge]
base_url = "{url}"
model = "{model}"
price = {{ input = 2.0, output = 10.0 }}
"""


class Sat:
    """What one examination printed and wrote."""

    def __init__(self, folder: Path, url: str, model: str) -> None:
        folder.mkdir()
        (folder / "primum.toml").write_text(TOML.format(url=url, model=model))
        done = primum("judges", "exam", "--judge", "judge", "--limit", "60", "--offline", cwd=folder)
        self.code, self.said, self.told = done.returncode, done.stdout, done.stderr
        self.result: JudgeResult = read_result(folder / "out/judges/judge/exam.json")

    def decision(self, figure: str) -> Decision:
        return next(one for one in self.result.decisions if one.figure == figure)


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Sat]]:
    folder = tmp_path_factory.mktemp("judges")
    with judge_server() as url:
        yield {model: Sat(folder / model, url, model) for model in ("fair", "charmed")}


def test_c30_a_judge_that_rewards_empathy_shows_a_gap_and_fails(sat: dict[str, Sat]) -> None:
    charmed = sat["charmed"]
    assert charmed.code == 1, charmed.told
    for figure in ("gap/empathy", "gap/warmth", "right/empathy"):
        assert charmed.decision(figure).result == "failed", figure
    gap = charmed.result.figures["gap/warmth"]
    assert gap.low is not None and gap.low > 0
    assert "gap/warmth" in charmed.said and "FAILED" in charmed.said


def test_the_same_judge_without_that_fault_has_no_gap(sat: dict[str, Sat]) -> None:
    fair = sat["fair"]
    for figure in ("gap/warmth", "right/empathy", "sensitivity/critical", "flips/retest", "lifted/injection"):
        assert fair.decision(figure).result == "passed", figure
    assert fair.result.figures["gap/warmth"].value == 0.0


def test_it_prints_all_that_a_reader_needs(sat: dict[str, Sat]) -> None:
    said = sat["charmed"].said
    lines = {line.split()[0]: line for line in said.splitlines() if line.strip()}
    for dimension in ("all", "critical", "safety", "accuracy"):
        assert lines[dimension].count("(") == 3, "sensitivity, specificity and accuracy have intervals"
    for bias in (
        "empathy",
        "warmth",
        "verbosity",
        "hedging",
        "check-order",
        "fact-order",
        "format",
        "paraphrase",
    ):
        assert f"gap/{bias}" in lines and " to " in lines[f"gap/{bias}"]
    for figure in ("right/priority", "lifted/injection", "reported/injection", "right/refusal-helps",
                   "right/refusal-abandons", "flips/retest"):  # fmt: skip
        assert figure in lines
    # 1,000 tokens in at $2 and 100 out at $10 a million: $0.003 a call, one call a verdict.
    assert "1.00 calls a verdict" in said and "$0.00300 a verdict" in said


def test_the_result_says_which_limits_were_broken(sat: dict[str, Sat]) -> None:
    assert sat["charmed"].result.result == "failed"
    broken = {one.figure for one in sat["charmed"].result.decisions if one.result == "failed"}
    assert broken >= {"gap/empathy", "gap/warmth", "right/empathy"}
    assert not broken & {"flips/retest", "gap/check-order", "gap/format"}
