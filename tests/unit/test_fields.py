"""Fields as they are typed, and as they stand in a class."""

from __future__ import annotations

import builtins
import datetime as dt
import keyword
from dataclasses import fields
from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cqrs_gen.errors import InvalidField
from cqrs_gen.field_names import SHADOWING
from cqrs_gen.fields import Field, parse_field, parse_field_list, parse_fields
from cqrs_gen.samples import sample
from cqrs_gen.types import Type
from cqrs_gen.words import listed

ID = "6f1c1b9e-8c5b-4f55-9a3e-2f8a3c7f0d11"


def test_a_field_has_a_name_a_type_and_a_default() -> None:
    assert parse_field("total:Decimal=12.5") == Field("total", Type("Decimal"), 'Decimal("12.5")')


def test_a_field_without_a_type_is_text() -> None:
    assert parse_field("email") == Field("email", Type("str"))
    assert parse_field("email=a@b.c") == Field("email", Type("str"), '"a@b.c"')


@pytest.mark.parametrize(
    ("typed", "declared"),
    [
        ("email", "email: str"),
        ("note:str?", "note: str | None = None"),
        ("note:str?=null", "note: str | None = None"),
        ("note:str?=None", "note: str | None = None"),
        ("note:str?=", 'note: str | None = ""'),
        ("note:str=null", 'note: str = "null"'),
        ("note=it's", 'note: str = "it\'s"'),
        ("count:int=10", "count: int = 10"),
        ("count:int=-007", "count: int = -7"),
        ("rate:float=1", "rate: float = 1.0"),
        ("open:bool=TRUE", "open: bool = True"),
        ("open:bool=false", "open: bool = False"),
        ("key:bytes=abc", 'key: bytes = b"abc"'),
        ("total:Decimal=12.50", 'total: Decimal = Decimal("12.50")'),
        ("total:Decimal=12", "total: Decimal = Decimal(12)"),
        ("day:date=2024-01-01", "day: date = date(2024, 1, 1)"),
        ("at:time=12:30", "at: time = time(12, 30)"),
        ("at:datetime=2024-01-01T10:00:05+02:00", "datetime(2024, 1, 1, 8, 0, 5, tzinfo=UTC)"),
        ("wait:timedelta=1d2h", "wait: timedelta = timedelta(days=1, hours=2)"),
        (f"id:UUID={ID}", f'id: UUID = field(default_factory=lambda: UUID("{ID}"))'),
        ("tags:list[str]=", "tags: list[str] = field(default_factory=list)"),
        ("tags:list[str]=[]", "tags: list[str] = field(default_factory=list)"),
        ('tags:list[str]=["a"]', 'tags: list[str] = field(default_factory=lambda: ["a"])'),
        ('seen:dict[str,int?]={"a":null}', 'field(default_factory=lambda: {"a": None})'),
        ("seen:dict[str,int]={}", "seen: dict[str, int] = field(default_factory=dict)"),
    ],
)
def test_a_field_is_declared_with_its_default(typed: str, declared: str) -> None:
    assert parse_field(typed).declaration().endswith(declared)


def test_a_view_declares_its_fields_without_defaults() -> None:
    assert parse_field("note:str?=x").declaration(with_default=False) == "note: str | None"


