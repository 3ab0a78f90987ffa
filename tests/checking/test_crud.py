"""CQ401: whether anything is decided, in a handler or in whatever it calls."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from checking.planting import FROZEN, codes

if TYPE_CHECKING:
    from cqrs_gen.project import Project

MESSAGE = f"""\
from dataclasses import dataclass
from uuid import UUID
from shop.cqrs import {{kind}}


{FROZEN}
class {{name}}({{kind}}):
    note_id: UUID
    text: str
"""
PROJECTION = """\
from uuid import UUID
from shop.cqrs.reading import Projection, ReadModel, on
from shop.events.note_kept import NoteKept

NOTES = ReadModel("notes", version=1, key={"note_id": UUID}, columns={"text": str})


class NotesProjection(Projection):
    read_model = NOTES

    @on(NoteKept)
    def note_kept(self, recorded):
        event = recorded.event
        yield NOTES.upsert(key={"note_id": event.note_id}, set={"text": event.text})
"""
HANDLER = """\
from uuid import UUID
from shop.cqrs.writing import CommandHandler, UnitOfWork
from shop.events.note_kept import NoteKept
from shop.write import rules
from shop.write.commands.{verb}_note import {Verb}NoteCommand
from shop.write.rules import Text, clean, decided, looked_up, short


class {Verb}NoteHandler(CommandHandler[{Verb}NoteCommand]):
    async def handle(self, command: {Verb}NoteCommand, uow: UnitOfWork) -> UUID:
        text = command.text
{body}
        uow.record(NoteKept(note_id=command.note_id, text=text))
        return command.note_id
"""
RULES = """\
from dataclasses import dataclass


def clean(text):
    return text.strip()


def short(text):
    if len(text) > 80:
        raise ValueError("a note is short")
    return text


def decided(text):
    return short(clean(text))


async def looked_up(uow, text):
    return (await uow.fetch(None))[0]


@dataclass
class Text:
    text: str

    def __post_init__(self):
        short(self.text)
"""
DECIDE = {
    "a rule": "text = short(text)",
    "a rule of its module": "text = rules.short(text)",
    "a rule behind another": "text = decided(text)",
    "a rule that is handed on": "text = list(map(short, [text]))[0]",
    "a rule of a value": "text = Text(text).text",
    "a look at what is stored": "text = await looked_up(uow, text)",
}
DECIDE_NOTHING = {
    "nothing": "pass",
    "a helper": "text = clean(text)",
    "a library": "text = text.strip().title()",
}


def notes(body: str) -> dict[str, str]:
    """Give commands that make and change a note, and the read model that shows it."""
    inside = indent(dedent(body), " " * 8)
    return {
        "src/shop/events/note_kept.py": MESSAGE.format(name="NoteKept", kind="Event"),
        "src/shop/read/projections/notes.py": PROJECTION,
        "src/shop/write/rules.py": RULES,
        **{
            f"src/shop/write/commands/{verb}_note.py": MESSAGE.format(
                name=f"{verb.title()}NoteCommand", kind="Command"
            )
            for verb in ("create", "update")
        },
        **{
            f"src/shop/write/handlers/{verb}_note.py": HANDLER.format(
                verb=verb, Verb=verb.title(), body=inside
            )
            for verb in ("create", "update")
        },
    }


@pytest.mark.parametrize("name", DECIDE)
def test_what_is_decided_elsewhere_is_decided(name: str, planted: Project) -> None:
    assert "CQ401" not in codes(planted, notes(DECIDE[name]))


@pytest.mark.parametrize("name", DECIDE_NOTHING)
def test_what_decides_nothing_is_told(name: str, planted: Project) -> None:
    assert "CQ401" in codes(planted, notes(DECIDE_NOTHING[name]))
