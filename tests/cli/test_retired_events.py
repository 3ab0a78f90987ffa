"""An event that is retired is offered to nobody, and its name is not given away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cli.trees import tree

if TYPE_CHECKING:
    from conftest import Shell

RETIRED = '''\
"""The event OrderPaid."""

from shop.cqrs import RetiredEvent


class OrderPaid(RetiredEvent):
    """An order was paid."""
'''


@pytest.fixture
def retired(shop: Shell) -> Shell:
    """Give the test a project in which an event is retired, in a module of another name."""
    (shop.folder / "src/shop/events/payments.py").write_text(RETIRED)
    return shop


@pytest.mark.parametrize(
    "words",
    [
        ("event", "OrderPaid", "order_id:UUID"),
        ("command", "PayOrder", "order_id:UUID"),
        ("command", "Settle", "order_id:UUID", "--emits", "OrderPaid"),
        ("query", "GetOrder", "--on", "OrderPaid"),
        ("projection", "Orders", "--on", "OrderPaid"),
    ],
    ids=" ".join,
)
def test_nothing_is_made_of_an_event_that_is_retired(
    retired: Shell, words: tuple[str, ...]
) -> None:
    before = tree(retired.folder)

    ended = retired.cqrs_gen("add", *words)

    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "error: the event `OrderPaid` is retired in `src/shop/events/payments.py`\n"
    )
    assert tree(retired.folder) == before


def test_it_is_not_offered(retired: Shell) -> None:
    ended = retired.cqrs_gen("add", "query", "ListOrders")

    assert ended.returncode == 1
    assert "OrderPaid" not in ended.stderr
    assert "OrderPaid" not in retired.done("list")
