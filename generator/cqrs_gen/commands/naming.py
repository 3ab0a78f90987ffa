"""What a query's own read model is called, and whether the project has it already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.errors import Conflict, InvalidName
from cqrs_gen.files import read_text
from cqrs_gen.kinds import PROJECTION
from cqrs_gen.names import Name
from cqrs_gen.scan import read_model_named
from cqrs_gen.words import singular

if TYPE_CHECKING:
    from cqrs_gen.commands.question import Question
    from cqrs_gen.project import Project


def events_before(project: Project, question: Question, subject: str) -> tuple[str, ...]:
    """Give the events that feed the query already: the same `add` twice is to change nothing."""
    for name in _names(question, subject):
        if _reads(project, question.name, name):
            found = read_model_named(project, name.module)
            return () if found is None else found.events
    return ()


def name_of_read_model(
    project: Project, question: Question, subject: str
) -> tuple[Name, tuple[str, ...]]:
    """Name it after what is asked for, or after the whole query where that name is taken.

    Raises Conflict where both are.
    """
    short, whole = _names(question, subject)
    if not _is_anothers(project, question, short):
        return short, ()
    if _is_anothers(project, question, whole):
        raise Conflict(
            f"`{whole.module}` is there already, and not this query's own",
            hint=f"share it: `--from {whole.module}`\nor give the query another name",
        )
    note = f"`{short.module}` is there already; `--from {short.module}` would share it"
    return whole, (note,)


def _is_anothers(project: Project, question: Question, name: Name) -> bool:
    return _is_taken(project, name) and not _reads(project, question.name, name)


def _names(question: Question, subject: str) -> tuple[Name, Name]:
    whole = Name(question.name.text, "projection")
    try:
        text = f"{singular(subject)}Count" if question.counts else subject
        return Name.parse(text, "projection"), whole
    except InvalidName:
        return whole, whole


def _is_taken(project: Project, name: Name) -> bool:
    file = project.source / PROJECTION.folder / f"{name.module}.py"
    return file.exists() or read_model_named(project, name.module) is not None


def _reads(project: Project, query: Name, read_model: Name) -> bool:
    handler = project.source / "read" / "handlers" / f"{query.module}.py"
    imported = f"from {project.package}.read.projections.{read_model.module} import"
    return handler.is_file() and imported in read_text(handler, errors="replace")
