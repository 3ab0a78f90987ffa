"""Whether a type or a value is an ID, is data, or cannot be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .evaluating import Evaluator
    from .values import Value

ID = "id"
DATA = "data"
UNKNOWN = "unknown"

_IDS = frozenset(
    {"uuid.UUID", "builtins.str", "builtins.int", "cqrs.Id", "builtins.None", "types.NoneType",
     "enum.StrEnum", "enum.IntEnum", "typing.TypeVar()", "typing.LiteralString"}
)  # fmt: skip
_DATA = re.compile(
    r"builtins\.(dict|list|tuple|set|frozenset|bool|float|bytes|bytearray|complex|object)"
    r"|decimal\.Decimal|fractions\.Fraction|datetime\.\w+|pathlib\.\w+"
    r"|(typing|typing_extensions)\.(Any|Dict|List|Tuple|Set|FrozenSet|Mapping|MutableMapping|Sequence|"
    r"Iterable|Iterator|Collection|NamedTuple|TypedDict|Generator|AsyncIterator|AsyncGenerator)"
    r"|collections(\.abc)?\.\w+|pydantic\.(BaseModel|RootModel)|dataclasses\.\w+"
    r"|sqlalchemy(\.\w+)*\.(Row|RowMapping|Result|CursorResult|ScalarResult)"
    r"|cqrs\.(Ack|Event|Command|Query|Position|UnitOfWork|Recorded|Page)"
    r"|fastapi\.\w*Response|starlette\.responses\.\w+"
)
_DATA_RESULTS = re.compile(
    r"(dataclasses\.(asdict|astuple)|builtins\.(vars|len|sum|repr|sorted|zip|map|filter|range|enumerate|"
    r"any|all|isinstance|hasattr|callable|bool|dict|list|tuple|set|float|bytes)|json\.(dumps|loads)"
    r"|orjson\.(dumps|loads)|msgpack\.packb|pickle\.dumps|cqrs\.UnitOfWork\(\)\.fetch)\(\)"
    r"|cqrs\.UnitOfWork\(\)\.fetch\(\)\[\](\.(_mapping|_asdict\(\)|_tuple\(\)))?"
    r"|.*\.(model_dump|model_dump_json|_asdict|to_dict|as_dict|asdict|to_json|dict|json|serialize)\(\)"
    r"|(decimal\.Decimal|datetime\.(datetime|date|timedelta|time))\(\)(\.\w+\(\))?"
    r"|datetime\.(datetime|date)\.(now|today|utcnow|fromisoformat)\(\)"
)
_NEUTRAL = frozenset(
    {"abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "enum.Enum",
     "enum.Flag", "builtins.object", "builtins.Exception", "builtins.ValueError"}
)  # fmt: skip


def of_type(evaluator: Evaluator, value: Value) -> str:
    """Judge a type that stands in an annotation."""
    match value[0]:
        case "const":
            return ID if value[1] is None else UNKNOWN
        case "class":
            return _of_class(evaluator, value)
        case "outside":
            return _of_name(value[1])
    return UNKNOWN


def of_value(evaluator: Evaluator, value: Value) -> str:
    """Judge a value that is given back."""
    match value[0]:
        case "const":
            return DATA if isinstance(value[1], bool | float | bytes | complex) else ID
        case "holds" | "class" | "function" | "module":
            return DATA
        case "instance":
            return _of_class(evaluator, value)
        case "outside":
            return DATA if _DATA_RESULTS.fullmatch(value[1]) or _is_made(value[1]) else UNKNOWN
    return UNKNOWN


def _is_made(path: str) -> bool:
    return path.endswith("()") and _of_name(path[:-2]) == DATA


def _of_name(path: str) -> str:
    if path in _IDS:
        return ID
    return DATA if _DATA.fullmatch(path) else UNKNOWN


def _of_class(evaluator: Evaluator, value: Value) -> str:
    found = evaluator.index.class_of(value)
    if found is None:
        return UNKNOWN
    beyond = evaluator.lineage(*found).beyond
    judged = {_of_name(name) for name in beyond - _NEUTRAL}
    if ID in judged:
        return ID
    return DATA if judged <= {DATA} else UNKNOWN
