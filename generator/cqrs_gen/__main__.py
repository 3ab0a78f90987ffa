"""The program's start: `cqrs-gen`, which is also `python -m cqrs_gen`."""

import gc
import os
import sys


def main() -> None:
    """Run one command; it is over long before collecting its garbage would pay."""
    gc.disable()
    from .cli import main as run  # noqa: PLC0415  even Typer's import is quicker so

    try:
        run()
    finally:
        gc.freeze()  # or the interpreter would look through everything once more as it ends


if __name__ == "__main__":
    # `python -m` looks for every module in the folder around first, which may be anybody's.
    if sys.path[0] in {"", os.getcwd()}:  # noqa: PTH109  Path is such a module
        del sys.path[0]
    main()
