"""Who stands for a review: printed name, role, time and meaning, over one state of the log and of the labels."""

import secrets
from typing import Any

import sqlalchemy as sa

from primum.canonical import digest
from primum.errors import PrimumError
from primum.review import log
from primum.review.labels import labelled
from primum.review.model import Role, SignOff
from primum.review.opening import queue_in
from primum.review.room import Room, person_in
from primum.store.tables import review_signoffs


def sign(room: Room, run: str, person: str, role: Role, meaning: str) -> SignOff:
    """A sign-off in one of the person's own roles. What is said afterwards changes the labels, not the sign-off."""
    meaning = " ".join(meaning.replace("\x00", "").encode("utf-8", "replace").decode().split())
    if not 0 < len(meaning) <= 500:
        raise PrimumError("say what the signature means, in up to 500 characters: 'reviewed and approved'")
    with room.write() as connection:
        who = person_in(connection, person, role)
        queue_in(connection, run)
        made = SignOff(
            id=secrets.token_hex(10),
            run=run,
            person=who.id,
            name=who.name,
            role=role,
            meaning=meaning,
            at=room.clock(),
            head=log.head_of(connection, run),
            results=results_in(connection, run),
        )
        row = signoff_row(made)
        connection.execute(review_signoffs.insert(), row)
        data = {"table": "review_signoffs", "row": made.id, "sha256": log.row_digest(row)}
        room.log(connection, run, person, "signed", run, data)
    return made


def results_in(connection: sa.Connection, run: str) -> str:
    """SHA-256 of the labels as they are: of what was found, not of words that can be forgotten."""
    return digest(
        [(one.case, one.pi, one.state, one.final, one.reviewed) for one in labelled(connection, run)]
    )


def signoff_row(made: SignOff) -> dict[str, Any]:
    return {name: getattr(made, name) for name in made.__struct_fields__}


def signoffs_in(connection: sa.Connection, run: str) -> tuple[SignOff, ...]:
    """The oldest first."""
    query = sa.select(review_signoffs).where(review_signoffs.c.run == run).order_by(review_signoffs.c.at)
    return tuple(SignOff(**row._mapping) for row in connection.execute(query))
