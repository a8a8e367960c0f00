"""primum review: without a sub-command the app, on this machine; the sub-commands plan, hand out, take in and check."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from primum.cli import options as o

if TYPE_CHECKING:
    from primum.archive import Found
    from primum.review.desk import Desk
    from primum.review.policy import Policy

APP = "app"
BROKEN = 1


class RunFirst(TyperGroup):
    """`primum review RUN` is `primum review app RUN`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = {"-h", "--help", *self.commands}
        return super().parse_args(ctx, [APP, *args] if args and args[0] not in words else args)


app = typer.Typer(
    cls=RunFirst,
    no_args_is_help=True,
    help="Have clinicians look at a run: the right cases, blind. `primum review RUN` opens the app on this machine.",
)

PolicyFile = Annotated[
    str, typer.Option("--policy", help="A review policy (.yaml), or 'default'. See: primum review policy.")
]
Readings = Annotated[
    int | None, typer.Option("--max-readings", help="At most so many readings; fewer are drawn, at random.")
]
OneReader = Annotated[
    bool, typer.Option("--one-reader", help="No second readings: one person's answer makes a label final.")
]
SeedOption = Annotated[str, typer.Option("--seed", help="Seed of the draw. Default: the run's own.")]
As = Annotated[
    str, typer.Option("--as", help="Who you are, where the store knows several people (their sign-in name).")
]


@app.command(APP)
def app_(
    run: o.RunName,
    policy: PolicyFile = "default",
    max_readings: Readings = None,
    one_reader: OneReader = False,
    port: Annotated[int, typer.Option("--port", help="Port to listen at, on this machine only.")] = 8321,
    who: As = "",
    store: o.Store = "",
) -> None:
    """Open the review app for one person on this machine. Prints a link that works once; Ctrl-C ends it.

    A run without a queue gets one, by the policy.
    """
    from primum.review.web.serve import serve_local

    desk, found = _desk(run, store)
    person = _person(desk, who)
    if found.row.run not in [queue.run for queue in desk.queues()]:
        queue = desk.open_queue(found.row.run, _rule(policy, max_readings, one_reader), person.id)
        typer.echo(f"Opened a queue: {queue.items} items, {queue.readings} readings.")
    serve_local(
        desk,
        found.row.run,
        person.id,
        port,
        lambda link: typer.echo(f"Open this link, it works once: {link}"),
    )


@app.command("policy")
def policy() -> None:
    """Print the packaged review policy, to be copied and changed."""
    from primum.review.policy import default_text

    typer.echo(default_text(), nl=False)


@app.command("plan")
def plan(
    run: o.RunName,
    policy: PolicyFile = "default",
    max_readings: Readings = None,
    one_reader: OneReader = False,
    seed: SeedOption = "",
    store: o.Store = "",
    json: o.Json = False,
) -> None:
    """What would be looked at, why, in how many hours, and how exact that would be. Stores nothing."""
    import msgspec

    from primum.review.cost import cost_of
    from primum.review.opening import plan_of

    rule, found = _rule(policy, max_readings, one_reader), _found(run, store)
    cost = cost_of(plan_of(found.store, found.row.run, rule, seed), rule)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(cost), indent=2).decode())
        return
    from primum.review.text import print_cost

    print_cost(found.row.run, cost, rule)


@app.command("open")
def open_(
    run: o.RunName,
    policy: PolicyFile = "default",
    max_readings: Readings = None,
    one_reader: OneReader = False,
    seed: SeedOption = "",
    who: As = "",
    store: o.Store = "",
) -> None:
    """Draw the queue of a run and store it, once. A queue that is there is never changed."""
    desk, found = _desk(run, store)
    person = _person(desk, who)
    before = [queue.run for queue in desk.queues()]
    queue = desk.open_queue(found.row.run, _rule(policy, max_readings, one_reader), person.id, seed)
    there = "was opened before and stays as it is" if queue.run in before else "is open"
    typer.echo(
        f"The queue of {queue.run} {there}: {queue.drawn} of {queue.cases} cases, {queue.items} items,"
        f" {queue.readings} readings."
    )


@app.command("status")
def status(run: o.RunName, store: o.Store = "", json: o.Json = False) -> None:
    """How far a review is, without anything that could unblind: readings, conflicts, states, people."""
    import msgspec

    from primum.review.text import print_status, status_of

    desk, found = _desk(run, store)
    told = status_of(desk, found.row.run)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        print_status(told)


