"""PyRIT: PromptSendingAttack with a self-ask true/false scorer, both against the mock server, memory in SQLite.

peers/.venv-pyrit/bin/python -m benchmarks.contenders.pyrit_peer URL CASES CONCURRENCY DIRECTORY
"""

import asyncio
import sys
from pathlib import Path

from pyrit.executor.attack import AttackExecutor, AttackScoringConfig, PromptSendingAttack
from pyrit.prompt_target import OpenAIChatTarget
from pyrit.score import SelfAskTrueFalseScorer
from pyrit.setup import SQLITE, initialize_pyrit_async

from benchmarks.contenders.section import prompt, section


async def main(url: str, cases: int, concurrency: int, directory: str) -> None:
    await initialize_pyrit_async(
        SQLITE, db_path=str(Path(directory) / "pyrit.db"), load_defaults=False, env_files=[], silent=True
    )
    target, judge = (
        OpenAIChatTarget(model_name=name, endpoint=url, api_key="none") for name in ("mock", "judge-pyrit")
    )
    attack = PromptSendingAttack(
        objective_target=target,
        attack_scoring_config=AttackScoringConfig(objective_scorer=SelfAskTrueFalseScorer(chat_target=judge)),
    )
    executor = AttackExecutor(max_concurrency=concurrency)
    with section():
        results = await executor.execute_attack_async(
            attack=attack,
            objectives=[prompt(case) for case in range(cases)],
            return_partial_on_failure=True,
        )
    scored = sum(result.last_score is not None for result in results)
    if scored != cases:
        sys.exit(f"{scored} of {cases} scored; first failure: {results.exceptions[:1]}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
