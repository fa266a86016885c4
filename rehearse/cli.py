"""The `rehearse` command: gathers the commands and turns what goes wrong into messages and exit codes.

Each command module brings a table COMMANDS, name to function, and imports what is heavy only inside its functions, so
that `rehearse --help` is quick. Exit codes: 0 done, 2 the input is wrong, 1 a failure, 130 interrupted.
"""

import functools
import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from rehearse import (
    calibrations,
    discoveries,
    documents,
    experiments,
    optimise,
    pilots,
    runs,
    sensitivity,
    stories,
    stresses,
    studies,
    sweep,
)

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="rehearse",
    help="Rehearse a service-marketing plan on a simulated market before rolling it out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"rehearsal {version('rehearsal')}")
        except PackageNotFoundError:
            typer.echo("rehearsal, run from its source folder without being installed")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Rehearse a service-marketing plan on a simulated market before rolling it out."""


def with_exit_codes(command: Callable[..., None]) -> Callable[..., None]:
    """The command, with errors the program can explain turned into a message on stderr and an exit code."""

    @functools.wraps(command)
    def explained(*arguments: object, **options: object) -> None:
        from sim.errors import RehearsalError, RequestError, ScenarioError

        try:
            command(*arguments, **options)
            sys.stdout.flush()
        except (ScenarioError, RequestError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(WRONG_INPUT) from None
        except RehearsalError as error:
            typer.echo(f"rehearse failed: {error}", err=True)
            raise typer.Exit(FAILED) from None
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            # The reader of the output has gone (`rehearse schema | head`); Python would complain once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(FAILED) from None
        except OSError as error:
            # A full disk, a folder that may not be written to: the system's own words and the file are the message.
            named = f" ({error.filename})" if error.filename else ""
            typer.echo(f"rehearse failed: {error.strerror or error}{named}", err=True)
            raise typer.Exit(FAILED) from None

    return explained


for _module in (
    documents, experiments, sweep, optimise, sensitivity, stresses, discoveries, pilots, studies, calibrations,
    stories,
):  # fmt: skip
    for _name, _command in _module.COMMANDS.items():
        app.command(_name)(with_exit_codes(_command))

_kept = typer.Typer(no_args_is_help=True, help="Lists, shows and prunes the runs that --out kept.")
for _name, _command in runs.COMMANDS.items():
    _kept.command(_name)(with_exit_codes(_command))
app.add_typer(_kept, name="runs")


def main() -> None:
    """Entry point of the `rehearse` script."""
    app()


if __name__ == "__main__":
    main()
