"""docs/library.md says what the library holds: it is generated, and must be in step with it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_in_step_with_the_library():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/library-doc", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
