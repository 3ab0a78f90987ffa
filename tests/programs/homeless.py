"""Run cqrs-gen as a user whom the machine does not know, as containers do."""

from __future__ import annotations

import pwd
from typing import NoReturn

from cqrs_gen.__main__ import main


def nobody(uid: int) -> NoReturn:
    """Know no user."""
    raise KeyError(f"getpwuid(): uid not found: {uid}")


setattr(pwd, "getpwuid", nobody)  # noqa: B010  mypy takes no assignment
main()
