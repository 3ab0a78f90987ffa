"""Field types: typed, annotated, read back, and given values."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqrs_gen.annotations import type_from_annotation
from cqrs_gen.errors import InvalidField
from cqrs_gen.samples import sample, zero
from cqrs_gen.type_grammar import parse_type
from cqrs_gen.types import IMPORTS, KEYS, SCALARS, Type


def optional(types: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    return types.map(lambda held: Type(held.name, held.item, optional=True))


TYPES = st.recursive(
    st.sampled_from([*sorted(SCALARS), "shop.money.Money"]).map(Type),
    lambda item: st.builds(Type, st.sampled_from(["list", "dict"]), item | optional(item)),
    max_leaves=3,
)
IMPORTED = {
    "UUID": "uuid.UUID",
    "Decimal": "decimal.Decimal",
    "date": "datetime.date",
    "datetime": "datetime.datetime",
    "time": "datetime.time",
    "timedelta": "datetime.timedelta",
    "Money": "shop.money.Money",
    "Optional": "typing.Optional",
    "Annotated": "typing.Annotated",
    "List": "typing.List",
    "Union": "typing.Union",
    "Any": "typing.Any",
    "dt": "datetime",
    "typing": "typing",
}


@pytest.mark.parametrize("name", sorted(SCALARS))
def test_every_scalar_type_is_known(name: str) -> None:
    assert parse_type(name) == Type(name)
    assert parse_type(f"{name}?") == Type(name, optional=True)


def test_types_nest() -> None:
    held = parse_type("dict[str, list[Decimal?]]?")

    assert held == Type("dict", Type("list", Type("Decimal", optional=True)), optional=True)
    assert held.annotation == "dict[str, list[Decimal | None]] | None"
    assert held.imports == ("from decimal import Decimal",)


def test_a_type_of_the_projects_own_is_imported_by_its_path() -> None:
    held = parse_type("list[shop.money.Money]")

    assert held.annotation == "list[Money]"
    assert held.imports == ("from shop.money import Money",)
    assert held.item is not None
    assert held.item.is_custom


def test_a_full_path_to_a_known_type_is_that_type() -> None:
    assert parse_type("uuid.UUID") == Type("UUID")
    assert parse_type("datetime.date?") == Type("date", optional=True)


@given(TYPES | optional(TYPES))
def test_a_type_is_read_back_from_how_it_is_typed(held: Type) -> None:
    assert parse_type(held.spec) == held


@given(TYPES | optional(TYPES))
def test_a_type_is_read_back_from_its_annotation(held: Type) -> None:
    node = ast.parse(held.annotation, mode="eval").body

    assert type_from_annotation(node, IMPORTED) == held


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("uuid", "`UUID`"),
        ("Str", "`str`"),
        ("Int", "`int`"),
        ("String", "`str`"),
        ("string", "`str`"),
        ("text", "`str`"),
        ("integer", "`int`"),
        ("money", "`Decimal`"),
        ("strr", "`str`"),
        ("datetme", "`datetime`"),
        ("Money", "shop.events.money.Money"),
        ("OrderLine", "shop.events.order_line.OrderLine"),
        ("Optional[int]", "`int?`"),
        ("str|None", "`str?`"),
        ("None | date", "`date?`"),
        ("int|str", "`int?`"),
        ("set[UUID]", "`list[UUID]`"),
        ("tuple[int, str]", "`list[int]`"),
        ("List[int]", "`list[int]`"),
        ("Dict[str, int]", "`dict[str,int]`"),
        ("dict[int, date]", "`dict[str,date]`"),
        ("dict[date]", "`dict[str,date]`"),
        ("list", "`list[str]`"),
        ("dict", "`dict[str,int]`"),
        ("Any", "`dict[str,str]`"),
        ("typing.Any", "`dict[str,str]`"),
        ("shop.money", "shop.events.money.Money"),
        ("shop.class.Money", "shop.events.money.Money"),
        (".Money", "shop.events.money.Money"),
        ("shop.Money.Inner", "shop.events.money.Money"),
        ("shop.ids.UUID", "rename"),
        ("str??", "`str?`"),
        ("", "list[T]"),
        ("list[]", "list[T]"),
        ("list[str", "list[T]"),
        ("Foo[int]", "`list[int]`"),
    ],
)
def test_what_is_no_type_is_refused_with_what_to_type_instead(text: str, way_out: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        parse_type(text)

    assert way_out in refusal.value.hint


@given(st.text(max_size=200) | st.text("listdcr[],?. MU", max_size=200))
def test_any_text_is_a_type_or_refused(text: str) -> None:
    try:
        held = parse_type(text)
    except InvalidField as refusal:
        assert refusal.hint or "too long" in refusal.what  # noqa: PT017
    else:
        ast.parse(held.annotation)


@pytest.mark.parametrize("text", ["list[" * 5000, "?" * 5000, "str|" * 5000])
def test_a_huge_type_is_refused(text: str) -> None:
    with pytest.raises(InvalidField, match="too long"):
        parse_type(text)


@pytest.mark.parametrize(
    ("annotation", "spec"),
    [
        ("str | None", "str?"),
        ("None | str", "str?"),
        ("Optional[UUID]", "UUID?"),
        ("typing.Optional[list[str]]", "list[str]?"),
        ("Union[Money, None]", "shop.money.Money?"),
        ("Annotated[str, Field(max_length=3)]", "str"),
        ("'Money | None'", "shop.money.Money?"),
        ("dt.datetime", "datetime"),
        ("List[int]", "list[int]"),
    ],
)
def test_annotations_are_read_in_all_their_spellings(annotation: str, spec: str) -> None:
    node = ast.parse(annotation, mode="eval").body

    assert type_from_annotation(node, IMPORTED) == parse_type(spec)


@pytest.mark.parametrize(
    "annotation",
    [
        "Unknown",
        "Any",
        "int | str",
        "None",
        "list",
        "dict[int, str]",
        "tuple[int, ...]",
        "'not python('",
        "make()",
        "Annotated[str]",
        "make().x",
        "dt.tzinfo",
        "list[int, str]",
    ],
)
def test_an_annotation_that_is_no_field_type_is_none(annotation: str) -> None:
    node = ast.parse(annotation, mode="eval").body

    assert type_from_annotation(node, IMPORTED) is None


def test_what_can_tell_rows_apart_is_a_scalar() -> None:
    assert {name for name in SCALARS if Type(name).is_scalar} == KEYS
    assert not Type("str", optional=True).is_scalar
    assert Type("str", optional=True).required().is_scalar
    assert not parse_type("list[str]").is_scalar
    assert not parse_type("shop.money.Money").is_scalar


def evaluated(expression: str, imports: tuple[str, ...]) -> object:
    """Evaluate generated code, with the framework's `sample` played by a pair."""
    scope: dict[str, object] = {"sample": lambda kind, variant=0: (kind, variant), "Money": "Money"}
    for line in imports:
        if "shop" not in line:
            exec(line, scope)  # noqa: S102
    value: object = eval(expression, scope)  # noqa: S307
    return value


