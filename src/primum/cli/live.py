"""The progress display: a live panel on a terminal, plain lines elsewhere."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from primum.campaign.progress import Progress, Snapshot

LIVE_EVERY = 0.2
PLAIN_EVERY = 10.0


def line(now: Snapshot) -> str:
    """One line that says how far an execution is."""
    parts = [
        f"{now.done:,}/{now.planned:,} cases",
        f"{now.critical:,} critical failures",
        f"{now.unanswered:,} without verdict",
        f"{now.calls:,} calls" + (f" (+{now.replayed:,} replayed)" if now.replayed else ""),
    ]
    if now.tokens:
        parts.append(f"{now.tokens:,} tokens")
    if now.usd:
        parts.append(f"${now.usd:,.2f}")
    parts.append(f"{now.rate:,.1f} cases/s")
    if now.retries:
        parts.append(f"{now.retries:,} retries")
    if now.throttled:
        parts.append(f"throttled {now.throttled:,}×" + (f", paused {now.paused:.0f} s" if now.paused else ""))
    if now.remaining is not None and now.done < now.planned:
        parts.append(f"about {duration(now.remaining)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """
    >>> duration(42.2), duration(125), duration(7300)
    ('42 s', '2 min 5 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@contextmanager
def showing(progress: Progress, quiet: bool) -> Iterator[None]:
    """Shows `progress` on standard error while the block runs inside an event loop."""
    if quiet:
        yield
        return
    show = _live if sys.stderr.isatty() else _plain
    task = asyncio.get_running_loop().create_task(show(progress))
    try:
        yield
    finally:
        task.cancel()
        if show is _plain:
            print(line(progress.snapshot()), file=sys.stderr)


async def _plain(progress: Progress) -> None:
    while True:
        await asyncio.sleep(PLAIN_EVERY)
        print(line(progress.snapshot()), file=sys.stderr, flush=True)


async def _live(progress: Progress) -> None:
    from rich.console import Console
    from rich.live import Live
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    def picture() -> Table:
        now = progress.snapshot()
        grid = Table.grid(padding=(0, 1))
        grid.add_row(ProgressBar(total=max(now.planned, 1), completed=now.done, width=48))
        grid.add_row(Text(line(now), style="bold red" if now.critical else ""))
        return grid

    with Live(picture(), console=Console(stderr=True), refresh_per_second=4) as live:
        try:
            while True:
                await asyncio.sleep(LIVE_EVERY)
                live.update(picture())
        finally:
            live.update(picture())
