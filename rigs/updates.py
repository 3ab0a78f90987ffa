"""Bring projects forward that a team has edited at random, kill that, take it back, go on.

    python rigs/updates.py --seed 7 --rounds 20

Each round makes a project of some release, lets a team edit it, and then updates it, with kills,
stashes, resets, branches and more edits in between. After each command of cqrs-gen, the project is
held against what updates promise. The first fault ends it: the round's lines are printed as a
script that a person can repeat, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import shlex
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import forks
import promises
from renders import SOURCE, Renders
from snapshots import Snapshot, read_files, take
from team import Team
from terminal import KILLING, Ended, Terminal, preload

from cqrs_gen.bundles import SHIPPED, versions_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST = (
    "cqrs-gen add command CreateUser email:str name:str",
    "cqrs-gen add command PlaceOrder total:Decimal 'note:str?'",
    "cqrs-gen add query GetUserStats user_id:UUID --on UserCreated",
    "cqrs-gen add event UserLoggedIn user_id:UUID",
    "cqrs-gen add projection Orders --on OrderPlaced",
)
ANSWERS: dict[str, tuple[object, ...]] = {
    "http": (True, False),
    "ci": ("github", "none"),
    "python_version": ("3.11", "3.12", "3.13"),
    "description": ("shop, a CQRS service", "What it does: sells # things"),
}
EXTRA = ("", "", "", " --slices", " --data ci=none", " --data http=yes", " --since 0.1.0")
LOOKS = ("cqrs-gen list", "cqrs-gen update --dry-run", "cqrs-gen update --check", "cqrs-gen check")
BROUGHT = "brought from"
NOTHING = "there is nothing to bring forward"
ABORT = "cqrs-gen update --abort"


class Fault(Exception):
    """A promise that was not held."""


class Machine(NamedTuple):
    """A machine with the cqrs-gen of this repository, its bundle and nothing of the user's."""

    folder: Path
    env: dict[str, str]
    renders: Renders

    @property
    def fork(self) -> Path:
        """A fork of the template, with more releases."""
        return self.folder / "fork"

    @property
    def state(self) -> Path:
        """Where records of unfinished work are."""
        return self.folder / "state"

    @property
    def temporary(self) -> Path:
        """Where temporary files are."""
        return self.folder / "tmp"


