"""What a plan says before anything is done."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from cqrs_gen.changes import Blocked, Change, Clash, Create, Delete, Keep, Misspelt, Overwrite, Skip
from cqrs_gen.errors import Failed, UsageError
from cqrs_gen.plan import Plan, plan_files

USERS = PurePosixPath("src/shop/users.py")


def put(root: Path, path: str, content: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode())
    return file


def test_a_file_that_is_not_there_is_created(tmp_path: Path) -> None:
    assert plan_files(tmp_path, {USERS: "a\n"}) == Plan(tmp_path, (Create(USERS, "a\n"),))


def test_a_file_that_is_there_just_so_is_identical(tmp_path: Path) -> None:
    put(tmp_path, str(USERS), "a\n")

    assert plan_files(tmp_path, {USERS: "a\n"}).changes == (Keep(USERS, "a\n"),)


def test_a_file_that_differs_by_its_line_ends_alone_is_identical(tmp_path: Path) -> None:
    put(tmp_path, str(USERS), "a\r\nb\r\n")

    assert plan_files(tmp_path, {USERS: "a\nb\n"}).changes == (Keep(USERS, "a\nb\n"),)


def test_a_file_that_differs_clashes_until_force_or_skip_decides(tmp_path: Path) -> None:
    put(tmp_path, str(USERS), "mine\n")
    new = {USERS: "new\n"}

    assert plan_files(tmp_path, new).changes == (Clash(USERS, "mine\n", "new\n"),)
    assert plan_files(tmp_path, new, force=True).changes == (Overwrite(USERS, "mine\n", "new\n"),)
    assert plan_files(tmp_path, new, skip=True).changes == (Skip(USERS),)


def test_force_and_skip_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`--force` and `--skip` exclude each other"):
        plan_files(tmp_path, {}, force=True, skip=True)


def test_changes_are_values_that_tell_their_kinds_apart() -> None:
    one: list[Change] = [Create(USERS, "a\n"), Clash(USERS, "a\n", "b\n")]
    other: list[Change] = [Keep(USERS, "a\n"), Overwrite(USERS, "a\n", "b\n")]

    assert Create(USERS, "a\n") == one[0] != other[0]
    assert Clash(USERS, "a\n", "b\n") == one[1] != other[1]
    with pytest.raises(AttributeError):
        setattr(Create(USERS, "a\n"), "content", "b\n")  # noqa: B010 - mypy knows better


def test_planning_changes_nothing_on_disk(tmp_path: Path) -> None:
    plan_files(tmp_path, {USERS: "a\n"}, force=True)

    assert list(tmp_path.iterdir()) == []


def test_the_order_in_which_files_were_rendered_does_not_matter(tmp_path: Path) -> None:
    a, b = PurePosixPath("a.py"), PurePosixPath("b.py")

    assert plan_files(tmp_path, {a: "", b: ""}) == plan_files(tmp_path, {b: "", a: ""})


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_in_a_files_place_blocks_even_force(tmp_path: Path, *, force: bool) -> None:
    (tmp_path / USERS).mkdir(parents=True)

    plan = plan_files(tmp_path, {USERS: ""}, force=force)

    assert plan.changes == (Blocked(USERS, "a folder is there"),)


def test_a_link_is_never_written_through_nor_replaced(tmp_path: Path) -> None:
    put(tmp_path, "src/shop/people.py", "a\n")
    (tmp_path / USERS).symlink_to("people.py")
    dangling = PurePosixPath("dangling.py")
    (tmp_path / dangling).symlink_to("nowhere")

    plan = plan_files(tmp_path, {USERS: "a\n", dangling: ""}, force=True)

    assert plan.changes == (
        Blocked(dangling, "a symbolic link is there"),
        Blocked(USERS, "a symbolic link is there"),
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this file system")
def test_a_pipe_in_a_files_place_is_not_waited_for(tmp_path: Path) -> None:
    path = PurePosixPath("pipe.py")
    os.mkfifo(tmp_path / path)

    assert plan_files(tmp_path, {path: ""}).changes == (Blocked(path, "it is no regular file"),)


def test_a_file_that_cannot_be_read_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, str(USERS), "a\n")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # permissions do not hold for root

    plan = plan_files(tmp_path, {USERS: "a\n"}, force=True)
    assert plan.changes == (Blocked(USERS, "it cannot be read: Permission denied"),)


def test_a_file_in_a_folders_place_blocks(tmp_path: Path) -> None:
    put(tmp_path, "src/shop", "a file\n")

    assert plan_files(tmp_path, {USERS: ""}).changes == (
        Blocked(USERS, "`src/shop` is not a folder"),
    )


@pytest.mark.parametrize("there", ["src/shop/Users.py", "src/Shop/users.py", "SRC/other.py"])
def test_a_path_that_differs_only_by_case_from_one_that_is_there_blocks(
    tmp_path: Path, there: str
) -> None:
    put(tmp_path, there, "")

    plan = plan_files(tmp_path, {USERS: ""}, force=True)

    (change,) = plan.changes
    assert isinstance(change, Blocked)
    assert change.why.endswith("differs only by case")


def test_a_path_that_the_file_system_takes_for_one_that_is_there_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "lexists", lambda _: True)  # folds accents, say

    assert plan_files(tmp_path, {USERS: ""}).changes == (
        Misspelt(USERS, "`src` is there already, spelt differently"),
    )


def test_a_file_whose_twin_by_case_is_there_too_is_still_itself(tmp_path: Path) -> None:
    put(tmp_path, "src/shop/USERS.py", "")
    put(tmp_path, str(USERS), "a\n")
    if (tmp_path / "src/shop/USERS.py").read_text():
        pytest.skip("this file system does not tell cases apart")

    assert plan_files(tmp_path, {USERS: "a\n"}).changes == (Keep(USERS, "a\n"),)


def test_two_rendered_paths_that_differ_only_by_case_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"`Users\.py` and `users\.py` differ only by case"):
        plan_files(tmp_path, {PurePosixPath("users.py"): "", PurePosixPath("Users.py"): ""})


def test_only_the_folders_on_the_way_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("src/shop/a.py", "src/shop/deep/b.py", "other/c.py"):
        put(tmp_path, module, "")
    listed: list[str] = []
    scandir = os.scandir

    def note(folder: Path) -> object:
        listed.append(folder.relative_to(tmp_path).as_posix())
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", note)
    plan_files(tmp_path, {USERS: "", USERS.with_name("orders.py"): ""})

    assert listed == [".", "src", "src/shop"]


@pytest.mark.parametrize(
    "path", ["../x.py", "src/../../x.py", "src/../x.py", "/x.py", "a\\..\\x.py", "C:x.py", ""]
)
def test_a_path_that_leads_out_of_the_root_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(Failed, match="leads out of the project"):
        plan_files(tmp_path, {PurePosixPath(path): ""})


def test_an_absolute_path_is_refused_even_if_it_leads_back_in(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="leads out of the project"):
        plan_files(tmp_path, {PurePosixPath(tmp_path / "x.py"): ""})


def test_a_linked_folder_that_leads_out_of_the_root_is_refused(tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    root.mkdir()
    elsewhere.mkdir()
    (root / "src").symlink_to(elsewhere)

    with pytest.raises(Failed, match="leads out of the project"):
        plan_files(root, {USERS: ""})


def test_a_linked_folder_that_stays_inside_the_root_is_followed(tmp_path: Path) -> None:
    put(tmp_path, "lib/shop/users.py", "a\n")
    (tmp_path / "src").symlink_to("lib")

    assert plan_files(tmp_path, {USERS: "a\n"}).changes == (Keep(USERS, "a\n"),)


def one_of_each(root: Path) -> Plan:
    paths = [PurePosixPath(f"{letter}.py") for letter in "abcdefg"]
    a, b, c, d, e, f, g = paths
    return Plan(
        root,
        (
            Create(a, "new\n"),
            Keep(b, "same\n"),
            Clash(c, "old\n", "new\n"),
            Overwrite(d, "old\n", "new\n"),
            Skip(e),
            Delete(f, "old\n"),
            Blocked(g, "a folder is there"),
        ),
    )


def test_a_line_a_file_with_the_verbs_aligned(tmp_path: Path) -> None:
    assert one_of_each(tmp_path).lines() == (
        "      create  a.py",
        "   identical  b.py",
        "    conflict  c.py",
        "   overwrite  d.py",
        "        skip  e.py",
        "      delete  f.py",
        "    conflict  g.py (a folder is there)",
    )


def test_clashes_and_writes_are_told_apart(tmp_path: Path) -> None:
    plan = one_of_each(tmp_path)

    assert [str(change.path) for change in plan.clashes] == ["c.py", "g.py"]
    assert [str(change.path) for change in plan.writes] == ["a.py", "d.py", "f.py"]
    assert not plan.is_clean
    assert Plan(tmp_path, plan.writes).is_clean


def test_the_plan_as_json_is_plain_data(tmp_path: Path) -> None:
    shown = one_of_each(tmp_path).as_json()

    assert json.loads(json.dumps(shown)) == shown
    assert shown["changes"][0] == {"action": "create", "path": "a.py", "content": "new\n"}
    assert shown["changes"][1] == {"action": "identical", "path": "b.py"}
    assert shown["changes"][6] == {"action": "conflict", "path": "g.py", "why": "a folder is there"}


def test_the_diff_names_dev_null_for_what_is_not_there(tmp_path: Path) -> None:
    plan = Plan(tmp_path, (Create(PurePosixPath("a.py"), "x\n"),))

    assert plan.diff() == (
        "diff --git a/a.py b/a.py\n"
        "new file mode 100644\n"
        "--- /dev/null\n"
        "+++ b/a.py\n"
        "@@ -0,0 +1 @@\n"
        "+x\n"
    )


def test_what_does_not_change_is_not_in_the_diff(tmp_path: Path) -> None:
    a, b, c = (PurePosixPath(name) for name in "abc")

    assert Plan(tmp_path, (Keep(a, "x\n"), Skip(b), Blocked(c, "why"))).diff() == ""


def test_the_diff_of_a_windows_checkout_shows_only_what_changes(tmp_path: Path) -> None:
    diff = Plan(tmp_path, (Clash(USERS, "a\r\nb\r\n", "a\nc\n"),)).diff()

    assert diff.endswith("@@ -1,2 +1,2 @@\n a\n-b\n+c\n")


def test_a_file_that_is_no_text_is_overwritten_only_by_force_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "logo.py").write_bytes(b"\x89PNG\xff")
    path = PurePosixPath("logo.py")

    plan = plan_files(tmp_path, {path: "x\n"})

    assert isinstance(plan.changes[0], Clash)
    assert plan.diff().endswith("Binary files a/logo.py and b/logo.py differ\n")
    plan.diff().encode()


def test_git_can_apply_the_diff(tmp_path: Path) -> None:
    olds = {"change.py": "a\fb\nc\n", "drop.py": "old\n", "bare.py": "no end"}
    for name, old in olds.items():
        put(tmp_path, name, old)
    plan = Plan(
        tmp_path,
        (
            Create(PurePosixPath("pkg/__init__.py"), ""),
            Create(PurePosixPath("pkg/new.py"), "x = 1"),
            Overwrite(PurePosixPath("change.py"), olds["change.py"], "a\fb\nd\n"),
            Overwrite(PurePosixPath("bare.py"), olds["bare.py"], "an end\n"),
            Delete(PurePosixPath("drop.py"), olds["drop.py"]),
        ),
    )

    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply"], cwd=tmp_path, input=plan.diff().encode(), check=True)

    after = {
        file.relative_to(tmp_path).as_posix(): file.read_text() for file in tmp_path.rglob("*.py")
    }
    assert after == {
        "pkg/__init__.py": "",
        "pkg/new.py": "x = 1",
        "change.py": "a\fb\nd\n",
        "bare.py": "an end\n",
    }
