"""Who may see what, route by route. Nothing that a reader must not know comes to a reader by any address."""

import pytest

from primum.review.desk import Desk
from primum.review.model import ROLES, Answer, CheckAnswer, Person, Role
from primum.review.web.app import PAGES, Page
from primum.review.web.site import Links
from tests.review.build import ANN, BOB, EVA, FAIL, LEAD, PASS, RUN, SECRET_TARGET
from tests.review_web.team import Team, running

COMMENT = "canary-comment-of-ann"
ANSWER = Answer(
    "fail", severity=3, answers=(CheckAnswer("asks", "met", reason="canary-reason-of-ann"),), comment=COMMENT
)
HIDDEN = (SECRET_TARGET, "canary-judge", "canary-verdict", "canary-reason-of-ann", COMMENT)
"""What a reader must not see of an item before having answered: target, judge, other readers."""
CLOSED = [page for page in PAGES if page.roles is not None]
OF_READERS = [page for page in CLOSED if "{item}" in page.path]


def named(page: Page, item: str = "nothing", person: str = BOB) -> str:
    return page.path.replace("{item}", item).replace("{person}", person)


@pytest.fixture
def every_role(desk: Desk) -> dict[Role, str]:
    """One person for each role alone."""
    for role in ROLES:
        desk.add_person(Person(f"only-{role}", f"Only {role}", (role,)), LEAD)
    return {role: f"only-{role}" for role in ROLES}


@pytest.fixture
def answered(desk: Desk) -> str:
    """An item that Ann has answered and that waits for a second reader."""
    page = desk.claim(RUN, ANN)
    assert page is not None
    desk.submit(page.item, ANN, ANSWER)
    return page.item


def test_every_page_opens_only_to_its_roles(team: Team, every_role: dict[Role, str], answered: str) -> None:
    """403 where the role does not fit; anything else where it does, but never that."""
    for page in CLOSED:
        assert page.roles is not None
        for role, person in every_role.items():
            got = team.ask(page.method, named(page, answered, person), person)
            refused = got.status == 403
            assert refused == bool(page.roles and role not in page.roles), (page.method, page.path, role)
            assert not refused or COMMENT not in got.body


def test_a_stranger_is_sent_to_sign_in(team: Team, answered: str) -> None:
    for page in CLOSED:
        for headers in ({}, {"Cookie": f"{team.site.cookie}=guessed"}):
            got = team.ask(page.method, named(page, answered), headers=headers)
            assert (got.status, got.where, got.body) == (303, "/sign-in", ""), page.path


@pytest.mark.parametrize("page", OF_READERS, ids=lambda page: f"{page.method} {page.path}")
def test_another_readers_pending_review_is_closed_to_a_reader(team: Team, answered: str, page: Page) -> None:
    """Bob may still get the item as second reader: until he has answered, no address tells him anything of it."""
    got = team.ask(page.method, named(page, answered), BOB, {"verdict": "pass", "severity": "0"})
    assert not [word for word in HIDDEN if word in got.body]
    assert got.status in (303, 403, 409)
    if got.status == 303:  # "next case" goes to his own next case, which may be any
        assert page.path.endswith("/next") and got.where.startswith("/review/")


def test_a_reader_sees_nothing_of_the_judge_before_the_answer_by_any_address(team: Team, desk: Desk) -> None:
    page = desk.claim(RUN, ANN)
    assert page is not None
    for one in PAGES:
        if (
            "{item}" in one.path
            and not one.path.endswith(("/leave", "/next"))
            and one.path != "/review/{item}"
        ):
            got = team.ask(one.method, named(one, page.item), ANN)
            assert not [word for word in HIDDEN if word in got.body], one.path
    shown = team.ask("GET", f"/review/{page.item}", ANN)
    assert shown.status == 200 and "Tells the person to call an ambulance now." in shown.body
    assert not [word for word in (*HIDDEN, "routine", "critical-failed", page.run) if word in shown.body]


