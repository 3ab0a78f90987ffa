"""Slices brought forward: who left them alone gets the new ones, who did not loses nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import pytest
from cli.trees import tree
from typing_in import typed

from cqrs_gen.applying import apply
from cqrs_gen.changes import Create, Delete, Update
from cqrs_gen.commands.reslicing import plan_slices
from cqrs_gen.errors import Failed
from cqrs_gen.project import find_project

if TYPE_CHECKING:
    from conftest import Shell
    from cqrs_gen.commands.reslicing import Resliced

GITHUB = Path(__file__).parents[1] / "generated/github.txt"
ENUM = dedent("""\
    from enum import Enum


    class {name}({base}):
        ONE = 1
    """)
RULE = dedent("""\
    if not command.email:
        raise ValueError("No email")  # ours
    """)
PLAIN = dedent("""\
    class {{ class_name }}:
        A = 1

        B = 2

        C = 3
    """)
OWN = dedent("""\
    class Visibility(Enum):
        PUBLIC = 'public'
    """)
HANDLERS = "command/src/__package__/write/handlers/__module__.py.j2"
HANDLER = "src/shop/write/handlers/create_user.py"
SIGNATURE = "uow: UnitOfWork)"
NEW_SIGNATURE = "uow: UnitOfWork, trace: str)"
POLICY = '''"""The policy {{ name }}."""

from dataclasses import dataclass

{{ imports | join("\\n") }}


@dataclass(frozen=True, slots=True, kw_only=True)
class {{ class_name }}:
    """Whether {{ phrase }} allow it."""

{% for field in fields %}
    {{ field.declaration }}
{% endfor %}
'''
MESSAGES = """
add command RegisterUser email:str name:str --emits UserCreated
add command PlaceOrder customer_id:UUID "lines:list[str]" total:Decimal=1.50 note:str? at:datetime
add command ShipOrder order_id:UUID carrier:str="by hand"
add event UserLoggedIn user_id:UUID tags:dict[str,int]
add projection OrderSummary total:Decimal items:int --on OrderPlaced,OrderShipped
add query GetOrderCard order_id:UUID --on OrderPlaced
add query ListUsers --on UserCreated
add query FindUsers email:str --from users
add query SearchOrders customer_id:UUID note:str? --from order_summary
add query CountOrders
add query GetLogins --on UserLoggedIn
add policy OpeningHours opens:time closes:time
"""


@dataclass(frozen=True, slots=True)
class Moving:
    """A project between two versions of its slice templates."""

    shop: Shell
    old: Path
    new: Path

    def edit(self, template: str, before: str, after: str) -> None:
        """Change a template as a new version does."""
        file = self.new / template
        assert before in file.read_text()
        file.write_text(file.read_text().replace(before, after))

    def renew(self) -> None:
        """Change the signature of every command's handler."""
        self.edit(HANDLERS, SIGNATURE, NEW_SIGNATURE)

    def plan(self) -> Resliced:
        return plan_slices(find_project(self.shop.folder), self.old, self.new)

    def go(self) -> Resliced:
        resliced = self.plan()
        apply(resliced.plan)
        return resliced

    def file(self, path: str) -> Path:
        return self.shop.folder / path


@pytest.fixture
def moving(shop: Shell, tmp_path: Path) -> Moving:
    """Give the test a project with its first messages, and its templates twice."""
    return begin(shop, tmp_path)


def begin(shop: Shell, folder: Path) -> Moving:
    for name in ("old", "new"):
        shutil.copytree(shop.folder / ".cqrs-gen", folder / name)
    return Moving(shop, folder / "old", folder / "new")


def add(shop: Shell, lines: str) -> None:
    for line in lines.strip().splitlines():
        said = typed(shop.folder, line)
        assert said.code == 0, f"{line}\n{said}"


def head_each(moving: Moving, line: str) -> None:
    """Put a line at the top of each template: then every file that is made differs."""
    for template in moving.new.rglob("*.j2"):
        template.write_text(f"{line}\n{template.read_text()}")


