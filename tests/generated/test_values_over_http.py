"""Over HTTP, what cannot be held is a problem that says which field it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time  # noqa: TC003  a field's annotation is looked up
from decimal import Decimal  # noqa: TC003  as above
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from lab import Bank, in_a_loop
from pydantic import Field
from shop.cqrs import Command, Event, Query
from shop.cqrs.http import http_api
from shop.cqrs.openapi import Schemas
from shop.cqrs.reading import Change, Projection, QueryHandler, Reader, ReadModel, on
from shop.cqrs.writing import CommandHandler, UnitOfWork
from sqlalchemy import bindparam, select
from test_http_api import everybody, is_problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.journal import Recorded

JSON = {"Content-Type": "application/json"}
UNTIL = "9999-12-31T23:59:59-05:00"
INT = "an integer has at most 64 bits"
YEARS = "a datetime must be within the years 1 to 9999 in UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubled(Event):
    id: UUID
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Double(Command):
    amount: int
    until: datetime | None = None


class DoubleHandler(CommandHandler[Double]):
    async def handle(self, command: Double, uow: UnitOfWork) -> UUID:
        uow.record(Doubled(id=(new := uuid4()), amount=2 * command.amount))
        return new


DOUBLES = ReadModel("doubles", version=1, key={"id": UUID}, columns={"amount": int})


class Doubles(Projection):
    read_model = DOUBLES

    @on(Doubled)
    def doubled(self, recorded: Recorded[Doubled]) -> Iterator[Change]:
        event = recorded.event
        yield DOUBLES.upsert(key={"id": event.id}, set={"amount": event.amount})


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDoubles(Query[list[int]]):
    amount: int
    until: datetime | None = None


def _amount(amount: int) -> int:
    return amount


HALF = select(DOUBLES.c["amount"]).where(DOUBLES.c["amount"] == bindparam("twice"))


class CountDoublesHandler(QueryHandler[CountDoubles, list[int]]):
    reads = (Doubles,)

    async def handle(self, query: CountDoubles, reader: Reader) -> list[int]:
        return await reader.all(_amount, HALF, {"twice": 2 * query.amount})


BANK = Bank(
    events=(Doubled,),
    commands=(Double,),
    command_handlers=(DoubleHandler,),
    projections=(Doubles,),
    queries=(CountDoubles,),
    query_handlers=(CountDoublesHandler,),
)


@in_a_loop
async def test_a_value_that_no_store_can_hold_disturbs_nobody(tmp_path: Path) -> None:
    async with BANK.service(tmp_path, projecting=True) as service:
        transport = httpx.ASGITransport(
            http_api(service, everybody, title="bank"), raise_app_exceptions=False
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:

            async def double(body: str) -> httpx.Response:
                return await client.post("/commands/double", content=body, headers=JSON)

            async def count(**asked: str | int) -> httpx.Response:
                return await client.get("/queries/count-doubles", params=asked)

            body = f'{{"amount": {2**63}, "until": "{UNTIL}"}}'
            entering = is_problem(await double(body), 422)
            asking = is_problem(await count(amount=-(2**63) - 1, until=UNTIL), 422)
            recording = is_problem(await double(f'{{"amount": {2**62}}}'), 500)
            computing = is_problem(await count(amount=2**62), 500)
            ack = (await double('{"amount": 5}')).json()
            answer = await count(amount=5, after=ack["position"])

    assert entering["faults"] == asking["faults"] == [f"amount: {INT}", f"until: {YEARS}"]
    assert recording["detail"] == "`Doubled` was recorded with what it cannot hold"
    assert recording["faults"] == [f"amount: {INT}"]
    assert computing["detail"] == "A statement was given what no column can hold"
    assert computing["faults"] == [f"twice: {INT}"]
    assert (ack["position"], answer.json()) == ("0-1", [10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything(Command):
    integer: int
    few: Annotated[int, Field(gt=0, le=9)]
    text: str
    code: Annotated[str, Field(pattern="^[A-Z]$")]
    hour: time
    number: Decimal
    mapping: dict[str, int]
    anything: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetEverything(Query[Everything]):
    integers: list[int]


SCHEMAS = Schemas([Everything], [GetEverything])
INT64 = {"type": "integer", "format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}


def test_the_description_tells_the_bounds_of_every_value() -> None:
    told = SCHEMAS.shared["Everything-Input"]["properties"]

    assert told["integer"] == INT64 | {"title": "Integer"}
    assert told["few"] == INT64 | {"exclusiveMinimum": 0, "maximum": 9, "title": "Few"}
    assert told["text"]["pattern"] == r"^[^\x00]*$"
    assert told["code"]["pattern"] == "^[A-Z]$"
    assert told["mapping"]["additionalProperties"] == INT64
    assert told["mapping"]["propertyNames"] == {"pattern": r"^[^\x00]*$"}
    assert told["anything"]["additionalProperties"] is True
    faults = SCHEMAS.shared["Problem"]["properties"]["faults"]
    assert faults["items"] == {"type": "string"}  # it may quote a NUL character
    [parameter] = SCHEMAS.parameters(GetEverything)
    assert parameter.schema["items"] == INT64


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("hour", ["00:00", "23:59:59", "12:00:00.123456"], ["24:00", "12:00:00Z", "12:00+05:00"]),
        ("text", ["", "象\n"], ["\0", "a\0b"]),
    ],
)
def test_what_the_description_lets_through_is_what_is_read(
    name: str, right: list[str], wrong: list[str]
) -> None:
    pattern = SCHEMAS.shared["Everything-Input"]["properties"][name]["pattern"]

    assert all(re.search(pattern, text) for text in right)
    assert not any(re.search(pattern, text) for text in wrong)
