"""primum as its users run it: the command line, in this process so that the section without imports can be told apart.

python -m benchmarks.contenders.primum_cli run PROTOCOL --target … (the arguments of `primum`)
"""

import sqlalchemy.dialects.sqlite  # noqa: F401
import typer._adapters  # noqa: F401  (typer loads pydantic when it first reads an option)

import primum.api
import primum.cli.live  # noqa: F401
from benchmarks.contenders.section import section
from primum.cli import main

if __name__ == "__main__":
    with section():
        main()
