"""A kind is a folder below `.cqrs-gen`; a team adds one by adding a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from unit.shops import shop

from cqrs_gen.kinds import BUILT_IN, kinds_of

if TYPE_CHECKING:
    from pathlib import Path


def test_the_kinds_that_are_built_in() -> None:
    assert [kind.name for kind in BUILT_IN] == ["command", "query", "event", "projection"]


def test_a_folder_is_a_kind(tmp_path: Path) -> None:
    shop(tmp_path)
    for folder in ("policy", "process-manager", "read_api", "job2"):
        (tmp_path / ".cqrs-gen" / folder).mkdir()

    assert kinds_of(tmp_path) == ("job2", "policy", "process-manager", "read_api")


def test_what_could_not_be_typed_or_is_no_folder_is_none(tmp_path: Path) -> None:
    shop(tmp_path)
    for folder in (".pending", "Policy", "my kind", "--help", "__pycache__", "übung"):
        (tmp_path / ".cqrs-gen" / folder).mkdir()
    (tmp_path / ".cqrs-gen" / "readme").write_text("")

    assert kinds_of(tmp_path) == ()
