"""What `primum judge` prints and writes: the distribution first, then rates with their bounds, then what to look at."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from primum.campaign.rejudge import Judged
from primum.canonical import canonical_bytes
from primum.errors import PrimumError
from primum.judging.tally import Count
from primum.reporting.opinions import PresetTable, Tallies
from primum.visible import one_line

TALLY = ".tally.json"
"""Beside `opinions-PRESET.jsonl`: `opinions-PRESET.tally.json`, the tables without any text."""


def write_judged(judged: Sequence[Judged], file: Path, run: str, preset: str, judge: str) -> None:
    """One opinion a line, and the tables beside them; each file appears whole or not at all."""
    opinions = b"".join(canonical_bytes(opinion) + b"\n" for one in judged for opinion in one.opinions)
    tables = tuple((one.subject.name, table_of(one, preset, judge)) for one in judged)
    told = Tallies(run, all(one.finished for one in judged), tables)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for path, content in ((file, opinions), (_tally(file), canonical_bytes(told))):
            draft = path.with_name(f".{path.name}.draft")
            draft.write_bytes(content)
            draft.replace(path)
    except OSError as error:
        raise PrimumError(
            f"the opinions cannot be written to {file}: {error.strerror}; name another --out"
        ) from None


def _tally(file: Path) -> Path:
    return file.with_name(f"{file.stem}{TALLY}")


def table_of(one: Judged, preset: str, judge: str) -> PresetTable:
    """The table of one subject as the report shows it."""
    return PresetTable(judge, preset, one.tally, **counts(one))


def tallies_beside(folder: Path, run: str) -> tuple[Tallies, ...]:
    """What `primum judge` found about a run and left in its folder. One that cannot be read claims nothing."""
    found = []
    for path in sorted(folder.glob(f"opinions-*{TALLY}")):
        with suppress(OSError, msgspec.MsgspecError):
            told = msgspec.json.decode(path.read_bytes(), type=Tallies)
            found += [told] if told.run == run else []
    return tuple(found)


def as_json(preset: str, judge: str, judged: Sequence[Judged], file: Path) -> bytes:
    """The tables for a program."""
    subjects = [
        {
            "name": one.subject.name,
            "simulated": one.subject.simulated,
            "tally": msgspec.to_builtins(one.tally),
            "counts": counts(one),
            "left_out": one.subject.left_out,
            "finished": one.finished,
        }
        for one in judged
    ]
    return canonical_bytes({"preset": preset, "judge": judge, "subjects": subjects, "opinions": str(file)})


def counts(one: Judged) -> dict[str, int]:
    """How every reply ended; the first three add up to the replies looked at."""
    told = one.opinions
    return {
        "judged": sum(opinion.result is not None for opinion in told),
        "no_verdict": one.failures,
        "not_applicable": sum(bool(opinion.not_applicable) for opinion in told),
        "for_review": sum(bool(opinion.review) for opinion in told),
        "addresses_the_judge": sum(bool(opinion.injection) for opinion in told),
    }


def print_judged(
    preset: str, judge: str, judged: Sequence[Judged], file: Path, console: Console | None = None
) -> None:
    """One table a subject. Eighty columns are enough; nothing depends on colour."""
    console = console or Console(highlight=False)
    for one in judged:
        console.print()
        simulated = " (simulated)" if one.subject.simulated else ""
        by = f" by {judge}" if judge else ""
        console.print(Text(one_line(f"{preset}{by}: {one.subject.name}{simulated}"), style="bold"))
        for line in lines(one):
            console.print(Text(line), soft_wrap=True)
    console.print(f"\nOpinions: {file}", markup=False, soft_wrap=True)


def lines(one: Judged) -> Iterator[str]:
    """The table of one subject as lines."""
    yield from _histogram(one.tally.histogram)
    if one.tally.groups:
        names = [name for name, _ in one.tally.histogram]
        groups = {one_line(group)[:40]: told for group, told in one.tally.groups.items()}
        width = max(9, *map(len, groups))
        yield f"by category  {'':{width - 9}}  {' / '.join(names)}"
        for group, told in groups.items():
            yield f"  {group:{width}}    {' / '.join(str(number) for _, number in told)}"
    yield from map(str, one.tally.rates)
    for name, value in one.tally.numbers.items():
        yield f"{name}: {'not known' if value is None else f'{value:g}' if value == int(value) else f'{value:.3f}'}"
    yield from one.tally.notes
    yield _ended(one)


def _histogram(told: Sequence[Count]) -> Iterator[str]:
    total = sum(number for _, number in told)
    width = max(len(name) for name, _ in told)
    for name, number in told:
        share = f"{100 * number / total:5.1f} %" if total else ""
        yield f"  {name:{width}} {number:6,} {share}"


def _ended(one: Judged) -> str:
    told = counts(one)
    text = f"{told['judged']} judged, {told['no_verdict']} without a verdict, {told['not_applicable']} not applicable"
    left = sum(one.subject.left_out.values())
    if left:
        why = ", ".join(f"{number} {outcome}" for outcome, number in sorted(one.subject.left_out.items()))
        text += f"; {left} cases have no reply to judge ({why})"
    return f"{text}; {told['for_review']} for review, {told['addresses_the_judge']} address the judge"