def test_the_judge_is_shown_after_the_answer_and_only_when_asked_for(
    team: Team, desk: Desk, answered: str
) -> None:
    assert team.ask("GET", f"/review/{answered}/judge", ANN).status == 409  # a link does not open it
    assert "canary-judge" not in team.ask("GET", f"/review/{answered}/stored", ANN).body
    assert team.ask("POST", f"/review/{answered}/look", ANN).where == f"/review/{answered}/judge"
    assert "canary-judge" in team.ask("GET", f"/review/{answered}/judge", ANN).body
    assert team.ask("POST", f"/review/{answered}/undo", ANN).status == 409  # too late to change the label
    assert "saw the judge" in [event.action for event in desk.events(RUN)]


def test_an_adjudicator_sees_rationales_and_neither_names_nor_judge(
    team: Team, desk: Desk, answered: str
) -> None:
    while True:  # Bob reads until it is this one
        page = desk.claim(RUN, BOB)
        assert page is not None
        desk.submit(page.item, BOB, PASS)
        if page.item == answered:
            break
    assert team.ask("GET", f"/adjudicate/{answered}", EVA).status == 409  # not hers before she takes it
    got = team.ask("POST", "/adjudicate", EVA, {"run": RUN})
    assert got.where == f"/adjudicate/{answered}"
    body = team.ask("GET", got.where, EVA).body
    assert COMMENT in body and "Reader A" in body and "Reader B" in body
    assert not [
        word for word in ("Dr Ann", "Dr Bob", "canary-judge", "canary-verdict", SECRET_TARGET) if word in body
    ]


def test_who_has_read_an_item_does_not_adjudicate_it(team: Team, desk: Desk, answered: str) -> None:
    desk.change_person(ANN, LEAD, roles=("clinician", "adjudicator"))
    while (page := desk.claim(RUN, BOB)) is not None:
        desk.submit(page.item, BOB, PASS)
    assert team.ask("POST", "/adjudicate", ANN, {"run": RUN}).where == "/adjudicate?finished=yes"
    assert team.ask("GET", f"/adjudicate/{answered}", ANN).status == 409


def test_a_lead_opens_a_case_only_once_it_is_reviewed(team: Team, desk: Desk, answered: str) -> None:
    assert team.ask("GET", f"/lead/case/{answered}", LEAD).status == 409
    for person, answer in ((ANN, PASS), (BOB, FAIL)):
        while (page := desk.claim(RUN, person)) is not None:
            desk.submit(page.item, person, answer if page.item != answered else ANSWER)
    got = team.ask("GET", f"/lead/case/{answered}", LEAD)
    assert got.status == 200 and SECRET_TARGET in got.body
    assert ("saw a case", answered) in [(event.action, event.subject) for event in desk.events(RUN)]


def test_every_look_at_what_is_hidden_is_in_the_log(team: Team, desk: Desk, answered: str) -> None:
    before = len(desk.events(RUN))
    team.ask("GET", "/lead", LEAD)
    team.ask("POST", f"/review/{answered}/look", ANN)
    team.ask("GET", f"/review/{answered}/judge", ANN)
    told = [(event.person, event.action) for event in desk.events(RUN)[before:]]
    assert told == [(LEAD, "saw the overview"), (ANN, "saw the judge"), (ANN, "saw the judge")]
    assert desk.verify(RUN).whole


def test_a_closed_account_is_out_in_the_middle_of_a_case(team: Team, desk: Desk) -> None:
    cookie = {"Cookie": f"{team.site.cookie}={team.session(ANN)}"}
    assert team.ask("GET", "/review", headers=cookie).status == 200
    assert team.ask("POST", f"/people/{ANN}", LEAD, {"do": "close"}).status == 303
    assert team.ask("GET", "/review", headers=cookie).where == "/sign-in"
    assert team.ask("POST", f"/people/{LEAD}", LEAD, {"do": "close"}).status == 409  # one lead must remain


def test_a_lead_frees_what_somebody_holds(team: Team, desk: Desk) -> None:
    held = desk.claim(RUN, ANN)
    assert held is not None
    assert team.ask("POST", f"/people/{ANN}", LEAD, {"do": "free"}).status == 303
    assert team.ask("GET", f"/review/{held.item}", ANN).status == 409
    taken = desk.claim(RUN, BOB)
    assert taken is not None and taken.item == held.item


