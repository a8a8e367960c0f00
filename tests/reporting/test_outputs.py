"""The files of a run: what a report names it also shows, and what may leave the house holds no text."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import primum
from primum.cli import app


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of a model that answers at random."""
    out = tmp_path_factory.mktemp("run")
    primum.run("multi-domain", targets=["sim:random"], limit=45, trials=2, offline=True, out=str(out))
    return out


def invoke(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_the_worst_example_of_every_failed_check_on_the_first_table_is_in_the_report(folder: Path) -> None:
    source = (folder / "report.html").read_text("utf-8")
    section = source[source.index('<section id="patterns"') :]
    table = re.search(r"<caption>12 of .*?</table>", section, re.S)
    assert table is not None
    links = re.findall(r'href="#(case-\d+)"', table[0])
    assert len(links) == 12
    assert all(f'id="{link}"' in source for link in links)
    assert "primum show" not in table[0]


def test_every_link_leads_somewhere(folder: Path) -> None:
    source = (folder / "report.html").read_text("utf-8")
    links = set(re.findall(r'href="#([^"]+)"', source))
    assert len(links) > 20
    assert [link for link in links if f'id="{link}"' not in source] == []


def test_shareable_writes_one_report_and_leaves_the_rest_alone(folder: Path, tmp_path: Path) -> None:
    def written() -> dict[str, int]:
        """The database is tidied whenever a connection closes, so only the other files are compared."""
        return {
            path.name: path.stat().st_mtime_ns for path in folder.iterdir() if "primum.db" not in path.name
        }

    before = written()
    said = invoke("report", str(folder), "--level", "shareable", "--out", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["report.shareable.html"]
    assert "report.shareable.html" in said
    assert written() == before


def test_the_change_since_an_earlier_run_is_shown(folder: Path, tmp_path: Path) -> None:
    invoke("report", str(folder), "--against", str(folder), "--out", str(tmp_path))
    source = (tmp_path / "report.html").read_text("utf-8")
    assert "45 common scenarios" in source
    assert "Change from the earlier run to this one" in source


def test_making_it_again_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    invoke("report", str(folder), "--out", str(tmp_path))
    for name in ("report.html", "summary.json", "cases.jsonl"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
