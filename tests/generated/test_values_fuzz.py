"""Values of every type at their edges: what is accepted is stored and shown, the rest is a 422."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NewType
from uuid import UUID

import pytest
from drawers import Chest, Drawer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from shop.cqrs.codec import adapter
from shop.cqrs.columns import in_utc
from shop.cqrs.edge import read_message
from shop.cqrs.values import differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

OK, CREATED = 200, 201

UserId = NewType("UserId", UUID)
Score = Annotated[int, Field(ge=0)]


class Colour(Enum):
    RED = "red"


class Size(StrEnum):
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Cat:
    name: str


@dataclass(frozen=True, slots=True)
class Dog:
    name: str
    bark: float = 1.0


@dataclass(frozen=True, slots=True)
class Parcel:
    weight: float
    count: int
    value: Decimal | None = None
    label: bytes = b""
    sent: datetime | None = None
    lasts: timedelta | None = None
    tags: tuple[str, ...] = ()


class Model(BaseModel):
    count: int
    ratio: float = 0.0
    seen: list[datetime] = []


KINDS: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "bytes": bytes,
    "Decimal": Decimal,
    "date": date,
    "datetime": datetime,
    "time": time,
    "timedelta": timedelta,
    "UUID": UUID,
    "UserId": UserId,
    "Score": Score,
    "Colour": Colour,
    "int?": int | None,
    "datetime?": datetime | None,
    "list[int]": list[int],
    "list[float]": list[float],
    "list[bytes]": list[bytes],
    "list[time]": list[time],
    "set[Decimal]": set[Decimal],
    "tuple": tuple[int, str],
    "dict[str,Any]": dict[str, Any],
    "dict": dict,
    "dict[int,str]": dict[int, str],
    "dict[float,bytes]": dict[float, bytes],
    "dict[datetime,timedelta]": dict[datetime, timedelta],
    "Any": Any,
    "int|str": int | str,
    "int|float": int | float,
    "UUID|str": UUID | str,
    "date|datetime": date | datetime,
    "str|date": str | date,
    "Size|str": Size | str,
    "Cat|Dog": Cat | Dog,
    "Parcel": Parcel,
    "list[Parcel]": list[Parcel],
    "Model": Model,
}

LEAVES = st.one_of(
    st.sampled_from(
        [
            *(
                "null",
                "true",
                "0",
                "-0.0",
                "1.0",
                "1e400",
                "-1e400",
                "NaN",
                "Infinity",
                "-Infinity",
            ),
            *map(str, (2**53 + 1, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**400)),
            "1" * 5000,
            *("5e-324", "1.7976931348623157e308", "0.1", "123456789.123456789"),
        ]
    ),
    st.sampled_from(
        [
            *("", "a", "\0", "a\0b", "象\U0001f355", "NaN", "inf", "-Infinity", "red", "small"),
            *("1E+1000000", "1E-1000000", "0E+9999", "1E+399", "1E-400", "9" * 400, "9" * 401),
            *("1E+400", "1E-401", "-0", "1.10", "1_000", "sNaN", "1E+99999999999999999999"),
            *("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00"),
            *("0001-01-01T00:00:00+05:00", "0001-01-01T00:00:00-05:00", "9999-12-31T23:59:59"),
            *("0000-01-01T00:00:00Z", "2024-10-27T02:30:00+02:00", "9999-12-31", "0001-01-01"),
            *("2024-02-29", "2023-02-29", "24:00:00", "23:59:59.999999", "12:00:00Z"),
            *("12:00:00+05:00", "P3000000D", "P2932896D", "P2932897D", "-P719162D", "-P719163D"),
            *("P999999999DT23H59M59.999999S", "-P999999999DT1S", "P1DT0.000001S", "-PT0.000001S"),
            *("00000000-0000-0000-0000-000000000001", "{00000000000000000000000000000001}"),
            *("_wA=", "AA==", "_w==", "YQ==", "====", "9223372036854775808", "253402300800"),
        ]
    ).map(json.dumps),
    st.sampled_from([r'"\ud800"', r'"\udfff\ud800"', r'"\u0000"', "[", "{}", ""]),
    st.integers(-(2**70), 2**70).map(str),
    st.floats().map(json.dumps),
    st.text(max_size=5).map(json.dumps),
    st.binary(max_size=5).map(lambda value: json.dumps(value.decode("latin-1"))),
)
NAMES = st.sampled_from(
    ["name", "bark", "count", "weight", "value", "label", "sent", "lasts", "tags", "ratio", "seen"]
).map(json.dumps)


def an_object(members: dict[str, str]) -> str:
    """Write a JSON object of names and values that are JSON already."""
    return f"{{{','.join(map(':'.join, members.items()))}}}"


SHAPES = st.recursive(
    LEAVES,
    lambda held: st.one_of(
        st.lists(held, max_size=3).map(lambda texts: f"[{','.join(texts)}]"),
        st.dictionaries(LEAVES.filter(lambda text: text[:1] == '"'), held, max_size=2).map(
            an_object
        ),
        st.dictionaries(NAMES, held, max_size=5).map(an_object),
    ),
    max_leaves=5,
)
DEEP = st.integers(90, 210).map(lambda levels: "[" * levels + "]" * levels)


def bodies(drawer: Drawer) -> st.SearchStrategy[str]:
    """Make JSON that the command of a drawer may be sent as, and much that it may not."""
    hostile = st.one_of(SHAPES, DEEP).map('{{"value": {}}}'.format)
    if drawer.kind in (Any, dict[str, Any], dict):
        return hostile
    commands = st.from_type(drawer.kind).map(lambda value: drawer.command(value=value))
    dump = adapter(drawer.command).dump_json
    return st.one_of(commands.map(lambda command: dump(command, warnings=False).decode()), hostile)


@pytest.fixture(scope="module")
def chest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chest]:
    with Chest(tmp_path_factory.mktemp("chest"), list(KINDS.values())) as chest:
        yield chest


def is_refusal(answer: httpx.Response) -> bool:
    """Tell whether a value was refused for what it is, or for being no JSON."""
    faults = answer.json().get("faults", [])
    named = all(fault.startswith(("value", "Invalid JSON")) for fault in faults)
    return answer.status_code == 422 and bool(faults) and named


# Derandomized: no build is to fail by chance. Raise the number to look for more.
ANY_VALUE = settings(
    max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_accepted_is_stored_and_shown_as_it_was_sent(chest: Chest, kind: str) -> None:
    number = list(KINDS).index(kind)
    drawer = chest.drawers[number]

    @ANY_VALUE
    @given(bodies(drawer))
    def store_and_show(body: str) -> None:
        answer = chest.store(number, body)
        if answer.status_code != CREATED:
            assert is_refusal(answer), answer.text
            return
        sent = read_message(drawer.command, body).value
        assert differences(sent, chest.last()) == []
        view = chest.get(number, answer.json())
        assert view.status_code == OK, view.text
        expected = in_utc(sent) if kind.startswith("datetime") and sent is not None else sent
        assert read_message(drawer.command, view.text).value == expected

    store_and_show()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_for_is_looked_up_or_refused(chest: Chest, kind: str) -> None:
    number = list(KINDS).index(kind)

    @ANY_VALUE
    @given(SHAPES.map(lambda text: text.strip('"')))
    def find(text: str) -> None:
        answer = chest.find(number, text)
        assert answer.status_code == OK or is_refusal(answer), answer.text

    find()
