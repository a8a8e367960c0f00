"""Renders docs/benchmarks.md from benchmarks/results/*.json."""

from datetime import UTC, datetime
from typing import Any

import jinja2
import msgspec
import numpy as np

from benchmarks.measure import RESULTS, ROOT

BENCHMARKS = (
    "overhead",
    "linear",
    "replay",
    "startup",
    "offline_judge",
    "report",
    "statistics",
    "searchers",
    "duel",
)


def claims(figures: dict[str, Any]) -> list[str]:
    """The ratios that the project promises, each beside its bound, met or not."""
    rows = {row["name"]: row for row in figures["rows"] if not row["not_run"]}
    ours, whole = rows.get("primum, the calls"), rows.get("primum, the whole command")
    if ours is None or whole is None:
        return []
    lines = []
    if bare := rows.get("bare aiohttp"):
        lines.append(
            _claim("CPU per call over bare aiohttp", ours["cpu_ms"] / bare["cpu_ms"], 2.5, at_most=True)
        )
        lines.append(f"The same for the whole command: {whole['cpu_ms'] / bare['cpu_ms']:.2f}")
        lines.append(f"Share of the ideal wall time of bare aiohttp: {bare['ideal_share']:.2f}")
    lines.append(_claim("Share of the ideal wall time", ours["ideal_share"], 0.85, at_most=False))
    if inspect := rows.get("Inspect"):
        ratio = inspect["cpu_ms"] / ours["cpu_ms"]
        lines.append(_claim("CPU per call of Inspect over primum's calls", ratio, 15, at_most=False))
        ratio = inspect["cpu_ms"] / whole["cpu_ms"]
        lines.append(
            "The same over primum's whole command, with a second opinion on every reply, statistics and report, none"
            f" of which Inspect's figure holds: {ratio:.1f}"
        )
    if pyrit := rows.get("PyRIT"):
        ratio = pyrit["cpu_ms"] / whole["cpu_ms"]
        lines.append(f"CPU per call of PyRIT over primum's whole command: {ratio:.1f}")
    return lines


FINDINGS = {"any": "any case fails", "attacked": "an attempt fails on a case that had passed"}


def yardstick(result: dict[str, Any], duel: dict[str, Any] | None = None) -> list[str]:
    """How primum's search compares with the others, over all flaws and flaw by flaw; with random by the duel, where
    there was one."""
    figures = result["figures"]
    many = (duel or result)["figures"]
    lines = []
    for finding, told in FINDINGS.items():
        overall = figures["median"][finding]
        ours = overall["primum"]
        loop = ours / overall["DAS's loop"]
        lines.append(_claim(f"Until {told}: median over DAS's loop", loop, 1 / 3, at_most=True))
        lines.append(f"The same over DAS, axes in turn: {ours / overall['DAS, axes in turn']:.2f}")
        rows = many["rows"][finding]
        ratios = {name: row["primum"]["median"] / row["random"]["median"] for name, row in rows.items()}
        worst = max(ratios, key=lambda name: ratios[name])
        claim = _claim(
            f"The same over random, {many['seeds']} seeds, in the worst flaw (`sim:{worst}`)",
            ratios[worst],
            1.2,
            at_most=True,
        )
        if "all" in rows[worst]["primum"]:  # results of earlier versions hold the medians only
            low, high = _spread(rows[worst]["primum"]["all"], rows[worst]["random"]["all"])
            claim += f"; over the seeds 95 % [{low:.2f}, {high:.2f}]"
        lines.append(claim)
    return lines


def _spread(ours: list[int], theirs: list[int], replicates: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval, over the seeds, of a ratio of medians: the first failure comes by chance, and its
    median over few seeds tells little."""
    chance = np.random.default_rng(0)
    drawn = chance.integers(len(ours), size=(replicates, len(ours)))
    ratios = np.median(np.array(ours)[drawn], axis=1) / np.median(np.array(theirs)[drawn], axis=1)
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)


def _claim(what: str, value: float, bound: float, *, at_most: bool) -> str:
    met = value <= bound if at_most else value >= bound
    wanted = f"wanted: at {'most' if at_most else 'least'} {bound:.3g}"
    return f"{what}: {value:.2f} ({wanted}; {'met' if met else '**not met**'})"


def render() -> str:
    """The page, from whatever has been measured."""
    results = {}
    for name in BENCHMARKS:
        file = RESULTS / f"{name}.json"
        results[name] = msgspec.json.decode(file.read_bytes()) if file.exists() else None
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "benchmarks"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["claims"] = claims
    environment.filters["yardstick"] = yardstick
    environment.filters["date"] = lambda at: datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
    return environment.get_template("benchmarks.md.j2").render(results)


if __name__ == "__main__":
    (ROOT / "docs" / "benchmarks.md").write_text(render(), "utf-8")
    print("docs/benchmarks.md written")
