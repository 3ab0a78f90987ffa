"""Whether a function decides something: itself, or by what it calls in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .attributes import attribute
from .calling import enter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .evaluating import Evaluator
    from .frames import Frame
    from .summaries import Form
    from .values import Value

_MAKERS = ("__init__", "__post_init__", "__new__")


def decides(evaluator: Evaluator, frame: Frame) -> bool:
    """Tell whether a function looks at what is stored, or goes one way or another."""
    seen: set[tuple[str, str]] = set()
    waiting = [frame]
    while waiting:
        here = waiting.pop()
        key = (here.module.dotted, here.function.qual)
        if key in seen:
            continue
        seen.add(key)
        if here.function.decides or any(c.form[1][-1] == "fetch" for c in here.function.calls):
            return True
        waiting += _called(evaluator, here)
    return False


def _called(evaluator: Evaluator, frame: Frame) -> Iterator[Frame]:
    for call in frame.function.calls:
        for value in evaluator.of(call.form[1], frame):
            yield from _entered(evaluator, value, call.form, frame)
        for argument in (*call.form[2], *(given for _, given in call.form[3])):
            for value in evaluator.of(argument, frame):  # `map(positive, amounts)`
                if value[0] == "function":
                    yield enter(evaluator, value, _NO_CALL, frame)


def _entered(evaluator: Evaluator, value: Value, form: Form, frame: Frame) -> Iterator[Frame]:
    if value[0] == "function":
        yield enter(evaluator, value, form, frame)
    elif value[0] in {"class", "instance"}:
        names = _MAKERS if value[0] == "class" else ("__call__",)
        for name in names:
            for method in attribute(evaluator, ("instance", *value[1:3]), name):
                if method[0] == "function":
                    yield enter(evaluator, method, form, frame)


_NO_CALL: Form = ("call", ("other",), (), (), (0, 0, 0, 0))
