"""The calls of a primum run by themselves: from the first case to the last durable result, as the peers' loops are.

python -m benchmarks.contenders.primum_calls run PROTOCOL --target … (the arguments of `primum`)
"""

from collections.abc import Callable, Coroutine
from typing import Any

import primum.api
import primum.cli.live
from benchmarks.contenders.section import section
from primum.cli import main

Play = Callable[..., Coroutine[Any, Any, bool]]


def measured(play: Play) -> Play:
    """The same, with its cost printed; planning, statistics and report come before and after."""

    async def playing(*given: Any) -> bool:
        with section():
            return await play(*given)

    return playing


if __name__ == "__main__":
    primum.api._play = measured(primum.api._play)
    main()
