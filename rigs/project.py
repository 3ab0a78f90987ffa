"""The project that the rig torments: one command, one event, one table, one read model."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = '''"""What the write side keeps for itself."""

from sqlalchemy import BigInteger, Column, Table

from ledger.cqrs.writing import tables

ENTRIES = Table("entries", tables, Column("number", BigInteger, primary_key=True))
'''

HANDLER = '''"""Decides on the command AddEntry."""

from uuid import UUID, uuid4

from sqlalchemy import insert

from ledger.cqrs.writing import CommandHandler, UnitOfWork
from ledger.events.entry_added import EntryAdded
from ledger.write.commands.add_entry import AddEntryCommand
from ledger.write.handlers.tables import ENTRIES

INSERT = insert(ENTRIES)


class AddEntryHandler(CommandHandler[AddEntryCommand]):
    """Keep a row and record an event: both are there, or neither."""

    async def handle(self, command: AddEntryCommand, uow: UnitOfWork) -> UUID:
        entry_id = uuid4()
        uow.execute(INSERT, {"number": command.number})
        uow.record(EntryAdded(entry_id=entry_id, number=command.number))
        return entry_id
'''

PROJECTION = '''"""How often each number has been seen, which should be once."""

from collections.abc import Iterator

from ledger.cqrs.reading import Change, Projection, ReadModel, Recorded, on
from ledger.events.entry_added import EntryAdded

ENTRIES = ReadModel("entries", version=1, key={"number": int}, columns={"times": int})


class EntriesProjection(Projection):
    """Count each number: a counter shows what an upsert would hide."""

    read_model = ENTRIES

    @on(EntryAdded)
    def entry_added(self, recorded: Recorded[EntryAdded]) -> Iterator[Change]:
        yield ENTRIES.upsert(key={"number": recorded.event.number}, add={"times": 1})
'''

LOAD = '''"""Send commands from many tasks at once; tell what was sent and what was acknowledged."""

import asyncio
import os
import sys

from ledger.app import build
from ledger.write.commands.add_entry import AddEntryCommand

CALLERS = 16


async def main(ledger: int, first: int) -> None:
    async with build(projecting=False) as service:

        async def call(caller: int) -> None:
            number = first + caller
            while True:
                os.write(ledger, f"sent {number}\\n".encode())
                ack = await service.bus.execute(AddEntryCommand(number=number))
                os.write(ledger, f"acked {number} {ack.position.row} {caller}\\n".encode())
                number += CALLERS

        await asyncio.gather(*(call(caller) for caller in range(CALLERS)))


asyncio.run(main(os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT), int(sys.argv[2])))
'''


def make_project(folder: Path) -> Path:
    """Make the project by cqrs-gen, then let its handler and its projection do their part."""
    root = new_project(folder, "ledger", "--bare", "--because", "events")
    run(root, "add", "command", "AddEntry", "number:int")
    source = root / "src" / "ledger"
    (source / "write/handlers/tables.py").write_text(TABLE, encoding="utf-8")
    (source / "write/handlers/add_entry.py").write_text(HANDLER, encoding="utf-8")
    (source / "read/projections/entries.py").write_text(PROJECTION, encoding="utf-8")
    (root / "load.py").write_text(LOAD, encoding="utf-8")
    return root


def new_project(folder: Path, name: str, *options: str) -> Path:
    """Make a project from the template as it stands here, not from the last release."""
    template = folder / "template"  # a copy: out of a git repository, Copier takes the last tag
    shutil.copytree(ROOT / "template", template / "template")
    shutil.copy(ROOT / "copier.yml", template)
    run(folder, "new", "project", name, "--no-git", "--template", str(template), *options)
    return folder / name


def run(folder: Path, *arguments: str) -> None:
    """Run cqrs-gen."""
    command = (sys.executable, "-m", "cqrs_gen", *arguments)
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
