"""Every test that asks for a store runs on both databases."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from primum.store import Store, open_store
from tests.postgres import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes URLs of databases that nobody has opened yet."""
    if request.param == "sqlite":
        numbers = count()
        return lambda: f"sqlite:///{tmp_path}/store-{next(numbers)}.db"
    server = request.getfixturevalue("postgres_server")
    return lambda: new_database(server)


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
