"""Where an expression stands: what the names in it are bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .summaries import Form, Function, Module
    from .values import Value, Values


class Frame:
    """A function of a module, with what it was given; `outer` is the one that it is defined in."""

    __slots__ = ("function", "given", "known", "me", "module", "outer")

    def __init__(
        self,
        module: Module,
        function: Function,
        given: Mapping[str, Values] | None = None,
        *,
        me: Value | None = None,
        outer: Frame | None = None,
    ) -> None:
        self.module = module
        self.function = function
        self.given = given or {}
        self.me = me
        self.outer = outer
        # By identity, for a tuple is hashed anew each time; the form is kept so that it lives.
        self.known: dict[int, tuple[Form, Values]] = {}

    def begin(self, form: Form) -> Values | None:
        """Give what is known of a form; an expression that needs itself comes to nothing."""
        kept = self.known.get(id(form))
        if kept is not None:
            return kept[1]
        self.known[id(form)] = (form, NOTHING)
        return None

    def end(self, form: Form, values: Values) -> Values:
        """Keep what a form stands for."""
        self.known[id(form)] = (form, values)
        return values
