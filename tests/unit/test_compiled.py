"""Compiled slice templates are kept, and never stand in the way."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from jinja2 import Environment

from cqrs_gen.project import Project
from cqrs_gen.slices import render


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Give a project with one slice template, and a home that has nothing yet."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    write(tmp_path, "{{ name }} it is\n")
    return Project(tmp_path, "shop")


def write(root: Path, template: str) -> None:
    """Write the one slice template."""
    file = root / ".cqrs-gen" / "note" / "note.txt.j2"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(template)


def rendered(project: Project, name: str) -> str:
    """Render the one slice template."""
    return render(project, "note", {"name": name})[PurePosixPath("note.txt")]


def kept(project: Project) -> list[Path]:
    """List what is kept at home."""
    return list((project.root / "home").rglob("compiled/*"))


def test_a_template_is_compiled_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered(project, "First")
    monkeypatch.delattr(Environment, "compile")

    assert rendered(project, "Second") == "Second it is\n"
    assert len(kept(project)) == 1


def test_a_changed_template_is_seen(project: Project) -> None:
    rendered(project, "First")
    write(project.root, "{{ name }} it was\n")

    assert rendered(project, "Second") == "Second it was\n"


def test_projects_share_what_is_kept(project: Project) -> None:
    other = Project(project.root / "other", "other")
    write(other.root, "{{ name }} it is\n")
    rendered(project, "First")

    assert rendered(other, "Second") == "Second it is\n"
    assert len(kept(project)) == 1


def test_what_is_kept_and_broken_is_compiled_anew(project: Project) -> None:
    rendered(project, "First")
    whole = kept(project)[0].read_bytes()

    for size in range(0, len(whole), 7):
        kept(project)[0].write_bytes(whole[:size])
        assert rendered(project, "Second") == "Second it is\n"
        assert kept(project)[0].read_bytes() == whole


def test_a_home_that_cannot_be_written_to_is_no_hindrance(project: Project) -> None:
    (project.root / "home").write_text("a file")

    assert rendered(project, "First") == "First it is\n"
