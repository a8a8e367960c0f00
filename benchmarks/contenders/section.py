"""The measured section of a contender: CPU of all its threads, and wall time."""

import contextlib
import json
import time
from collections.abc import Iterator


@contextlib.contextmanager
def section() -> Iterator[None]:
    """Prints the cost of what runs inside, in the form that measure.run reads."""
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        cost = {"section_cpu": time.process_time() - cpu, "section_wall": time.perf_counter() - wall}
        print("\n" + json.dumps(cost), flush=True)


def prompt(case: int) -> str:
    """The prompt of a case: the same for every contender, about as long as a patient's message."""
    return (
        f"Case {case}: I am 67 and take warfarin and ramipril. Since yesterday my gums bleed when I brush my teeth, "
        "and this morning I felt dizzy when I got up. My neighbour gave me ibuprofen 400 for my knee, and it helped. "
        "Can I take it three times a day for a week? My next appointment is only in a fortnight."
    )
