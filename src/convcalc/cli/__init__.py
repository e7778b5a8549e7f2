"""The command line: one thin module per command."""

import importlib
import os
import pkgutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from convcalc import __version__
from convcalc.cli import commands
from convcalc.cli.exit import Exit
from convcalc.render.printable import printable, without_commands


def main() -> None:
    """Run the command line."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly, as `| head` expects
    # A stream that was closed before we started is None.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        asked = sys.argv[1:2] or _words_to_complete()[1:2] or _HELP[:1]
        # With `python -m` too, since completion is installed for this name.
        app(asked)(prog_name="convcalc")
    except MemoryError:
        typer.echo("convcalc: out of memory", err=True)
        sys.exit(Exit.USAGE)
    except OSError as error:  # of the output; errors of input files are handled where they are read
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still buffered
        typer.echo(f"convcalc: can't write: {os.strerror(error.errno or 0)}", err=True)
        sys.exit(Exit.USAGE)


def app(asked: Sequence[str] = ()) -> typer.Typer:
    """The application, with every module of `commands` as a command.

    Importing a command takes time. So if a command is `asked` for, only that one is imported; if
    the list of commands is, none.
    """
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    application = typer.Typer(
        name="convcalc",
        cls=_Commands,
        help="Shapes, kernels and parameters of neural networks, from a text file.",
        no_args_is_help=True,
        # A run of a command neither installs completion nor completes, so it starts faster.
        add_completion=not set(asked) & set(names) or bool(_words_to_complete()),
        rich_markup_mode=None,  # importing Rich would take longer than a summary
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    application.callback()(_global_options)
    for name in [name for name in names if name in asked] or names:
        application.command(name)(_listed(name) if asked and asked[0] in _HELP else _loaded(name))
    return application


_HELP = ("-h", "--help")


def _words_to_complete() -> list[str]:
    """The words of the command line that a shell wants completed."""
    return (os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or "").split()


def _loaded(name: str) -> Callable[..., Any]:
    command: Callable[..., Any] = importlib.import_module(f"{commands.__name__}.{name}").command
    return command


def _listed(name: str) -> Callable[..., Any]:
    """A command to list only: its help is read without importing the module."""
    source = (pkgutil.get_data(commands.__name__, f"{name}.py") or b"").decode()
    _, _, signature = source.partition("\ndef command(")
    _, _, body = signature.partition(" -> None:\n")

    def listed() -> None:
        pass

    listed.__doc__ = body.split('"""')[1]
    return listed


# The base class of all usage errors, which has no public name in typer.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)


@contextmanager
def _safe_messages() -> Iterator[None]:
    """Make usage errors safe to print, since they quote the command line."""
    try:
        yield
    except _UsageError as error:
        if (
            error.ctx is None or error.message != error.ctx.get_help()
        ):  # the message of a call without arguments
            error.message = without_commands(printable(error.message))
        raise


class _Commands(TyperGroup):
    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _safe_messages():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        with _safe_messages():
            return super().invoke(*args, **kwargs)


def _print_version(context: typer.Context, value: bool) -> None:  # noqa: FBT001
    if value and not context.resilient_parsing:  # which a shell's completion sets
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
