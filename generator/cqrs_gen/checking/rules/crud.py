"""CQ401: where nothing is decided, and what is read is what was written, a table would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cqrs_gen.checking.attributes import method_frame
from cqrs_gen.checking.deciding import decides
from cqrs_gen.checking.findings import WARNING, Finding
from cqrs_gen.phrases import command_entity, entity_id
from cqrs_gen.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.survey import Survey

MAKING = frozenset({"Create", "Add", "Insert", "Save", "Store", "Register", "New"})
CHANGING = frozenset({"Update", "Edit", "Modify", "Change", "Set", "Patch", "Save"})
ENDING = frozenset({"Delete", "Remove", "Erase", "Destroy"})


class Crud(NamedTuple):
    """An entity whose commands only make, change and remove what its read model shows."""

    entity: str
    commands: tuple[Member, ...]
    read_model: str
    fields: int
    kept: str | None


def plain_crud(survey: Survey) -> Iterator[Finding]:
    """Find the entities that plain CRUD would serve better."""
    for crud in entities(survey):
        if crud.kept is None:
            first = crud.commands[0]
            yield Finding(
                "CQ401", first.module.path, first.owner.place, evidence(crud), level=WARNING
            )


def evidence(crud: Crud) -> str:
    """Count out why."""
    names = ", ".join(f"`{each.owner.name}`" for each in crud.commands)
    return (
        f"plain CRUD would serve `{crud.entity}` better: {len(crud.commands)} commands, {names}, "
        f"decide nothing, and all {crud.fields} fields are those of `{crud.read_model}`"
    )


def entities(survey: Survey) -> Iterator[Crud]:
    """Find the entities whose commands only make, change and remove what is then shown."""
    by_entity: dict[str, list[Member]] = {}
    for command in survey.roles.of("Command"):
        name = command.owner.name.removesuffix("Command")
        if name and name.isidentifier():
            by_entity.setdefault(command_entity(name), []).append(command)
    for entity, commands in by_entity.items():
        verbs = {split_words(each.owner.name)[0] for each in commands}
        is_crud = verbs <= MAKING | CHANGING | ENDING
        kinds = sum(bool(verbs & kind) for kind in (MAKING, CHANGING, ENDING))
        if (
            is_crud
            and kinds > 1
            and verbs & MAKING
            and not any(_decides(survey, c) for c in commands)
        ):
            shown = _shown_as(survey, entity, commands)
            if shown is not None:
                kept = _kept(survey, entity, commands)
                fields = len(_fields(commands, entity))
                yield Crud(entity, tuple(commands), shown, fields, kept)


def _decides(survey: Survey, command: Member) -> bool:
    """Tell whether a command's handler decides something, itself or by what it calls."""
    handlers = survey.links.handlers.get(("class", command.module.dotted, command.owner.qual), [])
    found = survey.roles.method(handlers[0], "handle") if len(handlers) == 1 else None
    if found is None:
        return True
    module, method = found
    own = [each for each in module.functions.values() if each.owner == method.owner]
    frame = method_frame(survey.evaluator, handlers[0].value, module, method)
    return len(own) > 1 or decides(survey.evaluator, frame)


def _fields(commands: list[Member], entity: str) -> set[str]:
    own = {entity_id(entity), "id"}
    return {field.name for each in commands for field in each.owner.fields} - own


def _shown_as(survey: Survey, entity: str, commands: list[Member]) -> str | None:
    """Name the read model that shows just what the commands were given."""
    written = _fields(commands, entity)
    for projection in survey.roles.of("Projection"):
        columns = _columns(projection)
        if columns is not None and columns - {entity_id(entity), "id"} == written and written:
            return projection.owner.name.removesuffix("Projection")
    return None


def _columns(projection: Member) -> set[str] | None:
    for form in projection.owner.attributes.get("read_model", ()):
        made = projection.module.body.locals.get(form[1], ()) if form[0] == "name" else (form,)
        for each in made:
            if each[0] == "call":
                given = dict(each[3])
                keys = [given.get(name) for name in ("key", "columns")]
                if all(part is not None and part[0] == "dict" for part in keys):
                    return {key[1] for part in keys if part for key in part[1] if key}
    return None


def _kept(survey: Survey, entity: str, commands: list[Member]) -> str | None:
    """Give the reason that somebody wrote down for keeping CQRS here."""
    words = f"{entity}".lower()
    for module in survey.modules:
        beside = any(module.dotted == each.module.dotted for each in commands)
        named = words in module.dotted.rpartition(".")[2].replace("_", "")
        for _, kind, why in module.remarks if beside or named else ():
            if kind == "keep" and why.removeprefix("because").strip():
                return why.removeprefix("because").strip()
    return None