def test_a_new_signature_comes_to_every_handler_that_nobody_edited(moving: Moving) -> None:
    add(moving.shop, "\n".join(f"add command Take{n}th amount:int" for n in _LETTERS))
    moving.renew()
    before = tree(moving.shop.folder)

    resliced = moving.go()

    assert len(resliced.plan.changes) == 51
    assert all(type(change) is Update for change in resliced.plan.changes)
    assert resliced.left == ()
    after = tree(moving.shop.folder)
    follows = "src/shop/write/handlers/"
    for path, text in before.items():
        new = text.replace(SIGNATURE.encode(), NEW_SIGNATURE.encode())
        assert after[path] == (new if path.startswith(follows) else text)


_LETTERS = [a + b for a in "ABCDE" for b in "abcdefghij"]


def test_of_every_kind_of_message_it_is_known_what_it_was_made_of(
    shop: Shell, tmp_path: Path
) -> None:
    policy = shop.folder / ".cqrs-gen/policy/src/__package__/write/policies/__module__.py.j2"
    policy.parent.mkdir(parents=True)
    policy.write_text(POLICY)
    add(shop, MESSAGES)
    moving = begin(shop, tmp_path)

    assert _all_follow(moving)


@pytest.mark.thorough
def test_of_ninety_messages_of_a_well_known_system_too(bare_shop: Shell, tmp_path: Path) -> None:
    lines = [line for line in GITHUB.read_text().splitlines() if line and line[0] != "#"]
    for name, base in (("Visibility", "Enum"), ("License", "Enum")):
        file = bare_shop.folder / f"src/shop/events/{name.lower()}.py"
        file.write_text(ENUM.format(name=name, base=base))
    add(bare_shop, "\n".join(f"add {line}".replace("hub.", "shop.") for line in lines))

    assert _all_follow(begin(bare_shop, tmp_path))


def _all_follow(moving: Moving) -> bool:
    """Change every template: then each file of each slice is just as before, but for that."""
    head_each(moving, "# New.")
    before = tree(moving.shop.folder)

    resliced = moving.go()

    assert resliced.left == ()
    after = tree(moving.shop.folder)
    changed = {path for path in after if after[path] != before.get(path)}
    assert all(after[path] == b"# New.\n" + before[path] for path in changed)
    made = {p for p in before if p.startswith(("src/shop/", "tests/")) and _is_of_a_slice(p)}
    assert changed == made
    return True


def _is_of_a_slice(path: str) -> bool:
    folders = ("/commands/", "/handlers/", "/events/", "/queries/", "/projections/", "/policies/")
    is_inside = any(folder in f"/{path}" for folder in folders)
    is_test = path.startswith(("tests/read", "tests/write", "tests/events"))
    plain = not path.endswith(("__init__.py", "visibility.py", "license.py"))
    return (is_inside or is_test) and plain


def test_what_is_made_as_before_is_not_touched(moving: Moving) -> None:
    moving.edit(HANDLERS, '"""Decides', '{# A comment in the template. #}"""Decides')

    assert moving.plan().plan.changes == ()


def test_an_edited_slice_keeps_every_line_and_gets_the_new_ones(moving: Moving) -> None:
    handler = moving.file(HANDLER)
    rule = indent(RULE, "        ")
    handler.write_text(
        handler.read_text().replace("        user_id = u", f"{rule}        user_id = u")
    )
    handler.write_text(handler.read_text() + "\n\n# The team's last word.\n")
    edited = handler.read_text()
    moving.edit(HANDLERS, '"""Decides on the', '"""Decides, as of now, on the')

    resliced = moving.go()

    assert resliced.contested == ()
    assert handler.read_text() == edited.replace('"""Decides on', '"""Decides, as of now, on')


def test_where_both_changed_the_same_lines_both_stand_with_marks(moving: Moving) -> None:
    handler = moving.file(HANDLER)
    handler.write_text(handler.read_text().replace("command: Create", "the_command: Create"))
    edited = handler.read_text().splitlines()
    moving.renew()

    resliced = moving.go()

    assert [str(each.path) for each in resliced.contested] == [HANDLER]

    marked = handler.read_text().splitlines()
    assert set(edited) <= set(marked)
    assert any("trace: str" in line for line in marked)
    assert [line for line in marked if line.startswith("<<<<<<< ")] == ["<<<<<<< before updating"]


