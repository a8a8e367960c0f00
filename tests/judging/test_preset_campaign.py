"""Presets and juries as judges of a campaign, and presets over a finished run."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import primum
from primum.campaign.session import family, judge_pairs
from primum.endpoints.config import Config
from primum.endpoints.names import parse_name
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError
from primum.judging.catalogue import calls_of, find_preset, split
from tests.campaign.build import protocol
from tests.judging.recorded import judged, script
from tests.servers.chat_server import Running, chat_server

PRIMUM = Path(sys.executable).with_name("primum")


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PRIMUM, *arguments], capture_output=True, text=True, cwd=folder, timeout=120)


def rubric(calls: str) -> dict[str, object]:
    quote = {"quote": "", "reply": 0, "reason": ""}
    body = {
        "checks": {"calls": {**quote, "answer": calls}, "no-wait": {**quote, "answer": "met"}},
        "severity": 0, "likelihood": "low", "harm_by": "none", "triage": "right", "refusal": "none", "helpfulness": 2,
        "reaction": "accept", "injection": "",
    }  # fmt: skip
    return script(body)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with chat_server(
        script={
            "fails-it": [rubric("not_met")],
            "fails-it-too": [rubric("not_met")],
            "not-sure": [rubric("cannot_judge")],
            "four": [script({"reason": "", "quote": "", "principle": 1, "score": 4})],
            "silent": [script("no")],
        }
    ) as running:
        yield running


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two simulated targets, whose folder it is."""
    folder = tmp_path_factory.mktemp("run")
    primum.run(protocol(folder, 6), targets=["sim:sound", "sim:random"], out=str(folder / "out"))
    return folder / "out"


# names


def test_a_judge_is_named_by_preset_and_endpoint() -> None:
    assert split("policy-patient@openai/gpt-5") == ("policy-patient", "openai/gpt-5")
    assert split("http://ann@host/v1#m") == ("rubric", "http://ann@host/v1#m")
    assert split("rubric@ollama/llama3") == ("rubric", "ollama/llama3")
    assert split("policy:mine.yaml@ollama/llama3") == ("policy:mine.yaml", "ollama/llama3")
    assert (calls_of("refusal-vote@openai/gpt-5"), calls_of("openai/gpt-5"), calls_of("offline")) == (
        10,
        1,
        0,
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("polcy-patient@openai/gpt-5", "Did you mean 'policy-patient'?"),
        ("policy-patient", "write policy-patient@ENDPOINT"),
        ("exact-answer@openai/gpt-5", "asks nobody"),
        ("jury", "at least two models"),
        ("jury@openai/gpt-5", "its jurors beside it"),
        ("policy:nowhere.yaml@openai/gpt-5", "Cannot read the policy"),
    ],
)
def test_a_judge_that_cannot_be_is_one_clear_line(name: str, words: str) -> None:
    with pytest.raises(PrimumError, match=words.replace("?", r"\?")):
        judge_pairs([name], Config())


def test_those_who_answer_the_checks_come_first_and_the_jury_before_its_jurors() -> None:
    def order(*names: str, second: bool = True) -> list[str]:
        return [name for name, _ in judge_pairs(names, Config(), second)]

    a, b, preset = "openai/a", "google/b", "refusal-vote@openai/a"
    assert order(preset, "exact-answer") == ["offline", preset, "exact-answer"]
    assert order(preset, a) == [a, "offline", preset]
    assert order(a, b, "jury") == ["jury", a, b, "offline"]
    assert order("jury", "offline", a, b) == ["jury", a, b, "offline"]
    assert order("offline", a) == ["offline", a]
    assert order(a, b, "jury", second=False) == ["jury", a, b]


def test_an_endpoint_of_primum_toml_may_be_called_like_a_preset() -> None:
    named = EndpointSpec(name="pair@ward", kind="openai", model="m")
    assert judge_pairs(["pair@ward"], Config({"pair@ward": named}))[0] == ("pair@ward", named)


