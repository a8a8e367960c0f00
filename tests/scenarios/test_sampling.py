"""C02: the draw is seeded, stratified, the same everywhere, and nested."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.errors import PrimumError
from primum.scenarios.sampling import allocate, draw, select
from tests.scenarios.samples import built

DOMAINS = ["safety", "equity", "privacy", "ethics", "system"]


def pool(*sizes):
    return [
        built(id=f"{d}-{i}", domain=d) for d, size in zip(DOMAINS, sizes, strict=False) for i in range(size)
    ]


def ids(scenarios):
    return [one.id for one in scenarios]


BIG = [built(id=f"s{i}", domain=DOMAINS[i % 5] if i % 7 else "safety") for i in range(1500)]


def test_690_of_1500_twice_are_the_same_690():
    first = ids(draw(BIG, 690, seed=7))
    assert first == ids(draw(BIG, 690, seed=7))
    assert len(set(first)) == 690


def test_another_seed_draws_others():
    assert ids(draw(BIG, 690, seed=7)) != ids(draw(BIG, 690, seed=8))


def test_the_draw_is_written_down_for_other_machines_and_versions():
    assert ids(draw(pool(6, 3, 3), 5, seed=1)) == GOLDEN


GOLDEN = ["equity-2", "privacy-1", "safety-2", "safety-3", "safety-4"]

sizes = st.lists(st.integers(0, 12), min_size=1, max_size=5)


@settings(deadline=None)
@given(sizes, st.integers(0, 40), st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_the_pool_does_not_matter(sizes, n, seed, random):
    scenarios = pool(*sizes)
    shuffled = random.sample(scenarios, len(scenarios))
    assert ids(draw(scenarios, n, seed)) == ids(draw(shuffled, n, seed))


@settings(deadline=None)
@given(sizes, st.integers(0, 40), st.integers(0, 5))
def test_a_larger_draw_keeps_the_smaller_one(sizes, n, seed):
    scenarios = pool(*sizes)
    assert set(ids(draw(scenarios, n, seed))) <= set(ids(draw(scenarios, n + 1, seed)))


@settings(deadline=None)
@given(sizes, st.integers(0, 60))
def test_the_draw_has_n_scenarios_or_the_whole_pool(sizes, n):
    assert len(draw(pool(*sizes), n, 0)) == min(n, sum(sizes))


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.integers(1, 400), min_size=1, max_size=9), st.integers(0, 400))
def test_every_stratum_has_one_where_possible_and_none_more_than_it_holds(sizes, n):
    shares = allocate(sizes, n)
    assert sum(shares.values()) == min(n, sum(sizes.values()))
    assert all(shares[name] <= size for name, size in sizes.items())
    assert n < len(sizes) or min(shares.values()) >= 1


@settings(deadline=None)
@given(st.lists(st.integers(100, 300), min_size=9, max_size=9), st.integers(100, 690))
def test_shares_are_proportional_to_less_than_one_scenario_or_so(sizes, n):
    named = {f"d{i}": size for i, size in enumerate(sizes)}
    for name, share in allocate(named, n).items():
        assert abs(share - n * named[name] / sum(sizes)) < 1.5


def test_strata_may_be_another_field_or_none():
    drawn = draw(pool(50, 2), 4, seed=3, stratify="domain")
    assert Counter(one.domain for one in drawn) == {"safety": 3, "equity": 1}
    assert len(draw(pool(50, 2), 4, seed=3, stratify="")) == 4
    with pytest.raises(PrimumError, match="Did you mean 'domain'"):
        draw(pool(3), 2, seed=1, stratify="domian")


class TestSelect:
    scenarios = (
        built(id="a", tags=["child"], policy="misinformation"),
        built(id="b", risk="routine", turns=["Hi.", "Again."], facts=[]),
        built(id="c", domain="equity", subdomain="skin-tone", perspective="general"),
    )

    @pytest.mark.parametrize(
        ("where", "found"),
        [
            ({}, ["a", "b", "c"]),
            ({"domain": "Safety & Reliability"}, ["a", "b"]),
            ({"domain": ["safety", "fairness"], "risk": "high"}, ["a", "c"]),
            ({"subdomain": "skin of colour"}, ["c"]),
            ({"perspective": ["general", "clinician"]}, ["c"]),
            ({"tag": "child"}, ["a"]),
            ({"policy": "misinformation"}, ["a"]),
            ({"policy": False}, ["b", "c"]),
            ({"multi_turn": True}, ["b"]),
            ({"facts": True}, ["a", "c"]),
            ({"id": ["a", "c"]}, ["a", "c"]),
        ],
    )
    def test_conditions_all_hold(self, where, found):
        assert ids(select(self.scenarios, where)) == found

    @pytest.mark.parametrize(
        ("where", "hint"),
        [
            ({"domian": "safety"}, "Did you mean 'domain'"),
            ({"domain": "saftey"}, "Did you mean 'safety'"),
            ({"risk": "hihg"}, "Did you mean 'high'"),
            ({"policy": "misinformatoin"}, "Did you mean 'misinformation'"),
        ],
    )
    def test_a_misspelt_condition_suggests_the_near_one(self, where, hint):
        with pytest.raises(PrimumError, match=hint):
            select(self.scenarios, where)
