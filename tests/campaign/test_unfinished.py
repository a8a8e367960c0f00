"""What an execution may take over from one that was interrupted, and what a run is held to have paid."""

import json

import pytest

import primum
from primum.campaign.execute import Executor
from primum.campaign.redact import redact
from primum.errors import PrimumError
from primum.store import open_store
from tests.campaign.build import protocol
from tests.servers.chat_server import chat_server


@pytest.fixture
def stopped_at_once(monkeypatch):
    """A context in which an execution stops before its first case, as by a very early Ctrl-C."""

    async def work(self, queue):
        self.stop()

    def use():
        context = monkeypatch.context()
        patch = context.__enter__()
        patch.setattr(Executor, "_work", work)
        return lambda: context.__exit__(None, None, None)

    return use


def conducted(monkeypatch) -> list[str]:
    """The cases that are conducted from now on."""
    import primum.campaign.execute as module

    played: list[str] = []
    real = module.conduct

    async def watched(case, *rest):
        played.append(case.id)
        return await real(case, *rest)

    monkeypatch.setattr(module, "conduct", watched)
    return played


def test_results_of_older_code_are_replaced_even_if_the_first_try_is_interrupted(
    tmp_path, monkeypatch, stopped_at_once
):
    path = protocol(tmp_path, 8)
    options = {"targets": ["sim:sound"], "out": str(tmp_path / "out")}
    primum.run(path, **options)
    monkeypatch.setattr("primum.campaign.session.code_hash", lambda: "changed")
    end = stopped_at_once()
    between = primum.run(path, **options)
    end()
    assert between.status == "interrupted"
    assert any("before it" in warning for warning in between.manifest.warnings), "the reader is told"
    played = conducted(monkeypatch)
    last = primum.run(path, **options)
    assert (last.status, len(played)) == ("finished", 8)
    assert not last.manifest.mixed
    assert not any("before it" in warning for warning in last.manifest.warnings)


def test_no_erased_case_is_left_when_a_forgotten_run_is_run_again(tmp_path, stopped_at_once):
    path = protocol(tmp_path, 5)
    options = {"targets": ["sim:sound"], "out": str(tmp_path / "out")}
    run = primum.run(path, **options)
    with open_store(tmp_path / "out" / "primum.db") as store:
        store.forget(run.id, redact)
    end = stopped_at_once()
    primum.run(path, **options)
    end()
    again = primum.run(path, **options)
    assert again.status == "finished"
    assert all(not result.exchange.messages[0].content.startswith("sha256:") for result in again.cases())


def test_a_second_opinion_that_failed_is_asked_again(tmp_path):
    path = protocol(tmp_path, 4)
    config = tmp_path / "primum.toml"
    with chat_server() as server:
        with chat_server() as gone:
            port = int(gone.url.split(":")[2].split("/")[0])
        config.write_text(
            f'[endpoints.second]\nbase_url = "{gone.url}"\nmodel = "j"\nlimits = {{ retries = 0 }}\n'
        )
        options = {
            "targets": [f"{server.url}#mock"],
            "judges": [f"{server.url}#judge", "second"],
            "config": str(config),
            "out": str(tmp_path / "out"),
        }
        first = primum.run(path, **options)
        assert first.summary.outcomes["judged"] == 4
        assert all(result.verdicts[1].failure for result in first.cases())
        with chat_server(port=port):
            again = primum.run(path, **options)
    assert not any(result.verdicts[1].failure for result in again.cases())


def test_judging_replies_that_another_run_paid_for_costs_only_the_judging(tmp_path):
    path = protocol(tmp_path, 6)
    with chat_server() as server:
        options = {"targets": [f"{server.url}#mock"], "store": str(tmp_path / "team.db")}
        primum.run(path, out=str(tmp_path / "a"), **options)
        run = primum.run(
            path, out=str(tmp_path / "b"), judges=[f"{server.url}#judge"], budget="calls=6", **options
        )
    assert run.summary.outcomes["judged"] == 6


def test_a_call_that_several_cases_share_is_paid_once_on_resume_too(tmp_path, monkeypatch):
    """Four trials with equal replies share one judge call a scenario: 8 + 2 calls, before and after a resume."""
    path = protocol(tmp_path, 2)
    with chat_server() as server:
        options = {
            "targets": [f"{server.url}#mock"],
            "judges": [f"{server.url}#judge"],
            "trials": 4,
            "out": str(tmp_path / "out"),
        }
        primum.run(path, **options)
        assert server.stats().received == 10
        monkeypatch.setattr("primum.campaign.session.code_hash", lambda: "changed")
        run = primum.run(path, budget="calls=10", **options)
        assert run.summary.outcomes["judged"] == 8
        with open_store(tmp_path / "out" / "primum.db") as store:
            assert len(list(store.journal_used(run.id, run.manifest.created))) == 10


