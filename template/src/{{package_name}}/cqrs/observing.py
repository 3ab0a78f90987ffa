"""Spans and metrics by OpenTelemetry: with the extra `otel` installed; without it, nothing at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Protocol, TypeAlias

from .errors import Refused
from .status import Lag

try:
    from opentelemetry import metrics, trace
except ImportError:
    IS_ON = False
else:
    IS_ON = True


Lags: TypeAlias = Callable[[], Iterable[Lag]]

_watched: list[Lags] = []


class Runner(Protocol):
    """What answers one type of message."""

    async def handle(self, message: Any, *options: Any, **more: Any) -> Any:
        """Answer it."""


class Observed:
    """A runner, with a span around each message, and a count of what became of it."""

    def __init__(self, runner: Runner, name: str) -> None:
        self._runner = runner
        self._name = name
        self._tracer, self._seconds = _instruments()

    async def handle(self, message: Any, *options: Any, **more: Any) -> Any:
        """Answer, and tell how long it took and how it ended."""
        outcome, began = "failed", time.perf_counter()
        with self._tracer.start_as_current_span(self._name):
            try:
                answer = await self._runner.handle(message, *options, **more)
                outcome = "done"
            except Refused:
                outcome = "refused"
                raise
            finally:
                told = {"message": self._name, "outcome": outcome}
                self._seconds.record(time.perf_counter() - began, told)
        return answer


@cache  # one for all messages: a service with a thousand would make a thousand, at each start
def _instruments() -> tuple[trace.Tracer, metrics.Histogram]:
    seconds = metrics.get_meter("cqrs").create_histogram("cqrs.message.seconds", "s")
    return trace.get_tracer("cqrs"), seconds


def observed(runner: Any, message: type) -> Any:
    """Give the runner as it is, or with OpenTelemetry installed one that tells what it does."""
    return Observed(runner, message.__name__) if IS_ON else runner


def observe_lags(lags: Lags) -> Callable[[], None]:
    """Let the lag of each projection, in events, be a metric; call what comes back to end it."""
    if not IS_ON:
        return lambda: None
    _make_gauge()
    _watched.append(lags)
    return lambda: _watched.remove(lags)


@cache  # a second gauge of this name would never be asked
def _make_gauge() -> None:
    def told(_options: metrics.CallbackOptions) -> Iterable[metrics.Observation]:
        found = [lag for lags in _watched for lag in lags()]
        return [metrics.Observation(lag.behind, {"projection": lag.projection}) for lag in found]

    metrics.get_meter("cqrs").create_observable_gauge("cqrs.projection.lag", [told])


@cache
def batch_observer() -> Callable[[str, int], None]:
    """Give what is told the size of each batch that a projection has taken in."""
    if not IS_ON:
        return lambda _projection, _size: None
    sizes = metrics.get_meter("cqrs").create_histogram("cqrs.projection.batch", "{event}")
    return lambda projection, size: sizes.record(size, {"projection": projection})
