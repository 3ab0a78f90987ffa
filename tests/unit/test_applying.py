"""A plan is applied whole or not at all, whatever fails and whenever the process dies."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import pytest

from cqrs_gen.applying import apply
from cqrs_gen.changes import Create, Delete
from cqrs_gen.errors import Conflict, CqrsGenError, Failed
from cqrs_gen.locking import locked
from cqrs_gen.plan import Plan, plan_files
from cqrs_gen.recovering import UNFINISHED, recover, unfinished

Tree: TypeAlias = dict[str, tuple[int, bytes]]
Strike: TypeAlias = Callable[[str, tuple[object, ...]], None]

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX processes")
PENDING = ".cqrs-gen/.pending"
CALLS = ("replace", "rename", "mkdir", "unlink", "rmdir", "open", "chmod", "utime")
"""All by which the code under test, pathlib and shutil change the disk."""
OPEN = os.open  # as it is before a test watches it
ENOUGH = 500


def tree(root: Path) -> Tree:
    """Give mode and content of all that is below, folders included."""
    return {
        path.relative_to(root).as_posix(): (
            path.stat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in root.rglob("*")
    }


def project(root: Path) -> Plan:
    """Lay out a project, and plan eight changes of it: creates, overwrites and deletes."""
    for name, mode in (("a", 0o644), ("b", 0o755), ("c", 0o644), ("d", 0o600)):
        file = root / "src/shop" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{name} as it was\n")
        file.chmod(mode)
    (root / "src/shop/bytes.py").write_bytes(b"\xff\r\n")
    for file in (root / "src/shop").iterdir():
        os.utime(file, (1, 1))
    new = [f"src/shop/{folder}/x.py" for folder in ("write/commands", "write/handlers", "events")]
    rendered = {PurePosixPath(path): f"# {path}\n" for path in (*new, "tests/write/test_x.py")}
    rendered |= {PurePosixPath(f"src/shop/{name}.py"): "now\n" for name in ("a", "b", "bytes")}
    deletes = tuple(
        Delete(PurePosixPath(f"src/shop/{name}.py"), f"{name} as it was\n") for name in "cd"
    )
    return Plan(root, plan_files(root, rendered, force=True).changes + deletes)


def trees(folder: Path) -> tuple[Tree, Tree]:
    """Give the project before and after its plan."""
    plan = project(folder)
    before = tree(folder)
    apply(plan)
    return before, tree(folder)


@contextmanager
def striking(strike: Strike) -> Iterator[None]:
    """Let `strike` see every call that changes the disk just before it happens."""

    def watched(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def watch(*arguments: object, **options: object) -> object:
            strike(name, arguments)
            return call(*arguments, **options)

        return watch

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        patch.setattr(io, "open", watched("io.open", io.open))
        yield


def is_writing(name: str, arguments: tuple[object, ...]) -> bool:
    """Tell whether a call may change the disk; reading a file does not."""
    return name != "io.open" or "r" not in str(arguments[1:2])


def kill_at(number: int) -> Strike:
    left = [number]

    def strike(name: str, arguments: tuple[object, ...]) -> None:
        if not is_writing(name, arguments):
            return
        left[0] -= 1
        if left[0] < 0:
            if name == "io.open":  # killed in the midst of writing
                os.write(OPEN(str(arguments[0]), os.O_CREAT | os.O_WRONLY), b"#")
            os.kill(os.getpid(), signal.SIGKILL)

    return strike


def fail_at(number: int, *, for_ever: bool) -> Strike:
    left = [number]

    def strike(name: str, arguments: tuple[object, ...]) -> None:
        if not is_writing(name, arguments):
            return
        left[0] -= 1
        takes_space = name in {"mkdir", "io.open"}
        if left[0] == -1 or (for_ever and left[0] < 0 and takes_space):
            raise OSError(28, "No space left on device")

    return strike


def start(work: Callable[[], object]) -> int:
    """Run `work` in a process of its own, and give its id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # xdist has threads; they hold no lock
        child = os.fork()
    if child:
        return child
    try:
        work()
    except CqrsGenError:
        os._exit(1)
    except BaseException:  # noqa: BLE001 - a child never returns into pytest
        os._exit(2)
    os._exit(0)


