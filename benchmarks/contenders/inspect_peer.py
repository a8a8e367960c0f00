"""Inspect: a task of `generate` and `model_graded_qa`, both against the mock server.

peers/.venv-inspect/bin/python -m benchmarks.contenders.inspect_peer URL CASES CONCURRENCY DIRECTORY
"""

import sys

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import GenerateConfig, get_model
from inspect_ai.scorer import model_graded_qa
from inspect_ai.solver import generate

from benchmarks.contenders.section import prompt, section


def main(url: str, cases: int, concurrency: int, directory: str) -> None:
    config = GenerateConfig(max_connections=concurrency)
    target, judge = (
        get_model(f"openai-api/bench/{name}", base_url=url, api_key="none", config=config)
        for name in ("mock", "judge-inspect")
    )
    samples = [
        Sample(input=prompt(case), target="Advises against ibuprofen with warfarin.") for case in range(cases)
    ]
    task = Task(dataset=MemoryDataset(samples), solver=generate(), scorer=model_graded_qa(model=judge))
    with section():
        [log] = eval(
            task,
            model=target,
            max_connections=concurrency,
            max_samples=concurrency,
            log_dir=directory,
            display="none",
        )
    scored = sum(bool(sample.scores) for sample in log.samples or [])
    if log.status != "success" or scored != cases:
        sys.exit(f"status {log.status}, {scored} of {cases} scored")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
