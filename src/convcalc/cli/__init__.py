"""The command line: one thin module a command, from options to a library call to an exit status."""

import gc
import importlib
import pkgutil
import signal
import sys
from typing import Annotated

import typer

from convcalc.cli import commands


def main() -> None:
    """Run the command line."""
    # A run keeps nearly all that it makes, so looking for garbage costs time and finds none.
    gc.disable()
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly, as `| head` expects
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()()


def app() -> typer.Typer:
    """The application, with every module of `commands` as a command."""
    application = typer.Typer(
        name="convcalc",
        help="Shapes, kernels and parameters of neural networks, from a text file.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    application.callback()(_global_options)
    for module in pkgutil.iter_modules(commands.__path__):
        command = importlib.import_module(f"{commands.__name__}.{module.name}").command
        application.command(module.name)(command)
    return application


def _print_version(value: bool) -> None:  # noqa: FBT001
    if value:
        from convcalc import __version__  # noqa: PLC0415

        typer.echo(f"convcalc {__version__}")
        raise typer.Exit


def _global_options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass
