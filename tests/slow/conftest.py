"""A real OpenAI-compatible server that nobody here wrote, serving a tiny model that was made a moment ago."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
SLOW_BIN = ROOT / ".venv-slow" / "bin"
MODEL = "tiny"
START_SECONDS = 180


@pytest.fixture(scope="session")
def tiny_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of `transformers serve` with the model named `tiny`."""
    if not (SLOW_BIN / "transformers").exists():
        pytest.fail("The model server is not set up. Run: make test-slow (or scripts/slow-setup .venv/bin)")
    home = tmp_path_factory.mktemp("tiny")
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(home / "hub"), "OMP_NUM_THREADS": "1"}
    maker = [SLOW_BIN / "python", Path(__file__).with_name("make_model.py"), home / MODEL]
    subprocess.run(maker, env=offline, check=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = home / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [
                SLOW_BIN / "transformers",
                "serve",
                MODEL,
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--device",
                "cpu",
            ],
            cwd=home,  # so that the model's name is its folder
            env=offline,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"The model server did not start:\n{log.read_text(errors='replace')[-3000:]}")
