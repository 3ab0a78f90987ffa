"""What a template may take is bounded, and nothing of the bounds is left behind."""

from __future__ import annotations

import resource
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from cqrs_gen.bounds import bounded_memory, bounded_time, joined

MEBIBYTE = 1024 * 1024

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="nothing else bounds memory")


def test_what_takes_too_long_is_interrupted() -> None:
    with pytest.raises(TimeoutError, match="it takes longer than 0 seconds"), bounded_time(0.05):
        time.sleep(5)


def test_what_ends_in_time_leaves_no_alarm_behind() -> None:
    before = signal.getsignal(signal.SIGALRM)

    with bounded_time(60):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0

    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_only_the_main_thread_can_be_interrupted() -> None:
    ended: list[bool] = []

    def work() -> None:
        with bounded_time(0.01):
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert ended == [True]


@on_linux
def test_memory_is_bounded_for_as_long_as_that() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)

    with pytest.raises(MemoryError), bounded_memory(16 * MEBIBYTE):
        bytearray(64 * MEBIBYTE)

    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(64 * MEBIBYTE)) == 64 * MEBIBYTE


@on_linux
def test_what_is_taken_already_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: limits.append(both[0]))

    with bounded_memory(1024 * MEBIBYTE):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])

    expected = pages * resource.getpagesize() + 1024 * MEBIBYTE
    assert limits[0] == pytest.approx(expected, abs=8 * MEBIBYTE)


@on_linux
def test_a_bound_of_the_users_own_is_never_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (MEBIBYTE, 2 * MEBIBYTE))
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: limits.append(both))

    with bounded_memory():
        pass

    assert limits == [(MEBIBYTE, 2 * MEBIBYTE)] * 2


def test_as_many_letters_as_are_allowed_are_joined_and_not_one_more() -> None:
    assert joined(["ab", "", "c"], 3) == "abc"
    with pytest.raises(OverflowError, match="it makes more than 3 letters"):
        joined(["ab", "cd"], 3)