def test_the_next_case_is_read_in_the_same_role(team: Team, desk: Desk) -> None:
    desk.change_person(ANN, LEAD, roles=("clinician", "ethicist"))
    where = team.ask("POST", "/review", ANN, {"run": RUN, "role": "ethicist"}).where
    for way in ("next", "judge"):
        assert team.ask("POST", where, ANN, {"verdict": "pass", "severity": "0"}).where == f"{where}/stored"
        team.ask("POST", f"{where}/look", ANN)
        again = {"verdict": "pass", "severity": "0"}
        where = team.ask("POST", f"{where}/{way}", ANN, again).where
        assert desk.page(where.rsplit("/", 1)[1], ANN).role == "ethicist"
    assert team.ask("POST", "/review", ANN, {"run": RUN, "role": "lead"}).status == 409


def test_the_link_of_one_machine_works_once(desk: Desk) -> None:
    links = Links(ANN)
    with running(desk, links) as local:
        assert local.ask("GET", "/enter/guessed").status == 403
        entered = local.ask("GET", f"/enter/{links.token}")
        cookie = entered.headers["set-cookie"]
        assert entered.status == 303 and "HttpOnly" in cookie and "samesite=lax" in cookie.lower()
        session = {"Cookie": cookie.split(";")[0]}
        assert local.ask("GET", "/review", headers=session).status == 200
        assert local.ask("GET", f"/enter/{links.token}").status == 403
        assert local.ask("POST", "/sign-in", form={"login": ANN, "password": "x"}).status == 403


def test_signing_in_by_password_and_out(team: Team, desk: Desk) -> None:
    """Invited by a lead, a password, in; wrong ones are counted; signed out, the cookie opens nothing."""
    form = {"name": "Dr New", "login": "New@Clinic.example", "roles": "clinician"}
    body = team.ask("POST", "/people", LEAD, form).body
    link = body.split("/invitation/")[1].split("<")[0]
    words = {"password": "plover teacup ladder", "again": "plover teacup ladder"}
    assert team.ask("POST", f"/invitation/{link}", form={**words, "again": "other"}).status == 400
    entered = team.ask("POST", f"/invitation/{link}", form=words)
    assert (entered.status, entered.where) == (303, "/")
    assert team.ask("POST", f"/invitation/{link}", form=words).status == 403  # used up
    for _ in range(5):
        wrong = team.ask("POST", "/sign-in", form={"login": "new@clinic.example", "password": "wrong"})
        assert wrong.status == 403 and "set-cookie" not in wrong.headers
    assert (
        team.ask(
            "POST", "/sign-in", form={"login": "new@clinic.example", "password": words["password"]}
        ).status
        == 429
    )
    session = {"Cookie": entered.headers["set-cookie"].split(";")[0]}
    assert team.ask("GET", "/review", headers=session).status == 200
    assert team.ask("POST", "/sign-out", headers=session).status == 303
    assert team.ask("GET", "/review", headers=session).where == "/sign-in"
    told = [event.action for event in desk.events("people")]
    assert told[-3:] == ["added", "invited", "set a password"]


@pytest.mark.parametrize("page", [page for page in PAGES if page.method == "POST"], ids=lambda p: p.path)
def test_no_form_is_taken_from_another_site(team: Team, desk: Desk, page: Page) -> None:
    before = len(desk.events(RUN)) + len(desk.events("people"))
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert team.ask("POST", named(page), LEAD, {"do": "close"}, foreign).status == 403
    assert len(desk.events(RUN)) + len(desk.events("people")) == before


def test_another_host_name_is_not_answered(team: Team) -> None:
    assert team.ask("GET", "/sign-in", headers={"Host": "evil.example"}).status == 400


def test_a_broken_form_is_refused_in_one_line(team: Team, desk: Desk) -> None:
    page = desk.claim(RUN, ANN)
    assert page is not None
    where = f"/review/{page.item}"
    for form in (
        {"verdict": "maybe"},
        {"severity": "nine"},
        {"severity": "³"},
        {"answer:calls": "yes"},
        {"safer": "third"},
    ):
        got = team.ask("POST", where, ANN, form)
        assert got.status == 409 and "load the page again" in got.body, form
    assert team.ask("POST", where, ANN, [("harms", "x")] * 600).status == 400
    assert team.ask("POST", where, ANN, {"comment": "x" * 300_000}).status == 413
    assert desk.progress(RUN, ANN).done == 0
