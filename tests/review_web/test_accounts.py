"""Who may enter: invitations, passwords, sessions, and how often somebody may try. On both databases."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from primum.errors import PrimumError
from primum.review import accounts, passwords, sessions, throttle
from primum.store.database import Database, parse
from primum.store.migrate import known_migrations, migrate
from primum.store.tables import metadata, review_people

NOW = 1_800_000_000.0
GOOD = "plover teacup ladder"
DAY = 86_400.0
ANN, BOB = "ann@clinic.example", "bob@clinic.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = str(tmp_path / "a.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(parse(url))
    migrate(made, known_migrations())
    rows = [
        {"id": name, "name": name, "roles": "clinician", "active": 1, "created": NOW} for name in (ANN, BOB)
    ]
    with made.write() as connection:
        connection.execute(review_people.insert(), rows)
    yield made
    made.engine.dispose()


def person_of(database: Database, cookie: str, now: float) -> str | None:
    found = sessions.arrived(database, cookie, now)
    return found.person.id if found else None


@pytest.fixture
def ann(database: Database) -> str:
    return accounts.accept(database, accounts.invite(database, ANN, NOW), GOOD, NOW)


def test_an_invited_person_sets_a_password_and_enters(database: Database, ann: str) -> None:
    assert accounts.sign_in(database, " ANN@clinic.example ", GOOD, "10.0.0.1", NOW) == ANN
    assert accounts.all_accounts(database) == {ANN: accounts.Account(ANN, has_password=True, invited=False)}


def test_an_invitation_works_once_and_for_a_week(database: Database) -> None:
    link = accounts.invite(database, ANN, NOW)
    with pytest.raises(PrimumError, match="used up or too old"):
        accounts.accept(database, link, GOOD, NOW + 7 * DAY + 1)
    accounts.accept(database, link, GOOD, NOW + 6 * DAY)
    with pytest.raises(PrimumError, match="used up or too old"):
        accounts.accept(database, link, GOOD + " again", NOW + 6 * DAY)


def test_a_new_invitation_replaces_the_old_link_and_leaves_the_password(database: Database, ann: str) -> None:
    first = accounts.invite(database, ANN, NOW)
    second = accounts.invite(database, ANN, NOW)
    assert accounts.invited(database, first, NOW) is None
    assert accounts.sign_in(database, ann, GOOD, "10.0.0.1", NOW) == ANN
    accounts.accept(database, second, "another long password", NOW)
    with pytest.raises(PrimumError, match=accounts.WRONG):
        accounts.sign_in(database, ann, GOOD, "10.0.0.1", NOW)


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaaaaaa", "my ann@clinic.example 1"])
def test_a_password_that_is_guessed_is_refused(database: Database, password: str) -> None:
    link = accounts.invite(database, ANN, NOW)
    with pytest.raises(PrimumError, match="password"):
        accounts.accept(database, link, password, NOW)
    assert accounts.invited(database, link, NOW) is not None


def test_a_wrong_name_and_a_wrong_password_are_said_alike(database: Database, ann: str) -> None:
    said = []
    for login, password in ((ann, "wrong wrong wrong"), ("nobody@clinic.example", GOOD), (ann, "")):
        with pytest.raises(PrimumError) as error:
            accounts.sign_in(database, login, password, "10.0.0.1", NOW)
        said.append(str(error.value))
    assert set(said) == {accounts.WRONG}


def test_no_secret_is_in_the_database(database: Database, ann: str) -> None:
    link = accounts.invite(database, BOB, NOW)
    cookie = sessions.open_session(database, ANN, NOW)
    with database.read() as connection:
        everything = repr([
            row for name in metadata.tables if name.startswith("review_")
            for row in connection.execute(sa.select(metadata.tables[name]))
        ])  # fmt: skip
    assert ANN in everything and "$argon2id$" in everything
    for secret in (GOOD, link, cookie):
        assert secret not in everything


def test_the_sixth_wrong_password_has_to_wait(database: Database, ann: str) -> None:
    for _ in range(throttle.PER_LOGIN_HERE):
        with pytest.raises(PrimumError, match=accounts.WRONG):
            accounts.sign_in(database, ann, "wrong wrong wrong", "10.0.0.1", NOW)
    with pytest.raises(throttle.TooMany, match="15 min"):
        accounts.sign_in(database, ann, GOOD, "10.0.0.1", NOW)
    assert accounts.sign_in(database, ann, GOOD, "10.0.0.2", NOW) == ANN  # nobody is locked out by another
    assert accounts.sign_in(database, ann, GOOD, "10.0.0.1", NOW + throttle.WINDOW + 1) == ANN


def test_one_address_cannot_try_many_names(database: Database) -> None:
    for number in range(throttle.PER_ADDRESS):
        throttle.take_turn(database, f"name-{number}", "10.0.0.1", NOW)
    with pytest.raises(throttle.TooMany):
        throttle.take_turn(database, "one-more", "10.0.0.1", NOW)


def test_tries_at_once_are_all_counted(database: Database) -> None:
    def attempt(_: int) -> bool:
        try:
            throttle.take_turn(database, "ann", "10.0.0.1", NOW)
        except throttle.TooMany:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(attempt, range(24))) == throttle.PER_LOGIN_HERE


def test_a_session_ends_when_it_is_idle_old_or_signed_out(database: Database) -> None:
    cookie = sessions.open_session(database, ANN, NOW)
    assert person_of(database, cookie, NOW + 1) == ANN
    assert person_of(database, "guess", NOW + 1) is None
    assert person_of(database, cookie, NOW + sessions.IDLE + 1) is None
    for hour in range(11):  # it is used every hour, and still ends
        assert person_of(database, cookie, NOW + 3600 * hour) == ANN
    assert person_of(database, cookie, NOW + sessions.DAY + 1) is None
    sessions.close_session(database, cookie)
    assert person_of(database, cookie, NOW + 1) is None


def test_a_person_who_may_no_longer_enter_is_out_at_once(database: Database, ann: str) -> None:
    cookie = sessions.open_session(database, ANN, NOW)
    with database.write() as connection:
        connection.execute(review_people.update().where(review_people.c.id == ANN).values(active=0))
    assert person_of(database, cookie, NOW) is None
    with pytest.raises(PrimumError, match=accounts.WRONG):
        accounts.sign_in(database, ann, GOOD, "10.0.0.1", NOW)


def test_a_new_password_ends_the_sessions_that_were_open(database: Database, ann: str) -> None:
    cookie = sessions.open_session(database, ANN, NOW)
    accounts.accept(database, accounts.invite(database, ANN, NOW), "another long password", NOW)
    assert person_of(database, cookie, NOW) is None


def test_somebody_shut_out_has_no_session_and_no_link(database: Database, ann: str) -> None:
    cookie = sessions.open_session(database, ANN, NOW)
    link = accounts.invite(database, ANN, NOW)
    accounts.shut_out(database, ANN)
    assert person_of(database, cookie, NOW) is None
    assert accounts.invited(database, link, NOW) is None


def test_without_the_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "argon2", None)
    passwords._hasher.cache_clear()
    with pytest.raises(PrimumError, match=r"pip install 'primum\[team\]'"):
        passwords.check_argon2()
    passwords._hasher.cache_clear()
