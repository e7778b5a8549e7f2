"""The command line: one thin module a command, from options to a library call to an exit status."""

import gc
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

from convcalc.cli import commands, completion
from convcalc.cli.exit import Exit
from convcalc.render.printable import printable, without_commands


def main() -> None:
    """Run the command line."""
    # A run keeps nearly all that it makes, so looking for garbage costs time and finds none.
    gc.disable()
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # end quietly, as `| head` expects
    # A stream that is closed where we are started is None.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        # By its name, with `python -m` too: completion is installed for it.
        asked = sys.argv[1:2] or completion.words()[1:2] or _HELP[:1]
        app(asked)(prog_name="convcalc")
    except MemoryError:
        typer.echo("convcalc: out of memory", err=True)
        sys.exit(Exit.USAGE)
    except OSError as error:  # of the output: those of models are handled where they are read
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to write
        typer.echo(f"convcalc: can't write: {os.strerror(error.errno or 0)}", err=True)
        sys.exit(Exit.USAGE)
    finally:
        gc.freeze()  # nor does the interpreter look for garbage on its way out


def app(asked: Sequence[str] = ()) -> typer.Typer:
    """The application, with every module of `commands` as a command.

    Importing them takes time. So where one of them is `asked` for it is the only one, and where
    only their list is, they are not imported at all.
    """
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    application = typer.Typer(
        name="convcalc",
        cls=_Commands,
        help="Shapes, kernels and parameters of neural networks, from a text file.",
        no_args_is_help=True,
        add_completion=True,
        rich_markup_mode=None,  # help in colour takes longer than a summary
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    application.callback()(_global_options)
    for name in [name for name in names if name in asked] or names:
        application.command(name)(_listed(name) if asked and asked[0] in _HELP else _loaded(name))
    return application


_HELP = ("-h", "--help")


def _loaded(name: str) -> Callable[..., Any]:
    command: Callable[..., Any] = importlib.import_module(f"{commands.__name__}.{name}").command
    return command


def _listed(name: str) -> Callable[..., Any]:
    """A command that can only be listed: its help, read without importing the module."""
    source = (pkgutil.get_data(commands.__name__, f"{name}.py") or b"").decode()
    _, _, signature = source.partition("\ndef command(")
    _, _, body = signature.partition(" -> None:\n")

    def listed() -> None:
        pass

    listed.__doc__ = body.split('"""')[1]
    return listed


# Every fault of a command line is one; typer gives it no public name.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__base__)


@contextmanager
def _safe_messages() -> Iterator[None]:
    """Make usage errors safe to show, since they quote what was typed."""
    try:
        yield
    except _UsageError as error:
        if error.ctx is None or error.message != error.ctx.get_help():  # as it is without arguments
            error.message = without_commands(printable(error.message))
        raise


class _Commands(TyperGroup):
    """The commands."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        with _safe_messages():
            return super().make_context(*args, **kwargs)

    def invoke(self, *args: Any, **kwargs: Any) -> Any:
        with _safe_messages():
            return super().invoke(*args, **kwargs)


def _print_version(context: typer.Context, value: bool) -> None:  # noqa: FBT001
    if value and not context.resilient_parsing:  # as it is while a shell completes
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
