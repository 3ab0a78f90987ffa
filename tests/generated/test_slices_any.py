"""Whatever names and fields `add` accepts make a clean project; what it refuses changes nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from cli.trees import tree
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typing_in import run
from verdicts import WITHOUT_TESTS, failures
from vocabulary import LINES, Line

from conftest import SERVICE, Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MONEY = '''"""Money."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency."""

    amount: Decimal
    currency: str


class Status(Enum):
    """Whether it is paid."""

    OPEN = "open"
    PAID = "paid"
'''
MEASURED = '''"""An event that was edited by hand."""

from dataclasses import dataclass
from uuid import UUID

from shop.cqrs import Event

from .money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Event):
    """The fact: measured."""

    measured_id: UUID
    price: Money
    unit: str | int = 0
'''
BEFORE = (
    "event UserCreated user_id:UUID email:str total:Decimal at:datetime on:date?",
    "event UserMoved user_id:UUID email:str? total:int key:str flag:bool",
    "event UserDeleted user_id:UUID reason:str",
)


@pytest.fixture(scope="module")
def start(pristine: Callable[[bool], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the project that every example begins with."""
    folder = tmp_path_factory.mktemp("any") / "shop"
    shutil.copytree(pristine(True), folder, ignore=shutil.ignore_patterns(".git"))  # noqa: FBT003
    (folder / "src/shop/events/money.py").write_text(MONEY)
    (folder / "src/shop/events/measured.py").write_text(MEASURED)
    test = folder / "tests/events/test_measured.py"
    test.parent.mkdir(exist_ok=True)
    test.write_text('"""What Measured promises."""\n')
    for line in BEFORE:
        assert run(folder, "add", *line.split()).code == 0
    return folder


@pytest.mark.thorough
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,  # each costs seconds, and no build is to fail by chance
    phases=[Phase.generate],  # to make an example smaller would take many of them
    suppress_health_check=list(HealthCheck),
)
@given(lines=st.lists(LINES, min_size=25, max_size=40, unique_by=lambda line: line.name))
def test_what_is_accepted_is_clean_and_what_is_refused_changes_nothing(
    lines: list[Line], start: Path, env: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    shop = Shell(tmp_path_factory.mktemp("example") / "shop", env)
    shutil.copytree(start, shop.folder)
    before = tree(shop.folder)

    for line in lines:
        said = run(shop.folder, "add", *line.arguments)
        after = tree(shop.folder)
        assert said.code in (0, 1, 2), said
        assert (said.code != 0) == ("rror: " in said.errors), said
        assert (said.code == 0) or (after == before), line
        assert {path: after[path] for path in before} == before, line
        before = after

    assert failures(shop, start.parent / "mypy", WITHOUT_TESTS) == {}
    started = shop.python(*SERVICE, "status")
    assert started.returncode == 0, started.stderr
