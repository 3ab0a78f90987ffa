"""The read side: all that a query handler and a projection need."""

from ..journal import Recorded
from .changes import Change
from .handler import QueryHandler
from .paging import Page, Paging
from .projection import Projection, on
from .read_model import ReadModel
from .reader import Reader

__all__ = [
    "Change",
    "Page",
    "Paging",
    "Projection",
    "QueryHandler",
    "ReadModel",
    "Reader",
    "Recorded",
    "on",
]
