"""Slice templates are the team's own: changed, added to, and told of where they are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cli.saying import same, told
from cli.trees import tree

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

POLICY = ".cqrs-gen/policy/src/__package__/write/policies/__module__.py.j2"
TEXT = '''"""The policy {{ name }}."""

from dataclasses import dataclass, field
{{ imports | join("\\n") }}


@dataclass(frozen=True)
class {{ class_name }}:
    """What happens on {{ phrase }}."""
{% for field in fields %}
    {{ field.declaration }}
{% endfor %}
'''
ADD = ("add", "policy", "RefundOrder", "within:timedelta", "note:str?")
EVENT = ".cqrs-gen/event/src/__package__/events/__module__.py.j2"
CREATE = ("add", "command", "CreateUser", "email:str")


def put(shop: Shell, path: str, text: str) -> Path:
    file = shop.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_folder_makes_a_kind(bare_shop: Shell) -> None:
    put(bare_shop, POLICY, TEXT)

    ended = bare_shop.cqrs_gen(*ADD)

    assert same("policy", told(ended))
    made = bare_shop.folder / "src/shop/write/policies/refund_order.py"
    assert same("policy-file", made.read_text())
    assert bare_shop.done(*ADD).split()[0] == "identical"


def test_its_kind_is_in_the_help(bare_shop: Shell) -> None:
    put(bare_shop, POLICY, TEXT)

    assert same("policy-help", told(bare_shop.cqrs_gen("add", "--help")))
    assert same("policy-own-help", told(bare_shop.cqrs_gen("add", "policy", "--help")))
    assert "policy" in bare_shop.at(bare_shop.folder / "src").done("add", "--help")


def test_its_kind_is_there_in_its_project_alone(bare_shop: Shell, shell: Shell) -> None:
    put(bare_shop, POLICY, TEXT)

    assert shell.cqrs_gen("add", "policy", "X").returncode == 2
    assert "policy" not in shell.done("add", "--help")


def test_its_kind_is_meant_where_it_is_misspelt(bare_shop: Shell) -> None:
    put(bare_shop, POLICY, TEXT)

    assert "Did you mean 'policy'?" in bare_shop.cqrs_gen("add", "polcy", "X").stderr


def test_a_plan_is_shown_for_it_too(bare_shop: Shell) -> None:
    put(bare_shop, POLICY, TEXT)
    before = tree(bare_shop.folder)

    for option in ("--dry-run", "--diff"):
        assert "policies/refund_order.py" in bare_shop.done(*ADD, option)

    assert tree(bare_shop.folder) == before


def test_what_a_team_changed_counts(bare_shop: Shell) -> None:
    template = bare_shop.folder / EVENT
    template.write_text(template.read_text().replace("The event {{ name }}", "Ours: {{ name }}"))

    bare_shop.done(*CREATE)

    made = (bare_shop.folder / "src/shop/events/user_created.py").read_text()
    assert made.startswith('"""Ours: UserCreated."""')


def test_what_a_team_added_to_a_kind_is_made(bare_shop: Shell) -> None:
    put(bare_shop, ".cqrs-gen/event/docs/__module__.md.j2", "# {{ name }}\n")

    bare_shop.done(*CREATE)

    assert (bare_shop.folder / "docs/user_created.md").read_text() == "# UserCreated\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("syntax", "{% if %}\n"),
        ("undefined", "\n\n{{ nmae }}\n"),
        ("forbidden", "{{ ''.__class__.__mro__ }}\n"),
        ("python", "def (\n"),
        ("endless", "{{ 'a' * 100000000000000000 }}\n"),
    ],
)
def test_a_broken_template_is_told_of_and_nothing_is_written(
    bare_shop: Shell, name: str, text: str
) -> None:
    (bare_shop.folder / EVENT).write_text(text)
    before = tree(bare_shop.folder)

    ended = bare_shop.cqrs_gen(*CREATE)

    assert ended.returncode == 1
    assert tree(bare_shop.folder) == before
    assert same(f"template-{name}", told(ended))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("unknown-name", ".cqrs-gen/event/src/__nmae__.py.j2"),
        ("drive", ".cqrs-gen/event/c:/evil.py.j2"),
        ("backslash", ".cqrs-gen/event/..\\evil.py.j2"),
        ("by-case", ".cqrs-gen/event/SRC/__package__/events/__module__.py.j2"),
    ],
)
def test_a_template_that_leads_astray_is_told_of(bare_shop: Shell, name: str, path: str) -> None:
    put(bare_shop, path, "")
    before = tree(bare_shop.folder)

    ended = bare_shop.cqrs_gen(*CREATE)

    assert ended.returncode == 1
    assert tree(bare_shop.folder) == before
    assert same(f"template-{name}", told(ended))


def test_a_link_that_leads_out_of_the_project_is_not_followed(
    bare_shop: Shell, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    events = bare_shop.folder / "src/shop/events"
    events.rename(tmp_path / "events")
    events.symlink_to(tmp_path / "outside")

    ended = bare_shop.cqrs_gen(*CREATE)

    assert ended.returncode == 1
    assert list((tmp_path / "outside").iterdir()) == []
    assert same("template-link", told(ended))


def test_settings_of_ruff_that_are_broken_are_told_of(bare_shop: Shell) -> None:
    settings = bare_shop.folder / "pyproject.toml"
    settings.write_text(settings.read_text().replace("line-length = 100", "line-length = 'wide'"))
    before = tree(bare_shop.folder)

    ended = bare_shop.cqrs_gen(*CREATE)

    assert ended.returncode == 1
    assert tree(bare_shop.folder) == before
    assert ended.stderr.startswith(
        "error: `ruff check` cannot tidy what the slice templates gave\n"
    )
    assert str(settings) in ended.stderr


def test_the_projects_line_length_counts(bare_shop: Shell) -> None:
    settings = bare_shop.folder / "pyproject.toml"
    settings.write_text(settings.read_text().replace("line-length = 100", "line-length = 60"))

    bare_shop.done(*CREATE, "a_long_name:str", "another_long_name:str")

    handler = bare_shop.folder / "src/shop/write/handlers/create_user.py"
    assert max(map(len, handler.read_text().splitlines())) <= 79  # a signature cannot be broken
    assert bare_shop.python("-m", "ruff", "format", "--check", str(handler)).returncode == 0


def test_a_kind_whose_templates_are_gone_is_told_of(bare_shop: Shell) -> None:
    for template in (bare_shop.folder / ".cqrs-gen/event").rglob("*.j2"):
        template.unlink()

    ended = bare_shop.cqrs_gen(*CREATE)

    assert ended.returncode == 1
    assert same("template-gone", told(ended))
