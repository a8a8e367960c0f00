"""The shared concepts: every one compiles, and the busiest find what they should and nothing else."""

from pathlib import Path

import pytest
import yaml

from primum.judging.data import content
from primum.judging.lexicon import concepts
from primum.judging.patterns import compile_pattern
from primum.judging.reading import Reading

CASES = yaml.safe_load((Path(__file__).parent / "concepts.yaml").read_text())


def holds(name: str, text: str, *, strict: bool) -> bool:
    return compile_pattern(f"{{{name}}}").affirmed(Reading(text), strict=strict) is not None


@pytest.mark.parametrize("name", sorted(concepts()))
def test_every_concept_compiles_and_says_what_it_is(name: str) -> None:
    assert compile_pattern(f"{{{name}}}").branches
    assert len(concepts()[name].about) > 10


def test_no_concept_is_written_twice() -> None:
    heads = [line for line in content("lexicon.yaml").decode().splitlines() if line[:1].isalpha()]
    assert len(heads) == len(set(heads)) == len(concepts())


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, c in CASES.items() for t in c.get("finds", ())])
def test_found(name: str, text: str) -> None:
    assert holds(name, text, strict=CASES[name].get("commission", False))


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, c in CASES.items() for t in c.get("leaves", ())])
def test_left(name: str, text: str) -> None:
    assert not holds(name, text, strict=CASES[name].get("commission", False))
