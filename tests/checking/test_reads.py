"""CQ101 to CQ106 and CQ108: what a query comes to, in the shapes in which people write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking.planting import codes, query

if TYPE_CHECKING:
    from cqrs_gen.project import Project

BUS = "def __init__(self, bus: MessageBus) -> None:\n    self.bus = bus"
SESSION = "def __init__(self, session: AsyncSession) -> None:\n    self.session = session"
TABLE = 'T = Table("t", None)'
CREATE = "from shop.write.commands.create_user import CreateUserCommand"

GUILTY = {
    "insert built": ("CQ101", "await reader.one(dict, insert(USERS.table), {})", "", ""),
    "insert by a name of its own": ("CQ101", "put(T).values(a=1)", f"from sqlalchemy import insert as put\n{TABLE}", ""),
    "sqlalchemy by a short name": ("CQ101", "sa.delete(T)", f"import sqlalchemy as sa\n{TABLE}", ""),
    "dialect": ("CQ101", "pg.insert(T)", f"from sqlalchemy.dialects import postgresql as pg\n{TABLE}", ""),
    "a table's own insert": ("CQ101", "T.insert()", TABLE, ""),
    "a table that is handed in": ("CQ101", "self.gone(T)", TABLE, "def gone(self, t: Table):\n    return t.delete()"),
    "update of the read model's table": ("CQ101", "USERS.table.update().values(name='x')", "", ""),
    "a change of the read model": ("CQ101", "USERS.upsert(key={}, set={})", "", ""),
    "a constant": ("CQ101", "await reader.all(dict, SEEN, {})", f"{TABLE}\nSEEN = update(T)", ""),
    "text": ("CQ101", "await reader.one(dict, text('DELETE FROM users'), {})", "", ""),
    "text from a constant": ("CQ101", "await reader.one(dict, text(PURGE), {})", "PURGE = '  delete from users'", ""),
    "a text's constant": ("CQ101", "await reader.one(dict, PURGE, {})", "PURGE = text('TRUNCATE users')", ""),
    "f-string": ("CQ101", "conn.execute(f'INSERT INTO {table} VALUES (1)')", "conn: Any = None\ntable = input()", ""),
    "verb from a constant": ("CQ101", "conn.execute(f'{VERB} FROM users')", "conn: Any = None\nVERB = 'DELETE'", ""),
    "text put together": ("CQ101", "conn.execute('UPDATE users ' + 'SET name = 1')", "conn: Any = None", ""),
    "text joined": ("CQ101", "conn.execute(' '.join(['DELETE', 'FROM', 'users']))", "conn: Any = None", ""),
    "driver sql": ("CQ101", "conn.exec_driver_sql('DROP TABLE users')", "conn: Any = None", ""),
    "writing cte": ("CQ101", "conn.execute('WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone')", "conn: Any = None", ""),
    "a comment before it": ("CQ101", "conn.execute('-- hello\\nINSERT INTO a VALUES (1)')", "conn: Any = None", ""),
    "second statement": ("CQ101", "conn.executescript('SELECT 1; DELETE FROM a')", "conn: Any = None", ""),
    "create all": ("CQ101", "MetaData().create_all(None)", "from sqlalchemy import MetaData", ""),
    "session add": ("CQ101", "self.session.add(object())", "from sqlalchemy.ext.asyncio import AsyncSession", SESSION),
    "session commit": ("CQ101", "await self.session.commit()", "from sqlalchemy.ext.asyncio import AsyncSession", SESSION),
    "session by a block": ("CQ101", "with Session() as s:\n    s.merge(1)", "from sqlalchemy.orm import Session", ""),
    "session that nobody knows": ("CQ101", "await self.session.commit()", "", "def __init__(self, session):\n    self.session = session"),
    "helper": ("CQ101", "note()", f"{TABLE}\ndef note():\n    return insert(T)", ""),
    "async helper": ("CQ101", "await note()", f"{TABLE}\nasync def note():\n    return insert(T)", ""),
    "helper of a helper": ("CQ101", "one()", f"{TABLE}\ndef one():\n    two()\ndef two():\n    insert(T)", ""),
    "method": ("CQ101", "await self._count()", TABLE, "async def _count(self):\n    insert(T)"),
    "static method": ("CQ101", "GetUserHandler.count()", TABLE, "@staticmethod\ndef count():\n    insert(T)"),
    "class method": ("CQ101", "self.count()", TABLE, "@classmethod\ndef count(cls):\n    insert(T)"),
    "property": ("CQ101", "print(self.count)", TABLE, "@property\ndef count(self):\n    return insert(T)"),
    "comprehension": ("CQ101", "[note(x) for x in (1, 2)]", f"{TABLE}\ndef note(x):\n    return insert(T)", ""),
    "lambda": ("CQ101", "note = lambda: insert(T)\nnote()", TABLE, ""),
    "nested function": ("CQ101", "def note():\n    insert(T)\nnote()", TABLE, ""),
    "partial": ("CQ101", "partial(note, 1)()", f"from functools import partial\n{TABLE}\ndef note(x):\n    insert(T)", ""),
    "handed on": ("CQ101", "await asyncio.to_thread(note)", f"import asyncio\n{TABLE}\ndef note():\n    insert(T)", ""),
    "a table of functions": ("CQ101", "NOTES['a']()", f"{TABLE}\ndef note():\n    insert(T)\nNOTES = {{'a': note}}", ""),
    "getattr": ("CQ101", "getattr(T, 'insert')()", TABLE, ""),
    "class attribute": ("CQ101", "self.note()", f"{TABLE}\ndef note(self):\n    insert(T)", "note = note"),
    "base class": ("CQ101", "self.note()", f"{TABLE}\nclass Base:\n    def note(self):\n        insert(T)\nclass Own(Base): ...", "def note(self):\n    return Own().note()"),
    "super": ("CQ101", "Own().note()", f"{TABLE}\nclass Base:\n    def note(self):\n        insert(T)\nclass Own(Base):\n    def note(self):\n        super().note()", ""),
    "an object of the constructor's": ("CQ101", "self.audit.note()", f"{TABLE}\nclass Audit:\n    def note(self):\n        insert(T)", "def __init__(self):\n    self.audit = Audit()"),
    "an object that is handed in": ("CQ101", "self.audit.note()", f"{TABLE}\nclass Audit:\n    def note(self):\n        insert(T)", "def __init__(self, audit: Audit):\n    self.audit = audit"),
    "decorator": ("CQ101", "await self.more()", f"{TABLE}\ndef noted(f):\n    async def inner(*args):\n        insert(T)\n        return await f(*args)\n    return inner", "@noted\nasync def more(self): ..."),
    "context manager": ("CQ101", "with noting():\n    pass", f"from contextlib import contextmanager\n{TABLE}\n@contextmanager\ndef noting():\n    insert(T)\n    yield", ""),
    "walrus": ("CQ101", "if (s := insert(T)) is not None:\n    pass", TABLE, ""),
    "takes a unit of work": ("CQ102", "self.more(None)", "from shop.cqrs.writing import UnitOfWork", "def more(self, uow: UnitOfWork): ..."),
    "builds a unit of work": ("CQ102", "UnitOfWork(None)", "from shop.cqrs.writing.unit_of_work import UnitOfWork", ""),
    "notes in an unknown unit of work": ("CQ102", "self.uow.execute(1)", "", "def __init__(self, uow):\n    self.uow = uow"),
    "records": ("CQ103", "self.journal.record(UserCreated(user_id=1, name=''))", "from shop.events.user_created import UserCreated", "def __init__(self, journal):\n    self.journal = journal"),
    "records by a variable": ("CQ103", "event = UserCreated(user_id=1, name='')\nself.journal.record(event)", "from shop.events.user_created import UserCreated", "def __init__(self, journal):\n    self.journal = journal"),
    "sends a command": ("CQ104", "await self.bus.execute(CreateUserCommand(name='', tags=[]))", CREATE, BUS),
    "sends by a variable": ("CQ104", "send = self.bus.execute\nawait send(CreateUserCommand(name='', tags=[]))", CREATE, BUS),
    "sends in a loop": ("CQ104", "await asyncio.gather(*(self.bus.execute(CreateUserCommand(name=n, tags=[])) for n in 'ab'))", f"import asyncio\n{CREATE}", BUS),
    "calls a command's handler": ("CQ104", "await CreateUserHandler().handle(None, None)", "from shop.write.handlers.create_user import CreateUserHandler", ""),
    "opens to write": ("CQ105", "with open('x', 'w') as f:\n    f.write('')", "", ""),
    "opens to append, by name": ("CQ105", "open('x', mode='ab')", "", ""),
    "writes text": ("CQ105", "Path('x').write_text('')", "from pathlib import Path", ""),
    "writes text below": ("CQ105", "(Path('x') / 'y').write_text('')", "from pathlib import Path", ""),
    "opens a path": ("CQ105", "PLACE.open('w')", "from pathlib import Path\nPLACE = Path('x')", ""),
    "removes": ("CQ105", "os.remove('x')", "import os", ""),
    "copies": ("CQ105", "copyfile('a', 'b')", "from shutil import copyfile", ""),
    "removes, by somebody else": ("CQ105", "await asyncio.to_thread(os.remove, 'x')", "import asyncio, os", ""),
    "posts": ("CQ106", "httpx.post('http://x')", "import httpx", ""),
    "posts by a client": ("CQ106", "async with httpx.AsyncClient() as client:\n    await client.post('x')", "import httpx", ""),
    "posts by a client that is handed in": ("CQ106", "await self.http.put('x')", "from httpx import AsyncClient", "def __init__(self, http: AsyncClient):\n    self.http = http"),
    "posts by a request": ("CQ106", "requests.request('POST', 'x')", "import requests", ""),
    "sends mail": ("CQ106", "with SMTP('x') as s:\n    s.send_message(None)", "from smtplib import SMTP", ""),
    "urllib with data": ("CQ106", "urlopen('x', data=b'')", "from urllib.request import urlopen", ""),
    "an engine": ("CQ108", "create_engine('sqlite://')", "from sqlalchemy import create_engine", ""),
    "an engine when imported": ("CQ108", "pass", "import sqlite3\nDB = sqlite3.connect('x')", ""),
    "an engine in a class body": ("CQ108", "pass", "import sqlite3", "db = sqlite3.connect('x')"),
    "the reader's own engine": ("CQ108", "reader._engine.begin()", "", ""),
}  # fmt: skip

INNOCENT = {
    "a set": ("seen = set()\nseen.update([1])\nseen.add(2)", "", ""),
    "a dict": ("d = {}\nd.update(a=1)\nd.pop('a')", "", ""),
    "a list": ("names = []\nnames.insert(0, 'a')\nnames.append('b')\nnames.remove('b')", "", ""),
    "bisect": ("insort([], 1)\nbisect.insort([], 2)", "import bisect\nfrom bisect import insort", ""),
    "a digest": ("h = hashlib.sha256()\nh.update(b'')", "import hashlib", ""),
    "a function called insert": ("insert_into([], 1)", "def insert_into(a, b):\n    return [*a, b]", ""),
    "a helper called delete": ("self.cache.delete('x')", "class Cache:\n    def delete(self, key):\n        self.kept = {}", "def __init__(self):\n    self.cache = Cache()"),
    "somebody's cache": ("self.cache.delete('x')", "", "def __init__(self, cache):\n    self.cache = cache"),
    "words in a log": ("log.info('DELETE FROM users')\nlog.info('insert into %s', 1)", "import logging\nlog = logging.getLogger(__name__)", ""),
    "words in a doc": ("'''UPDATE users SET name'''", "NOTE = 'INSERT INTO users'", ""),
    "a message": ("print('Update users set by hand')", "", ""),
    "select in text": ("await reader.one(dict, text('SELECT deleted, \"update\" FROM users'), {})", "", ""),
    "select for a column called like a verb": ("select(USERS.c['name']).where(USERS.c['name'] == 'delete from')", "", ""),
    "a file that is read": ("open('x')\nopen('y', 'rb')\nopen('z', encoding='utf-8')\nPath('x').read_text()\nPath('x').open()", "from pathlib import Path", ""),
    "a text in memory": ("out = io.StringIO()\nout.write('x')\ncsv.writer(out).writerow([])", "import csv, io", ""),
    "a get": ("httpx.get('x')\nrequests.get('y')\nawait self.http.get('z')", "import httpx, requests", "def __init__(self, http: httpx.AsyncClient):\n    self.http = http"),
    "a request to get": ("httpx.request('GET', 'x')", "import httpx", ""),
    "a port that asks": ("await self.rates.of('EUR')", "from typing import Protocol\nclass Rates(Protocol):\n    async def of(self, c: str) -> int: ...", "def __init__(self, rates: Rates):\n    self.rates = rates"),
    "json": ("json.dumps({})", "import json", ""),
    "a task": ("asyncio.create_task(look())", "import asyncio\nasync def look(): ...", ""),
    "another query": ("await self.bus.execute(GetUserQuery(user_id=query.user_id))", "", BUS),
    "replace": ("replace(query, user_id=1)\n'a'.replace('a', 'b')", "from dataclasses import replace", ""),
    "os.path": ("os.path.join('a', 'b')\nos.environ.get('X')", "import os", ""),
    "an url": ("urllib.request.urlopen('x')\nurllib.parse.quote('x')", "import urllib.parse\nimport urllib.request", ""),
    "lists called session": ("session = {}\nsession.setdefault('a', 1)\nsession.update({})", "", ""),
    "a counter": ("self.hits.update(['a'])", "from collections import Counter", "def __init__(self):\n    self.hits = Counter()"),
    "a command that is only named": ("isinstance(query, dict)\nname = 'CreateUserCommand'", "", ""),
    "a pattern": ("DELETE = 'DELETE'\nquery_text = DELETE + ' FROM'\nassert query_text", "", ""),
    "a deque": ("q = deque()\nq.append(1)\nq.popleft()", "from collections import deque", ""),
    "a cached helper": ("look(1)", "from functools import lru_cache\n@lru_cache\ndef look(x):\n    return x", ""),
    "a path without a file": ("Path('a').with_suffix('.b').parent / 'c'", "from pathlib import Path", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", GUILTY)
def test_a_query_that_does_more_than_look_is_found(name: str, planted: Project) -> None:
    code, body, top, members = GUILTY[name]
    query(planted, body, top=top, members=members)

    assert code in codes(planted)


@pytest.mark.parametrize("name", INNOCENT)
def test_a_query_that_only_looks_is_left_alone(name: str, planted: Project) -> None:
    body, top, members = INNOCENT[name]
    query(planted, body, top=top, members=members)

    assert codes(planted) == set()
