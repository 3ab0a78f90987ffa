"""Seeing it run: logs with the conversation they belong to, and OpenTelemetry where it is there."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import subprocess
import sys
from io import StringIO
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from lab import OPEN, Bank, Decide, Deposit, Open, in_a_loop, serving
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from shop.cqrs import KeyReused, Refused, observing
from shop.cqrs.logs import JsonLines, correlation
from shop.cqrs.messages import BEGINNING
from sqlalchemy.exc import IntegrityError

from conftest import program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shop.cqrs.service import Service
    from shop.cqrs.writing import UnitOfWork

own = logging.getLogger("bank.handlers")
SECRET = "ann@example.org"  # noqa: S105  what only its sender should read
PLANTED = ValueError("two\nlines")


async def talk(uow: UnitOfWork) -> None:  # noqa: ARG001
    own.info("first")
    await asyncio.sleep(0.01)
    await asyncio.to_thread(own.info, "second")


async def refuse(_uow: UnitOfWork) -> None:
    raise Refused("not today")


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Give what is logged, as JSON."""
    told = StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)
    yield told
    root.setLevel(level)
    root.removeHandler(handler)


def lines(told: str) -> list[dict[str, Any]]:
    """Read what was logged, a line each, by who spoke within a command."""
    all_lines = [json.loads(line) for line in told.splitlines()]
    return [line for line in all_lines if line["logger"].startswith(("bank", "shop.cqrs.writing"))]


@in_a_loop
async def test_each_line_within_a_command_carries_its_conversation(
    tmp_path: Path, logged: StringIO
) -> None:
    async with serving(tmp_path) as service:
        await asyncio.gather(*(service.bus.execute(Decide(by=talk)) for _ in range(5)))
    told = lines(logged.getvalue())

    by_conversation: dict[str, list[str]] = {}
    for line in told:
        by_conversation.setdefault(line["correlation_id"], []).append(line["message"])
    assert list(by_conversation.values()) == [["first", "second", "Decide done"]] * 5
    assert all(UUID(conversation) for conversation in by_conversation)
    assert {line["level"] for line in told} == {"info"}
    assert all(line["at"].endswith("+00:00") for line in told)


@in_a_loop
async def test_a_conversation_that_is_under_way_goes_on(tmp_path: Path, logged: StringIO) -> None:
    conversation = uuid4()
    async with serving(tmp_path) as service:
        correlation.set(conversation)
        await service.bus.execute(Open(owner="Ann"))
        with pytest.raises(Refused):
            await service.bus.execute(Decide(by=refuse))
        [recorded] = service.journal.read(BEGINNING, 10)

    told = lines(logged.getvalue())
    assert [(line["message"], line["correlation_id"]) for line in told] == [
        ("Open done", str(conversation)),
        ("Decide refused: Refused", str(conversation)),
    ]
    assert recorded.origin.correlation_id == conversation != recorded.origin.causation_id


@in_a_loop
async def test_what_a_caller_sent_is_not_in_the_log(tmp_path: Path, logged: StringIO) -> None:
    async def refuse_by_name(_uow: UnitOfWork) -> None:
        raise Refused(f"{SECRET} is on the list")

    async with serving(tmp_path) as service:
        await service.bus.execute(Open(owner=SECRET), key=SECRET)
        for refused in (Decide(by=refuse_by_name), Open(owner=SECRET)):
            with pytest.raises(Refused):
                await service.bus.execute(refused)
        with pytest.raises(KeyReused):
            await service.bus.execute(Open(owner="Bob"), key=SECRET)

    told = [line["message"] for line in lines(logged.getvalue())]
    assert told == [
        "Open done",
        "Decide refused: Refused",
        "Open refused: Conflict",
        "Open refused: KeyReused",
    ]
    assert SECRET not in logged.getvalue()


@in_a_loop
async def test_what_fails_in_the_store_is_told_without_what_was_to_be_stored(
    tmp_path: Path,
) -> None:
    async def fail(uow: UnitOfWork) -> None:
        uow.execute(OPEN, {"id": uuid4(), "owner": SECRET, "balance": None})

    async with serving(tmp_path) as service:
        with pytest.raises(IntegrityError, match=r"accounts\.balance") as failed:
            await service.bus.execute(Decide(by=fail))

    assert SECRET not in str(failed.value)


