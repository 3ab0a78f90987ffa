"""Several processes at once on one pair of stores: real ones, each with a service of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from lab import Balance, Bank, Deposit, GetBalance, Open, accounts, in_a_loop, journal, serving
from shop.cqrs import Conflict, KeyReused, Position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

PROCESSES = 4
EACH = 25


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Give the tests processes that begin with nothing of this one."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        yield pool


def send(folder: str, command: Open | Deposit, times: int, key: str | None) -> list[str]:
    """Send a command some times at once, in this process; tell what each sending came to."""

    async def run() -> list[str]:
        async with Bank().service(folder) as service:  # type: ignore[arg-type]  # as text
            sendings = (service.bus.execute(command, key=key) for _ in range(times))
            return [str(answer) for answer in await asyncio.gather(*sendings)]

    try:
        return asyncio.run(run())
    except (Conflict, KeyReused) as error:
        return [type(error).__name__]


def project(folder: str, position: tuple[int, int]) -> None:
    """Project in this process until a position is reached."""

    async def run() -> None:
        async with Bank().service(folder, projecting=True) as service:  # type: ignore[arg-type]
            nobody = GetBalance(account=UUID(int=0))
            await service.bus.execute(nobody, after=Position(*position))

    asyncio.run(run())


def results(sendings: list[Future[list[str]]]) -> list[str]:
    """Give what all sendings came to."""
    return [answer for sending in sendings for answer in sending.result(60)]


@in_a_loop
async def test_a_key_that_several_processes_send_at_once_is_one_command(
    tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    ann = (str(tmp_path), Open(owner="Ann"), EACH, "key")
    acks = results([processes.submit(send, *ann) for _ in range(PROCESSES)])

    assert len(acks) == PROCESSES * EACH
    assert len(set(acks)) == 1
    async with serving(tmp_path) as service:
        assert len(journal(service)) == len(await accounts(service)) == 1


@in_a_loop
async def test_a_key_that_comes_with_several_commands_is_one_of_them(
    tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    sendings = [
        processes.submit(send, str(tmp_path), Open(owner=f"{number}"), 1, "key")
        for number in range(PROCESSES)
    ]

    answers = results(sendings)
    assert answers.count("KeyReused") == PROCESSES - 1
    async with serving(tmp_path) as service:
        assert len(journal(service)) == len(await accounts(service)) == 1


@in_a_loop
async def test_a_race_of_several_processes_for_one_name_has_one_winner(
    tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    ann = (str(tmp_path), Open(owner="Ann"), 1, None)
    answers = results([processes.submit(send, *ann) for _ in range(PROCESSES)])

    assert answers.count("Conflict") == PROCESSES - 1
    async with serving(tmp_path) as service:
        assert len(journal(service)) == len(await accounts(service)) == 1


@in_a_loop
async def test_what_several_processes_write_at_once_is_all_there_and_shown_once(
    tmp_path: Path, processes: ProcessPoolExecutor
) -> None:
    async with serving(tmp_path) as service:
        opened = await service.bus.execute(Open(owner="Ann"))
        account = UUID(str(opened.id))
        deposit = (str(tmp_path), Deposit(account=account, amount=1), EACH, None)
        acks = results([processes.submit(send, *deposit) for _ in range(PROCESSES)])

        total = PROCESSES * EACH
        assert len(set(acks)) == total
        assert len(journal(service)) == total + 1
        assert await accounts(service) == [("Ann", total)]
        last = service.journal.head()
        both = [processes.submit(project, str(tmp_path), last) for _ in range(2)]
        shown = await service.bus.execute(GetBalance(account=account), after=last)
        assert shown == Balance(owner="Ann", balance=total, deposits=total)
        for each in both:
            each.result(60)
