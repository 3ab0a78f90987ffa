"""CQ307: what was recorded before can still be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.findings import Finding
from cqrs_gen.checking.spelling import Spelling
from cqrs_gen.checking.values import GAP, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.summaries import Attribute, Class, Module
    from cqrs_gen.checking.survey import Survey

KEPT = ("Event", "RetiredEvent")
"""What the journal still holds."""


def changed_without_version(survey: Survey) -> Iterator[Finding]:
    """Find events that are gone since an earlier revision, or are others under one version."""
    if survey.before is None:
        return
    revision, old = survey.before
    earlier = {_name(old, event): event for event in old.roles.of(*KEPT)}
    for event in survey.roles.of("Event"):
        before = earlier.get(_name(survey, event))
        if before is None or before.role != event.role:
            continue
        if _version(event.owner) > _version(before.owner):
            continue
        for field, change in _changes(survey, before, event):
            named = f"`{event.owner.name}.{field}`"
            what = f"since {revision}, {named} {change}, and `VERSION` is the same"
            yield Finding("CQ307", event.module.path, _place(event.owner, field), what)
    now = {_name(survey, each): each for each in survey.roles.members if each.role in KEPT}
    if "" in now:
        return  # it may be any of them
    for name, before in earlier.items():
        if name and name not in now:
            what = f"since {revision}, the event `{name}` is gone, and no class has its name"
            new = [each for known, each in now.items() if known not in earlier]
            yield Finding("CQ307", *_where(survey, before, new), what)


def _where(
    survey: Survey, gone: Member, new: list[Member]
) -> tuple[str, tuple[int, int, int, int]]:
    """Point to what stands in an event's place: most likely it was renamed."""
    modules = survey.index.modules
    module = modules.get(gone.module.dotted) or modules.get(f"{survey.package}.events")
    if module is None:
        return gone.module.path, (1, 0, 1, 0)
    beside = [each.owner.place for each in new if each.module.dotted == module.dotted]
    return module.path, beside[0] if len(beside) == 1 else (1, 0, 1, 0)


def _name(survey: Survey, event: Member) -> str:
    """Give the name that the journal keeps an event under, none if it cannot be told."""
    forms = event.owner.attributes.get("NAME", ())
    given = [each for each in forms if each[0] != "annotated"]
    if not given:
        return event.owner.name
    found = texts(survey.evaluator.all(given, survey.evaluator.body(event.module)))
    told = found[0] if len(found) == 1 else GAP
    return "" if GAP in told else told or event.owner.name


def _version(owner: Class) -> int:
    version = _constant(owner, "VERSION")
    return version if isinstance(version, int) else 1


def _constant(owner: Class, name: str) -> object:
    for form in owner.attributes.get(name, ()):
        if form[0] == "const":
            return form[1]
    return None


def _changes(survey: Survey, before: Member, now: Member) -> Iterator[tuple[str, str]]:
    old = {field.name: field for field in _fields(before.owner)}
    new = {field.name: field for field in _fields(now.owner)}
    spelling = Spelling(survey.evaluator)
    for name in old.keys() - new.keys():
        yield name, "is gone"
    for name, field in new.items():
        if name not in old:
            if field.default is None:
                yield name, "is new and has no default"
        elif not _is_same(spelling, (old[name], before.module), (field, now.module)):
            yield name, f"was `{old[name].text}` and is `{field.text}`"
        elif old[name].default is not None and field.default is None:
            yield name, "has lost its default"


def _fields(owner: Class) -> list[Attribute]:
    return [field for field in owner.fields if "ClassVar" not in field.text]


def _is_same(
    spelling: Spelling, one: tuple[Attribute, Module], other: tuple[Attribute, Module]
) -> bool:
    """Tell whether two fields have one type, however it is spelled."""
    told = {spelling.of(field.annotation, module) for field, module in (one, other)}
    return len(told) == 1


def _place(owner: Class, name: str) -> tuple[int, int, int, int]:
    places = {field.name: field.place for field in owner.fields}
    return places.get(name, owner.place)
