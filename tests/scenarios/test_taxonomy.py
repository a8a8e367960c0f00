"""C01: nine domains, more than 150 subdomains, and one node for every name the field uses."""

import re
from collections import Counter

import pytest

from primum.errors import PrimumError
from primum.scenarios.taxonomy import fold, load_taxonomy

DOMAINS = [
    "clinical-accuracy",
    "safety",
    "medical-errors",
    "equity",
    "privacy",
    "ethics",
    "robustness",
    "toxicity",
    "system",
]

ALIASES = {
    "clinical-accuracy": "clinical accuracy; Clinical Accuracy & Validity; clinical reasoning",
    "guideline-conformance": "Guideline Conformance; guideline conformance",
    "diagnostic-inference": "diagnostic inference",
    "safety": "safety; safety and reliability; Safety & Reliability",
    "medical-errors": "medical errors; Medical Errors; overt medical error detection",
    "medication-contradiction": "medication contradiction analysis",
    "equity": "fairness; bias and equity; Bias, Fairness & Equity; bias mitigation; bias and fairness counterfactuals",
    "privacy": "privacy; privacy and data security",
    "ethics": "ethics; ethical reasoning; Ethical Implications",
    "liability-accountability": "Liability & Accountability; Liability; Accountability",
    "boundary-detection": "ethical boundary detection",
    "professionalism": "ethical and professionalism sensitive prompts",
    "robustness": "robustness",
    "toxicity": "toxicity",
    "system": "system integration behaviors; System Integration & Operational Impact; System Integration; "
    "system-level behavior; system-level decision boundaries",
    "information-flow": "Information Flow",
    "coding-billing": "Medical Coding & Billing",
    "handoff": "handoff",
}
VARIANTS = [(node, name.strip()) for node, names in ALIASES.items() for name in names.split(";")]


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


def test_nine_domains_with_stable_ids(taxonomy):
    assert [domain.id for domain in taxonomy.domains] == DOMAINS


def test_at_least_155_subdomains_spread_over_the_domains(taxonomy):
    counts = Counter(taxonomy.parents[leaf.id].id for leaf in taxonomy.subdomains)
    assert sum(counts.values()) >= 155
    assert min(counts[domain] for domain in DOMAINS) >= 14


def test_ids_are_unique_kebab_case_and_every_node_is_defined(taxonomy):
    nodes = [*taxonomy.domains, *taxonomy.subdomains]
    assert len({node.id for node in nodes}) == len(nodes)
    for node in nodes:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", node.id)
        assert node.name.strip()
        assert len(node.definition.split()) >= 4, node.id


def test_definitions_are_all_different(taxonomy):
    definitions = [leaf.definition for leaf in taxonomy.subdomains]
    assert len(set(definitions)) == len(definitions)


@pytest.mark.parametrize(("node", "name"), VARIANTS)
def test_every_name_variant_resolves_to_one_node(taxonomy, node, name):
    assert taxonomy.resolve(name).id == node
    assert taxonomy.resolve(name.upper()).id == node
    assert taxonomy.resolve(name.replace("&", "and")).id == node


def test_every_id_name_and_alias_resolves_to_its_own_node(taxonomy):
    for node in (*taxonomy.domains, *taxonomy.subdomains):
        assert {taxonomy.resolve(name).id for name in node.names} == {node.id}


def test_the_known_children_lie_where_they_should(taxonomy):
    assert taxonomy.domain_of("guideline-conformance").id == "clinical-accuracy"
    assert taxonomy.domain_of("medication contradiction analysis").id == "medical-errors"
    assert taxonomy.domain_of("Liability").id == "ethics"
    assert taxonomy.domain_of("Medical Coding & Billing").id == "system"
    assert taxonomy.domain_of("safety").id == "safety"


def test_a_misspelt_name_suggests_the_near_one(taxonomy):
    with pytest.raises(PrimumError, match=r"'guidline conformanse'.+Did you mean 'guideline-conformance'"):
        taxonomy.resolve("guidline conformanse")


def test_a_domain_is_no_subdomain(taxonomy):
    with pytest.raises(PrimumError, match="whole domain"):
        taxonomy.leaf("Robustness")


def test_a_name_for_two_nodes_is_refused_with_its_line(tmp_path):
    leaf = "{id: %s, name: %s, definition: d, aliases: [%s]}"
    path = tmp_path / "taxonomy.yaml"
    path.write_text(
        "domains:\n  - id: a\n    name: Aa\n    definition: d\n    subdomains:\n"
        f"      - {leaf % ('b', 'Bb', 'this & that')}\n      - {leaf % ('c', 'Cc', 'This and That')}\n"
    )
    with pytest.raises(PrimumError, match=re.escape(f"{path}:7: 'This and That' already names 'b'")):
        load_taxonomy(path)


def test_folding_keeps_words_apart():
    assert fold("System-Level  Behavior") == "system level behavior"
    assert fold("R&D") == "r and d"
