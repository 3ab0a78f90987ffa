"""Takes arguments as they were typed, where Typer would import pydantic to turn text into text.

That import costs as much as Typer and Jinja together. It is spared because every parameter of
this command line is a text, a list of texts or a flag; a test holds it to that.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    class Parameter(Protocol):
        """An argument or an option, as far as it matters here: all this is public in Click."""

        required: bool

        @property
        def callback(self) -> Callable[..., object] | None: ...


def take_as_typed(context: typer.Context) -> None:
    """Convert no parameter of the context's command, nor of those below it."""
    for parameter in context.command.get_params(context):
        # Beside the class, not in it: what Typer does for others stays as it is.
        vars(parameter)["process_value"] = partial(_take, parameter, parameter.process_value)
    for below in getattr(context.command, "commands", {}).values():
        take_as_typed(typer.Context(below))


def _take(
    parameter: Parameter, convert: Callable[..., object], context: object, value: object
) -> object:
    if parameter.required and value in (None, (), []):
        return convert(context, value)  # which says what is missing
    return parameter.callback(context, parameter, value) if parameter.callback else value