class Round:
    """One project and what becomes of it."""

    def __init__(self, machine: Machine, chance: random.Random, number: int) -> None:
        self._machine = machine
        self._chance = chance
        self._versions = [".".join(map(str, each)) for each in versions_in(SHIPPED)]
        self._source = SOURCE
        if chance.random() < 0.5:  # noqa: PLR2004
            self._versions += forks.VERSIONS
            self._source = str(machine.fork)
        self._terminal = Terminal(machine.folder / f"{number}" / "shop", machine.env)
        self._steps = 400
        self._fresh: Snapshot | None = None
        self.counted: Counter[str] = Counter()

    @property
    def script(self) -> str:
        """All lines so far."""
        return "\n".join(self._terminal.lines)

    def run(self) -> None:
        """Run it; raises Fault."""
        version = self._chance.choice(self._versions[:-1])
        answers = {name: self._chance.choice(each) for name, each in ANSWERS.items()}
        self._make(version, {**NAMES, **answers})
        self._team = Team(self._terminal, self._chance, self._future(answers))
        self._work(self._chance.randint(3, 25), is_committed=0.9)
        for _ in range(self._chance.randint(3, 8)):
            self._step()
            if not self._later() and self._maybe(0.5):
                break
        self._end()

    def _make(self, version: str, answers: dict[str, object]) -> None:
        root = self._terminal.root
        root.parent.mkdir()
        shutil.copytree(self._made(version, answers), root, symlinks=True)
        given = " ".join(f"--data {shlex.quote(f'{n}={_yaml(a)}')}" for n, a in answers.items())
        copy = f"copier copy --defaults --vcs-ref v{version} {given} {self._source} shop && cd shop"
        self._terminal.lines.append(copy)
        self._terminal.run("git init --quiet --initial-branch=main")
        for line in self._chance.sample(FIRST, self._chance.randint(1, len(FIRST))):
            self._terminal.run(line)
        self._terminal.run("git add --all && git commit --quiet -m Start")

    def _future(self, answers: dict[str, object]) -> list[str]:
        """Name the files that come with a later release."""
        newest = read_files(self._made(self._versions[-1], {**NAMES, **answers}))
        return sorted(path for path in newest if not (self._terminal.root / path).exists())

    def _made(self, version: str, answers: dict[str, object]) -> Path:
        return self._machine.renders.folder(f"v{version}", answers, self._source)

    def _work(self, edits: int, *, is_committed: float = 0.5) -> None:
        self._fresh = None
        self._team.edit(edits)
        if self._maybe(is_committed):
            self._team.commit()
        elif self._maybe(0.5):
            self._team.stage_some()

    def _step(self) -> None:
        steps: tuple[tuple[int, Callable[[], None]], ...] = (
            (8, self._update),
            (7, self._killed_update),
            (4, self._abort),
            (2, self._killed_abort),
            (3, lambda: self._work(self._chance.randint(1, 6))),
            (2, self._stage),
            (3, self._put_away),
            (3, self._settle),
            (2, self._add),
            (1, self._look),
        )
        weights, ways = zip(*steps, strict=True)
        self._chance.choices(ways, weights)[0]()

    def _end(self) -> None:
        """Bring it to the newest, if it can be, and find nothing left to do."""
        self._settle()
        self._run("cqrs-gen update")
        self._settle()
        self._terminal.run("git clean -fdqx --exclude var")
        ended = self._run("cqrs-gen update")
        if NOTHING in ended.said:
            self._hold(self._records(), ended)

    def _maybe(self, share: float) -> bool:
        return self._chance.random() < share

    def _settle(self) -> None:
        self._fresh = None
        self._team.settle()

    def _stage(self) -> None:
        self._team.stage_some()  # taking it back puts the index back as well

    def _put_away(self) -> None:
        self._fresh = None
        self._team.put_away()

    def _add(self) -> None:
        self._fresh = None
        before = take(self._terminal)
        ended, after = self._held(self._team.message(), before)
        self._hold(promises.of_adding(before, after), ended)

    def _look(self) -> None:
        before = take(self._terminal)
        ended, after = self._held(self._chance.choice(LOOKS), before)
        self._hold(promises.of_nothing(before, after), ended)

    def _update(self) -> None:
        if self._maybe(0.75):
            self._settle()
        self._run(self._update_line())
        if self._fresh and self._maybe(0.3):
            self._abort()

    def _update_line(self) -> str:
        later = self._later() if self._maybe(0.9) else self._versions
        to = f" --to {self._chance.choice(later)}" if later and self._maybe(0.7) else ""
        return f"cqrs-gen update{to}{self._chance.choice(EXTRA)}"

    def _later(self) -> list[str]:
        """Name the versions that the project can be brought to."""
        now = promises.answers_in(read_files(self._terminal.root)).get("_commit")
        tags = [f"v{version}" for version in self._versions]
        return self._versions[tags.index(str(now)) + 1 :] if now in tags else []

    def _run(self, line: str) -> Ended:
        """Run an update; where it has done something, hold that against what it promises."""
        before = take(self._terminal)
        ended, after = self._held(line, before)
        self._steps = max(ended.steps, 20)
        if BROUGHT in ended.said:
            self.counted["conflicts" if after.unmerged else "updates"] += 1
            self._fresh = before
            self._hold(self._brought(before, after, ended), ended)
        else:
            self.counted["nothing" if ended.code == 0 else "refused"] += 1
            self._hold(promises.of_nothing(before, after), ended)
        return ended

    def _brought(self, before: Snapshot, after: Snapshot, ended: Ended) -> Iterator[str]:
        yield from promises.of_places_of_tokens(before, after)
        yield from promises.of_conflicts(before, after, ended)
        can_be_read = all(promises.answers_in(each.files) for each in (before, after))
        if can_be_read and "--slices" not in ended.line:
            yield from promises.Merged(before, after, ended, self._machine.renders).faults()

    def _abort(self) -> None:
        before = take(self._terminal)
        ended, after = self._held(ABORT, before)
        if ended.code:
            self._hold(promises.of_nothing(before, after), ended)
            return
        self.counted["taken back"] += 1
        self._hold(promises.of_places_named(ended), ended)
        self._hold(promises.of_tokens(before, after, aside=promises.aside_of(ended)), ended)
        if self._fresh:
            self._hold(promises.of_taking_back(self._fresh, after), ended)
        self._fresh = None

    def _killed_update(self) -> None:
        if self._maybe(0.9):
            self._settle()
        before = take(self._terminal)
        line = self._update_line()
        if self._kill(line):
            self._recover(before, line)
        else:
            self._fresh = None

    def _killed_abort(self) -> None:
        before, fresh = take(self._terminal), self._fresh
        if not self._kill(ABORT):
            self._fresh = None
            return
        ended, after = self._held(ABORT, None)
        if fresh:
            self._hold(promises.of_taking_back(fresh, after), ended)
        else:
            self._hold(promises.of_tokens(before, after, aside=promises.aside_of(ended)), ended)
        self._fresh = None

    def _kill(self, line: str) -> bool:
        step = self._chance.randint(1, self._steps)
        killed = self._terminal.run(f"{KILLING} {step} {line.removeprefix('cqrs-gen ')}")
        for litter in self._machine.temporary.iterdir():  # nobody is left who could remove it
            shutil.rmtree(litter)
        self.counted["killed"] += killed.code == -signal.SIGKILL
        return killed.code == -signal.SIGKILL

    def _recover(self, before: Snapshot, line: str) -> None:
        """Go on after an update was killed."""
        self._fresh = None
        way = self._chance.choice((self._taken_back, self._again, self._looked_at, self._worked))
        way(before, line)

    def _taken_back(self, before: Snapshot, _: str) -> None:
        ended, after = self._held(ABORT, None)
        self._hold(promises.of_taking_back(before, after), ended)

    def _again(self, before: Snapshot, line: str) -> None:
        ended, after = self._held(line, None)
        self._hold(promises.of_tokens(before, after), ended)
        if BROUGHT in ended.said:
            self._hold(self._brought(before, after, ended), ended)
        self._taken_back(before, line)

    def _looked_at(self, before: Snapshot, line: str) -> None:
        then = take(self._terminal)
        ended = self._terminal.run(self._chance.choice(LOOKS))
        self._hold(promises.of_nothing(then, take(self._terminal)), ended)
        self._taken_back(before, line)

    def _worked(self, before: Snapshot, _: str) -> None:
        """Write something new before it is cleared up; that must not be lost either."""
        self._terminal.run("echo '# team-9999' >> src/shop/cqrs/bus.py; echo '# team-9998' > new")
        then = take(self._terminal)
        for command in self._chance.sample((ABORT, self._team.message(), "cqrs-gen update"), 2):
            ended, after = self._held(command, None)
            aside = promises.aside_of(ended)
            self._hold(promises.of_tokens(then, after, aside=aside), ended)
            self._hold(promises.of_tokens(before, after, aside=aside), ended)
            if command == ABORT:
                return

    def _held(self, line: str, before: Snapshot | None) -> tuple[Ended, Snapshot]:
        """Run a line of cqrs-gen, and check what holds for each."""
        ended = self._terminal.run(line)
        after = take(self._terminal)
        self._hold(promises.of_every_run(before or after, after, ended), ended)
        self._hold(promises.of_places(self._machine.state, self._machine.temporary), ended)
        return ended, after

    def _records(self) -> Iterator[str]:
        for record in self._machine.state.glob("updates/*/record.json"):
            yield f"`{record}` is left of an update that is committed"

    def _hold(self, faults: Iterator[str], ended: Ended) -> None:
        found = list(faults)
        if found:
            raise Fault("\n".join((f"after `{ended.line}`:", *found[:20], ended.said[-3000:])))