def test_a_deleted_file_stays_deleted_and_the_rest_of_its_slice_follows(moving: Moving) -> None:
    moving.file("tests/write/test_create_user.py").unlink()
    head_each(moving, "# New.")

    moving.go()

    assert not moving.file("tests/write/test_create_user.py").exists()
    assert moving.file(HANDLER).read_text().startswith("# New.\n")


def test_a_deleted_message_stays_deleted(moving: Moving) -> None:
    for path in ("commands", "handlers"):
        moving.file(f"src/shop/write/{path}/create_user.py").unlink()
    moving.file("tests/write/test_create_user.py").unlink()
    moving.renew()

    assert moving.go().plan.changes == ()


def test_a_message_that_was_moved_is_left_and_named(moving: Moving) -> None:
    moving.file("src/shop/write/commands/users").mkdir()
    command = moving.file("src/shop/write/commands/create_user.py")
    command.rename(moving.file("src/shop/write/commands/users/create_user.py"))
    moving.renew()

    resliced = moving.go()

    assert resliced.plan.changes == ()
    [left] = resliced.left
    assert "`src/shop/write/commands/users/create_user.py`" in left


def test_what_has_hardly_anything_of_its_template_is_left_and_named(moving: Moving) -> None:
    handler = moving.file(HANDLER)
    handler.write_text(
        '"""Ours."""\n\nfrom shop.cqrs.writing import CommandHandler, UnitOfWork\n'
        "from shop.events.user_created import UserCreated\n"
        "from shop.write.commands.create_user import CreateUserCommand\n\n\n"
        "class CreateUserHandler(CommandHandler[CreateUserCommand]):\n"
        + "".join(f"    step_{n} = UserCreated\n" for n in range(30))
    )
    before = tree(moving.shop.folder)
    moving.renew()

    resliced = moving.go()

    assert tree(moving.shop.folder) == before
    assert resliced.left == (
        f"`{HANDLER}` is left as it is: hardly anything of it is as its template made it",
    )


