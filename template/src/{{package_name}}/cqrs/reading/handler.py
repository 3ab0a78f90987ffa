"""What a query handler is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Generic, TypeVar

from ..messages import Query
from .projection import Projection
from .reader import Reader

Q_contra = TypeVar("Q_contra", bound=Query[Any], contravariant=True)
Result_co = TypeVar("Result_co", covariant=True)


class QueryHandler(ABC, Generic[Q_contra, Result_co]):
    """Answers one type of query from read models; it has nothing to write with.

    What its constructor asks for is found by type among the ports that `app.py` gives.
    """

    reads: ClassVar[tuple[type[Projection], ...]]
    """The projections that it looks at: with `after`, the query waits for just these."""

    @abstractmethod
    async def handle(self, query: Q_contra, reader: Reader) -> Result_co:
        """Look, and answer."""
