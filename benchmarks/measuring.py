"""Times things in turn, A B A B …, so that a machine that slows down slows all of them alike."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path


def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to time; `prepare` runs before each round and is not timed."""

    name: str
    run: Callable[[], object]
    prepare: Callable[[], object] = _nothing


@dataclass(frozen=True, slots=True)
class Timing:
    """What each round of one subject took, in seconds."""

    name: str
    seconds: tuple[float, ...]

    def ratio(self, base: Timing) -> float:
        """Tell how many times as long as `base` it takes, median against median."""
        return median(self.seconds) / median(base.seconds)

    def ratios(self, base: Timing) -> list[float]:
        """Give the ratio of each round."""
        pairs = zip(self.seconds, base.seconds, strict=True)
        return [own / other for own, other in pairs]


def in_turn(
    subjects: Sequence[Subject], rounds: int, clock: Callable[[], float] = perf_counter
) -> list[Timing]:
    """Time all subjects in turn; a first round, which warms caches, does not count."""
    seconds: dict[str, list[float]] = {subject.name: [] for subject in subjects}
    for number in range(rounds + 1):
        for subject in subjects:
            took = _time(subject, clock)
            if number:
                seconds[subject.name].append(took)
    return [Timing(name, tuple(each)) for name, each in seconds.items()]


def _time(subject: Subject, clock: Callable[[], float]) -> float:
    subject.prepare()
    start = clock()
    subject.run()
    return clock() - start


def process(*command: str, at: Path, env: Mapping[str, str]) -> Callable[[], None]:
    """Make something that runs a whole process and ends the benchmark if that fails."""

    def run() -> None:
        done = subprocess.run(command, cwd=at, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"`{' '.join(command)}` failed:\n{done.stdout}{done.stderr}")

    return run


def report(title: str, timings: Sequence[Timing], *, unit: str = "ms", per: float = 1e-3) -> str:
    """Write a Markdown table in which the first timing is what the others are compared with.

    Half of all rounds had a ratio in the `middle half`; it tells how quiet the machine was.
    """
    base = timings[0]
    rows = [
        (
            timing.name,
            f"**{timing.ratio(base):.2f}**",
            _spread(timing, base),
            *_figures(timing, per),
        )
        for timing in timings
    ]
    heads = (title, "ratio", "middle half", f"median, {unit}", "min", "max")
    return table(heads, rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table; all columns but the first are numbers."""
    rule = ("---", *("---:" for _ in heads[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rule, *rows))


def _spread(timing: Timing, base: Timing) -> str:
    low, _, high = quantiles(timing.ratios(base), n=4)
    return f"{low:.2f} to {high:.2f}"


def _figures(timing: Timing, per: float) -> tuple[str, str, str]:
    taken = (median(timing.seconds), min(timing.seconds), max(timing.seconds))
    shortest, typical, longest = (f"{each / per:.0f}" for each in sorted(taken))
    return typical, shortest, longest
