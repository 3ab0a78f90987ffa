"""Take each guard of the framework away, one at a time: its test must fail, and for its reason.

    python rigs/guards.py [NAME …] [--jobs N] [--sample N [--seed S]] [--patience S]

Works on a copy of this checkout for each job. `guards.toml` says what to take away, and which test
notices. A guard counts as noticed if the named test passes as long as the guard is there, and fails
without it in the body of the test, by anything but an error that any broken program would raise.
Every other result is printed in capitals, with its reason, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import itertools
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import outcomes
from outcomes import Outcome
from ruff import find_ruff_bin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).parents[1]
CQRS = Path("template/src/{{package_name}}/cqrs")
WITHOUT = shutil.ignore_patterns("__pycache__", ".hypothesis")
RUFF = find_ruff_bin()  # once: in Python 3.11, two threads must not ask for it at the same time
BROKEN = {"AttributeError", "ImportError", "NameError", "SyntaxError", "TypeError"}
"""What a program raises that is broken, whichever of its lines was changed."""

WHOLE_SECONDS = 600
"""How long the named tests of one file may take while every guard is in place."""


PATIENCE = (
    "seconds after which a test hangs, besides ten times what it takes with its guard [default: 30]"
)


class Kind(StrEnum):
    """What came of taking a guard away."""

    NOTICED = "noticed"
    SURVIVED = "SURVIVED"  # the test passes without the guard
    BROKEN = "BROKEN"  # the framework does not work at all without it, or the test is not reached
    HANGS = "HANGS"  # the test never ends without it
    STALE = "STALE"  # what is to be taken away is not there exactly once
    FAILS_ANYWAY = "FAILS ANYWAY"  # the test does not pass with the guard either


@dataclass(frozen=True, slots=True)
class Guard:
    """A piece of the framework, what is there without it, and the test that notices.

    `hangs`: a test that never ends counts as noticed. `raises`: an exception out of `BROKEN` by
    which the test may fail.
    """

    name: str
    file: str
    old: str
    new: str
    test: str
    hangs: bool = False
    raises: str = ""

    @property
    def tests(self) -> str:
        """The file of its test."""
        return self.test.partition("::")[0]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of taking one guard away, and why that is so."""

    guard: str
    kind: Kind
    reason: str = ""

    def __str__(self) -> str:
        shown = f"{self.kind:<13}{self.guard}"
        return f"{shown}: {self.reason}" if self.reason else shown


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout: where its guards are listed, its framework, what tests need, their options."""

    root: Path
    listed: Path
    code: Path
    package: str
    copied: tuple[str, ...]
    options: tuple[str, ...] = ()


HERE = Tree(
    ROOT,
    Path("rigs/guards.toml"),
    CQRS,
    "shop.cqrs",
    ("template", "tests", "rigs", "generator", "copier.yml", "pyproject.toml"),
    ("--all", "--disable-plugin-autoload"),  # plugins take longer to import than most tests take
)


def guards(tree: Tree = HERE) -> list[Guard]:
    """Read all of them."""
    listed = tomllib.loads((tree.root / tree.listed).read_text(encoding="utf-8"))
    return [Guard(**each) for each in listed["guard"]]


class Copy:
    """A copy of a checkout, in which guards are taken away and put back."""

    def __init__(self, tree: Tree, folder: Path, patience: float) -> None:
        self._tree = tree
        self._patience = patience
        self._folder = folder / "tree"
        self._folder.mkdir(parents=True)
        self._report = folder / "outcomes.json"
        self._moments = itertools.count(1)
        for name in tree.copied:
            if (tree.root / name).is_dir():
                shutil.copytree(
                    tree.root / name, self._folder / name, symlinks=True, ignore=WITHOUT
                )
            else:
                shutil.copy(tree.root / name, self._folder)

    def judge(self, group: Sequence[Guard]) -> Iterator[Verdict]:
        """Take away guards that one file tests, after a run of their tests with all in place."""
        whole = self._run_whole(dict.fromkeys(guard.test for guard in group))
        for guard in group:
            yield self._judge(guard, [each for each in whole if _is_of(each, guard)])

    def _run_whole(self, tests: Iterable[str]) -> list[Outcome]:
        """Run tests with all guards in place: together, or each by itself if that does not work."""
        together = self._run(tests, WHOLE_SECONDS) or []
        if together and all(each.phase != "session" for each in together):
            return together
        return [each for test in tests for each in self._run([test], WHOLE_SECONDS) or ()]

    def _judge(self, guard: Guard, whole: list[Outcome]) -> Verdict:
        source = (self._folder / self._tree.code / guard.file).read_text(encoding="utf-8")
        if (found := source.count(guard.old)) != 1:
            return Verdict(guard.name, Kind.STALE, f"found {found} times in {guard.file}")
        if not whole or any(each.outcome != "passed" for each in whole):
            return Verdict(guard.name, Kind.FAILS_ANYWAY, _first_message(whole))
        without = source.replace(guard.old, guard.new)
        if fault := fault_of(without):
            return Verdict(guard.name, Kind.BROKEN, fault)
        # What is known to hang is not waited for as long as what would be a surprise.
        patience = self._patience / (3 if guard.hangs else 1)
        seconds = patience + 10 * sum(each.seconds for each in whole)
        return judge(guard, self._run_without(guard, without, seconds))

    def _run_without(self, guard: Guard, without: str, seconds: float) -> list[Outcome] | None:
        file = self._folder / self._tree.code / guard.file
        module = ".".join((self._tree.package, *Path(guard.file).with_suffix("").parts))
        kept, times = file.read_bytes(), file.stat()
        try:
            file.write_text(without, encoding="utf-8")
            # Python tells that compiled code is out of date by the second and the size of its
            # source. Two versions of a file may share both: each gets a moment of its own.
            moment = next(self._moments)
            os.utime(file, (moment, moment))
            return self._run([guard.test], seconds, module)
        finally:
            file.write_bytes(kept)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _run(self, tests: Iterable[str], patience: float, module: str = "") -> list[Outcome] | None:
        """Run tests; return how they ended, or `None` if they did not."""
        self._report.unlink(missing_ok=True)
        stop = ("--exitfirst",) if module else ()
        options = ("--quiet", "-pno:cacheprovider", *stop, *self._tree.options)
        command = (sys.executable, outcomes.__file__, str(self._report), module, *options, *tests)
        if not _ends(command, self._folder, patience):
            return None
        return outcomes.read(self._report) if self._report.exists() else []


def _ends(command: Sequence[str], folder: Path, patience: float) -> bool:
    """Run a command; end it, and all that it has started, if it takes too long."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return True


