"""The floor on uvloop, on which primum runs too: what of the difference is the loop's.

python -m benchmarks.contenders.bare_uvloop URL CASES CONCURRENCY [JOURNAL]
"""

import sys

from benchmarks.contenders.bare_aiohttp import play
from benchmarks.contenders.section import section
from primum.campaign.loop import in_loop

if __name__ == "__main__":
    with section():
        in_loop(play(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), "".join(sys.argv[4:])))
