"""Shapes that need more than a name: blocks, bases, queues, memory, and handlers from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking.planting import codes, command, projection, query, write

if TYPE_CHECKING:
    from cqrs_gen.project import Project

T = "T = Table('t', None)"
IN_QUERIES = {
    "a decorator that is a class": ("CQ101", "await self.more()", f"{T}\nclass Audited:\n    def __init__(self, f):\n        self.f = f\n    async def __call__(self, *a):\n        insert(T)", "@Audited\nasync def more(self): ..."),
    "a decorator that is an object": ("CQ101", "await self.more()", f"{T}\nclass Audited:\n    def __call__(self, f):\n        def inner(*a):\n            insert(T)\n        return inner", "@Audited()\nasync def more(self): ..."),
    "a file by its descriptor": ("CQ105", "os.open('x', os.O_WRONLY | os.O_CREAT)", "import os", ""),
    "a picture that is saved": ("CQ105", "Image.open('x').save('y')", "from PIL import Image", ""),
    "the whole service": ("CQ107", "pass", "from shop.cqrs.service import Service", ""),
    "a block over an object": ("CQ105", "async with self.audit:\n    pass", "import os\nclass Audit:\n    async def __aenter__(self):\n        os.remove('x')\n    async def __aexit__(self, *a): ...", "def __init__(self):\n    self.audit = Audit()"),
    "the end of a block": ("CQ105", "with Audit():\n    pass", "import os\nclass Audit:\n    def __enter__(self): ...\n    def __exit__(self, *a):\n        os.remove('x')", ""),
    "a mixin": ("CQ101", "Own().audit()", f"{T}\nclass Mixin:\n    def audit(self):\n        self._audit()\nclass Own(Mixin):\n    def _audit(self):\n        insert(T)", ""),
    "a singleton": ("CQ101", "AUDIT.note()", f"{T}\nclass Audit:\n    def note(self):\n        insert(T)\nAUDIT = Audit()", ""),
    "a factory": ("CQ101", "make().note()", f"{T}\nclass Audit:\n    def note(self):\n        insert(T)\ndef make():\n    return Audit()", ""),
    "a factory with an annotation": ("CQ101", "make().note()", f"{T}\nclass Audit:\n    def note(self):\n        insert(T)\ndef make() -> 'Audit':\n    return globals()['x']", ""),
    "a class that is called": ("CQ101", "note = Note()\nnote(1)", f"{T}\nclass Note:\n    def __call__(self, x):\n        insert(T)", ""),
    "a class attribute's object": ("CQ101", "self.audit.note()", f"{T}\nclass Audit:\n    def note(self):\n        insert(T)", "audit = Audit()"),
    "an annotated attribute": ("CQ101", "self.audit.note()", f"{T}\nclass Audit:\n    def note(self):\n        insert(T)", "audit: 'Audit'"),
    "a callback": ("CQ101", "each(lambda x: insert(T))", f"{T}\ndef each(f):\n    return [f(x) for x in 'ab']", ""),
    "a callback by name": ("CQ101", "each(f=note)", f"{T}\ndef note(x):\n    insert(T)\ndef each(*, f):\n    return f(1)", ""),
    "a function that is given back": ("CQ101", "pick()()", f"{T}\ndef note():\n    insert(T)\ndef pick():\n    return note", ""),
    "a closure": ("CQ101", "make('a')()", f"{T}\ndef make(x):\n    def note():\n        insert(T)\n    return note", ""),
    "an unpacked pair": ("CQ101", "note, _ = pair()\nnote()", f"{T}\ndef note():\n    insert(T)\ndef pair():\n    return note, 1", ""),
    "a loop over functions": ("CQ101", "for f in [note]:\n    f()", f"{T}\ndef note():\n    insert(T)", ""),
    "map": ("CQ101", "list(map(note, [1]))", f"{T}\ndef note(x):\n    insert(T)", ""),
    "a generator": ("CQ101", "[x async for x in self.rows()]", T, "async def rows(self):\n    insert(T)\n    yield 1"),
    "a statement from another module": ("CQ101", "await reader.all(dict, support.PURGE, {})", "from shop import support", ""),
    "a helper of another module": ("CQ101", "support.purge()", "import shop.support as support", ""),
    "a helper by a star": ("CQ101", "purge()", "from shop.support import *", ""),
    "a helper that is passed on": ("CQ101", "purge()", "from shop.more import purge", ""),
    "a relative import": ("CQ101", "purge()", "from ...support import purge", ""),
    "an import inside": ("CQ101", "from shop.support import purge\npurge()", "", ""),
    "a session that is made": ("CQ108", "Session()", "from sqlalchemy.orm import sessionmaker\nSession = sessionmaker()", ""),
    "a procedure": ("CQ101", "conn.execute('CALL clean_up()')", "conn: Any = None", ""),
    "an explained delete": ("CQ101", "conn.execute('EXPLAIN ANALYZE DELETE FROM a')", "conn: Any = None", ""),
    "imports by another name": ("CQ107", "load('shop.write.handlers.create_user')", "from importlib import import_module as load", ""),
    "imports for types alone": ("CQ107", "pass", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.write.handlers.create_user import CreateUserHandler", ""),
    "imports by way of another": ("CQ107", "pass", "from shop.bridge import CreateUserHandler", ""),
    "a model of another ORM": ("CQ101", "await User.create(name='x')", "from tortoise.models import Model\nclass User(Model): ...", ""),
    "a text with parts": ("CQ101", "conn.execute('DELETE FROM {}'.format('a'))\n", "conn: Any = None", ""),
    "a text by percent": ("CQ101", "conn.execute('DELETE FROM %s' % 'a')", "conn: Any = None", ""),
    "a text of several lines": ("CQ101", "await reader.one(dict, text('''\n    UPDATE users AS u\n    SET name = 1\n'''), {})", "", ""),
    "cast": ("CQ101", "cast(Table, self.t).insert()", "from typing import cast", "def __init__(self, t):\n    self.t = t"),
    "optional": ("CQ106", "if self.http:\n    await self.http.post('x')", "import httpx", "def __init__(self, http: httpx.AsyncClient | None = None):\n    self.http = http"),
    "a session of requests": ("CQ106", "s = requests.Session()\ns.post('x')", "import requests", ""),
    "aiohttp": ("CQ106", "async with aiohttp.ClientSession() as s, s.post('x') as r:\n    pass", "import aiohttp", ""),
    "nested blocks": ("CQ106", "async with aiohttp.ClientSession() as s:\n    async with s.post('x') as r:\n        pass", "import aiohttp", ""),
}  # fmt: skip
QUIET_IN_QUERIES = {
    "a zip in memory": ("out = io.BytesIO()\nwith zipfile.ZipFile(out, 'w') as z:\n    z.writestr('a', 'b')", "import io, zipfile", ""),
    "a table in memory": ("pd.DataFrame([]).to_csv(io.StringIO())\npd.DataFrame([]).to_csv()", "import io\nimport pandas as pd", ""),
    "a value object": ("query.user_id.add(1)", "", ""),
    "a builder": ("Filter().update(name='x').insert(1)", "class Filter:\n    def update(self, **kw):\n        return self\n    def insert(self, x):\n        return self", ""),
    "a class called Session": ("Session().add(1)\nSession().commit()", "class Session:\n    def add(self, x):\n        self.x = x\n    def commit(self):\n        pass", ""),
    "an abstract repository": ("await self.repo.delete(1)\nawait self.repo.save(1)", "from abc import ABC, abstractmethod\nclass Repo(ABC):\n    @abstractmethod\n    async def delete(self, x): ...\n    @abstractmethod\n    async def save(self, x): ...", "def __init__(self, repo: Repo):\n    self.repo = repo"),
    "a report called after a verb": ("UpdateReport(1).insert()", "class UpdateReport:\n    def __init__(self, x):\n        self.x = x\n    def insert(self):\n        return self.x", ""),
    "an open of another kind": ("Image.open('x')\nself.open('y', 'w')", "from PIL import Image", "def open(self, a, b):\n    return a"),
    "a select by the ORM": ("await self.session.execute(select(1))\nawait self.session.get(dict, 1)", "from sqlalchemy.ext.asyncio import AsyncSession", "def __init__(self, session: AsyncSession):\n    self.session = session"),
    "a function that is not called": ("pass", f"{T}\ndef purge():\n    insert(T)", ""),
    "words that begin like SQL": ("print('Delete from cart?')\nraise_if('update all set to go')", "def raise_if(x):\n    return x", ""),
    "a hash that is updated": ("digest = hashlib.new('sha1')\ndigest.update(b'')\nhmac.new(b'').update(b'')", "import hashlib, hmac", ""),
    "an ordered dict": ("d = OrderedDict()\nd.move_to_end(1)\nd.popitem()", "from collections import OrderedDict", ""),
    "an environment": ("os.environ.copy()\nos.getenv('x')", "import os", ""),
    "a context variable": ("VAR.set(1)", "from contextvars import ContextVar\nVAR = ContextVar('x')", ""),
    "an event for comparison": ("UserCreated(user_id=1, name='') == None", "from shop.events.user_created import UserCreated", ""),
    "a lock": ("async with asyncio.Lock():\n    pass", "import asyncio", ""),
}  # fmt: skip
IN_COMMANDS = {
    "queues a task": ("CQ206", "welcome.delay(command.name)", "from celery import shared_task\n@shared_task\ndef welcome(name): ...", ""),
    "in a background task": ("CQ206", "asyncio.get_running_loop().run_in_executor(None, requests.post, 'x')", "import asyncio, requests", ""),
    "an entity": ("CQ202", "return User(command.name)", "class User:\n    def __init__(self, name):\n        self.name = name", ""),
    "an entity of the ORM": ("CQ202", "user = User()\nreturn user", "from sqlalchemy.orm import DeclarativeBase\nclass Base(DeclarativeBase): ...\nclass User(Base): ...", ""),
    "a named tuple": ("CQ202", "return Made(1)", "from typing import NamedTuple\nclass Made(NamedTuple):\n    x: int", ""),
    "a moment": ("CQ202", "return datetime.now()", "from datetime import datetime", ""),
    "a dump of a model": ("CQ202", "return command.model_dump()", "", ""),
    "rows by a loop": ("CQ202", "rows = await uow.fetch(select(1))\nreturn [r.id for r in rows]", "", ""),
    "by await of a helper": ("CQ202", "return await answer(command)", "async def answer(c):\n    return {'a': c.name}", ""),
}  # fmt: skip
QUIET_IN_COMMANDS = {
    "a value object that adds": ("command.price.add(1)", "", ""),
    "its own list": ("lines = [*command.tags]\nlines.append('x')\nlines.sort()", "", ""),
    "an ID of an object": ("return Made(user_id).id", "class Made:\n    def __init__(self, id: UUID):\n        self.id = id", ""),
    "an aggregate": ("user = User.register(command.name)\nfor event in user.events:\n    uow.record(event)\nreturn user.id", "class User:\n    id: UUID\n    def __init__(self):\n        self.events = []\n    @classmethod\n    def register(cls, name):\n        self = cls()\n        self.events.append(UserCreated(user_id=uuid4(), name=name))\n        return self", ""),
    "an early None": ("if not command.name:\n    return None", "", ""),
    "a port by a default": ("self.clock.now()", "from typing import Protocol\nclass Clock(Protocol):\n    def now(self): ...\nclass System:\n    def now(self): ...", "def __init__(self, clock: Clock | None = None):\n    self.clock = clock or System()"),
}  # fmt: skip
SUPPORT = """
from sqlalchemy import delete, Table
TABLE = Table("t", None)
PURGE = delete(TABLE)
def purge():
    return TABLE.delete()
