"""CQ307: what was recorded before can still be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.summaries import Attribute, Class
    from cqrs_gen.checking.survey import Survey


def changed_without_version(survey: Survey) -> Iterator[Finding]:
    """Find events whose fields are others than at an earlier revision, under the same version."""
    if survey.before is None:
        return
    revision, old = survey.before
    earlier = {_name(event): event.owner for event in old.roles.of("Event")}
    for event in survey.roles.of("Event"):
        before = earlier.get(_name(event))
        if before is None or _version(event.owner) > _version(before):
            continue
        for field, change in _changes(before, event.owner):
            named = f"`{event.owner.name}.{field}`"
            what = f"since {revision}, {named} {change}, and `VERSION` is the same"
            yield Finding("CQ307", event.module.path, _place(event.owner, field), what)


def _name(event: Member) -> str:
    return str(_constant(event.owner, "NAME") or event.owner.name)


def _version(owner: Class) -> int:
    version = _constant(owner, "VERSION")
    return version if isinstance(version, int) else 1


def _constant(owner: Class, name: str) -> object:
    for form in owner.attributes.get(name, ()):
        if form[0] == "const":
            return form[1]
    return None


def _changes(before: Class, now: Class) -> Iterator[tuple[str, str]]:
    old = {field.name: field for field in _fields(before)}
    new = {field.name: field for field in _fields(now)}
    for name in old.keys() - new.keys():
        yield name, "is gone"
    for name, field in new.items():
        if name not in old:
            if field.default is None:
                yield name, "is new and has no default"
        elif _type(old[name]) != _type(field):
            yield name, f"was `{old[name].text}` and is `{field.text}`"
        elif old[name].default is not None and field.default is None:
            yield name, "has lost its default"


def _fields(owner: Class) -> list[Attribute]:
    return [field for field in owner.fields if "ClassVar" not in field.text]


def _type(field: Attribute) -> str:
    return field.text.replace(" ", "").replace('"', "").replace("'", "")


def _place(owner: Class, name: str) -> tuple[int, int, int, int]:
    places = {field.name: field.place for field in owner.fields}
    return places.get(name, owner.place)
