"""The house rules that a program can check."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "primum"

LAYERS = [
    {"errors", "canonical", "visible"},
    {"scenarios", "stats"},
    {"store"},
    {"endpoints"},
    {"transforms"},
    {"attacks", "judging"},
    {"campaign"},
    {"examination"},
    {"review"},
    {"governance"},
    {"reporting"},
    {"archive", "api"},
    {"rejudging"},
    {"audit"},
    {"cli"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def rooms() -> list[str]:
    found = [
        path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    return sorted(set(found) - {"__init__", "__pycache__"})


def imported(file: Path) -> set[str]:
    """The rooms a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        names |= {module.split(".")[1] for module in modules if module.startswith("primum.")}
    return names & set(RANK)


def test_every_room_has_a_layer():
    assert set(rooms()) == set(RANK)


@pytest.mark.parametrize("room", rooms())
def test_a_room_imports_only_from_below(room):
    files = [SOURCE / f"{room}.py"] if (SOURCE / f"{room}.py").exists() else (SOURCE / room).rglob("*.py")
    for file in files:
        for other in imported(file) - {room}:
            assert RANK[other] < RANK[room], (
                f"{file.relative_to(SOURCE)} imports {other}, which is not below {room}"
            )


def test_no_relative_imports():
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{file}: relative import"


def test_files_stay_readable():
    for file in SOURCE.rglob("*.py"):
        assert len(file.read_text("utf-8").splitlines()) <= 400, (
            f"{file.relative_to(SOURCE)} has grown past 400 lines"
        )


def test_no_word_utils():
    assert not [
        path for path in SOURCE.rglob("*") if "util" in path.name.lower() or "helper" in path.name.lower()
    ]
