"""Every test that asks for a store runs on both databases."""

from tests.store.conftest import new_url as new_url
from tests.store.conftest import store as store
from tests.store.conftest import url as url
