"""`add query`: a question, the view that answers it, and the read model behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.commands.own_read_model import with_its_own
from cqrs_gen.commands.question import PAGED, Question
from cqrs_gen.commands.shared_read_model import with_one_that_is_there
from cqrs_gen.errors import InvalidField, UsageError
from cqrs_gen.fields import parse_field_list, parse_fields
from cqrs_gen.kinds import QUERY
from cqrs_gen.names import Name
from cqrs_gen.own_types import require_types
from cqrs_gen.taken import require_free

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cqrs_gen.commands.adding import Addition
    from cqrs_gen.fields import Field
    from cqrs_gen.project import Project


class QueryOptions(NamedTuple):
    """What can be said about a query beside its fields."""

    returns: str | None = None
    on: Sequence[str] = ()
    source: str | None = None


def add_query(
    project: Project, name: str, fields: Iterable[str], options: QueryOptions
) -> Addition:
    """Decide what `add query NAME FIELD…` wants."""
    parsed = Name.parse(name, "query")
    require_free(project, parsed, QUERY)
    asked = parse_fields(fields)
    question = _without_paging(Question(parsed, asked, _view(options.returns)))
    require_types(project, (*asked, *question.returns))
    if options.source is None:
        addition = with_its_own(project, question, options.on)
    elif options.on:
        raise UsageError(
            "`--from` and `--on` exclude each other",
            hint="a read model that is there is fed already: leave `--on` out",
        )
    else:
        addition = with_one_that_is_there(project, question, options.source)
    given_anyway = (field for field in asked if field not in question.asked)
    notes = (f"every page has a `{field.name}` of its own" for field in given_anyway)
    return replace(addition, notes=(*notes, *addition.notes))


def _without_paging(question: Question) -> Question:
    paged = PAGED if question.is_for_many else frozenset()
    return replace(question, asked=tuple(f for f in question.asked if f.name not in paged))


def _view(returns: str | None) -> tuple[Field, ...]:
    view = parse_field_list(returns or "")
    for field in view:
        if field.default is not None:
            raise InvalidField(
                f"`{field.name}` cannot have a default: a view shows what the read model has",
                hint="leave it out",
            )
    return view