def test_a_family_is_the_maker_or_the_first_letters_of_the_model() -> None:
    assert family(parse_name("openai/gpt-5")) == family(parse_name("openai/o3"))
    assert family(parse_name("http://localhost:1/v1#meta/Llama-3")) == family(parse_name("ollama/llama3.2"))
    assert family(parse_name("http://localhost:1/v1#qwen3")) != family(
        parse_name("http://localhost:1/v1#gemma")
    )


# in a campaign


def test_a_preset_is_a_further_opinion_that_decides_nothing(tmp_path: Path, server: Running) -> None:
    names = [f"policy-patient@{server.url}#four", "exact-answer"]
    run = primum.run(protocol(tmp_path, 3), targets=["sim:sound"], judges=names, out=str(tmp_path / "out"))
    for case in run.cases():
        offline, policy, exact = case.verdicts
        assert (case.outcome, offline.judge) == ("judged", "offline")
        assert (policy.preset, policy.result["score"], policy.checks) == ("policy-patient", 4, ())
        assert exact.result == {"not_applicable": "needs options, key"} and not exact.failure
        assert case.score is not None


def test_a_preset_without_a_verdict_leaves_the_case_judged(tmp_path: Path, server: Running) -> None:
    name = f"policy-patient@{server.url}#silent"
    run = primum.run(protocol(tmp_path, 2), targets=["sim:sound"], judges=[name], out=str(tmp_path / "out"))
    assert [case.outcome for case in run.cases()] == ["judged", "judged"]
    assert all("no usable answer" in case.verdicts[1].failure for case in run.cases())


def test_c29_a_jury_decides_and_its_jurors_are_kept_and_no_call_is_made_twice(
    tmp_path: Path, server: Running
) -> None:
    server.reset()
    jurors = [f"{server.url}#{name}" for name in ("fails-it", "fails-it-too", "not-sure")]
    run = primum.run(
        protocol(tmp_path, 2), targets=["sim:sound"], judges=["jury", *jurors], out=str(tmp_path / "out")
    )
    for case in run.cases():
        decides = case.verdicts[0]
        assert [verdict.judge for verdict in case.verdicts] == ["jury", *jurors, "offline"]
        assert {one.check: one.answer for one in decides.checks} == {"calls": "not_met", "no-wait": "met"}
        assert (
            case.outcome == "judged" and case.score is not None and case.score.critical_failed == ("calls",)
        )
        assert "calls" in case.disagreements  # the offline judge has seen the call for help
    assert server.stats().received == 6
    assert any("2 jurors are of one family (fails)" in warning for warning in run.manifest.warnings)


def test_c29_a_judge_that_is_also_the_target_is_a_warning(tmp_path: Path, server: Running) -> None:
    same = f"{server.url}#fails-it"
    run = primum.run(protocol(tmp_path, 2), targets=[same], judges=[same], out=str(tmp_path / "out"))
    assert any("grades itself" in warning for warning in run.summary.warnings)


# over recorded replies


def test_a_run_is_judged_anew_target_by_target_without_a_target_call(run: Path) -> None:
    done = command(run.parent, "judge", "offline", str(run), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [(one["name"], one["simulated"]) for one in told["subjects"]] == [
        ("sim:sound", True),
        ("sim:random", True),
    ]
    assert all(one["counts"]["judged"] + sum(one["left_out"].values()) == 6 for one in told["subjects"])
    lines = (run / "opinions-offline.jsonl").read_text().splitlines()
    kept = {
        case["case"]["id"]: case for case in map(json.loads, (run / "cases.jsonl").read_text().splitlines())
    }
    for line in map(json.loads, lines):
        assert line["result"]["score"] == kept[line["id"]]["score"]


def test_the_rubric_and_a_jury_judge_a_run_anew(run: Path, server: Running) -> None:
    jurors = [part for name in ("fails-it", "fails-it-too") for part in ("--judge", f"{server.url}#{name}")]
    done = command(run.parent, "judge", "jury", str(run), *jurors, "--json")
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)["subjects"][0]
    assert dict(table["tally"]["histogram"])["not_met"] == table["counts"]["judged"]
    done = command(run.parent, "judge", "rubric", str(run), "--judge", f"{server.url}#not-sure")
    assert done.returncode == 0, done.stderr
    assert "sim:sound (simulated)" in done.stdout and "cannot_judge" in done.stdout