def test_the_imports_include_those_of_the_default() -> None:
    field = parse_field('at:list[datetime]=["2024-01-01T00:00Z"]')

    assert field.imports == (
        "from dataclasses import field",
        "from datetime import UTC",
        "from datetime import datetime",
    )


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("count:int=ten", "whole number"),
        ("count:int=", "whole number"),
        ("count:int=null", "whole number"),
        ("rate:float=nan", "finite"),
        ("rate:float=1e999", "finite"),
        ("total:Decimal=Infinity", "finite"),
        ("open:bool=1", "`true` or `false`"),
        ("day:date=2024-13-01", "2024-01-31"),
        ("at:datetime=2024-01-01T10:00", "zone"),
        ("at:datetime=0001-01-01T00:00+05:00", "zone"),
        ("at:time=10:00Z", "without a zone"),
        ("wait:timedelta=", "1d2h30m"),
        ("wait:timedelta=999999999d999999999d", "1d2h30m"),
        ("id:UUID=1", "UUID"),
        ("tags:list[str]=a,b", "JSON"),
        ('tags:list[str]={"a":1}', "JSON"),
        ("tags:list[str]=[1]", "`str`"),
        ("tags:list[int]=[true]", "`int`"),
        ("tags:list[int]=[null]", "`int`"),
        ("tags:list[float]=[NaN]", "finite"),
        ("tags:list[str]=" + "[" * 400, "JSON"),
        ("note:str=" + "x" * 501, "too many"),
        ("note:str=\udc80", "written to a file"),
        ("price:shop.money.Money=1", "leave the default out"),
        ("prices:list[shop.money.Money]=[1]", "leave the default out"),
    ],
)
def test_a_default_of_another_type_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        parse_field(typed)

    assert reason in refusal.value.hint


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("userId", "did you mean `user_id`"),
        ("user-id", "did you mean `user_id`"),
        ("Email", "did you mean `email`"),
        ("a b", "did you mean `a_b`"),
        ("user__id", "did you mean `user_id`"),
        ("_email", "did you mean `email`"),
        ("__email__", "did you mean `email`"),
        ("class", "say more"),
        ("class_", "say more"),
        ("None", "did you mean `none`"),
        ("self", "say more"),
        ("upcast", "as in `user_upcast`"),
        ("_", "snake_case"),
        ("", "snake_case"),
        ("1x", "snake_case"),
        ("é", "snake_case"),
        ("../x", "snake_case"),
        ("x" * 61, "snake_case"),
        *((name, "say more") for name in sorted(SHADOWING)),
    ],
)
def test_what_cannot_be_a_fields_name_is_refused_with_a_way_out(name: str, way_out: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        parse_field(name)

    assert way_out in refusal.value.hint


@pytest.mark.parametrize(
    "name",
    sorted(
        listed("type id format match case hash filter property classmethod object min len input x1")
    ),
)
def test_names_that_real_domains_need_are_accepted(name: str) -> None:
    assert parse_field(name).name == name


@pytest.mark.parametrize(
    "typed",
    [
        ["email", "email:int"],
        ["user_id", "userid"],
        ["total:shop.money.Money", "fee:list[bank.money.Money]"],
    ],
)
def test_fields_that_collide_are_refused(typed: list[str]) -> None:
    with pytest.raises(InvalidField):
        parse_fields(typed)


def test_a_class_may_be_the_type_of_two_fields() -> None:
    assert len(parse_fields(["total:shop.money.Money", "fee:shop.money.Money?"])) == 2


def test_a_list_of_fields_is_split_at_its_own_commas_only() -> None:
    listed = parse_field_list('logins:int,tags:dict[str,int]={"a":1,"b":2}, seen:datetime?')

    assert [field.name for field in listed] == ["logins", "tags", "seen"]
    assert parse_field_list("") == ()


@pytest.mark.parametrize("text", ["a,,b", "a,", ",", "tags:dict[str", "a]b,c"])
def test_a_list_with_a_gap_in_it_is_refused(text: str) -> None:
    with pytest.raises(InvalidField):
        parse_field_list(text)


SPECS = st.sampled_from(
    [
        *("str", "int", "float", "bool", "bytes", "Decimal", "date", "datetime", "time"),
        *("timedelta", "UUID", "list[str]", "dict[str,date]", "list[list[Decimal]?]"),
    ]
)
DEFAULTS = st.sampled_from(["", "1", "true", "null", "[]", "{}", "2024-01-01", '["a"]', ID, "1d"])
NAMES = st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True) | st.sampled_from(
    ["type", "id", "property", "object", "super", "len", "match", "print", "classmethod"]
)
TYPED = st.builds(
    "{}:{}{}{}{}".format,
    NAMES,
    SPECS,
    st.sampled_from(["", "?"]),
    st.sampled_from(["", "="]),
    DEFAULTS | st.text(max_size=10),
) | st.builds("{}:{}".format, NAMES, SPECS)