"""


@pytest.fixture
def supported(planted: Project) -> Project:
    """Give the shop modules that are on neither side."""
    write(planted, "src/shop/support.py", SUPPORT)
    write(planted, "src/shop/more.py", "from shop.support import purge as purge\n")
    bridge = "from shop.write.handlers.create_user import CreateUserHandler as CreateUserHandler\n"
    write(planted, "src/shop/bridge.py", bridge)
    return planted


@pytest.mark.parametrize("name", IN_QUERIES)
def test_a_query_is_followed(name: str, supported: Project) -> None:
    code, body, top, members = IN_QUERIES[name]
    query(supported, body, top=top, members=members)

    assert code in codes(supported)


@pytest.mark.parametrize("name", QUIET_IN_QUERIES)
def test_a_query_is_not_suspected(name: str, supported: Project) -> None:
    body, top, members = QUIET_IN_QUERIES[name]
    query(supported, body, top=top, members=members)

    assert codes(supported) == set()


@pytest.mark.parametrize("name", IN_COMMANDS)
def test_a_command_is_followed(name: str, planted: Project) -> None:
    code, body, top, members = IN_COMMANDS[name]
    command(planted, body, top=top, members=members)

    assert code in codes(planted)


@pytest.mark.parametrize("name", QUIET_IN_COMMANDS)
def test_a_command_is_not_suspected(name: str, planted: Project) -> None:
    body, top, members = QUIET_IN_COMMANDS[name]
    command(planted, body, top=top, members=members)

    assert codes(planted) == set()


def test_a_handler_whose_handle_is_a_function_is_followed(planted: Project) -> None:
    query(planted)
    file = planted.source / "read/handlers/get_user.py"
    text = file.read_text()
    start = text.index("    async def handle")
    function = (
        text[start:].replace("    async def handle", "async def answer").replace("\n    ", "\n")
    )
    helper = function.replace("pass", "open('x', 'w')")
    above, _, below = text[:start].partition("class GetUserHandler")
    file.write_text(f"{above}{helper}\n\nclass GetUserHandler{below}    handle = answer\n")

    assert codes(planted) == {"CQ105"}


@pytest.mark.parametrize(
    "body", ["self.seen.add(event.user_id)", "SEEN.append(event)", "self.by_name[event.name] = 1"]
)
def test_a_projection_that_remembers_is_found(body: str, planted: Project) -> None:
    members = "def __init__(self):\n    self.seen = set()\n    self.by_name = {}"
    projection(planted, body, top="SEEN = []", members=members)

    assert codes(planted) == {"CQ301"}