def test_a_budget_holds_over_executions(tmp_path):
    path = protocol(tmp_path, 9)
    with chat_server() as server:
        options = {"targets": [f"{server.url}#mock"], "out": str(tmp_path / "out")}
        first = primum.run(path, budget="calls=4", **options)
        again = primum.run(path, budget="calls=4", **options)
        assert first.summary.outcomes["over_budget"] == again.summary.outcomes["over_budget"] == 5
        assert server.stats().received == 4
        more = primum.run(path, budget="calls=7", **options)
        assert (more.summary.outcomes["judged"], server.stats().received) == (7, 7)


def test_a_cap_on_money_without_a_price_is_refused_before_the_first_call(tmp_path):
    config = tmp_path / "primum.toml"
    text = '[endpoints.bot]\nbase_url = "https://api.example.org/v1"\nmodel = "m"\n'
    config.write_text(text)
    options = {"targets": ["bot"], "config": str(config), "budget": "usd=5", "out": str(tmp_path / "out")}
    with pytest.raises(PrimumError, match="price of bot is not known"):
        primum.run(protocol(tmp_path, 2), **options)
    config.write_text(text + "price = { input = 1.0, output = 2.0 }\n")
    with pytest.raises(PrimumError, match="offline"):  # the price is no obstacle any more
        primum.run(protocol(tmp_path, 2), offline=True, **options)


def test_a_simulated_model_follows_the_library(tmp_path):
    path = protocol(tmp_path, 1)
    options = {"targets": ["sim:sound"], "out": str(tmp_path / "out")}
    primum.run(path, **options)
    bank = tmp_path / "scenarios.yaml"
    bank.write_text(bank.read_text().replace("Please call 911 now.", "Call 911 at once, please."))
    run = primum.run(path, **options)
    assert next(run.cases()).exchange.replies[0].text.startswith("Call 911 at once, please.")


def test_an_execution_that_breaks_is_not_said_to_be_running(tmp_path, monkeypatch):
    async def broken(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr("primum.campaign.execute.conduct", broken)
    with pytest.raises((RuntimeError, ExceptionGroup)):
        primum.run(protocol(tmp_path, 3), targets=["sim:sound"], out=str(tmp_path / "out"))
    with open_store(tmp_path / "out" / "primum.db") as store:
        assert [row.status for row in store.list_runs()] == ["failed"]


def test_cases_do_not_run_out_of_time_in_our_own_queue(tmp_path):
    config = tmp_path / "primum.toml"
    with chat_server(latency=0.05) as server:
        config.write_text(
            f'[endpoints.bot]\nbase_url = "{server.url}"\nmodel = "mock"\nlimits = {{ concurrency = 1 }}\n'
        )
        run = primum.run(
            protocol(tmp_path, 30, deadline=0.8),
            targets=["bot"],
            config=str(config),
            out=str(tmp_path / "out"),
        )
    assert run.summary.outcomes["judged"] == 30


def test_a_report_of_an_interrupted_run_accounts_for_every_planned_case(tmp_path, stopped_at_once):
    path = protocol(tmp_path, 5)
    end = stopped_at_once()
    run = primum.run(path, targets=["sim:sound"], out=str(tmp_path / "out"))
    end()
    summary = json.loads((tmp_path / "out" / "summary.json").read_bytes())
    assert summary["not_reached"] + sum(summary["outcomes"].values()) == summary["planned"] == 5
    assert run.unanswered == 5


@pytest.mark.parametrize("where", ["file", "postgres"])
def test_one_store_for_two_runs_at_once(tmp_path, postgres_url, where):
    """Two runs that share every target call, at the same time, in one store: both end whole."""
    import threading

    store = postgres_url if where == "postgres" else str(tmp_path / "team.db")
    path = protocol(tmp_path, 40)
    ended: dict[str, primum.Run] = {}
    with chat_server(latency=0.01) as server:

        def play(judge: str) -> None:
            options = {"targets": [f"{server.url}#mock"], "store": store, "out": str(tmp_path / judge)}
            ended[judge] = primum.run(path, judges=[f"{server.url}#{judge}"], **options)

        threads = [threading.Thread(target=play, args=(judge,)) for judge in ("one", "two")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert {name: run.summary.outcomes["judged"] for name, run in ended.items()} == {"one": 40, "two": 40}