def end(child: int) -> int:
    """Wait for a process, and give its exit code, or the signal that killed it as negative."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed(work: Callable[[], object], number: int) -> bool:
    """Run `work` in a process that is killed at its n-th change of the disk, if it has as many."""

    def run() -> None:
        with striking(kill_at(number)):
            work()

    code = end(start(run))
    assert code in {0, -signal.SIGKILL}
    return code != 0


def test_a_plan_is_applied_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    before, after = trees(tmp_path)

    gone = {"src/shop/c.py", "src/shop/d.py"}
    assert {path for path in before if path not in after} == gone
    assert after["src/shop/events/x.py"][1] == b"# src/shop/events/x.py\n"
    assert not any(path.startswith(".cqrs-gen") for path in after)


def test_an_overwritten_file_keeps_its_mode(tmp_path: Path) -> None:
    _, after = trees(tmp_path)

    assert after["src/shop/b.py"] == (0o100755, b"now\n")


def test_the_same_plan_twice_changes_nothing(tmp_path: Path) -> None:
    rendered = {PurePosixPath("src/x.py"): "x\n"}
    apply(plan_files(tmp_path, rendered))
    before = [path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))]

    apply(plan_files(tmp_path, rendered))

    assert [path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))] == before


def test_what_is_in_the_state_folder_stays(tmp_path: Path) -> None:
    (tmp_path / ".cqrs-gen/command").mkdir(parents=True)

    apply(plan_files(tmp_path, {PurePosixPath("x.py"): "x\n"}))

    assert sorted(tree(tmp_path)) == [".cqrs-gen", ".cqrs-gen/command", "x.py"]


def test_clashes_are_all_named_and_nothing_is_written(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("mine\n")
    before = tree(tmp_path)
    rendered = {PurePosixPath(name): "new\n" for name in ("a.py", "b.py", "c.py")}

    with pytest.raises(Conflict) as raised:
        apply(plan_files(tmp_path, rendered))

    assert raised.value.what == "nothing is written, since these are in the way: `a.py`, `b.py`"
    assert all(option in raised.value.hint for option in ("`--diff`", "`--force`", "`--skip`"))
    assert tree(tmp_path) == before


def test_what_force_cannot_help_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a.py").mkdir()

    with pytest.raises(Conflict, match=r"`a\.py` \(a folder is there\)") as raised:
        apply(plan_files(tmp_path, {PurePosixPath("a.py"): ""}, force=True))

    assert "not even `--force`" in raised.value.hint


@pytest.mark.parametrize("change", ["create", "overwrite", "delete", "identical"])
def test_a_file_that_changed_since_the_plan_is_not_lost(tmp_path: Path, change: str) -> None:
    x, y = PurePosixPath("x.py"), PurePosixPath("y.py")
    if change != "create":
        (tmp_path / x).write_text("new\n" if change == "identical" else "old\n")
    plan = plan_files(tmp_path, {x: "new\n", y: "y\n"}, force=True)
    if change == "delete":
        plan = Plan(tmp_path, (Delete(x, "old\n"), Create(y, "y\n")))
    (tmp_path / x).write_text("edited\n")
    before = tree(tmp_path)

    with pytest.raises(Conflict, match=r"changed meanwhile: `x\.py`$"):
        apply(plan)

    assert tree(tmp_path) == before


def test_a_folder_that_was_linked_elsewhere_since_the_plan_is_not_followed(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    (root / "src").mkdir(parents=True)
    elsewhere.mkdir()
    plan = plan_files(root, {PurePosixPath("src/x.py"): "x\n"})
    (root / "src").rmdir()
    (root / "src").symlink_to(elsewhere)

    with pytest.raises(Failed, match="leads out of the project"):
        apply(plan)

    assert list(elsewhere.iterdir()) == []
    assert [path.name for path in root.iterdir()] == ["src"]


def test_a_failure_says_what_and_where(tmp_path: Path) -> None:
    plan = project(tmp_path)

    def strike(name: str, arguments: tuple[object, ...]) -> None:
        if name == "replace" and str(arguments[1]).endswith("events/x.py"):
            raise PermissionError(13, "Permission denied")

    with striking(strike), pytest.raises(Failed) as raised:
        apply(plan)

    assert raised.value.what == "cannot create `src/shop/events/x.py`: Permission denied"
    assert raised.value.hint == "nothing is changed: mend it and run again"


def steps(folder: Path) -> int:
    """Count how often the disk is changed while the plan is applied."""
    plan = project(folder)
    seen = []
    with striking(lambda name, arguments: seen.append(is_writing(name, arguments))):
        apply(plan)
    return sum(seen)


@pytest.mark.parametrize("for_ever", [False, True])
def test_whatever_fails_leaves_all_as_it_was(tmp_path: Path, *, for_ever: bool) -> None:
    before, after = trees(tmp_path / "whole")
    undone = []
    for number in range(steps(tmp_path / "counted")):
        root = tmp_path / str(number)
        plan = project(root)
        try:
            with striking(fail_at(number, for_ever=for_ever)):
                apply(plan)
        except Failed:
            assert tree(root) == before
            undone.append(number)
        else:
            recover(root)  # after the commit, only tidying up can fail
            assert tree(root) == after
    assert undone == list(range(len(undone)))
    assert len(undone) > len(plan.writes) * 3


def test_a_keyboard_interrupt_leaves_all_as_it_was(tmp_path: Path) -> None:
    plan = project(tmp_path)
    before = tree(tmp_path)

    def strike(name: str, arguments: tuple[object, ...]) -> None:
        if name == "replace" and str(arguments[1]).endswith("tests/write/test_x.py"):
            raise KeyboardInterrupt

    with striking(strike), pytest.raises(KeyboardInterrupt):
        apply(plan)

    assert tree(tmp_path) == before


@needs_fork
def test_killed_at_any_step_all_is_recovered_or_done(tmp_path: Path) -> None:
    before, after = trees(tmp_path / "whole")
    seen = []
    for number in range(ENOUGH):
        root = tmp_path / str(number)
        plan = project(root)
        was_killed = killed(partial(apply, plan), number)
        lines = recover(root)
        now = tree(root)
        assert now in (before, after)
        assert not lines or now == before
        assert recover(root) == ()
        seen.append(now == after)
        if not was_killed:
            break
    assert seen == sorted(seen)  # before the commit all is undone, after it nothing
    assert seen.index(True) > len(plan.writes) * 3


@needs_fork
def test_after_a_kill_the_next_run_starts_from_what_was(tmp_path: Path) -> None:
    _, after = trees(tmp_path / "whole")
    for number in range(ENOUGH):
        root = tmp_path / str(number)
        plan = project(root)
        was_killed = killed(partial(apply, plan), number)
        recover(root)
        if (root / "src/shop/c.py").exists():
            apply(plan)
        assert tree(root) == after
        if not was_killed:
            break


def stop_before_the_commit(root: Path) -> Tree:
    """Kill a run when all is moved but nothing is committed; give the tree before it."""
    plan = project(root)
    before = tree(root)

    def strike(name: str, arguments: tuple[object, ...]) -> None:
        if name == "unlink" and str(arguments[0]).endswith("manifest.json"):
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        with striking(strike):
            apply(plan)

    assert end(start(run)) == -signal.SIGKILL
    return before


@needs_fork
def test_a_recovery_that_is_killed_at_any_step_can_be_run_again(tmp_path: Path) -> None:
    for number in range(ENOUGH):
        root = tmp_path / str(number)
        before = stop_before_the_commit(root)
        was_killed = killed(partial(recover, root), number)
        recover(root)
        assert tree(root) == before
        if not was_killed:
            break
    assert number > len(project(tmp_path / "again").writes)


@needs_fork
def test_a_recovery_tells_what_it_undid(tmp_path: Path) -> None:
    stop_before_the_commit(tmp_path)

    assert recover(tmp_path) == (
        "     restore  src/shop/a.py",
        "     restore  src/shop/b.py",
        "     restore  src/shop/bytes.py",
        "      remove  src/shop/events/x.py",
        "      remove  src/shop/write/commands/x.py",
        "      remove  src/shop/write/handlers/x.py",
        "      remove  tests/write/test_x.py",
        "     restore  src/shop/c.py",
        "     restore  src/shop/d.py",
    )


@needs_fork
def test_a_recovery_restores_when_a_file_was_last_changed(tmp_path: Path) -> None:
    stop_before_the_commit(tmp_path)

    recover(tmp_path)

    assert {file.stat().st_mtime for file in (tmp_path / "src/shop").iterdir()} == {1}


@needs_fork
def test_what_was_edited_between_kill_and_recovery_stays(tmp_path: Path) -> None:
    before = stop_before_the_commit(tmp_path)
    edited = ["src/shop/a.py", "src/shop/c.py", "src/shop/events/x.py"]
    for path in edited:  # overwritten, deleted and created by the killed run
        (tmp_path / path).write_text("edited\n")
    (tmp_path / "src/shop/write/mine.py").write_text("mine\n")

    lines = recover(tmp_path)

    now = tree(tmp_path)
    for path in edited:
        assert now.pop(path)[1] == b"edited\n"
        assert f"        keep  {path} (it was edited since)" in lines
    assert now.pop("src/shop/write/mine.py")[1] == b"mine\n"
    folders = {"src/shop/write", "src/shop/events"}
    assert set(now) - set(before) == folders
    assert all(now[path] == before[path] for path in set(before) - set(edited))


@needs_fork
def test_what_was_removed_between_kill_and_recovery_is_no_hindrance(tmp_path: Path) -> None:
    before = stop_before_the_commit(tmp_path)
    (tmp_path / "tests/write/test_x.py").unlink()
    (tmp_path / "tests/write").rmdir()
    (tmp_path / "src/shop/a.py").unlink()
    (tmp_path / "src/shop/c.py").mkdir()

    recover(tmp_path)

    (tmp_path / "src/shop/c.py").rmdir()
    now = tree(tmp_path)
    assert now == {path: there for path, there in before.items() if path != "src/shop/c.py"}


@needs_fork
def test_what_was_overwritten_or_deleted_comes_back_though_its_folder_is_gone(
    tmp_path: Path,
) -> None:
    before = stop_before_the_commit(tmp_path)
    shutil.rmtree(tmp_path / "src")

    recover(tmp_path)

    assert tree(tmp_path) == before


def stop_between_two(root: Path) -> dict[PurePosixPath, str]:
    """Kill a run that has created `x.py`, but not yet `y.py`."""
    rendered = {PurePosixPath(name): f"{name}\n" for name in ("x.py", "y.py")}

    def strike(name: str, arguments: tuple[object, ...]) -> None:
        if name == "replace" and str(arguments[1]).endswith("y.py"):
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        with striking(strike):
            apply(plan_files(root, rendered))

    assert end(start(run)) == -signal.SIGKILL
    return rendered


@needs_fork
def test_a_file_that_the_killed_run_never_reached_is_the_users_own(tmp_path: Path) -> None:
    for number in range(ENOUGH):
        root = tmp_path / str(number)
        root.mkdir()
        stop_between_two(root)
        (root / "y.py").write_text("y.py\n")  # by chance just what was to come

        was_killed = killed(partial(recover, root), number)
        recover(root)

        assert sorted(tree(root)) == ["y.py"]
        if not was_killed:
            break


@needs_fork
def test_a_plan_made_from_a_half_done_run_is_not_applied(tmp_path: Path) -> None:
    stale = plan_files(tmp_path, stop_between_two(tmp_path))
    assert [change.action for change in stale.changes] == ["identical", "create"]

    with pytest.raises(Conflict, match="stopped half-way") as raised:
        apply(stale)

    assert "remove  x.py" in raised.value.hint
    assert tree(tmp_path) == {}


@needs_fork
def test_even_an_identical_plan_first_undoes_a_half_done_run(tmp_path: Path) -> None:
    before = stop_before_the_commit(tmp_path)
    path = PurePosixPath("src/shop/events/x.py")
    plan = plan_files(tmp_path, {path: f"# {path}\n"})
    assert not plan.writes

    with pytest.raises(Conflict, match="stopped half-way"):
        apply(plan)

    assert tree(tmp_path) == before


def test_without_a_killed_run_recovery_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / ".cqrs-gen/command").mkdir(parents=True)

    def strike(name: str, _: tuple[object, ...]) -> None:
        pytest.fail(f"{name} was called")

    with striking(strike):
        assert recover(tmp_path) == ()


@pytest.mark.parametrize("path", ["victim.py", ".git/hooks/post-checkout", "../victim.py"])
def test_a_record_that_comes_with_the_repository_is_none_of_ours(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / PENDING).mkdir(parents=True)
    (root / PENDING / "0.old").write_text("planted\n")
    manifest = {"folders": [], "files": [["delete", path, ""]]}  # as 0.3.0 wrote it
    (root / PENDING / "manifest.json").write_text(json.dumps(manifest))
    before = tree(root)

    assert unfinished(root) == ()
    assert recover(root) == ()
    apply(plan_files(root, {PurePosixPath("x.py"): "x\n"}))

    assert tree(root) == before | {"x.py": (0o100644, b"x\n")}
    assert not (tmp_path / "victim.py").exists()


def test_a_manifest_that_cannot_be_understood_loses_nothing(tmp_path: Path) -> None:
    place = UNFINISHED.place(tmp_path)
    place.mkdir()
    (place / "0.old").write_text("the only copy\n")
    (place / "staged.json").write_text('{"files": 1}')

    with pytest.raises(Failed, match="cannot be understood"):
        recover(tmp_path)

    assert (place / "0.old").read_text() == "the only copy\n"


@needs_fork
def test_what_is_unfinished_is_named_and_left(tmp_path: Path) -> None:
    stop_before_the_commit(tmp_path)
    before = tree(tmp_path)

    assert "   overwrite  src/shop/a.py" in unfinished(tmp_path)
    assert tree(tmp_path) == before
    assert "     restore  src/shop/a.py" in recover(tmp_path)
    assert unfinished(tmp_path) == ()


@needs_fork
def test_a_folder_that_was_moved_since_is_recovered_too(tmp_path: Path) -> None:
    before = stop_before_the_commit(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")

    assert recover(tmp_path / "there")

    assert tree(tmp_path / "there") == before


@needs_fork
def test_a_copy_and_another_folder_of_that_name_are_left_alone(tmp_path: Path) -> None:
    stop_before_the_commit(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "copy")
    (tmp_path / "here").rename(tmp_path / "gone")
    shutil.copytree(tmp_path / "gone", tmp_path / "here")
    before = tree(tmp_path / "here")

    assert recover(tmp_path / "copy") == recover(tmp_path / "here") == ()

    assert tree(tmp_path / "here") == tree(tmp_path / "copy") == before


@needs_fork
def test_without_a_second_name_for_files_all_is_recovered_too(tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "link", refuse)
        before = stop_before_the_commit(tmp_path)

    recover(tmp_path)

    assert tree(tmp_path) == before


def together(works: list[Callable[[], object]]) -> list[int]:
    """Run all at once, each in a process of its own, and give their exit codes."""
    moment = time.monotonic() + 0.05

    def wait_and_run(work: Callable[[], object]) -> None:
        while time.monotonic() < moment:
            pass
        work()

    children = [start(partial(wait_and_run, work)) for work in works]
    return [end(child) for child in children]


@needs_fork
def test_processes_that_apply_at_once_all_end_up_whole(tmp_path: Path) -> None:
    for number in range(8):
        root = tmp_path / str(number)
        root.mkdir()
        plans = [
            plan_files(
                root, {PurePosixPath(f"src/{i}/{name}.py"): f"{i}{worker}\n" for i in range(6)}
            )
            for worker, name in enumerate("abcd")
        ]

        codes = together([partial(apply, plan) for plan in plans])

        assert codes == [0, 0, 0, 0]
        assert [path.name for path in root.iterdir()] == ["src"]
        assert len([path for path in root.rglob("*.py") if path.read_text()]) == 24


@needs_fork
def test_of_processes_that_want_the_same_file_one_wins_and_the_others_are_told(
    tmp_path: Path,
) -> None:
    x = PurePosixPath("x.py")
    for number in range(8):
        root = tmp_path / str(number)
        root.mkdir()
        plans = [plan_files(root, {x: f"{i}\n", PurePosixPath(f"{i}.py"): ""}) for i in range(3)]

        codes = together([partial(apply, plan) for plan in plans])

        winner = codes.index(0)
        assert sorted(codes) == [0, 1, 1]
        assert (root / x).read_text() == f"{winner}\n"
        assert sorted(tree(root)) == [f"{winner}.py", "x.py"]


def test_whoever_waits_too_long_for_the_lock_is_told(tmp_path: Path) -> None:
    folder = tmp_path / ".cqrs-gen"

    with locked(folder):
        with (
            pytest.raises(Failed, match="another `cqrs-gen` is at work"),
            locked(folder, patience=0.05),
        ):
            pass
        assert (folder / ".lock").exists()

    assert not folder.exists()


def test_a_run_waits_for_the_lock_and_then_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = count()
    monkeypatch.setattr(time, "monotonic", lambda: float(next(seconds)))
    plan = plan_files(tmp_path, {PurePosixPath("x.py"): "x\n"})

    with locked(UNFINISHED.place(tmp_path)), pytest.raises(Failed, match="another `cqrs-gen`"):
        apply(plan)

    assert tree(tmp_path) == {}


@needs_fork
def test_a_dead_holder_holds_no_lock(tmp_path: Path) -> None:
    folder = tmp_path / ".cqrs-gen"

    def die_holding() -> None:
        with locked(folder):
            os.kill(os.getpid(), signal.SIGKILL)

    assert end(start(die_holding)) == -signal.SIGKILL
    assert (folder / ".lock").exists()

    with locked(folder, patience=0.0):
        pass
    assert not folder.exists()


@needs_fork
def test_only_one_process_holds_the_lock_though_each_removes_it(tmp_path: Path) -> None:
    inside = tmp_path / "inside"

    def enter() -> None:
        for _ in range(40):
            with locked(tmp_path / ".cqrs-gen"):
                inside.mkdir()  # fails if another one is inside
                inside.rmdir()

    assert together([enter] * 4) == [0, 0, 0, 0]
    assert tree(tmp_path) == {}


def test_a_lock_is_still_held_while_its_file_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / ".cqrs-gen"
    refused: list[str] = []

    def strike(name: str, _: tuple[object, ...]) -> None:
        if name == "unlink" and not refused:
            refused.append(name)
            with pytest.raises(Failed, match="at work"), locked(folder, patience=0.0):
                pass

    with striking(strike), locked(folder):
        pass

    assert refused == ["unlink"]


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no file that is open")
def test_the_lock_of_a_file_that_was_removed_meanwhile_is_not_taken_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".cqrs-gen"
    with ExitStack() as last, ExitStack() as another:

        def pass_on() -> None:
            last.close()  # removes the file that has just been opened
            another.enter_context(locked(folder))

        meanwhile = [pass_on]

        def open_slowly(file: Path, flags: int, mode: int) -> int:
            descriptor = OPEN(file, flags, mode)
            if meanwhile:
                meanwhile.pop()()
            return descriptor

        last.enter_context(locked(folder))
        monkeypatch.setattr(os, "open", open_slowly)

        with pytest.raises(Failed, match="at work"), locked(folder, patience=0.0):
            pass

        assert not meanwhile


def test_a_folder_that_goes_while_the_lock_is_sought_is_made_again(tmp_path: Path) -> None:
    vanished: list[str] = []

    def strike(name: str, _: tuple[object, ...]) -> None:
        if name == "mkdir" and not vanished:
            vanished.append(name)
            raise FileExistsError(17, "File exists")  # and the next moment it does not

    with striking(strike), locked(tmp_path / ".cqrs-gen"):
        assert (tmp_path / ".cqrs-gen/.lock").exists()

    assert vanished == ["mkdir"]
