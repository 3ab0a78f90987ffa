"""Shapes that need more than a name: blocks, bases, queues, memory, and handlers from elsewhere."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from checking.planting import codes, command, projection, query, table, write

if TYPE_CHECKING:
    from cqrs_gen.project import Project

IN_QUERIES = table("shapes_in_queries")
QUIET_IN_QUERIES = table("harmless_shapes_in_queries")
IN_COMMANDS = table("shapes_in_commands")
QUIET_IN_COMMANDS = table("harmless_shapes_in_commands")
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
    case = IN_QUERIES[name]
    query(supported, case.body, top=case.top, members=case.members)

    assert case.code in codes(supported)


@pytest.mark.parametrize("name", QUIET_IN_QUERIES)
def test_a_query_is_not_suspected(name: str, supported: Project) -> None:
    case = QUIET_IN_QUERIES[name]
    query(supported, case.body, top=case.top, members=case.members)

    assert codes(supported) == set()


@pytest.mark.parametrize("name", IN_COMMANDS)
def test_a_command_is_followed(name: str, planted: Project) -> None:
    case = IN_COMMANDS[name]
    command(planted, case.body, top=case.top, members=case.members)

    assert case.code in codes(planted)


@pytest.mark.parametrize("name", QUIET_IN_COMMANDS)
def test_a_command_is_not_suspected(name: str, planted: Project) -> None:
    case = QUIET_IN_COMMANDS[name]
    command(planted, case.body, top=case.top, members=case.members)

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
    members = dedent("""\
        def __init__(self):
            self.seen = set()
            self.by_name = {}""")
    projection(planted, body, top="SEEN = []", members=members)

    assert codes(planted) == {"CQ301"}
