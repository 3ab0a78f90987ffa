"""Whether a call goes on with what its own object is doing, and begins nothing new."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .evaluating import Evaluator
    from .frames import Frame
    from .summaries import Form
    from .values import Value


def goes_on(evaluator: Evaluator, form: Form, frame: Frame) -> bool:
    """Tell whether a handler goes on with its message: `super().handle(command, uow)`."""
    if form[1][0] != "attr" or form[1][2] != "handle" or frame.me is None:
        return False
    receivers = evaluator.of(form[1][1], frame)
    line = _line(evaluator, frame.me)
    return bool(receivers) and all(
        value[0] == "super" or value == frame.me or (value[0] == "class" and value[1:3] in line)
        for value in receivers
    )


def _line(evaluator: Evaluator, me: Value) -> set[tuple[str, str]]:
    """Name the classes of which an object is one: `Base.handle(self, command, uow)`."""
    found = evaluator.index.class_of(me)
    classes = evaluator.lineage(*found).classes if found else ()
    return {(module.dotted, owner.qual) for module, owner in classes}
