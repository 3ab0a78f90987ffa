"""The write side: all that a command handler needs."""

from .handler import CommandHandler
from .unit_of_work import UnitOfWork, tables

__all__ = ["CommandHandler", "UnitOfWork", "tables"]
