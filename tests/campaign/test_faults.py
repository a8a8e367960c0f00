"""Against a server that misbehaves in every way, every case ends with the right outcome; nothing is a pass."""

import time

import pytest

import primum
from tests.campaign.build import protocol
from tests.servers.chat_server import chat_server
from tests.servers.faults import FAULTS, FaultPlan

CASES = 160
TOML = """
[endpoints.faulty]
kind = "openai"
base_url = "{url}"
model = "mock"
limits = {{ timeout = 2.0, retries = 1 }}
"""

TARGET_FAILED = {
    "rate_limited_after", "rate_limited", "server_error", "reset", "cut_short", "hang", "slow_drip",
    "truncated_json", "malformed_json", "html", "huge",
}  # fmt: skip
PERMANENT = (
    dict.fromkeys(TARGET_FAILED, "target_failed")
    | {"empty": "empty", "filter_finish": "filtered", "filter_400": "filtered"}
    | {"invalid_utf8": "judged", "script": "judged", None: "judged"}
)
NOT_TRIED_AGAIN = {"hang", "slow_drip", "huge"}
TRANSIENT = {
    fault: "judged" if fault in TARGET_FAILED - NOT_TRIED_AGAIN else outcome
    for fault, outcome in PERMANENT.items()
}


def play(tmp_path, plan: FaultPlan):
    with chat_server(faults=plan, retry_after="0.2") as server:
        config = tmp_path / "primum.toml"
        config.write_text(TOML.format(url=server.url))
        run = primum.run(
            protocol(tmp_path, CASES),
            targets=["faulty"],
            out=str(tmp_path / "out"),
            config=str(config),
            concurrency=32,
            offline=True,
        )
        results = list(run.cases())
        planted = {
            result.case.id: plan.planted(
                "mock", [{"role": "user", "content": result.exchange.messages[0].content}]
            )
            for result in results
        }
        return run, results, planted, server.stats()


@pytest.mark.parametrize(("attempts", "truth"), [(0, PERMANENT), (1, TRANSIENT)])
def test_every_case_ends_with_the_right_outcome(tmp_path, attempts, truth):
    begun = time.monotonic()
    plan = FaultPlan(weights=dict.fromkeys(FAULTS, 1.0), share=0.8, seed=7, attempts=attempts)
    run, results, planted, _ = play(tmp_path, plan)
    assert set(planted.values()) == {*FAULTS, None}, "the seed must plant every fault at least once"
    wrong = {
        result.case.id: (planted[result.case.id], result.outcome, result.failure)
        for result in results
        if result.outcome != truth[planted[result.case.id]]
    }
    assert wrong == {}
    assert sum(run.summary.outcomes.values()) == CASES == len(results)
    # No failed case has a score, and so none can be read as a pass.
    assert all((result.score is None) == (result.outcome != "judged") for result in results)
    assert run.summary.targets[0].overall.critical.cases.of == run.summary.outcomes["judged"]
    assert time.monotonic() - begun < 300, "the run hung"


def test_the_failure_says_what_happened(tmp_path):
    plan = FaultPlan(weights={"html": 1.0, "hang": 1.0, "huge": 1.0}, seed=1)
    _, results, planted, _ = play(tmp_path, plan)
    kinds = {planted[result.case.id]: result.failure.kind for result in results}
    assert kinds == {"html": "malformed", "hang": "timeout", "huge": "too_large"}
    assert all(result.failure.message and "\n" not in result.failure.message for result in results)