@given(TYPES | optional(TYPES), st.from_regex(r"[a-z]{1,60}", fullmatch=True))
def test_two_samples_of_a_type_differ(held: Type, name: str) -> None:
    one, other = (sample(held, name, variant) for variant in (0, 1))

    assert evaluated(one.expression, one.imports) != evaluated(other.expression, other.imports)


@pytest.mark.parametrize("name", sorted(SCALARS - {"bool", "time"}))
def test_many_samples_of_a_scalar_all_differ(name: str) -> None:
    assert len({sample(Type(name), "total", variant).expression for variant in range(100)}) == 100


def test_samples_read_like_what_their_field_holds() -> None:
    assert sample(Type("str"), "email").expression == '"email"'
    assert sample(Type("str"), "email", 1).expression == '"email-2"'
    assert sample(parse_type("shop.money.Money"), "total", 1).expression == "sample(Money, 1)"
    assert sample(parse_type("list[str]?"), "tag").expression == '["tag"]'
    assert sample(Type("datetime"), "at").imports == (IMPORTS["UTC"], IMPORTS["datetime"])


@pytest.mark.parametrize(
    ("spec", "expression"),
    [
        ("str", '""'),
        ("int", "0"),
        ("float", "0.0"),
        ("bool", "False"),
        ("bytes", 'b""'),
        ("Decimal", "Decimal(0)"),
        ("timedelta", "timedelta()"),
        ("UUID", "UUID(int=0)"),
        ("list[str]", "[]"),
        ("dict[str,int]", "{}"),
        ("date?", "None"),
        ("shop.money.Money?", "None"),
        ("datetime", "recorded.at"),
        ("date", "recorded.at.date()"),
        ("time", "recorded.at.time()"),
    ],
)
def test_a_row_begins_with_zeros(spec: str, expression: str) -> None:
    start = zero(parse_type(spec))

    assert start is not None
    assert start.expression == expression


def test_only_the_project_knows_the_zero_of_its_own_type() -> None:
    assert zero(parse_type("shop.money.Money")) is None


@pytest.mark.parametrize(
    ("typed", "likely"), [("Uuid", "UUID"), ("Int", "int"), ("DateTime", "datetime")]
)
def test_a_type_of_another_case_is_taken_for_no_class(typed: str, likely: str) -> None:
    with pytest.raises(InvalidField) as refusal:
        parse_type(typed)

    assert refusal.value.hint == f"did you mean `{likely}`?"
