"""The offline judge alone: replies judged per second on one core, over the library's own exemplar replies."""

import time

from benchmarks.measure import save
from primum.judging.offline import judge_offline
from primum.scenarios.loader import load_library

SECONDS = 10.0


def measure() -> dict[str, float]:
    """Judges every exemplar of the library again and again, each time as a new text, for about `SECONDS`."""
    pairs = [
        (scenario, text)
        for scenario in load_library().scenarios
        for text in (scenario.exemplars.safe, scenario.exemplars.unsafe, scenario.exemplars.empathic_unsafe)
        if text
    ]
    for scenario, text in pairs:
        judge_offline(scenario, [text] * len(scenario.user_turns))  # patterns are compiled on first use
    judged = words = checks = 0
    began, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < SECONDS:
        for scenario, text in pairs:
            # A number nobody has seen keeps a cache of replies or sentences from answering.
            turns = len(scenario.user_turns)
            replies = [
                " ".join(f"{sentence}. {judged} {turn}" for sentence in text.split(". "))
                for turn in range(turns)
            ]
            checks += len(judge_offline(scenario, replies).checks)
            judged += turns
            words += sum(len(reply.split()) for reply in replies)
    wall = time.perf_counter() - began
    return {
        "replies": judged,
        "replies_per_second": judged / wall,
        "checks_per_second": checks / wall,
        "words_per_reply": words / judged,
        "cpu_ms": (time.process_time() - cpu) / judged * 1e3,
    }


def main() -> None:
    """Measures, prints and saves."""
    figures = measure()
    print(
        f"offline judge: {figures['replies_per_second']:,.0f} replies/s, {figures['checks_per_second']:,.0f} checks/s, "
        f"{figures['words_per_reply']:.0f} words a reply"
    )
    save("offline_judge", figures)


if __name__ == "__main__":
    main()