def class_of(accepted: tuple[Field, ...]) -> type:
    """Run the class that is made from these fields, as a generated project declares it."""
    imports = {line for field in accepted for line in field.imports}
    body = [f"    {field.declaration()}" for field in accepted] or ["    pass"]
    source = "\n".join(
        [
            "from __future__ import annotations",
            "from dataclasses import dataclass",
            *sorted(imports),
            "@dataclass(frozen=True, slots=True, kw_only=True)",
            "class Message:",
            *body,
        ]
    )
    scope: dict[str, object] = {"__name__": __name__}
    exec(compile(source, "generated.py", "exec"), scope)  # noqa: S102
    made = scope["Message"]
    assert isinstance(made, type)
    assert set(get_type_hints(made, scope)) == {field.name for field in accepted}
    return made


def values_of(accepted: tuple[Field, ...], variant: int) -> dict[str, object]:
    values: dict[str, object] = {}
    for field in accepted:
        written = sample(field.type, field.name, variant)
        scope: dict[str, object] = {}
        exec("\n".join(written.imports), scope)  # noqa: S102
        values[field.name] = eval(written.expression, scope)  # noqa: S307
    return values


@settings(max_examples=150, deadline=None)
@given(st.lists(TYPED, max_size=5))
def test_accepted_fields_make_a_class_that_can_be_constructed(typed: list[str]) -> None:
    try:
        accepted = parse_fields(typed)
    except InvalidField as refusal:
        assert refusal.hint  # noqa: PT017  a refusal must say what to do
        return
    made = class_of(accepted)

    one, other = (made(**values_of(accepted, variant)) for variant in (0, 1))

    assert len(fields(made)) == len(accepted)
    assert not accepted or one != other
    made(
        **{
            name: value
            for name, value in values_of(accepted, 0).items()
            if name not in {field.name for field in accepted if field.fallback is not None}
        }
    )


@given(st.text() | TYPED)
def test_any_text_is_a_field_or_refused(text: str) -> None:
    try:
        field = parse_field(text)
    except InvalidField as refusal:
        assert refusal.what.isprintable()  # noqa: PT017  whatever was typed, the terminal is safe
    else:
        assert field.name.isidentifier()
        assert not keyword.iskeyword(field.name)


@given(st.text())
def test_any_text_is_a_list_of_fields_or_refused(text: str) -> None:
    try:
        parse_field_list(text)
    except InvalidField as refusal:
        assert refusal.what  # noqa: PT017


@pytest.mark.parametrize("name", sorted(SHADOWING - {"field"}))
def test_a_field_named_like_a_type_would_break_the_fields_after_it(name: str) -> None:
    after = Field("after", Type(name))

    assert seen_from_inside(class_of((Field("plain", Type("str")), after))) == name
    assert seen_from_inside(class_of((Field(name, Type("str")), after))) != name


def seen_from_inside(made: type) -> str:
    """Resolve a field's type as pydantic does, the class's own names first."""
    types = {**vars(builtins), **vars(dt)}
    found: object = eval(made.__annotations__["after"], types, dict(vars(made)))  # noqa: S307
    return found.__name__ if isinstance(found, type) else ""


def test_a_field_named_field_would_break_the_defaults_after_it() -> None:
    shadow = Field("field", Type("str"), '"x"')

    with pytest.raises(TypeError):
        class_of((shadow, parse_field("tags:list[str]=")))


@pytest.mark.parametrize(
    ("typed", "what", "hint"),
    [
        ("email:", "`email:` has no type", "`email:str`"),
        ("email:str,name:str", "more than one field", "`email:str name:…`"),
        ("tags:dict[str,int],name:str", "more than one field", "`tags:dict[str,int] name:…`"),
        ("email:str name:str", "more than one field", "quotes of its own"),
    ],
)
def test_several_fields_in_one_are_told_apart(typed: str, what: str, hint: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        parse_field(typed)

    assert what in refusal.value.what
    assert hint in refusal.value.hint
