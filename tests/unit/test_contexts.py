"""What slice templates may name is made of plain values."""

from __future__ import annotations

from pathlib import Path

import pytest

from cqrs_gen.contexts import fielded, imports_of, instance, named, phrase, sample_imports, sampled
from cqrs_gen.fields import parse_fields
from cqrs_gen.kinds import EVENT
from cqrs_gen.names import Name
from cqrs_gen.scan import FoundMessage

FIELDS = parse_fields(["user_id:UUID", "note:str?", "tags:list[Decimal]=[]"])


def test_a_name_is_told_in_all_its_forms() -> None:
    assert named(Name.parse("CreateUserCommand", "command")) == {
        "name": "CreateUser",
        "class_name": "CreateUserCommand",
        "module": "create_user",
        "phrase": "create user",
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("PlaceOrder", "place order"),
        ("RegisterSSHKey", "register SSH key"),
        ("GetABTest", "get AB test"),
        ("A", "a"),
    ],
)
def test_a_name_reads_as_words(name: str, words: str) -> None:
    assert phrase(name) == words


def test_fields_are_told_with_their_declarations_and_imports() -> None:
    told = fielded(FIELDS)

    assert told["fields"] == [
        {
            "name": "user_id",
            "annotation": "UUID",
            "optional": False,
            "declaration": "user_id: UUID",
        },
        {
            "name": "note",
            "annotation": "str | None",
            "optional": True,
            "declaration": "note: str | None = None",
        },
        {
            "name": "tags",
            "annotation": "list[Decimal]",
            "optional": False,
            "declaration": "tags: list[Decimal] = field(default_factory=list)",
        },
    ]
    assert told["imports"] == imports_of(FIELDS)


def test_samples_are_keyword_arguments_and_vary_where_it_is_asked_for() -> None:
    plain = sampled(FIELDS)
    varied = sampled(FIELDS, {"user_id": 1})

    assert [argument.partition("=")[0] for argument in plain] == ["user_id", "note", "tags"]
    assert varied[0] != plain[0]
    assert varied[1:] == plain[1:]
    assert sample_imports(FIELDS) == ["from decimal import Decimal", "from uuid import UUID"]


def event(*others: str) -> FoundMessage:
    return FoundMessage(
        name="UserSeen",
        class_name="UserSeen",
        kind=EVENT,
        module="shop.events.user_seen",
        path=Path(),
        line=1,
        fields=parse_fields(["user_id:UUID", "note:str?"]),
        others=others,
    )


def test_an_event_is_sampled_field_by_field() -> None:
    assert instance(event()) == 'UserSeen(user_id=UUID(int=68), note="note")'
    assert instance(event(), {"user_id": 1}) == 'UserSeen(user_id=UUID(int=69), note="note")'


def test_an_event_that_cannot_be_is_sampled_whole() -> None:
    unknown = event("size: tuple[int, int]")

    assert instance(unknown) == "sample(UserSeen)"
    assert instance(unknown, {"scope": 1}) == "sample(UserSeen)"
    assert instance(unknown, {"user_id": 1}) == "replace(sample(UserSeen), user_id=UUID(int=69))"
