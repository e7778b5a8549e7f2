"""The program: `convcalc`, or `python -m convcalc`."""

import gc
import os
import sys


def main() -> None:
    """Run the command line. The process then ends without freeing its memory, which takes time."""
    gc.disable()  # before the imports: a run keeps nearly all its objects
    from convcalc import cli  # noqa: PLC0415

    try:
        cli.main()
    except SystemExit as end:
        if isinstance(end.code, int):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code)
        raise


if __name__ == "__main__":
    main()
