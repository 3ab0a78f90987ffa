"""What an annotation means, however it is spelled: `List[UUID]` is `list[uuid.UUID]`.

Two revisions are compared by this, so a name is looked up in its own module, as it was then, and
what the project has made of it elsewhere, as it is now.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .evaluating import Evaluator
    from .summaries import Form, Module

Meaning: TypeAlias = str | tuple[object, ...] | frozenset[object]

_THROUGH = frozenset({"Annotated", "Final", "Required", "NotRequired"})
_TYPING = ("typing.", "typing_extensions.", "collections.abc.")
_BUILTINS = frozenset({"List", "Dict", "Set", "FrozenSet", "Tuple", "Type"})
_LONGEST = 10


class Spelling:
    """Find out what annotations of the package mean; `now` is the project as it is."""

    def __init__(self, now: Evaluator) -> None:
        self._now = now

    def of(self, form: Form, module: Module, depth: int = 0) -> Meaning:
        """Give what an annotation in a module means."""
        told = _told(module, form[1]) if form[0] == "name" and depth < _LONGEST else None
        match told or form:
            case _ if told is not None:
                return self.of(told, module, depth + 1)
            case ("name" | "attr" | "import" | "class", *_):
                return self._named(_dotted(form, module))
            case ("op", "BitOr", one, other):
                return _union([self.of(each, module, depth + 1) for each in (one, other)])
            case ("item", base, index):
                return self._generic(base, index, module, depth + 1)
            case ("call", ("name" | "attr", *_) as made, (_, inner), *_) if made[-1] == "NewType":
                return self.of(inner, module, depth + 1)
        return repr(form)

    def _generic(self, base: Form, index: Form, module: Module, depth: int) -> Meaning:
        outer = self.of(base, module, depth)
        name = outer.removeprefix("typing.") if isinstance(outer, str) else ""
        inner = index[1] if index[0] == "tuple" else (index,)
        if name == "Literal":
            return (outer, frozenset(map(repr, inner)))
        meant = [self.of(each, module, depth) for each in inner]
        if name in _THROUGH:
            return meant[0]
        if name in {"Optional", "Union"}:
            return _union(meant + [repr(("const", None))] * (name == "Optional"))
        return (outer, *meant)

    def _named(self, dotted: str) -> Meaning:
        module, rest = self._now.index.split(dotted)
        if not module:
            return _usual(dotted)
        found = list(self._now.dotted(dotted))  # an alias, a `NewType`
        if len(found) == 1 and found[0][0] == "outside" and not found[0][1].startswith("?"):
            return _usual(found[0][1])
        return rest[-1] if rest else dotted  # a class may move within the project


def _told(module: Module, name: str) -> Form | None:
    """Give what a module has given a name for: `Amount = Decimal`."""
    forms = [each for each in module.body.locals.get(name, ()) if each[0] != "annotated"]
    return forms[0] if forms else None


def _dotted(form: Form, module: Module) -> str:
    match form:
        case ("import", dotted):
            return str(dotted)
        case ("class", qual):
            return f"{module.dotted}.{qual}"
        case ("attr", base, name):
            told = _told(module, base[1]) if base[0] == "name" else None
            return f"{_dotted(base if told is None else told, module)}.{name}"
        case ("name", name) if hasattr(builtins, name):
            return f"builtins.{name}"
    # What a star has brought has the name that it has.
    return f"{module.stars[0]}.{form[-1]}" if len(module.stars) == 1 else str(form[-1])


def _usual(path: str) -> str:
    """Spell what has two names by the newer one: `typing.List` is `list`."""
    for prefix in _TYPING:
        if path.startswith(prefix):
            name = path.removeprefix(prefix)
            return f"builtins.{name.lower()}" if name in _BUILTINS else f"typing.{name}"
    return path


def _union(parts: list[Meaning]) -> Meaning:
    members: set[object] = set()
    for each in parts:
        members |= each if isinstance(each, frozenset) else {each}
    return frozenset(members) if len(members) > 1 else parts[0]