@pytest.mark.parametrize(
    ("path", "before", "after", "why"),
    [
        (HANDLER, "UserCreated", "Nothing", "does not show which event it was made for"),
        (HANDLER, "CommandHandler[CreateUserCommand]", "object", "has no handler"),
        (
            "src/shop/write/commands/create_user.py",
            "    email: str\n",
            "    email: tuple[int, ...]\n",
            "is no field that `add` knows",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_left_and_named(
    moving: Moving, path: str, before: str, after: str, why: str
) -> None:
    file = moving.file(path)
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))
    moving.renew()

    resliced = moving.go()

    assert resliced.plan.changes == ()
    [left] = resliced.left
    assert why in left
    assert "`CreateUser` is left as it is" in left


def test_line_ends_of_windows_stay(moving: Moving) -> None:
    handler = moving.file(HANDLER)
    handler.write_bytes(handler.read_bytes().replace(b"\n", b"\r\n") + b"# ours\r\n")
    moving.renew()

    moving.go()

    text = handler.read_bytes()
    assert NEW_SIGNATURE.encode() in text
    assert text.endswith(b"# ours\r\n")
    assert text.count(b"\n") == text.count(b"\r\n")


def test_the_teams_own_edits_of_templates_are_on_both_sides(shop: Shell, tmp_path: Path) -> None:
    template = shop.folder / ".cqrs-gen" / HANDLERS
    template.write_text(template.read_text().replace('"""Decides', '"""Our firm decides'))
    add(shop, "add command PlaceOrder total:Decimal")
    moving = begin(shop, tmp_path)
    moving.renew()

    moving.go()

    ours, older = (
        moving.file(f"src/shop/write/handlers/{name}.py").read_text()
        for name in ("place_order", "create_user")
    )
    assert ours.startswith('"""Our firm decides')
    assert older.startswith('"""Decides')  # it was made before, and is as good as edited
    assert NEW_SIGNATURE in ours
    assert NEW_SIGNATURE in older


def test_a_new_template_makes_its_file_for_the_slices_that_are_known(moving: Moving) -> None:
    page = moving.new / "command/docs/__module__.md.j2"
    page.parent.mkdir()
    page.write_text("# {{ name }}\n")

    resliced = moving.go()

    assert [type(change) for change in resliced.plan.changes] == [Create]
    assert moving.file("docs/create_user.md").read_text() == "# CreateUser\n"
    assert moving.plan().plan.writes == ()


def test_a_template_that_was_renamed_moves_what_nobody_edited(moving: Moving) -> None:
    add(moving.shop, "add command PlaceOrder total:Decimal")
    mine = moving.file("src/shop/write/handlers/place_order.py")
    mine.write_text(mine.read_text() + "# ours\n")
    (moving.new / HANDLERS).rename((moving.new / HANDLERS).with_name("on___module__.py.j2"))

    resliced = moving.go()

    assert {type(change) for change in resliced.plan.changes} == {Create, Delete}
    assert moving.file("src/shop/write/handlers/on_create_user.py").exists()
    assert not moving.file(HANDLER).exists()
    assert mine.exists()
    assert not moving.file("src/shop/write/handlers/on_place_order.py").exists()
    assert resliced.left == (
        "`src/shop/write/handlers/place_order.py` is left as it is: its template is gone",
    )


def test_a_template_with_marks_of_a_merge_is_refused(moving: Moving) -> None:
    moving.edit(HANDLERS, SIGNATURE, "\n<<<<<<< before updating\n=======\n>>>>>>> after\n")

    with pytest.raises(Failed, match="has marks of a merge in it"):
        moving.plan()


def test_a_new_template_that_is_broken_is_refused(moving: Moving) -> None:
    moving.edit(HANDLERS, SIGNATURE, "{{ nosuch }}")

    with pytest.raises(Failed, match="cannot be rendered"):
        moving.plan()


def test_twice_changes_nothing_more(moving: Moving) -> None:
    moving.renew()
    moving.go()
    before = tree(moving.shop.folder)

    assert moving.go().plan.writes == ()
    assert tree(moving.shop.folder) == before


def test_what_would_merge_into_nonsense_is_left_and_named(shop: Shell, tmp_path: Path) -> None:
    template = "note/src/__package__/notes/__module__.py.j2"
    file = shop.folder / ".cqrs-gen" / template
    file.parent.mkdir(parents=True)
    file.write_text(PLAIN)
    add(shop, "add note Board")
    note = shop.folder / "src/shop/notes/board.py"
    note.write_text(note.read_text().replace("B = 2", 'B = 2  # not """'))
    moving = begin(shop, tmp_path)
    moving.edit(template, "    A = 1\n", '    """\n    A = 1\n')
    moving.edit(template, "    C = 3\n", '    C = 3\n    """\n')

    resliced = moving.plan()

    assert resliced.plan.changes == ()
    [left] = resliced.left
    assert left == (
        "`src/shop/notes/board.py` is left as it is: merged line by line, it would be no Python"
    )


def test_a_kind_whose_classes_cannot_be_found_is_named(shop: Shell, tmp_path: Path) -> None:
    template = shop.folder / ".cqrs-gen/page/docs/__module__.md.j2"
    template.parent.mkdir(parents=True)
    template.write_text("# {{ name }}\n")
    add(shop, "add page Prices")
    moving = begin(shop, tmp_path)
    head_each(moving, "# New.")

    assert any(
        "`page` is left as it is: `page` has no template" in line for line in moving.plan().left
    )
    assert not any("docs/" in str(change.path) for change in moving.plan().plan.changes)


def test_a_kind_may_say_more_in_its_file_names(shop: Shell, tmp_path: Path) -> None:
    template = "policy/src/__package__/write/policies/__module___policy.py.j2"
    file = shop.folder / ".cqrs-gen" / template
    file.parent.mkdir(parents=True)
    file.write_text(POLICY)
    add(shop, "add policy OpeningHours opens:time")
    moving = begin(shop, tmp_path)
    moving.edit(template, "allow it", "allow what is asked")

    moving.go()

    made = moving.file("src/shop/write/policies/opening_hours_policy.py")
    assert "allow what is asked" in made.read_text()