@in_a_loop
async def test_a_command_leaves_no_conversation_behind(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await service.bus.execute(Open(owner="Ann"))
        with pytest.raises(Refused):
            await service.bus.execute(Decide(by=refuse))

        assert correlation.get() is None


def test_everything_that_is_logged_goes_to_standard_error() -> None:
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        (sys.executable, program("log_as_json.py")),
        env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout == ""
    told = json.loads(done.stderr)
    assert (told["message"], told["level"], told["correlation_id"]) == ("é", "info", None)


def test_a_line_stays_one_line_and_keeps_its_traceback() -> None:
    record = own.makeRecord("x", 40, "f", 1, "said: %s", ("a\nb",), (ValueError, PLANTED, None))
    line = JsonLines().format(record)

    assert "\n" not in line
    assert json.loads(line)["message"] == "said: a\nb"
    assert "ValueError: two\nlines" in json.loads(line)["traceback"]


SPANS = InMemorySpanExporter()
METRICS = InMemoryMetricReader()


@pytest.fixture(scope="module", autouse=True)
def telemetry() -> None:
    """Let spans and metrics go into memory; OpenTelemetry takes providers once a process."""
    tracing = TracerProvider()
    tracing.add_span_processor(SimpleSpanProcessor(SPANS))
    trace.set_tracer_provider(tracing)
    metrics.set_meter_provider(MeterProvider([METRICS]))


def points(metric: str) -> list[Any]:
    """Give the points of a metric as they are now."""
    found = METRICS.get_metrics_data()
    named = (
        each
        for resource in (found.resource_metrics if found else ())
        for scope in resource.scope_metrics
        for each in scope.metrics
        if each.name == metric
    )
    return [point for each in named for point in each.data.data_points]


def outcomes() -> dict[tuple[object, object], int]:
    """Count the messages by their type and by what became of them."""
    return {
        (point.attributes["message"], point.attributes["outcome"]): point.count
        for point in points("cqrs.message.seconds")
    }


async def attempt(service: Service, *commands: Decide | Deposit | Open) -> None:
    """Execute commands, whatever comes of them."""
    told = [service.bus.execute(command) for command in commands]
    await asyncio.gather(*told, return_exceptions=True)


async def fail(_uow: UnitOfWork) -> None:
    raise ZeroDivisionError


@in_a_loop
async def test_each_message_has_a_span_and_is_counted_by_its_outcome(tmp_path: Path) -> None:
    before = outcomes()
    SPANS.clear()
    async with serving(tmp_path) as service:
        lost = Deposit(account=UUID(int=9), amount=1)
        await attempt(service, Open(owner="Ann"), Decide(by=refuse), Decide(by=fail), lost)

    grown = {key: count - before.get(key, 0) for key, count in outcomes().items()}
    assert {key: count for key, count in grown.items() if count} == {
        ("Open", "done"): 1,
        ("Decide", "refused"): 1,
        ("Decide", "failed"): 1,
        ("Deposit", "refused"): 1,
    }
    spans = sorted(span.name for span in SPANS.get_finished_spans())
    assert spans == ["Decide", "Decide", "Deposit", "Open"]


def lags() -> list[int]:
    """Give the lag that is told of each projection."""
    return [point.value for point in points("cqrs.projection.lag")]


@in_a_loop
async def test_the_lag_and_the_size_of_batches_are_told(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        await attempt(service, *(Open(owner=name) for name in "abc"))
        assert lags() == [3]
        await service.catch_up()
        assert lags() == [0]

    [batches] = points("cqrs.projection.batch")
    assert batches.attributes == {"projection": "balances_v1"}
    assert (batches.count, batches.sum) == (1, 3)


@in_a_loop
async def test_a_service_that_has_stopped_tells_no_lag(tmp_path: Path) -> None:
    for _ in range(2):
        async with serving(tmp_path):
            assert lags() == [0]
        assert lags() == []


def test_without_opentelemetry_a_runner_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    spec = importlib.util.find_spec("shop.cqrs.observing")
    assert spec
    assert spec.loader
    without = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(without)
    runner = object()

    assert without.IS_ON is False
    assert without.observed(runner, Open) is runner
    without.observe_lags(Bank)()
    without.batch_observer()("balances_v1", 1)
    assert observing.observed(runner, Open) is not runner
