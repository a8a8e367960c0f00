"""The table of models, against figures worked out by hand, and the instability rules on the published rows.

`data/scores.csv`, by hand. steady: mean 4.5/5 = 0.9, squared deviations 2 × 0.0225 + 3 × 0.01 = 0.075, variance
0.075/4 = 0.01875, SD 0.1369; quartiles 0.75 and 1. wild: mean 5.5/8 = 0.6875, squares sum to 5.25, deviations
5.25 − 8 × 0.47265625 = 1.46875, variance 1.46875/7 = 0.20982, SD 0.45806; quartiles at places 1.75 and 5.25: 0.375 and
1. twelfths: mean 0.75, variance 2 × 0.0625/2 = 0.0625, SD 0.25; quartiles 0.625 and 0.875.
"""

import csv
from pathlib import Path

import pytest

from primum.errors import PrimumError
from primum.reporting.table_one import read_scores, rows_of, table_one
from primum.stats.describe import Description
from primum.stats.instability import InstabilityRules, unstable

DATA = Path(__file__).parents[1] / "stats" / "data"


def test_the_published_order_from_a_file_of_scores() -> None:
    assert table_one(read_scores(DATA / "scores.csv"), order="paper") == (
        "model      mean     SD  median    IQR    min–max\n"
        "steady    0.900  0.137   1.000  0.250  0.75–1.00\n"
        "wild      0.688  0.458   1.000  0.625  0.00–1.00\n"
        "twelfths  0.750  0.250   0.750  0.250  0.50–1.00"
    )


def test_the_reports_own_order_puts_the_worst_first() -> None:
    head, *rows = rows_of(read_scores(DATA / "scores.csv"))
    assert head[:4] == ("model", "min", "zero", "variance")
    assert rows == [
        ("wild", "0.00", "2", "0.210", "0.458", "0.625", "1.000", "0.688", "1.00", "8"),
        ("twelfths", "0.50", "0", "0.062", "0.250", "0.250", "0.750", "0.750", "1.00", "3"),
        ("steady", "0.75", "0", "0.019", "0.137", "0.250", "1.000", "0.900", "1.00", "5"),
    ]


def test_of_equal_minima_the_higher_variance_is_worse() -> None:
    rows = rows_of({"calm": [0.0, 0.5, 0.5, 0.5], "wild": [0.0, 1.0, 1.0, 0.0]})
    assert [row[0] for row in rows[1:]] == ["wild", "calm"]


def test_one_score_has_no_spread() -> None:
    assert rows_of({"one": [0.5]})[1][1:6] == ("0.50", "0", "–", "–", "0.000")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("model,score\na,0.5\na,1.5\n", r"scores.csv:3: '1.5' is no score"),
        ("model,score\na,\n", r"scores.csv:2: '' is no score"),
        ("name,value\na,1\n", "must name the columns model and score"),
    ],
)
def test_a_bad_file_names_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PrimumError, match=told):
        read_scores(path)


def test_the_rules_fire_on_the_published_rows_as_the_reference_says() -> None:
    with (DATA / "published.csv").open(encoding="utf-8") as file:
        rows = {row["model"]: row for row in csv.DictReader(file)}
    fired = {
        name: unstable(Description(n=690, sd=float(row["sd"]), min=float(row["min"])), InstabilityRules())
        for name, row in rows.items()
    }
    assert {name for name, rules in fired.items() if "sd" in rules} == {
        "CALM v2",
        "CALM v3",
        "Gemini 2.5 Pro",
    }
    assert {name for name, rules in fired.items() if "min" not in rules} == {
        "X-BAI",
        "GPT-3.5 Turbo",
        "GPT-5",
    }
    assert not any("iqr" in rules for rules in fired.values())  # not published, so it cannot fire
