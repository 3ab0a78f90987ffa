"""The sandbox that slice templates are rendered in: they came with the project.

It reads templates of the project alone. What would keep the interpreter busy where nothing can
interrupt it, which is arithmetic on huge numbers, is refused.
"""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any, Literal

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
from jinja2.filters import do_round
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .boundary import require_readable
from .compiled import CompiledTemplates
from .files import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment
    from jinja2.runtime import Context

LARGEST = 1024 * 1024
"""The largest template, in bytes."""

MOST = 1_000_000
"""As many bits as a number has at most, and as many items as a sequence is repeated to."""

MOST_DIGITS = 1000


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for the templates in a folder, none of them from beyond `root`."""

    intercepted_binops = frozenset({"*", "**", "//", "%"})

    def __init__(self, folder: Path, root: Path) -> None:
        super().__init__(
            loader=_Loader(folder, root),
            undefined=StrictUndefined,
            bytecode_cache=CompiledTemplates(),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        self.filters["round"] = _round

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401  as Jinja has it
        """Calculate; raises OverflowError where that could take for ever."""
        if _size(operator, left, right) > MOST:
            raise OverflowError(f"`{operator}` would make too much")
        return super().call_binop(context, operator, left, right)


class _Loader(BaseLoader):
    def __init__(self, folder: Path, root: Path) -> None:
        self._folder = folder
        self._root = root

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:  # noqa: ARG002
        file = self._folder.joinpath(*split_template_path(template))
        if not file.exists():
            raise TemplateNotFound(template)
        source = read_bytes(require_readable(self._root, file), largest=LARGEST)
        return source.decode(), str(file), None


def _size(operator: str, left: object, right: object) -> int:
    """Estimate how much a calculation makes: bits of a number, or items of a sequence."""
    match left, right:
        case int(), int() if operator == "**":
            return left.bit_length() * abs(right)
        case int(), int():
            return left.bit_length() + right.bit_length()
        case (int() as times, Sized() as items) | (Sized() as items, int() as times):
            return len(items) * abs(times) if operator == "*" else 0
    return 0


def _round(
    value: float, precision: int = 0, method: Literal["common", "ceil", "floor"] = "common"
) -> float:
    if abs(precision) > MOST_DIGITS:
        raise OverflowError("`round` would make too much")
    return do_round(value, precision, method)
