"""What a command handler is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from ..messages import Command, Id
from .unit_of_work import UnitOfWork

C_contra = TypeVar("C_contra", bound=Command, contravariant=True)


class CommandHandler(ABC, Generic[C_contra]):
    """Decides on one type of command, and records what should change.

    It changes nothing itself, so a command that lost a race is simply decided again.
    What its constructor asks for is found by type among the ports that `app.py` gives.
    """

    @abstractmethod
    async def handle(self, command: C_contra, uow: UnitOfWork) -> Id | None:
        """Decide; give back the ID of what was made or changed, or None. Never data."""
