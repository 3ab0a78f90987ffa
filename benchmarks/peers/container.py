"""A container that costs nothing."""

from __future__ import annotations


class Container:
    """Give every type the one handler there is."""

    def __init__(self, handler: object) -> None:
        self.external_container = handler

    async def resolve(self, _: type) -> object:
        """Give the handler, whatever is asked for."""
        return self.external_container
