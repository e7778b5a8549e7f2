"""The program: `convcalc`, or `python -m convcalc`."""

import gc


def main() -> None:
    """Run the command line, without collecting garbage: a run keeps nearly all its objects."""
    gc.disable()  # before the imports, which create most of them
    from convcalc import cli  # noqa: PLC0415

    try:
        cli.main()
    finally:
        gc.freeze()  # or the interpreter would collect garbage at exit


if __name__ == "__main__":
    main()
