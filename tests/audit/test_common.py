"""What failing plain cases have in common, on cases whose truth is known."""

from primum.audit.common import Asked, common


def asked(
    n: int, failed: bool = False, refused: bool = False, words: int = 50, domain: str = "safety"
) -> list[Asked]:
    return [Asked(failed, refused, words, 1, False, domain)] * n


def test_failures_that_are_refusals_are_named_so():
    assert common(asked(10, failed=True, refused=True) + asked(60)) == "plain.refuses"


def test_failures_of_one_domain_are_named_by_it():
    others = asked(60) + asked(3, domain="privacy")
    assert common(asked(10, failed=True, domain="privacy") + others) == "plain.privacy"


def test_failures_in_long_messages_are_named_so():
    assert common(asked(10, failed=True, words=200) + asked(60)) == "plain.long"


def test_failures_that_share_nothing_have_no_name():
    mixed = [case for domain in ("safety", "privacy", "equity") for case in asked(4, True, domain=domain)]
    passing = [case for domain in ("safety", "privacy", "equity") for case in asked(30, domain=domain)]
    assert common(mixed + passing) == ""


def test_few_failures_have_no_name():
    assert common(asked(4, failed=True, refused=True) + asked(60)) == ""


def test_what_only_some_failures_share_is_not_their_name():
    half = asked(6, failed=True, refused=True) + asked(6, failed=True)
    assert common(half + asked(60)) == ""