NAMES: dict[str, object] = {
    "project_name": "shop",
    "package_name": "shop",
    "reasons": ["read-model"],
}


def machine(folder: Path) -> Machine:
    """Set a machine up in a folder."""
    env = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    env |= {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in IDENTITY}
    env |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "CQRS_GEN_STATE": str(folder / "state"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }
    kept = folder / "home/.cqrs-gen/template.bundle"
    kept.parent.mkdir(parents=True)
    shutil.copy(SHIPPED, kept)
    (folder / "tmp").mkdir()
    return Machine(folder, env, Renders(folder / "renders", env))


IDENTITY = ("NAME", "EMAIL")


def _yaml(answer: object) -> str:
    return str(answer).lower() if isinstance(answer, bool) else str(answer)


def main() -> int:
    """Run the rig as its options say."""
    parser = argparse.ArgumentParser(description="Fuzz updates of projects that a team edits.")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=os.getpid())
    parser.add_argument("--only", type=int, help="the number of one round to repeat")
    options = parser.parse_args()
    preload()
    counted: Counter[str] = Counter()
    numbers = range(options.rounds) if options.only is None else (options.only,)
    with tempfile.TemporaryDirectory(prefix="cqrs-gen updates ") as folder:
        place = machine(Path(folder))
        own = random.Random(options.seed)  # noqa: S311  likewise
        fork = forks.Fork(place.fork, place.env, own)
        fork.make()
        for number in numbers:
            chance = random.Random(f"{options.seed} {number}")  # noqa: S311  no secret
            one = Round(place, chance, number)
            try:
                one.run()
            except Fault as fault:
                print(f"seed {options.seed}, round {number}\n\n# the fork:\n{fork.script}\n")
                print(f"# the project:\n{one.script}\n\n{fault}")
                return 1
            counted += one.counted
            for done in (place.folder / str(number), place.state):
                shutil.rmtree(done, ignore_errors=True)
    print(f"seed {options.seed}, rounds {len(numbers)}: {dict(counted)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
