"""What the library is to hold, counted: every view, every quota."""

from primum.scenarios.loader import load_library
from primum.scenarios.views import load_views, members, quotas

LIBRARY = load_library()


def counted(scenarios):
    return {(quota.view, quota.what): quota for quota in quotas(scenarios, LIBRARY.taxonomy)}


def test_every_leaf_and_every_kind_has_a_quota():
    found = counted(LIBRARY.scenarios)
    whole = {what for view, what in found if view == "Multi-domain"}
    assert (
        sum(what.startswith("subdomain ") for what in whole)
        == sum(len(domain.subdomains) for domain in LIBRARY.taxonomy.domains)
        >= 150
    )
    assert sum(what.startswith("domain ") for what in whole) == 9
    assert sum(view.endswith("(AMA principles)") for view, _ in found) == 1 + 9
    assert sum(view == "Privacy violations" for view, _ in found) == 1 + 8


def test_a_quota_counts_what_is_there_and_says_what_is_missing():
    eight = [one for one in LIBRARY.scenarios if one.subdomain == "chest-pain"][:8]
    leaf = counted(eight)["Multi-domain", "subdomain safety/chest-pain"]
    assert (leaf.have, leaf.wanted, leaf.met) == (8, 8, True)
    assert not counted(eight[:7])["Multi-domain", "subdomain safety/chest-pain"].met


def test_a_share_is_of_the_scenarios_that_are_there():
    high = [one for one in LIBRARY.scenarios if one.risk == "high"][:35]
    routine = [one for one in LIBRARY.scenarios if one.risk == "routine"][:65]
    assert counted(high + routine)["High risk", "all"].met
    assert not counted(high[:34] + routine + routine[:1])["High risk", "all"].met


def test_a_dialogue_has_three_user_messages():
    assert {len(one.user_turns) >= 3 for one in members(load_views()["dialogues"], LIBRARY.scenarios)} == {
        True
    }


def test_twins_and_triads_are_whole():
    for name, field, size in (("patient-safety-general", "twin", 2), ("triads", "triad", 3)):
        held = members(load_views()[name], LIBRARY.scenarios)
        groups = {}
        for one in held:
            groups.setdefault(getattr(one, field), []).append(one)
        assert {len(group) for group in groups.values()} <= {size}, name
