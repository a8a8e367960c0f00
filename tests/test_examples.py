"""The examples in docstrings are promises too."""

import doctest
from importlib import import_module

import pytest

from tests.test_architecture import SOURCE


def modules() -> list[str]:
    files = (file for file in SOURCE.rglob("*.py") if ">>>" in file.read_text("utf-8"))
    names = (".".join(file.relative_to(SOURCE.parent).with_suffix("").parts) for file in files)
    return sorted(name.removesuffix(".__init__") for name in names)


@pytest.mark.parametrize("name", modules())
def test_the_examples_of_a_module_are_true(name: str) -> None:
    found = doctest.testmod(import_module(name))
    assert not found.failed