def fault_of(source: str) -> str:
    """Say why a source can be no working module: it does not compile, or a name has no meaning."""
    try:
        compile(source, "the file", "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"does not compile: {error}"
    command = (RUFF, "check", "--isolated", "--quiet", "--select=F821")
    shown = ("--output-format=concise", "--stdin-filename=module.py", "-")
    checked = subprocess.run(
        (*command, *shown), input=source, capture_output=True, text=True, check=False
    )
    return checked.stdout.partition("\n")[0]


def judge(guard: Guard, ended: list[Outcome] | None) -> Verdict:
    """Say what came of a guard by how its test ended without it; `None` if it did not end."""
    if ended is None:
        return Verdict(guard.name, Kind.NOTICED if guard.hangs else Kind.HANGS)
    failed = [each for each in ended if each.outcome == "failed"]
    if not failed and any(_is_of(each, guard) for each in ended):
        return Verdict(guard.name, Kind.SURVIVED)
    if failed and _is_for_its_reason(failed, guard):
        return Verdict(guard.name, Kind.NOTICED)
    return Verdict(guard.name, Kind.BROKEN, _first_message(failed))


def _is_for_its_reason(failed: Sequence[Outcome], guard: Guard) -> bool:
    """Tell whether a test fails in its body, by no error that any broken program would raise.

    What is cleaned up after such a failure may well fail too.
    """
    whole = all(each.phase not in {"session", "import"} for each in failed)
    broken = (
        names
        for names in failed[0].raised
        if guard.raises not in names and not BROKEN.isdisjoint(names)
    )
    return whole and failed[0].phase == "call" and not any(broken)


def _is_of(outcome: Outcome, guard: Guard) -> bool:
    return outcome.test.partition("[")[0] == guard.test


def _first_message(found: Iterable[Outcome]) -> str:
    """Show the first failure in one line."""
    failed = next((each for each in found if each.outcome != "passed"), None)
    if not failed:
        return "the test was not run"
    return f"{failed.phase}: {' '.join(failed.message.split())[:200] or failed.outcome}"


def judge_all(tree: Tree, chosen: Sequence[Guard], jobs: int, patience: float) -> list[Verdict]:
    """Take guards away, in a copy for each job; print each verdict when it is known."""
    groups: dict[str, list[Guard]] = {}
    for guard in chosen:
        groups.setdefault(guard.tests, []).append(guard)
    with tempfile.TemporaryDirectory(prefix="cqrs-gen guards ") as folder:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(min(jobs, len(groups))):
            copies.put(Copy(tree, Path(folder) / str(number), patience))
        with ThreadPoolExecutor(jobs) as pool:
            found = pool.map(lambda group: _judge_group(group, copies), groups.values())
            return [verdict for each in found for verdict in each]


def _judge_group(group: Sequence[Guard], copies: queue.SimpleQueue[Copy]) -> list[Verdict]:
    copy, verdicts = copies.get(), []
    try:
        for verdict in copy.judge(group):
            print(verdict, flush=True)
            verdicts.append(verdict)
    finally:
        copies.put(copy)
    return verdicts


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these guards")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once [default: 1]")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many, chosen at random")
    parser.add_argument("--seed", type=int, help="what a sample is chosen by, to repeat it")
    parser.add_argument("--patience", type=float, default=30, metavar="S", help=PATIENCE)
    return parser.parse_args(arguments)


def choose(known: Sequence[Guard], options: argparse.Namespace) -> list[Guard]:
    """Choose the guards that are named, or a sample, or all."""
    if unknown := set(options.names) - {guard.name for guard in known}:
        sys.exit(f"error: no guard is called {', '.join(f'`{name}`' for name in sorted(unknown))}")
    chosen = [guard for guard in known if not options.names or guard.name in options.names]
    if options.sample is None:
        return chosen
    seed = random.randrange(10_000) if options.seed is None else options.seed  # noqa: S311
    print(f"a sample by --seed {seed}", flush=True)
    return random.Random(seed).sample(chosen, min(options.sample, len(chosen)))  # noqa: S311


def main(arguments: Sequence[str] | None = None, tree: Tree = HERE) -> int:
    """Take away those that are chosen; return 1 unless each of them was noticed."""
    options = parsed(arguments)
    verdicts = judge_all(tree, choose(guards(tree), options), options.jobs, options.patience)
    unnoticed = [each for each in verdicts if each.kind is not Kind.NOTICED]
    print(f"{len(verdicts)} taken away, {len(unnoticed)} unnoticed")
    for each in unnoticed:
        print(each)
    return 1 if unnoticed or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
