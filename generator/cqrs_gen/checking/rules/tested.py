"""CQ506: what a slice promises, a test holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.findings import Finding
from cqrs_gen.checking.rules.wiring import is_extended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.roles import Member
    from cqrs_gen.checking.survey import Survey

OF_TEMPLATE = frozenset({"test_app.py", "test_architecture.py", "test_http.py", "conftest.py"})
"""Tests that come with every project: they speak of messages, and promise nothing of them."""


def without_test(survey: Survey) -> Iterator[Finding]:
    """Find messages and projections of which no test speaks."""
    members = list(survey.roles.of("Command", "Query", "Event", "Projection"))
    own = {f"test_{_stem(member)}.py" for member in members}
    files = {path.rpartition("/")[2] for path in survey.tests}
    for member in members:
        if not (is_extended(survey, member) or _is_tested(survey, member, own, files)):
            what = f"no test speaks of the {member.role.lower()} `{member.owner.name}`"
            yield Finding("CQ506", member.module.path, member.owner.place, what)


def _is_tested(survey: Survey, member: Member, own: set[str], files: set[str]) -> bool:
    if {f"test_{_stem(member)}.py", f"test_{_module(member)}.py"} & files:
        return True
    names = (member.owner.name, *_constants(member))
    speaking = {file for name in names for file in survey.spoken_in.get(name, ())} - OF_TEMPLATE
    # A test of another message may need this one first: that is no test of it.
    return bool(speaking - own if member.role in {"Command", "Query"} else speaking)


def _module(member: Member) -> str:
    return member.module.dotted.rpartition(".")[2]


def _stem(member: Member) -> str:
    return f"{_module(member)}_projection" if member.role == "Projection" else _module(member)


def _constants(member: Member) -> Iterator[str]:
    """Name a projection's read model, by which tests speak of it."""
    for form in member.owner.attributes.get("read_model", ()):
        if form[0] == "name":
            yield form[1]
