"""What is kept of a module once it is read: small, plain, and enough for every rule.

Nothing here refers to a syntax tree, so that a summary can be written to disk and read again.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Place: TypeAlias = tuple[int, int, int, int]
"""Line, column, last line and last column, as `ast` counts them."""

Form: TypeAlias = tuple[Any, ...]
"""An expression, as `forms` writes it down: a word that says what it is, then its parts."""

Branch: TypeAlias = tuple[tuple[int, int, bool], ...]
"""The arms of `if` and `match` around a call: which one, which arm, and whether it leaves."""


class Parameter(NamedTuple):
    """A parameter of a function; `kind` is empty, `*` or `**`."""

    name: str
    annotation: Form | None
    default: Form | None
    kind: str


class Call(NamedTuple):
    """A call, in the order in which calls are made; `leaves` if the function ends with it."""

    form: Form
    branch: Branch
    leaves: bool


class Import(NamedTuple):
    """An import of a module, or of a name out of one."""

    dotted: str
    place: Place


class Function(NamedTuple):
    """A function, a method, a lambda, or the body of a module (whose `qual` is empty).

    `locals` holds all that is ever assigned to a name; `uses` are names and attributes that are
    loaded but not called; `stores` are assignments to attributes; `decides` counts the places
    where it takes one way or another.
    """

    qual: str
    name: str
    owner: str
    parent: str
    place: Place
    is_async: bool
    parameters: tuple[Parameter, ...]
    returns: Form | None
    decorators: tuple[Form, ...]
    locals: dict[str, tuple[Form, ...]]
    calls: tuple[Call, ...]
    results: tuple[tuple[Form, Place], ...]
    yields: tuple[Form, ...]
    uses: tuple[tuple[Form, Place], ...]
    stores: tuple[tuple[Form, str, Form], ...]
    imports: tuple[Import, ...]
    decides: int


class Attribute(NamedTuple):
    """An annotated name in a class body: a dataclass's field, mostly."""

    name: str
    annotation: Form
    text: str
    default: str | None
    place: Place


class Class(NamedTuple):
    """A class: where it stands, what it is made from, and what it holds."""

    qual: str
    name: str
    place: Place
    bases: tuple[Form, ...]
    keywords: tuple[tuple[str | None, Form], ...]
    decorators: tuple[Form, ...]
    fields: tuple[Attribute, ...]
    attributes: dict[str, tuple[Form, ...]]
    methods: dict[str, str]
    is_local: bool


class Module(NamedTuple):
    """A module; `path` starts from the project's root, `remarks` are its comments to `check`."""

    dotted: str
    path: str
    is_package: bool
    body: Function
    functions: dict[str, Function]
    classes: dict[str, Class]
    stars: tuple[str, ...]
    remarks: tuple[tuple[int, str, str], ...]
