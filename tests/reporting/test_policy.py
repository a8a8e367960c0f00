"""A policy file is read strictly: what is misspelt is refused in one line that names file, line and remedy."""

from hashlib import sha256

import pytest

from primum.campaign.model import FrozenPolicy
from primum.errors import PrimumError
from primum.reporting.gate.policy import default_text, freeze, parse_policy, read_policy
from tests.reporting.build import manifest

HEAD = 'name = "x"\n'


def test_the_packaged_policy_allows_no_critical_failure():
    policy = parse_policy(default_text(), "default")
    assert (policy.critical, policy.undecided, policy.level) == ("none-allowed", "as-failed", 0.95)
    assert read_policy("default").sha256 == sha256(default_text().encode()).hexdigest()


def test_a_policy_needs_only_a_name():
    assert parse_policy(HEAD, "p.toml").rules == ()


RATE = '[[rules]]\nmetric = "critical-scenario-rate"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "p.toml:1: not valid TOML"),
        (HEAD + "critcal = 1", "p.toml:2: Object contains unknown field `critcal`. Did you mean 'critical'?"),
        (HEAD + 'critical = "none-alowed"', "Did you mean 'none-allowed'?"),
        (HEAD + "level = 95", "level must lie between 0.5 and 1"),
        (HEAD + "missing = 5", "missing is a share"),
        (HEAD + 'critical = "by-threshold"', "everything would pass"),
        (HEAD + RATE + 'at_least = 0.1', "p.toml:2: rule 'critical-scenario-rate': critical-scenario-rate takes"),
        (HEAD + RATE + "at_most = 0", "no sample shows a rate of exactly 0"),
        (HEAD + RATE + "at_most = 1.5", "between 0 and 1"),
        (HEAD + RATE + 'at_most = 0.1\nonly = ["privacy"]', "only = [...] needs by"),
        (HEAD + RATE + "at_most = 0.1\nmin_scenarios = 0", "min_scenarios must be at least 1"),
        (HEAD + RATE + 'at_most = 0.1\nby = "domian"', "Did you mean 'domain'?"),
        (HEAD + RATE + "at_most = 0.1\n" + RATE + "at_most = 0.2", "two rules are called"),
        (HEAD + '[[rules]]\nmetric = "mean-scor"', "p.toml:3: Invalid enum value 'mean-scor'"),
        (HEAD + '[[rules]]\nmetric = "zero-scores"\nat_most = 1.5', "zero-scores is a count"),
        (HEAD + '[[rules]]\nmetric = "not-worse-score"\nmargin = 0.1', "than = 'RUN'"),
        (HEAD + '[[rules]]\nmetric = "mean-score"\nat_least = 0.1\nthan = "r"', "and of no other"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_line(text, told):
    with pytest.raises(PrimumError) as error:
        parse_policy(text, "p.toml")
    assert told in str(error.value)
    assert str(error.value).startswith("p.toml")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_says_how_to_write_one(tmp_path):
    with pytest.raises(PrimumError, match="--show-default"):
        read_policy(str(tmp_path / "none.toml"))


ONE, TWO = (FrozenPolicy(name, "text", name * 8) for name in ("one", "two"))


def test_a_run_keeps_the_policy_it_was_started_with():
    started = manifest(1, policy=ONE)
    assert freeze(None, started, True) == ONE
    assert freeze(ONE, started, True) == ONE


@pytest.mark.parametrize("before", [None, ONE])
def test_once_there_are_results_no_other_policy_can_be_frozen(before):
    with pytest.raises(PrimumError, match="has results, so its thresholds are fixed"):
        freeze(TWO, manifest(1, policy=before), True)
    assert freeze(TWO, manifest(1, policy=before), False) == TWO
