"""Slice templates are rendered in a sandbox, and what is wrong with one is told with its line."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from unit.shops import shop

from cqrs_gen.errors import Failed
from cqrs_gen.project import Project
from cqrs_gen.slices import render

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


def rendered(
    root: Path, text: str, path: str = "src/__package__/__module__.py.j2", **context: object
) -> dict[PurePosixPath, str]:
    project = shop(root)
    template = root / ".cqrs-gen" / "policy" / path
    template.parent.mkdir(parents=True)
    template.write_text(text)
    return render(project, "policy", {"module": "refund", **context})


def refused(root: Path, text: str, path: str = "x.py.j2") -> str:
    with pytest.raises(Failed) as refusal:
        rendered(root, text, path)
    return refusal.value.what


def test_a_template_is_filled_in_and_placed(tmp_path: Path) -> None:
    assert rendered(tmp_path, "# {{ name }} of {{ package }}\n", name="Refund") == {
        PurePosixPath("src/shop/refund.py"): "# Refund of shop\n"
    }


def test_what_is_no_template_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".cqrs-gen/policy").mkdir(parents=True)
    (tmp_path / ".cqrs-gen/policy/README.md").write_text("{{ about }}")
    (tmp_path / ".cqrs-gen/policy/x.txt.j2").write_text("")

    assert list(render(Project(tmp_path, "shop"), "policy", {})) == [PurePosixPath("x.txt")]


def test_pythons_own_double_underscores_stay(tmp_path: Path) -> None:
    assert list(rendered(tmp_path, "", "__module__/__init__.py.j2")) == [
        PurePosixPath("refund/__init__.py")
    ]


def test_a_kind_without_templates_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"there are no slice templates in `\.cqrs-gen/policy`"):
        render(shop(tmp_path), "policy", {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\n{% if %}\n", "line 2, cannot be rendered: Expected an expression"),
        ("a\n\n{{ nmae }}\n", "line 3, cannot be rendered: 'nmae' is undefined"),
        ("{{ name.nope }}", "'str object' has no attribute 'nope'"),
        ("{{ ''.__class__ }}", "access to attribute '__class__' of 'str' object is unsafe"),
        ("{{ fields.append(1) }}", "access to attribute 'append' of 'list' object is unsafe"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ 1 + 'a' }}", "unsupported operand"),
        ("{{ fields[0] }}", "list object has no element 0"),
        ("{{ 'é'.encode('utf-8').decode('ascii') }}", "can't decode byte"),
        ("{{ range(10 ** 9) | list }}", "too big"),
        ("{% include 'gone.j2' %}", "gone.j2"),
        ("{{ 'x' | nosuch }}", "No filter named 'nosuch'"),
    ],
)
def test_a_broken_template_is_named_and_says_why(tmp_path: Path, text: str, told: str) -> None:
    project = shop(tmp_path)
    (tmp_path / ".cqrs-gen/policy").mkdir()
    (tmp_path / ".cqrs-gen/policy/x.py.j2").write_text(text)

    with pytest.raises(Failed) as refusal:
        render(project, "policy", {"name": "Refund", "fields": []})

    assert refusal.value.what.startswith("`.cqrs-gen/policy/x.py.j2`")
    assert told in refusal.value.what
    assert refusal.value.hint == "mend the template; the reference lists what it may name"


def test_a_template_that_is_no_utf8_is_told_of(tmp_path: Path) -> None:
    project = shop(tmp_path)
    (tmp_path / ".cqrs-gen/policy").mkdir()
    (tmp_path / ".cqrs-gen/policy/x.py.j2").write_bytes(b"\xff")

    with pytest.raises(Failed, match="cannot be rendered"):
        render(project, "policy", {})


def test_a_path_that_names_what_there_is_not_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, "", "src/__nmae__.py.j2") == (
        "`src/__nmae__.py.j2` cannot be placed: nothing is called `nmae`"
    )
