"""The table of models by their scores: in the order of this project's reports (worst first) or of the published table.

>>> print(table_one({"a": [0.5, 1.0], "b": [0.0, 1.0]}, order="paper"))
model   mean     SD  median    IQR    min–max
a      0.750  0.354   0.750  0.250  0.50–1.00
b      0.500  0.707   0.500  0.500  0.00–1.00
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from numpy.typing import ArrayLike

from primum.errors import PrimumError
from primum.reporting.numbers import three, two
from primum.stats.describe import Description, describe

Order = Literal["report", "paper"]

HEADS: Mapping[Order, tuple[str, ...]] = {
    "report": ("model", "min", "zero", "variance", "SD", "IQR", "median", "mean", "max", "n"),
    "paper": ("model", "mean", "SD", "median", "IQR", "min–max"),
}


def rows_of(scores_by_model: Mapping[str, ArrayLike], order: Order = "report") -> list[tuple[str, ...]]:
    """The cells as printed, the head first: three decimals, two for minimum and maximum.

    In the order `report` the model with the lowest minimum comes first, of equal ones that with the higher variance;
    in the order `paper` the models stay as given.
    """
    described = {model: describe(scores) for model, scores in scores_by_model.items()}
    names = list(described)
    if order == "report":
        names.sort(key=lambda name: _worst_first(described[name]))
    cells = _report_cells if order == "report" else _paper_cells
    return [HEADS[order], *((name, *cells(described[name])) for name in names)]


def table_one(scores_by_model: Mapping[str, ArrayLike], order: Order = "report") -> str:
    """The table as text, columns aligned."""
    rows = rows_of(scores_by_model, order)
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for name, *cells in rows:
        shown = [name.ljust(widths[0])]
        shown += [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        lines.append("  ".join(shown))
    return "\n".join(lines)


def read_scores(path: Path) -> dict[str, list[float]]:
    """Scores by model from a CSV file with the columns `model` and `score`, one row a reply."""
    found: dict[str, list[float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        if not {"model", "score"} <= set(lines.fieldnames or ()):
            raise PrimumError(f"{path}: the first line must name the columns model and score")
        for line in lines:
            found.setdefault(line["model"], []).append(_score(line["score"], path, lines.line_num))
    return found


def _score(text: str | None, path: Path, line: int) -> float:
    try:
        score = float(text or "")
    except ValueError:
        score = -1.0
    if not 0.0 <= score <= 1.0:
        raise PrimumError(
            f"{path}:{line}: {text!r} is no score; write a number from 0 to 1, or leave the line out"
        )
    return score


def _worst_first(scores: Description) -> tuple[float, float]:
    return (2.0 if scores.min is None else scores.min, -(scores.variance or 0.0))


def _report_cells(scores: Description) -> Sequence[str]:
    spread = (three(scores.variance), three(scores.sd), three(scores.iqr))
    centre = (three(scores.median), three(scores.mean))
    return (two(scores.min), f"{scores.zero_count}", *spread, *centre, two(scores.max), f"{scores.n}")


def _paper_cells(scores: Description) -> Sequence[str]:
    middle = (three(scores.mean), three(scores.sd), three(scores.median), three(scores.iqr))
    return (*middle, f"{two(scores.min)}–{two(scores.max)}")
