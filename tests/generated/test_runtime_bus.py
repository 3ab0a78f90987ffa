"""The bus of a generated project: each message finds its one handler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from lab import Balance, Decide, Deposit, GetBalance, Open, in_a_loop, serving
from shop.cqrs import Ack, MessageBus, NoHandler, Position, WiringError

if TYPE_CHECKING:
    from pathlib import Path

    from shop.cqrs.writing import UnitOfWork

    from conftest import Shell


class Echo:
    """A handler that gives back what it was given."""

    async def handle(self, *given: object) -> Any:  # noqa: ANN401  whatever it was
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSavings(Open):
    interest: int


@in_a_loop
async def test_a_message_goes_to_the_handler_of_its_type(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        ack = await service.bus.execute(Open(owner="Ann"))
        assert isinstance(ack.id, UUID)
        await service.bus.execute(Deposit(account=ack.id, amount=5))
        await service.catch_up()

        shown = await service.bus.execute(GetBalance(account=ack.id))

    assert shown == Balance(owner="Ann", balance=5, deposits=1)


@in_a_loop
async def test_whatever_has_a_handle_can_be_registered() -> None:
    bus = MessageBus()
    bus.register(Open, Echo())
    bus.register(GetBalance, Echo())
    command, query = Open(owner="Ann"), GetBalance(account=uuid4())
    answers: list[object] = [
        await bus.execute(command),
        await bus.execute(query),
        await bus.execute(query, after=Position(0, 3)),
    ]

    assert answers == [(command,), (query,), (query, Position(0, 3))]


def test_a_message_without_a_handler_is_named() -> None:
    with pytest.raises(NoHandler, match=r"^No handler registered for Open$"):
        MessageBus().execute(Open(owner="Ann")).close()


def test_a_second_handler_for_a_message_is_refused_and_the_first_stays() -> None:
    bus, first = MessageBus(), Echo()
    bus.register(Open, first)

    with pytest.raises(WiringError, match="`Open` has a handler already"):
        bus.register(Open, Echo())

    bus.execute(Open(owner="Ann")).close()


def test_a_subclass_of_a_message_is_another_message() -> None:
    bus = MessageBus()
    bus.register(Open, Echo())

    with pytest.raises(NoHandler, match="No handler registered for OpenSavings"):
        bus.execute(OpenSavings(owner="Ann", interest=2)).close()


@in_a_loop
async def test_a_command_is_acknowledged_with_an_id_and_a_position(tmp_path: Path) -> None:
    async def decide(_: UnitOfWork) -> str:
        return "A-1"

    async with serving(tmp_path) as service:
        opened = await service.bus.execute(Open(owner="Ann"))
        deposited = await service.bus.execute(Deposit(account=UUID(str(opened.id)), amount=1))
        silent = await service.bus.execute(Decide(by=decide))

    assert opened.position == Position(0, 1)
    assert deposited == Ack(id=None, position=Position(0, 2))
    assert silent == Ack(id="A-1", position=None)


SNIPPET = """
from dataclasses import dataclass
from shop.cqrs import Command, MessageBus, Query

@dataclass(frozen=True)
class Rename(Command):
    name: str

@dataclass(frozen=True)
class Count(Query[dict[str, int]]):
    of: str

async def use(bus: MessageBus) -> None:
    reveal_type(await bus.execute(Rename(name="Ann")))
    reveal_type(await bus.execute(Count(of="users"), after=None))
    await bus.execute("Rename")
    await bus.execute(Rename(name="Ann"), after=None)
"""


def test_the_type_of_an_answer_is_known_to_mypy(bare_shop: Shell) -> None:
    (bare_shop.folder / "snippet.py").write_text(SNIPPET)

    told = bare_shop.python("-m", "mypy", "snippet.py").stdout

    assert 'snippet.py:14: note: Revealed type is "shop.cqrs.messages.Ack"' in told
    assert 'snippet.py:15: note: Revealed type is "dict[str, int]"' in told
    assert "snippet.py:16: error" in told
    assert "snippet.py:17: error" in told
    assert "Found 2 errors" in told