@app.command("export")
def export(
    run: o.RunName,
    file: Annotated[str, typer.Argument(help="A .jsonl or .csv file to write.")],
    count: Annotated[int, typer.Option("--count", help="So many items.", min=1)] = 20,
    days: Annotated[float, typer.Option("--days", help="They go to nobody else for so many days.")] = 14.0,
    labels: Annotated[
        bool, typer.Option("--labels", help="Instead: every case with its label. Unblinded: not for readers.")
    ] = False,
    who: As = "",
    store: o.Store = "",
) -> None:
    """Hand out the next items of the queue to one person, blind, for a form of your own; or all labels."""
    from pathlib import Path

    from primum.errors import PrimumError
    from primum.review.exchange import as_csv, as_jsonl, labels_csv, labels_jsonl, take_out

    path = Path(file)
    if path.suffix.lower() not in (".csv", ".jsonl"):
        raise PrimumError(f"{file}: name a .jsonl or a .csv file")
    if path.exists():
        raise PrimumError(f"{file} is there already; name another file, so that no answer is lost")
    desk, found = _desk(run, store)
    as_table = path.suffix.lower() == ".csv"
    if labels:
        known = desk.labelled(desk.queue(found.row.run).run)
        path.write_bytes(b"".join(labels_csv(known) if as_table else labels_jsonl(known)))
        typer.echo(f"{len(known)} cases in {path}.")
        return
    person = _person(desk, who)
    pages = take_out(desk, found.row.run, person.id, count, days)
    path.write_bytes(b"".join(as_csv(pages) if as_table else as_jsonl(pages)))
    typer.echo(f"{len(pages)} items for {person.name} in {path}, held for {days:g} days.")


@app.command("import")
def import_(
    run: o.RunName,
    file: Annotated[str, typer.Argument(help="The file with the answers filled in.")],
    who: As = "",
    store: o.Store = "",
) -> None:
    """Take answers in from a file: all of them, or none and a line for every bad row."""
    from pathlib import Path

    from primum.review.exchange import bring_in

    desk, found = _desk(run, store)
    person = _person(desk, who)
    taken = bring_in(desk, found.row.run, person.id, file, Path(file).read_bytes())
    typer.echo(f"{len(taken)} answers of {person.name} are in.")


@app.command("free")
def free(
    run: o.RunName,
    person: Annotated[str, typer.Argument(help="Sign-in name of the person who holds the items.")],
    who: As = "",
    store: o.Store = "",
) -> None:
    """Take back the items that somebody holds and has not answered, so that others can read them. For leads."""
    desk, found = _desk(run, store)
    count = desk.free(found.row.run, person, _person(desk, who).id)
    typer.echo(f"{count} items that {person} held are free again.")


@app.command("verify")
def verify(
    run: o.RunName,
    head: Annotated[
        str, typer.Option("--head", help="A hash printed earlier, in a report or by this command.")
    ] = "",
    store: o.Store = "",
    json: o.Json = False,
) -> None:
    """Check that no row of the review was tampered with. Exit codes: 0 whole, 1 broken, 2 bad usage."""
    import msgspec

    desk, found = _desk(run, store)
    seen = desk.verify(found.row.run, head)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(seen), indent=2).decode())
    else:
        for one in seen.broken:
            typer.echo(f"BROKEN {one.where}: {one.what}")
        how = "whole" if seen.whole else f"broken in {len(seen.broken)} places"
        typer.echo(f"The log of {seen.run} is {how}: {seen.rows} rows, head {seen.head}")
    if not seen.whole:
        raise typer.Exit(BROKEN)


@app.command("signoff")
def signoff(
    run: o.RunName,
    meaning: Annotated[str, typer.Argument(help="What the signature means: 'reviewed and approved'.")],
    role: Annotated[str, typer.Option("--role", help="In which of your roles.")] = "lead",
    who: As = "",
    store: o.Store = "",
) -> None:
    """Sign a review with name, role, time and meaning. The report prints it."""
    from primum.errors import PrimumError, did_you_mean
    from primum.review.model import ROLES

    if role not in ROLES:
        raise PrimumError(f"there is no role '{role}'.{did_you_mean(role, ROLES)}")
    desk, found = _desk(run, store)
    signed = desk.sign(found.row.run, _person(desk, who).id, role, meaning)
    typer.echo(
        f"Signed by {signed.name}, {signed.role}: {signed.meaning}. Log head {signed.head}, labels {signed.results}."
    )


def _found(run: str, store: str) -> "Found":
    from primum.archive import find_run

    return find_run(run, store)


def _desk(run: str, store: str) -> tuple["Desk", "Found"]:
    from primum.review.desk import Desk

    found = _found(run, store)
    return Desk(found.store), found


def _person(desk: "Desk", who: str) -> Any:
    import getpass

    return desk.operator(who, getpass.getuser())


def _rule(policy: str, max_readings: int | None, one_reader: bool) -> "Policy":
    import msgspec

    from primum.review.policy import Double, read_policy

    found = read_policy(policy)
    if one_reader:
        found = msgspec.structs.replace(found, double=Double(0.0))
    return found if max_readings is None else msgspec.structs.replace(found, max_readings=max_readings)
