"""A plan and the state of a review as lines for a terminal."""

from collections import Counter

import msgspec

from primum.review.cost import Cost
from primum.review.desk import Desk
from primum.review.policy import Policy
from primum.visible import one_line


class Status(msgspec.Struct, frozen=True):
    """How far a review is. Nothing in it unblinds a reader."""

    run: str
    cases: int
    drawn: int
    readings: int
    readings_done: int
    states: dict[str, int]
    conflicts: int
    people: dict[str, int]
    """Readings by person."""
    signoffs: tuple[str, ...]
    head: str


def status_of(desk: Desk, run: str) -> Status:
    """From the labels and the log."""
    queue, labels = desk.queue(run), desk.labelled(run)
    drawn = [one for one in labels if one.drawn]
    events = desk.events(run)
    done = Counter(one.person for one in events if one.action == "submitted")
    return Status(
        run=run,
        cases=queue.cases,
        drawn=queue.drawn,
        readings=queue.readings,
        readings_done=sum(done.values()),
        states=dict(Counter(one.state for one in drawn)),
        conflicts=sum(one.conflict for one in drawn),
        people=dict(done),
        signoffs=tuple(f"{one.name}, {one.role}: {one.meaning}" for one in desk.signoffs(run)),
        head=events[-1].hash if events else "",
    )


def print_status(told: Status) -> None:
    print(f"{told.run}: {told.readings_done} of {told.readings} readings done")
    states = ", ".join(f"{count} {state}" for state, count in sorted(told.states.items()))
    print(f"Drawn: {told.drawn} of {told.cases} cases ({states or 'none yet'})")
    if told.conflicts:
        print(f"Waiting for an adjudicator: {told.conflicts}")
    for person, count in sorted(told.people.items()):
        print(f"  {one_line(person)}: {count}")
    for signed in told.signoffs:
        print(f"Signed: {one_line(signed)}")
    print(f"Log head: {told.head}")


def print_cost(run: str, cost: Cost, policy: Policy) -> None:
    """Items by reason, hours, and what they buy. What is assumed is called so."""
    share = cost.drawn / cost.cases if cost.cases else 0.0
    print(f"{run}: {cost.drawn} of {cost.cases} cases would be looked at ({share:.0%}), policy {policy.name}")
    for reason, count in cost.reasons:
        print(f"  {count:>6}  {reason}")
    if cost.no_reply:
        print(f"  {cost.no_reply:>6}  cases have no reply to look at; they bound every rate from both sides")
    print()
    others = ", ".join(f"{count} {kind}" for kind, count in sorted(cost.items.items()) if kind != "case")
    print(
        f"Readings: {cost.readings} ({cost.second} of them second readings{'; ' + others if others else ''})"
    )
    expect = policy.expect
    print(
        f"Hours: about {cost.hours:.1f}, at {expect.minutes:g} minutes a reading and about"
        f" {cost.adjudications:.0f} adjudications of {expect.adjudication_minutes:g} (assumed)"
    )
    print()
    print(f"{'stratum':<40} {'cases':>7} {'drawn':>7}   {'pi':<12} if none fails, at most")
    for row in cost.strata:
        low, high = row.pi
        pi = f"{low:.3f}" if round(low, 3) == round(high, 3) else f"{low:.3f}–{high:.3f}"
        bound = "all are read" if row.none_found is None else f"{row.none_found:.1%} do (95 %)"
        print(f"{one_line(row.name):<40} {row.cases:>7} {row.drawn:>7}   {pi:<12} {bound}")
    print()
    for one in cost.bought:
        print(
            f"{one_line(one.target)}: the corrected failure rate to about ±{one.width / 2:.1%}, if"
            f" {expect.routine_fails:.0%} of routine and {expect.certainty_fails:.0%} of certain cases fail (assumed)"
        )