def test_the_same_command_again_pays_for_nothing(tmp_path: Path, server: Running) -> None:
    lines = [{"reply": f"Take {number}."} for number in range(5)]
    server.reset()
    first = judged(tmp_path, "policy-patient", lines, server, "four")
    second = judged(tmp_path, "policy-patient", lines, server, "four")
    assert server.stats().received == 5
    assert first.opinions == second.opinions


def test_the_journal_resumes_what_a_budget_cut_short(tmp_path: Path, server: Running) -> None:
    (tmp_path / "replies.jsonl").write_text("".join(f'{{"reply": "Take {n}."}}\n' for n in range(4)))
    server.reset()
    call = ["judge", "policy-patient", "replies.jsonl", "--judge", f"{server.url}#four", "--out", "o.jsonl"]
    done = command(tmp_path, *call, "--budget", "calls=3")
    assert (done.returncode, done.stdout.count("no verdict")) == (3, 1), done.stderr
    assert "1 without a verdict" in done.stdout and "o.jsonl says why" in done.stderr
    assert command(tmp_path, *call).returncode == 0
    assert server.stats().received == 4


def test_interrupted_it_says_so_and_the_same_command_goes_on(tmp_path: Path) -> None:
    (tmp_path / "replies.jsonl").write_text("".join(f'{{"reply": "Take {n}."}}\n' for n in range(12)))
    said = script({"reason": "", "quote": "", "principle": 1, "score": 4})
    with chat_server(latency=0.5, script={"m": [said]}) as slow:
        call = [
            PRIMUM,
            "judge",
            "policy-patient",
            "replies.jsonl",
            "--judge",
            f"{slow.url}#m",
            "--out",
            "o.jsonl",
        ]
        first = subprocess.Popen(
            [*call, "--concurrency", "2"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        while slow.stats().completed < 2:
            time.sleep(0.05)
        first.send_signal(signal.SIGINT)
        told = first.communicate(timeout=60)[1]
        assert (first.returncode, "Interrupted" in told, "Traceback" in told) == (130, True, False)
        assert 2 <= len((tmp_path / "o.jsonl").read_text().splitlines()) < 12
        again = subprocess.run(call, cwd=tmp_path, capture_output=True, timeout=60)
        assert again.returncode == 0 and len((tmp_path / "o.jsonl").read_text().splitlines()) == 12
        assert slow.stats().received == 12 and not slow.stats().vanished


def test_the_sampling_of_a_preset_stands_in_the_manifest(tmp_path: Path, server: Running) -> None:
    name = f"refusal-vote@{server.url}#silent"
    run = primum.run(protocol(tmp_path, 1), targets=["sim:sound"], judges=[name], out=str(tmp_path / "out"))
    assert [(judge.name, judge.sampling) for judge in run.manifest.judges] == [
        ("offline", {}), (name, {"temperature": 1.0}),
    ]  # fmt: skip


def test_the_histogram_is_printed_first(tmp_path: Path) -> None:
    (tmp_path / "replies.jsonl").write_text('{"reply": "I cannot help with that."}\n{"reply": "Rest."}\n')
    done = command(tmp_path, "judge", "refusal-words", "replies.jsonl")
    assert done.returncode == 0, done.stderr
    assert [line.split()[:2] for line in done.stdout.strip().splitlines()[1:4]] == [
        ["none", "1"], ["partial", "0"], ["full", "1"],
    ]  # fmt: skip
    assert list((tmp_path / "out").glob("refusal-words-*/opinions-refusal-words.jsonl"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["refusl-words", "r.jsonl"], "Did you mean 'refusal-words'"),
        (["refusal-vote", "r.jsonl"], "name it with --judge"),
        (["refusal-words", "r.jsonl", "--judge", "openai/x"], "leave out --judge"),
        (["pair", "r.jsonl", "--judge", "http://127.0.0.1:1/v1#m"], "needs twin"),
        (["jury", "r.jsonl", "--judge", "http://127.0.0.1:1/v1#m"], "at least two"),
        (["refusal-words", "missing.jsonl"], "cannot be read"),
        (["refusal-words", "nowhere"], "No run 'nowhere'"),
        (["refusal-words", "bad.jsonl"], "bad.jsonl:2"),
        (["refusal-words", "twice.jsonl"], "twice.jsonl:2: the id 'a' stands in line 1"),
        (["offline", "stray.jsonl"], "no scenario 'nobody'"),
    ],
)
def test_misuse_is_one_clear_line(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "r.jsonl").write_text('{"reply": "Rest."}\n')
    (tmp_path / "bad.jsonl").write_text('{"reply": "Rest."}\n{"reply": 3}\n')
    (tmp_path / "twice.jsonl").write_text('{"id": "a", "reply": "x"}\n{"id": "a", "reply": "x"}\n')
    (tmp_path / "stray.jsonl").write_text('{"reply": "x", "scenario": "nobody"}\n')
    done = command(tmp_path, "judge", *arguments)
    assert done.returncode == 2 and len(done.stderr.strip().splitlines()) == 1, done
    assert words in done.stderr


def test_what_was_found_is_forgotten_with_the_run(tmp_path: Path, server: Running) -> None:
    out = tmp_path / "out"
    primum.run(protocol(tmp_path, 2), targets=["sim:sound"], out=str(out))
    done = command(tmp_path, "judge", "policy-patient", "out", "--judge", f"{server.url}#four")
    assert done.returncode == 0, done.stderr
    assert (out / "opinions-policy-patient.jsonl").exists()

    def kept() -> bool:
        return any(b"keeps a usage policy" in file.read_bytes() for file in out.glob("primum.db*"))

    assert kept()
    assert command(tmp_path, "forget", "out", "--yes").returncode == 0
    assert not kept() and not list(out.glob("opinions-*.jsonl"))
    figures = (out / "opinions-policy-patient.tally.json").read_text()  # without a text: they stay
    assert "keeps a usage policy" not in figures and '["4",2]' in figures
    assert "judged after the run" in (out / "report.html").read_text()
    done = command(tmp_path, "judge", "refusal-words", "out")
    assert done.returncode == 2 and "have been erased" in done.stderr


def test_the_list_shows_every_preset_with_one_line() -> None:
    done = command(Path.cwd(), "list", "judges", "--json")
    named = {one["name"]: one["about"] for one in json.loads(done.stdout)}
    for name in ("policy-patient@ENDPOINT", "refusal-vote@ENDPOINT", "exact-answer", "offline", "jury"):
        assert named[name] == find_preset(name.removesuffix("@ENDPOINT")).about


def test_c23_the_report_says_that_the_rubric_is_a_reconstruction(run: Path) -> None:
    page = (run / "report.html").read_text()
    assert "jsl-7-reconstructed" in page and "A reconstruction." in page
    assert "caps the score at 0.40" in page


def test_a_case_in_a_terminal_shows_the_fields_beside_the_checks(tmp_path: Path, server: Running) -> None:
    out = tmp_path / "out/x"
    primum.run(protocol(tmp_path, 1), targets=["sim:sound"], judges=[f"{server.url}#fails-it"], out=str(out))
    case = json.loads((out / "cases.jsonl").read_text())["case"]["id"]
    shown = " ".join(command(tmp_path, "show", case).stdout.split())
    assert "severity 0, likelihood low, harm by none, triage right" in shown
