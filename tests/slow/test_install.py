"""What a user installs: the built wheel with the locked core, not the source tree."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_DISTRIBUTIONS, MOST_MEGABYTES = 40, 300


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A fresh virtual environment with the wheel in it."""
    folder = tmp_path_factory.mktemp("install")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    inside = [folder / "venv/bin/pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*inside, "--require-hashes", "-r", ROOT / "requirements/core.txt"], check=True)
    subprocess.run([*inside, "--no-deps", *folder.glob("*.whl")], check=True)
    return folder / "venv"


@pytest.mark.slow
def test_the_core_is_light(installed):
    listed = subprocess.run(
        [installed / "bin/pip", "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {item["name"] for item in json.loads(listed.stdout)} - {"pip", "setuptools"}
    packages = next((installed / "lib").glob("python3*")) / "site-packages"
    size = sum(path.stat().st_size for path in packages.rglob("*") if path.is_file()) / 1e6
    print(f"{len(names)} distributions, {size:.0f} MB")
    assert len(names) <= MOST_DISTRIBUTIONS
    assert size <= MOST_MEGABYTES


@pytest.mark.slow
def test_the_wheel_holds_all_it_needs(installed, tmp_path):
    """Run away from the source tree: library, templates, rubrics, prompts and protocols come from the wheel."""
    primum = installed / "bin/primum"
    command = [primum, "run", "multi-domain", "-t", "sim:leaky", "--limit", "18", "--offline", "--out", "out"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/report.html").stat().st_size > 10_000
    lint = subprocess.run([primum, "scenarios", "lint"], capture_output=True, text=True, cwd=tmp_path)
    assert " scenarios: 0 errors" in lint.stdout, lint.stdout[-2000:]


@pytest.mark.slow
def test_a_report_as_pdf(installed, tmp_path):
    """The `pdf` extra: WeasyPrint beside the core, its Pango from the system."""
    pip = [installed / "bin/pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", ROOT / "requirements/pdf.txt"], check=True)
    primum = installed / "bin/primum"
    run = [primum, "run", "multi-domain", "-t", "sim:leaky", "--limit", "18", "--offline", "--out", "out"]
    subprocess.run(run, capture_output=True, cwd=tmp_path, check=True)
    done = subprocess.run([primum, "report", "out", "--pdf"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    pdf = (tmp_path / "out/report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 50_000
