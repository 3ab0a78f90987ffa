"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cqrs_gen.checking.findings import ERROR, Finding
from cqrs_gen.checking.survey import Survey

if TYPE_CHECKING:
    from cqrs_gen.checking.reaching import Fact

Check: TypeAlias = Callable[[Survey], Iterator[Finding]]


class Rule(NamedTuple):
    """A rule: `sentence` says what must hold, `advice` what to do where it does not."""

    code: str
    sentence: str
    advice: str
    check: Check
    level: str = ERROR


def found(code: str, fact: Fact, who: str, *, maybe: bool = False) -> Finding:
    """Say of a fact who comes to it: `GetUserHandler` writes a file."""
    return Finding(
        code=code,
        path=fact.path,
        place=fact.place,
        sentence=f"{who} {fact.effect.what}",
        chain=fact.chain,
        maybe=maybe,
    )
