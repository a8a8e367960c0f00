"""The contract that every transform keeps, on the whole library: one seed, every transform, every scenario it fits."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from primum.canonical import canonical_bytes, digest
from primum.scenarios.loader import load_library
from primum.transforms.find import families, find_transform, transform_names
from primum.transforms.forms import written
from primum.transforms.guards import check_guards
from primum.transforms.model import Failed, Transform, Variant
from primum.transforms.stack import apply_one, apply_stack
from primum.transforms.texts import shown, whole
from tests.transforms.build import PICTURED

ROOT = Path(__file__).parents[2]
LIBRARY = (*load_library().scenarios, PICTURED)
NAMES = transform_names()


@pytest.fixture(scope="module")
def hashes():
    return {scenario.id: digest(scenario) for scenario in LIBRARY}


@pytest.mark.parametrize("name", NAMES)
def test_keeps_its_promise_on_the_whole_library(name, hashes):
    """No marked fact is lost, the original is not touched, and the outcome is a changed scenario or a named no-op."""
    transform, made = find_transform(name), Counter()
    for scenario in LIBRARY:
        if transform.fits(scenario):
            made["unfit"] += 1
            continue
        after = transform.apply(scenario, "s1")
        if after is None:
            made["noop"] += 1
            continue
        made["changed"] += 1
        assert after != scenario and after.id == scenario.id
        assert check_guards(scenario, after, transform.promise(scenario)) == ""
        kept = {fact.id for fact in after.facts}
        for fact in scenario.facts:
            if fact.id in kept and transform.promise(scenario) == type(transform.promise(scenario))():
                assert fact.text in whole(after), f"{name} lost '{fact.text}' of {scenario.id}"
    assert made["changed"] > 0, f"{name} fits no scenario of the library"
    assert made.total() == len(LIBRARY)
    assert {scenario.id: digest(scenario) for scenario in LIBRARY} == hashes


@pytest.mark.parametrize("name", NAMES)
def test_says_what_it_is(name):
    transform = find_transform(name)
    assert isinstance(transform, Transform)
    assert transform.name == name and transform.title and transform.citation and transform.family
    assert transform.catalogue in {f"T{number:02}" for number in range(1, 22)}
    assert transform.relation in ("stays", "moves", "must_ask")


def test_every_row_of_the_catalogue_that_concerns_us_has_a_transform():
    rows = {find_transform(name).catalogue for name in NAMES} | {one.catalogue for one in written().values()}
    # T13 and T14 are conversations, T21 is the search: attacks, not edits.
    assert rows >= {f"T{number:02}" for number in range(1, 21)} - {"T13", "T14"}


def test_conflicts_name_transforms_or_families():
    known = {*NAMES, *families(), *written(), "written"}
    for name in NAMES:
        assert find_transform(name).conflicts <= known, name


DIGESTS = """
import json, sys
from primum.canonical import digest
from primum.scenarios.loader import load_library
from primum.transforms.find import transform_names
from primum.transforms.stack import apply_stack
some = load_library().scenarios[::60]
print(json.dumps({name: digest([apply_stack(one, [name], "7") for one in some]) for name in transform_names()}))
"""


def test_agrees_byte_for_byte_between_processes():
    """Two interpreters whose dictionaries and sets are ordered differently."""
    seen = []
    for hash_seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(
            [sys.executable, "-c", DIGESTS], capture_output=True, text=True, env=environment
        )
        assert done.returncode == 0, done.stderr
        seen.append(json.loads(done.stdout))
    assert seen[0] == seen[1]
    assert len(seen[0]) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_agrees_byte_for_byte_between_runs(name):
    for scenario in LIBRARY[::97]:
        once, twice = (canonical_bytes(apply_stack(scenario, [name], "7")) for _ in range(2))
        assert once == twice


def test_another_seed_gives_another_paraphrase():
    made = {canonical_bytes(apply_stack(LIBRARY[0], ["paraphrase.neutral"], str(seed))) for seed in range(40)}
    assert len(made) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_the_trace_leads_from_the_base_to_the_variant(name):
    """Every place that differs is in the trace once, as it was and as it is."""
    for scenario in LIBRARY[::41]:
        variant = apply_stack(scenario, [name], "1")
        if isinstance(variant, Failed):
            assert variant.reason in ("unfit", "noop") and variant.message
            continue
        before, after = dict(shown(scenario)), dict(shown(variant.scenario))
        assert variant.transforms == (name,) and variant.changed and variant.seed == "1"
        assert {edit.where: (edit.before, edit.after) for edit in variant.trace} == {
            place: (before.get(place, ""), after.get(place, ""))
            for place in {*before, *after}
            if before.get(place, "") != after.get(place, "")
        }


def test_a_variant_goes_to_json_and_back():
    variant = apply_stack(LIBRARY[0], ["paraphrase.neutral"], "1")
    assert isinstance(variant, Variant)
    assert msgspec.json.decode(msgspec.json.encode(variant), type=Variant) == variant


def test_a_broken_guard_is_a_failure_that_says_what_was_lost():
    class Careless:
        name, title, catalogue, family, citation = "careless", "Loses words", "T01", "careless", "none"
        relation, conflicts = "stays", frozenset()

        def fits(self, scenario):
            return ""

        def promise(self, scenario):
            return find_transform("paraphrase.neutral").promise(scenario)

        def apply(self, scenario, seed):
            turn = msgspec.structs.replace(scenario.turns[0], text="May I?")
            return msgspec.structs.replace(scenario, turns=(turn, *scenario.turns[1:]))

    failed = apply_one(next(one for one in LIBRARY if one.facts), Careless(), "1")
    assert failed.reason == "guard" and "lost" in failed.message
