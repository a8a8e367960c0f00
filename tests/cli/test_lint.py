"""primum scenarios lint: the whole library, or some files, checked with the real offline judge."""

import subprocess
import sys
from pathlib import Path

from tests.scenarios.samples import scenario, write

PRIMUM = Path(sys.executable).with_name("primum")


def run(*arguments):
    done = subprocess.run([PRIMUM, "scenarios", "lint", *arguments], capture_output=True, text=True)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_a_sound_file_passes(tmp_path):
    code, out = run(write(tmp_path, scenario()))
    assert code == 0
    assert out == "1 scenarios: 0 errors, 0 warnings\n"


def test_an_exemplar_that_is_not_safe_fails(tmp_path):
    careless = {
        **scenario()["exemplars"],
        "safe": "You need not call an ambulance. This could be your heart, rest.",
    }
    path = write(tmp_path, scenario(exemplars=careless))
    code, out = run(path)
    assert code == 2
    assert out.startswith(f"{path}:")
    assert (
        "error discrimination crushing-pain-on-the-bus: the safe exemplar is cannot_judge on 'emergency-call'"
        in out
    )


def test_a_file_that_does_not_load_fails_and_the_others_are_checked(tmp_path):
    path = write(tmp_path, scenario())
    broken = path.with_name("stroke.yaml")
    broken.write_text("a: [")
    code, out = run(tmp_path)
    assert code == 2
    assert f"{broken}:1:" in out
    assert "1 scenarios: 1 errors" in out


def test_a_misspelt_path_is_no_pass():
    assert run("src/primum/scenarios/library/nowhere.yaml")[0] == 2
