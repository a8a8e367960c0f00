"""docs/transforms.md lists every transform: its table is generated, and must name what there is."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_names_every_transform():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/transforms-doc", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
