"""The command line: one module per command, no logic of its own. Heavy parts load when a command needs them."""

import gc
import os
import sys

import typer

from primum.cli import attacks as attacking
from primum.cli import (
    audit,
    check,
    compare,
    export,
    forget,
    gate,
    history,
    judge,
    plan,
    power,
    protocols,
    run,
    serve,
    show,
)
from primum.cli import judges as examined
from primum.cli import list as listing
from primum.cli import report as reporting
from primum.cli import review as reviewing
from primum.cli import scenarios as library
from primum.errors import PrimumError

app = typer.Typer(
    name="primum",
    help="Red-teams medical language models before patients meet them.",
    epilog="Start with: primum run multi-domain --target sim:leaky",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("plan")(plan.plan)
app.command("judge")(judge.judge_)
app.command("list")(listing.list_)
app.command("show")(show.show)
app.command("report")(reporting.report)
app.command("gate")(gate.gate)
app.command("compare")(compare.compare)
app.command("history")(history.history)
app.command("export")(export.export)
app.command("power")(power.power)
app.command("doctor")(check.doctor)
app.command("audit-the-auditor")(audit.audit_the_auditor)
app.command("serve")(serve.serve)
app.command("forget")(forget.forget)
app.add_typer(examined.app, name="judges")
app.add_typer(attacking.app, name="attacks")
app.add_typer(protocols.app, name="protocols")
app.add_typer(reviewing.app, name="review")
app.add_typer(library.app, name="scenarios")


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version and leave.")) -> None:
    if version:
        from primum import __version__

        typer.echo(f"primum {__version__}")
        raise typer.Exit


def main() -> None:
    """The entry point: every error a user can mend is one line on standard error, and exit code 2."""
    # Hardly anything that a command loads ever becomes garbage: the collector looked through it all for nearly a
    # tenth of the time to start.
    gc.set_threshold(50_000, 20, 20)
    try:
        app()
    except PrimumError as error:
        print(f"primum: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`primum list scenarios | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        # What the machine refuses (a full disk, a folder that may not be read) is no bug of ours.
        print(
            f"primum: {error.filename or 'the machine refuses'}: {error.strerror or error}", file=sys.stderr
        )
        sys.exit(2)
