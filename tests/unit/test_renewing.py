"""A slice's file follows its template, as far as its owners have left it as it was made."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from cqrs_gen.changes import Create, Delete, Keep, Mark, Update
from cqrs_gen.commands.renewing import Left, Renewal, renewed
from cqrs_gen.targets import Targets

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.commands.renewing import Outcome

FILE, OTHER = PurePosixPath("file.py"), PurePosixPath("other.py")
MADE = "a = 1\nb = 2\nc = 3\nd = 4\n"
NEW = "a = 1\nb = 2\nc = 3\nd = 5\n"


def outcomes(
    root: Path,
    standing: dict[PurePosixPath, str],
    before: dict[PurePosixPath, str],
    after: dict[PurePosixPath, str],
) -> list[Outcome]:
    for path, text in standing.items():
        (root / path).write_bytes(text.encode())
    return renewed(Renewal("order", before, after), Targets(root))


def outcome(root: Path, now: str | None, made: str = MADE, new: str | None = NEW) -> list[Outcome]:
    """Decide on a file that stands there as `now`."""
    return outcomes(
        root,
        {} if now is None else {FILE: now},
        {FILE: made},
        {} if new is None else {FILE: new},
    )


@pytest.mark.parametrize(
    ("now", "new", "expected"),
    [
        (MADE.replace("1", "9"), MADE, []),
        (MADE, NEW, [Update(FILE, MADE, NEW)]),
        (NEW, NEW, [Keep(FILE, NEW)]),
        (None, NEW, []),
        (MADE, None, [Delete(FILE, MADE)]),
        ("x = 1\n" + MADE, None, [Left(FILE, "its template is gone")]),
    ],
)
def test_a_file_follows_unless_it_was_edited(
    tmp_path: Path, now: str | None, new: str | None, expected: list[Outcome]
) -> None:
    assert outcome(tmp_path, now, new=new) == expected


def test_a_file_keeps_its_line_ends(tmp_path: Path) -> None:
    now = MADE.replace("\n", "\r\n")

    assert outcome(tmp_path, now) == [Update(FILE, now, NEW.replace("\n", "\r\n"))]


def test_edits_and_what_is_new_are_merged(tmp_path: Path) -> None:
    now = MADE.replace("a = 1", "a = 9")

    assert outcome(tmp_path, now) == [Update(FILE, now, NEW.replace("a = 1", "a = 9"))]


def test_what_has_all_that_is_new_already_stays(tmp_path: Path) -> None:
    now = f"x = 0\n{NEW}"

    assert outcome(tmp_path, now) == [Keep(FILE, now)]


def test_lines_that_both_changed_are_marked(tmp_path: Path) -> None:
    now = MADE.replace("d = 4", "d = 9")

    [marked] = outcome(tmp_path, now)

    assert isinstance(marked, Mark)
    assert "d = 9\n=======\nd = 5\n" in marked.new


def test_what_the_merge_would_break_is_left(tmp_path: Path) -> None:
    made = "a = (\n    1,\n    2,\n    3,\n    4,\n)\n"
    now = made.replace("(", "[").replace(")", "]")
    new = made.replace("    2,\n", "    2,\n)\nb = (\n")

    [left] = outcome(tmp_path, now, made, new)

    assert left == Left(FILE, "merged line by line, it would be no Python")


@pytest.mark.parametrize(("path", "addition"), [("file.txt", ""), ("file.py", "?\n")])
def test_what_was_no_python_before_is_merged(tmp_path: Path, path: str, addition: str) -> None:
    text, file = "a = (\n    1,\n    2,\n    3,\n    4,\n)\n", PurePosixPath(path)
    now = text.replace("(", "[").replace(")", "]") + addition
    new = text.replace("    2,\n", "    2,\n)\nb = (\n")

    [merged] = outcomes(tmp_path, {file: now}, {file: text}, {file: new})

    assert merged == Update(file, now, now.replace("    2,\n", "    2,\n)\nb = (\n"))


@pytest.mark.parametrize(("same", "is_kin"), [(4, True), (2, True), (1, False)])
def test_half_of_the_lines_make_it_the_file_that_was_made(
    tmp_path: Path,
    same: int,
    is_kin: bool,  # noqa: FBT001
) -> None:
    now = "".join([*MADE.splitlines(keepends=True)[:same], "x = 1\n\n" * 5])

    [decided] = outcome(tmp_path, now)

    left = Left(FILE, "hardly anything of it is as its template made it")
    assert (decided != left) == is_kin


def test_lines_that_recur_in_a_long_file_count_too(tmp_path: Path) -> None:
    made = "".join(f"a{number} = (\n    1,\n)\n" for number in range(100))
    now = made.replace("a", "b")  # two lines of three are as before

    [decided] = outcome(tmp_path, now, made, f"{made}x = 1\n")

    assert decided == Update(FILE, now, f"{now}x = 1\n")


def test_empty_lines_do_not_count(tmp_path: Path) -> None:
    made, now = f"{MADE}\n\n\n\n\n\n", "\n\n\n\n\nx = 1\n"

    assert outcome(tmp_path, now, made) == [
        Left(FILE, "hardly anything of it is as its template made it")
    ]


def test_what_is_as_new_stays_however_little_is_as_before(tmp_path: Path) -> None:
    assert outcome(tmp_path, "x = 1\n", MADE, "x = 1\n") == [Keep(FILE, "x = 1\n")]


def test_what_is_no_text_is_left(tmp_path: Path) -> None:
    now = f"{MADE}\0"

    assert outcome(tmp_path, now) == [Left(FILE, "it is no text")]


def test_what_no_file_may_replace_is_left(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    assert outcome(tmp_path, None) == [Left(FILE, "a folder is there")]


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ({FILE: MADE}, [Create(OTHER, NEW)]),
        ({FILE: MADE, OTHER: NEW}, [Keep(OTHER, NEW)]),
        (
            {FILE: MADE, OTHER: "x = 1\n"},
            [Left(OTHER, "a new template would make it, and it is there already")],
        ),
        ({}, []),
        ({FILE: "x = 1\n"}, []),
    ],
)
def test_a_new_file_comes_where_the_slice_still_is(
    tmp_path: Path, standing: dict[PurePosixPath, str], expected: list[Outcome]
) -> None:
    assert outcomes(tmp_path, standing, {FILE: MADE}, {FILE: MADE, OTHER: NEW}) == expected


def test_no_new_file_comes_to_one_that_is_left(tmp_path: Path) -> None:
    now = {FILE: f"x = 1\n{MADE}"}

    assert outcomes(tmp_path, now, {FILE: MADE}, {OTHER: NEW}) == [
        Left(FILE, "its template is gone")
    ]


def test_one_file_that_is_still_there_makes_a_slice(tmp_path: Path) -> None:
    third = PurePosixPath("third.py")
    before = {OTHER: MADE, FILE: MADE}

    decided = outcomes(tmp_path, {FILE: MADE}, before, {**before, third: NEW})

    assert decided == [Create(third, NEW)]


def test_a_new_file_does_not_replace_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / OTHER).mkdir()

    decided = outcomes(tmp_path, {FILE: MADE}, {FILE: MADE}, {FILE: MADE, OTHER: NEW})

    assert decided == [Left(OTHER, "a folder is there")]


def test_files_are_decided_on_in_the_order_of_their_paths(tmp_path: Path) -> None:
    before, after = {OTHER: MADE, FILE: MADE}, {OTHER: NEW, FILE: NEW}

    decided = outcomes(tmp_path, before, before, after)

    assert [each.path for each in decided] == [FILE, OTHER]


def test_only_files_that_are_made_otherwise_differ() -> None:
    renewal = Renewal("order", {FILE: MADE, OTHER: MADE}, {FILE: MADE, OTHER: NEW})

    assert renewal.differing({FILE: "1", OTHER: "2"}) == {OTHER: "2"}


def test_texts_that_are_known_better_replace_the_others() -> None:
    renewal = Renewal("order", {FILE: "1", OTHER: "2"}, {FILE: "3", OTHER: "4"})

    assert renewal.with_texts({FILE: "5"}, {OTHER: "6"}) == Renewal(
        "order", {FILE: "5", OTHER: "2"}, {FILE: "3", OTHER: "6"}
    )
