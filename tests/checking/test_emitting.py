"""CQ304: an event is recorded if a command records it, or hands it on to whatever may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking.planting import codes, command, write

if TYPE_CHECKING:
    from cqrs_gen.project import Project

OWN = "src/shop/write/handlers/create_user.py"
IMPORT = "from shop.events.user_created import UserCreated\n"
RECORD = "uow.record(UserCreated(user_id=user_id, name=command.name))"
MADE = "UserCreated(user_id=user_id, name=command.name)"
LOG = "import logging\nlog = logging.getLogger(__name__)"
NEVER = {
    "only imported": ("pass", ""),
    "only made": (MADE, ""),
    "kept in a name": (f"event = {MADE}", ""),
    "only logged": (f"event = {MADE}\nlog.info('%s', event)", LOG),
    "only printed": (f"print({MADE})", ""),
    "logged in place": (f"logging.getLogger('x').info('%s', {MADE})", LOG),
    "only its ID": (f"event = {MADE}\nreturn event.user_id", ""),
    "only its fields": (f"event = {MADE}\nuow.execute(insert(T), {{'name': event.name}})", "T = None"),
    "kept in a list": (f"events = [{MADE}]", ""),
    "unpacked": (f"event, x = {MADE}, 1", ""),
}  # fmt: skip
SOMEHOW = {
    "recorded by a name": (f"event = {MADE}\nuow.record(event)", ""),
    "recorded in a loop": (f"for event in [{MADE}]:\n    uow.record(event)", ""),
    "recorded from a list": (f"events = []\nevents.append({MADE})\nfor e in events:\n    uow.record(e)", ""),
    "recorded from a sum": (f"events = ()\nevents += ({MADE},)\nuow.record(*events)", ""),
    "recorded either way": (f"event = {MADE} if command.tags else None\nuow.record(event)", ""),
    "recorded as it is named": (f"uow.record(event := {MADE})", ""),
    "recorded by itself": (f"{MADE}.record_in(uow)", ""),
    "recorded by itself, by a name": (f"event = {MADE}\nevent.record_in(uow)", ""),
    "recorded by its class": ("UserCreated.record(uow)", ""),
    "made by its class": ("event = UserCreated.of(command)\nuow.record(event)", ""),
    "kept in an object": (f"self.pending = {MADE}", ""),
    "kept in a mapping": (f"self.pending['x'] = {MADE}", ""),
    "handed on": (f"self.note({MADE})", ""),
    "handed on by a keyword": (f"self.note(what={MADE})", ""),
    "handed on in an object": (f"self.note(dict(x=[{MADE}]))", ""),
    "handed on as a class": ("self.note(UserCreated, user_id, command.name)", ""),
    "handed on in parts": ("partial(UserCreated, user_id=user_id)", "from functools import partial"),
    "given back by a helper": ("uow.record(made(command))", f"def made(command):\n    user_id = 1\n    return {MADE}"),
    "yielded by a helper": ("uow.record(*made(command))", f"def made(command):\n    user_id = 1\n    yield {MADE}"),
    "in a lambda": (f"make = lambda: {MADE}\nuow.record(make())", ""),
    "in a function inside": (f"event = {MADE}\ndef go():\n    uow.record(event)\ngo()", ""),
    "in a table": ("uow.record(TABLE['x'](user_id=user_id, name=''))", "TABLE = {'x': UserCreated}"),
    "by another name": ("uow.record(Made(user_id=user_id, name=''))", "Made = UserCreated"),
    "by another import": ("uow.record(Made(user_id=user_id, name=''))", "from shop.events.user_created import UserCreated as Made"),
    "by its module": ("uow.record(user_created.UserCreated(user_id=user_id, name=''))", "from shop.events import user_created"),
    "out of its module": ("uow.record(getattr(user_created, command.name)(user_id=user_id))", "from shop.events import user_created"),
    "by an import inside": ("from shop.events import user_created as e\nuow.record(getattr(e, 'UserCreated')(user_id=user_id))", ""),
    "by way of a module": ("uow.record(facts.Made(user_id=user_id, name=''))", "from shop import facts"),
    "by way of a module, out of it": ("uow.record(getattr(facts, 'Made')(user_id=user_id, name=''))", "from shop import facts"),
    "by an annotation": ("event: UserCreated = self.make()\nuow.record(event)", ""),
    "by a parameter": ("note(self.make(), uow)", "def note(event: UserCreated, uow):\n    uow.record(event)"),
    "by a default": ("self.note()", f"def made(event={MADE.replace('user_id=user_id, name=command.name', '')}):\n    return event"),
    "as a base": ("uow.record(Sub(user_id=user_id, name=''))", "class Sub(UserCreated): ..."),
    "by a logger that is no logger": (f"self.log.info({MADE})", ""),
}  # fmt: skip


def planted_with(project: Project, body: str, top: str) -> None:
    write(project, "src/shop/facts.py", f"{IMPORT.strip()} as Made\n")
    command(project, body, top=top)
    file = project.root / OWN
    file.write_text(file.read_text().replace(RECORD, "pass"))


@pytest.mark.parametrize("name", NEVER)
def test_an_event_that_is_never_recorded_is_told(name: str, planted: Project) -> None:
    planted_with(planted, *NEVER[name])

    assert codes(planted) == {"CQ304"}


@pytest.mark.parametrize("name", SOMEHOW)
def test_an_event_that_may_be_recorded_is_left_alone(name: str, planted: Project) -> None:
    planted_with(planted, *SOMEHOW[name])

    assert "CQ304" not in codes(planted)
