"""What a `pyproject.toml` is told to need, whatever its team has made of it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from cqrs_gen.commands.keeping import BY_FOLDER, kept_in
from cqrs_gen.commands.needed import Needs, needs_of
from cqrs_gen.commands.needed_tools import Service
from cqrs_gen.existing import Existing

MADE = """\
[project]
requires-python = ">=3.11"
dependencies = ["pydantic>=2.12", "sqlalchemy>=2.1"]
[project.optional-dependencies]
dev = ["pytest>=8.4", "ruff>=0.14"]
otel = ["opentelemetry-api>=1.38"]
[project.scripts]
shop = "shop.app:main"
[tool.importlinter]
root_package = "shop"
contracts = [{ name = "Read and write never meet" }]
[tool.mypy]
overrides = [{ module = "opentelemetry.*" }]
"""
PATHS = frozenset({"tests/test_app.py", "conftest.py"})


def needs(root: Path, text: str, *, is_new: bool = False) -> Needs:
    """Say what a repository with this `pyproject.toml` needs."""
    service = Service("shop", is_new, PATHS)
    return needs_of(service, Existing.read(root, MADE), Existing.read(root, text))


def at(found: Needs, *path: str) -> object:
    """Give what is to be added there, or None."""
    return Existing(Path(), "", found.additions).at(*path)


def test_what_hardly_says_anything_needs_all_that_a_service_cannot_do_without(
    tmp_path: Path,
) -> None:
    found = needs(tmp_path, '[project]\nname = "shop"\n')

    assert found.additions == {
        "project": {
            "dependencies": ["pydantic>=2.12", "sqlalchemy>=2.1"],
            "optional-dependencies": {
                "dev": ["pytest>=8.4", "ruff>=0.14"],
                "otel": ["opentelemetry-api>=1.38"],
            },
            "scripts": {"shop": "shop.app:main"},
        },
        "tool": {
            "importlinter": {
                "root_package": "shop",
                "contracts": [{"name": "Read and write never meet"}],
            },
            "mypy": {
                "mypy_path": "src",
                "explicit_package_bases": True,
                "files": ["src", "tests"],
                "overrides": [{"module": "opentelemetry.*"}],
            },
            "ruff": {"extend-exclude": ["src/shop/cqrs", "tests/test_app.py"]},
        },
    }
    assert found.notes == ()


def test_what_was_added_is_needed_no_more(tmp_path: Path) -> None:
    text = MADE + dedent("""\
        mypy_path = "src"
        explicit_package_bases = true
        files = ["src"]
        """)
    text += '[tool.ruff]\nextend-exclude = ["src/shop/cqrs", "tests/test_app.py"]\n'

    assert needs(tmp_path, text) == Needs({}, ())


def test_tools_in_a_dependency_group_come_to_it(tmp_path: Path) -> None:
    found = needs(tmp_path, '[project]\nname = "x"\n[dependency-groups]\ndev = ["pytest>=9"]\n')

    assert at(found, "dependency-groups", "dev") == ["ruff>=0.14"]
    assert at(found, "project", "optional-dependencies", "dev") is None


def test_what_is_dynamic_or_held_by_another_tool_is_only_said(tmp_path: Path) -> None:
    dynamic = needs(tmp_path, '[project]\ndynamic = ["dependencies"]\n')
    poetry = needs(tmp_path, '[tool.poetry]\nname = "shop"\n')

    assert at(dynamic, "project", "dependencies") is None
    assert at(poetry, "project") is None
    for found in (dynamic, poetry):
        assert any("no `dependencies` of its own; there it needs" in note for note in found.notes)


def test_a_value_that_differs_stays_and_is_said(tmp_path: Path) -> None:
    text = '[project]\nrequires-python = ">=3.9"\ndependencies = ["pydantic>=1"]\n'
    text += '[tool.mypy]\nmypy_path = "stubs"\n[tool.importlinter]\nroot_package = "other"\n'

    found = needs(tmp_path, text)

    assert at(found, "project", "dependencies") == ["sqlalchemy>=2.1"]
    assert at(found, "tool", "mypy", "explicit_package_bases") is None
    assert found.notes == (
        "`tool.importlinter.root_package` stays `other`; a project of its own has `shop`",
        "`tool.mypy.mypy_path` stays `stubs`; a project of its own has `src`",
        "`pydantic>=1` stays; the service wants `pydantic>=2.12`",
        "`requires-python` stays `>=3.9`; the service runs on `>=3.11`",
    )


def test_a_script_of_the_same_name_gets_one_beside_it(tmp_path: Path) -> None:
    found = needs(tmp_path, '[project]\n[project.scripts]\nshop = "shop.cli:main"\n')

    assert at(found, "project", "scripts") == {"shop-service": "shop.app:main"}


def test_several_root_packages_get_one_more(tmp_path: Path) -> None:
    found = needs(tmp_path, '[tool.importlinter]\nroot_packages = ["other"]\n')

    assert at(found, "tool", "importlinter", "root_packages") == ["shop"]
    assert at(found, "tool", "importlinter", "root_package") is None


def test_rules_that_a_team_chose_are_lifted_where_slices_would_break_them(tmp_path: Path) -> None:
    found = needs(tmp_path, '[tool.ruff.lint]\nselect = ["ALL"]\n')

    ignores = at(found, "tool", "ruff", "lint", "extend-per-file-ignores")
    assert isinstance(ignores, dict)
    assert list(ignores) == [
        "src/shop/{app.py,events/**,read/**,write/**}",
        "conftest.py",
        "tests/{events,read,write}/**",
    ]


def test_a_package_of_its_own_is_packed_and_found(tmp_path: Path) -> None:
    (tmp_path / "firm").mkdir()
    (tmp_path / "firm/__init__.py").touch()
    text = '[build-system]\nbuild-backend = "hatchling.build"\n'

    found = needs(tmp_path, text, is_new=True)

    wheel = at(found, "tool", "hatch", "build", "targets", "wheel")
    assert wheel == {"packages": ["firm", "src/shop"]}
    assert at(found, "tool", "pytest", "ini_options") == {"pythonpath": ["src"]}


def test_fixtures_go_where_no_other_is_hidden(tmp_path: Path) -> None:
    existing = Existing.read(tmp_path, "")
    (tmp_path / "tests").mkdir()
    assert kept_in(existing, "shop", {}).fixtures == ("tests/conftest.py",)

    (tmp_path / "tests/conftest.py").write_text("def price(): ...\n")
    assert kept_in(existing, "shop", {}).fixtures == ("conftest.py",)

    (tmp_path / "tests/conftest.py").write_text(
        dedent("""\
            @fixture(name='settings')
            def made(): ...
            """)
    )
    assert kept_in(existing, "shop", {}).fixtures == BY_FOLDER

    (tmp_path / "tests/conftest.py").unlink()
    (tmp_path / "conftest.py").write_text("def scenario(): ...\n")
    kept = kept_in(existing, "shop", {})
    assert kept.fixtures == BY_FOLDER
    assert {"tests/conftest.py", "tests/test_app.py", "tests/test_http.py"} <= {*kept.left_out}
