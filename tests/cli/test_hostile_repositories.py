"""A repository that nobody has read yet runs nothing, and has nothing written where it likes."""

from __future__ import annotations

import json
import os
import shutil
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from cli.hostile import (
    Canary,
    answer,
    git,
    plant_configuration,
    plant_record,
    slice_template,
    tree,
)

from conftest import Shell, program, thorough_but

if TYPE_CHECKING:
    from pathlib import Path

READING = [
    ("list",),
    ("list", "--json"),
    ("check",),
    ("check", "--advise"),
    ("check", "--since", "HEAD"),
    ("add", "command", "PayOrder", "order_id:UUID", "--dry-run"),
    ("add", "command", "PayOrder", "order_id:UUID", "--diff"),
    ("update", "--check"),
    ("update", "--dry-run"),
    ("update", "--abort", "--dry-run"),
    ("new", "project", ".", "--dry-run"),
]
WRITING = [
    ("add", "command", "PayOrder", "order_id:UUID"),
    ("check", "--fix"),
    ("update",),
    ("update", "--abort"),
]
named = pytest.mark.parametrize("command", [*READING, *WRITING], ids=" ".join)


@pytest.fixture
def shop(shop: Shell) -> Shell:
    """Give the test a project whose own word counts for where its template is."""
    kept = {name: value for name, value in shop.env.items() if name != "CQRS_GEN_TEMPLATE"}
    return Shell(shop.folder, kept)


@pytest.fixture
def canary(tmp_path: Path) -> Canary:
    """Give the test a program that nobody may run."""
    return Canary(tmp_path / "canary")


@pytest.fixture
def home(shop: Shell, tmp_path: Path) -> Shell:
    """Give the test the project with a home of its own, without records."""
    return Shell(shop.folder, shop.env | {"HOME": str(tmp_path / "home")})


# What a repository brings is no record of ours


@named
def test_a_planted_record_restores_and_deletes_nothing(
    shop: Shell, command: tuple[str, ...]
) -> None:
    plant_record(
        shop.folder,
        ("delete", ".git/hooks/post-checkout", ""),
        ("create", ".git/HEAD", ""),
        ("overwrite", "src/shop/app.py", ""),
        ("delete", "planted.py", ""),
    )
    before = tree(shop.folder)

    shop.cqrs_gen(*command)

    now = tree(shop.folder)
    assert {path: now.get(path) for path in before} == before
    assert not (shop.folder / ".git/hooks/post-checkout").exists()
    assert not (shop.folder / "planted.py").exists()


def test_a_planted_record_of_an_update_is_none(shop: Shell) -> None:
    place = shop.folder / ".git/cqrs-gen-update"
    place.mkdir()
    file = {"path": ".git/hooks/post-checkout", "before": "planted", "after": None}
    told = {
        "head": git(shop.folder, "rev-parse", "HEAD").strip(),
        "version": "0.2.0",
        "files": [file | {"executable": True}],
        **dict.fromkeys(("indexed", "entries", "marks"), ()),
    }
    (place / "record.json").write_text(json.dumps(told))

    ended = shop.cqrs_gen("update", "--abort")

    assert "no update to take back" in ended.stderr
    assert not (shop.folder / ".git/hooks/post-checkout").exists()


# Unfinished work of our own


def kill(shop: Shell, moment: int = 2) -> dict[str, bytes]:
    """Kill an `add` half-way; give what the project was before."""
    before = tree(shop.folder)
    killed = (sys.executable, program("killed.py"), str(moment))
    ended = shop.run(*killed, "add", "command", "PayOrder", "sum:int")
    assert ended.returncode < 0, ended.stderr
    assert tree(shop.folder) != before
    return before


@pytest.mark.parametrize("command", READING[:9], ids=" ".join)
def test_a_command_that_only_reads_reports_unfinished_work_and_touches_nothing(
    shop: Shell, command: tuple[str, ...]
) -> None:
    kill(shop)
    half_done = tree(shop.folder)

    ended = shop.cqrs_gen(*command)

    assert ended.returncode == 1
    assert "stopped half-way" in ended.stderr
    assert "src/shop/events/order_paid.py" in ended.stderr
    assert tree(shop.folder) == half_done


@pytest.mark.parametrize(
    "command", [("add", "event", "OrderShipped"), ("check", "--fix"), ("update", "--abort")]
)
def test_a_command_that_writes_undoes_unfinished_work_first(
    shop: Shell, command: tuple[str, ...]
) -> None:
    before = kill(shop)

    ended = shop.cqrs_gen(*command)

    assert "is now undone" in ended.stderr
    now = tree(shop.folder)
    assert {path: now.get(path) for path in before} == before
    assert not [path for path in now if "order_paid" in path or ".cqrs-gen-" in path]
    assert shop.cqrs_gen("list").returncode == 0


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_kept_at_home_is_for_the_user_alone(home: Shell, umask: int) -> None:
    code = f"umask {umask:03o}; exec '{sys.executable}' -m cqrs_gen "
    for command in ("add event OrderShipped", "check"):
        assert home.run("sh", "-c", code + command).returncode == 0

    folder = home.folder.parent / "home"
    modes = {path: path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()}
    assert {".cqrs-gen", "compiled", "checked", "cqrs-gen", "unfinished"} <= {p.name for p in modes}
    assert set(modes.values()) == {0o700}
    ours = [path for path in folder.rglob("*/*/*") if path.is_file()]
    assert {path.stat().st_mode & 0o022 for path in ours} == {0}


@pytest.mark.parametrize("fault", ["open", "link", "file", "foreign", "in the project", "nobody"])
def test_without_a_place_for_records_nothing_is_written_and_the_way_out_is_told(
    home: Shell, tmp_path: Path, fault: str
) -> None:
    place = tmp_path / "home/.local/state/cqrs-gen"
    place.parent.mkdir(parents=True)
    if fault == "open":
        place.mkdir()
        place.chmod(0o777)
    elif fault == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        place.symlink_to(tmp_path / "elsewhere")
    elif fault == "file":
        place.write_text("")
    elif fault == "foreign":
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        place.mkdir(mode=0o700)
        os.chown(place, 12345, 12345)
    elif fault == "in the project":
        home.env["XDG_STATE_HOME"] = str(home.folder / "state")
    else:
        home.env["CQRS_GEN_STATE"] = "no/absolute/path"
    before = tree(home.folder)

    refused = home.cqrs_gen("add", "event", "OrderShipped")

    assert refused.returncode == 1
    assert "records of unfinished work" in refused.stderr
    assert "CQRS_GEN_STATE=" in refused.stderr
    assert tree(home.folder) == before
    assert home.cqrs_gen("list").returncode == 0
    assert home.cqrs_gen("add", "event", "OrderShipped", "--dry-run").returncode == 0
    named = Shell(home.folder, home.env | {"CQRS_GEN_STATE": str(tmp_path / "named")})
    named.done("add", "event", "OrderShipped")


# Nothing is written into a folder of git's own, nor out of the project


PLACES = {
    "a link to .git": "notes/hooks/post-checkout",
    "a link in a link": "docs/notes/hooks/post-checkout",
    ".git itself": ".git/hooks/post-checkout",
    "the package's name": ".__package__/hooks/post-checkout",
    "other case": ".GIT/hooks/post-checkout",
    "Windows' short name": "git~1/hooks/post-checkout",
    "a dot behind": ".git./hooks/post-checkout",
    "a space behind": ".git /hooks/post-checkout",
    "what cannot be seen": ".g\u200cit/hooks/post-checkout",
    "a submodule's": "lib/.git/hooks/post-checkout",
    "a bare repository": "store/hooks/post-checkout",
    "a work tree's": "beside/hooks/post-checkout",
    "a link out": "away/planted",
    "a link out on the way": "away/deep/planted",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("options", [(), ("--force",)], ids=["add", "add --force"])
def test_a_slice_template_writes_nothing_for_git_to_run_and_nothing_outside(
    shop: Shell, tmp_path: Path, place: str, options: tuple[str, ...]
) -> None:
    root = shop.folder
    (root / "notes").symlink_to(".git")
    (root / "docs").mkdir()
    (root / "docs/notes").symlink_to(root / "notes")
    git(root, "init", "--bare", "--quiet", "store")
    (root / "beside").mkdir()
    (root / "beside/HEAD").write_text("ref: refs/heads/main\n")
    (root / "beside/commondir").write_text("../.git\n")
    (tmp_path / "outside/deep").mkdir(parents=True)
    (root / "away").symlink_to(tmp_path / "outside")
    (root / "src/git").symlink_to("shop")
    (root / "lib/.git").mkdir(parents=True)
    if "__package__" in place:
        answer(shop, package_name="git")
    slice_template(shop, place, "#!/bin/sh\n")
    before = tree(tmp_path)

    ended = shop.cqrs_gen("add", "note", "Anything", *options)

    assert ended.returncode == 1
    assert "leads " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert tree(tmp_path) == before


def test_a_project_in_a_folder_of_gits_own_is_not_written_to(shop: Shell, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    git(tmp_path, "init", "--bare", "--quiet", "bare")
    shutil.rmtree(shop.folder / ".git")
    inside = Shell(shop.folder.rename(bare / "shop"), shop.env)
    before = tree(tmp_path)

    for command in (("add", "event", "OrderShipped"), ("new", "project", "x", "--bare")):
        refused = inside.cqrs_gen(*command)
        assert "folder of git's own" in refused.stderr

    assert tree(tmp_path) == before
    assert inside.cqrs_gen("list").returncode == 0


def test_a_work_tree_in_the_folder_of_a_bare_repository_is_worked_in(
    shop: Shell, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--bare", "--quiet", str(shop.folder), "bare")
    git(tmp_path / "bare", "worktree", "add", "--quiet", "main2")

    Shell(tmp_path / "bare/main2", shop.env).done("add", "event", "OrderShipped")


@pytest.mark.parametrize("folder", ["{{ '.git' }}", ".git", "store"])
def test_a_template_that_brings_a_folder_of_gits_own_is_refused(
    shell: Shell, template: Path, folder: str
) -> None:
    hostile = shutil.copytree(template, shell.folder / "hostile")
    config = (hostile / "copier.yml").read_text()
    (hostile / "copier.yml").write_text(f"{config}\n_exclude: []\n")
    own = hostile / "template" / folder
    for name in ("objects/x", "refs/x", "hooks/post-commit"):
        (own / name).parent.mkdir(parents=True)
        (own / name).write_text("#!/bin/sh\n")
    (own / "HEAD").write_text("ref: refs/heads/main\n")

    options = ("--because", "events", "--template", str(hostile))
    refused = shell.cqrs_gen("new", "project", "shop", *options)

    assert refused.returncode == 1
    assert "folder of git's own" in refused.stderr
    assert not (shell.folder / "shop").exists()


# Git runs nothing that a repository names


@named
def test_nothing_that_gits_own_configuration_names_is_run(
    shop: Shell, canary: Canary, command: tuple[str, ...]
) -> None:
    answer(shop, _src_path="~/.cqrs-gen/template.bundle", _commit="v0.1.0")
    plant_configuration(shop, canary)

    shop.cqrs_gen(*command)

    assert canary.has_sung() == ""


def test_a_new_project_amid_it_runs_nothing_either(shop: Shell, canary: Canary) -> None:
    plant_configuration(shop, canary)

    shop.done("new", "project", "other", "--because", "events")

    assert canary.has_sung() == ""


@named
def test_nothing_is_run_in_an_embedded_bare_repository(
    shop: Shell, canary: Canary, command: tuple[str, ...]
) -> None:
    answer(shop, _src_path="~/.cqrs-gen/template.bundle", _commit="v0.1.0")
    shutil.rmtree(shop.folder / ".git")
    git(shop.folder, "init", "--bare", "--quiet", "bare")
    for path in (shop.folder / "bare").iterdir():  # the project is a bare repository itself
        path.rename(shop.folder / path.name)
    with (shop.folder / "config").open("a") as config:
        config.write(f"[core]\n    bare = false\n    worktree = {shop.folder}\n")
        config.write(canary.configuration)

    shop.cqrs_gen(*command)

    assert canary.has_sung() == ""


SOURCES = {
    "a program": "ext::{program}",
    "a program of git's own": "ext::sh -c {program}% {program}",
    "a descriptor": "fd::17",
    "another helper": "testgit::/{program}",
    "an option": "--upload-pack={program}",
    "another option": "-u{program}",
    "ssh's option": "ssh://-oProxyCommand={program}/x",
    "a shorthand": "git+ext::{program}",
    "a repository inside": "./inside",
    "a bare one inside": "./bare",
    "a file URL": "file://{folder}/inside",
    "a bare file URL": "git+file://{folder}/bare",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
@pytest.mark.parametrize(
    "commit", thorough_but(lambda commit: commit == "HEAD", ("v0.1.0", "HEAD", "--upload-pack=x"))
)
@pytest.mark.parametrize("command", [("update", "--check"), ("update",)], ids=" ".join)
def test_what_a_project_says_its_template_is_runs_nothing(
    shop: Shell, canary: Canary, source: str, commit: str, command: tuple[str, ...]
) -> None:
    plant_sources(shop.folder, canary)
    place = source.format(program=canary.program, folder=shop.folder)
    answer(shop, _src_path=place, _commit=commit)
    with (shop.folder / ".gitignore").open("a") as ignored:
        ignored.write("/inside\n/bare\n")
    git(shop.folder, "add", "--all")
    git(shop.folder, "commit", "--quiet", "--message", "Answers")

    ended = shop.cqrs_gen(*command)

    assert canary.has_sung() == ""
    assert "Traceback" not in ended.stderr


def plant_sources(root: Path, canary: Canary) -> None:
    """Put repositories into a project whose configuration and attributes name a program."""
    inside = root / "inside"
    git(root, "init", "--quiet", "inside")
    (inside / "copier.yml").write_text("x: 1\n")
    (inside / ".gitattributes").write_text("* filter=evil\n")
    git(inside, "add", "--all")
    git(inside, "commit", "--quiet", "--message", "x")
    git(inside, "tag", "v9.0.0")
    git(inside, "tag", "v0.1.0")
    git(root, "clone", "--bare", "--quiet", "inside", "bare")
    (inside / "copier.yml").write_text("x: 2\n")
    for config in (inside / ".git/config", root / "bare/config"):
        config.write_text(config.read_text() + canary.configuration)


@pytest.mark.parametrize(
    "unsafe",
    [
        "_tasks: ['{program}']",
        "_migrations: [{{version: v0.1.0, after: ['{program}']}}]",
        "_migrations: ['{program}']",
        "_jinja_extensions: [planted.Extension]",
    ],
)
@pytest.mark.parametrize("command", [("update", "--check"), ("update",)], ids=" ".join)
def test_a_template_that_wants_to_run_programs_is_refused(
    shop: Shell, canary: Canary, unsafe: str, command: tuple[str, ...]
) -> None:
    template = shop.folder.parent / "template"
    git(shop.folder.parent, "init", "--quiet", "template")
    questions = "".join(f"{name}: x\n" for name in ("project_name", "package_name", "reasons"))
    for version in ("v0.1.0", "v0.2.0"):
        (template / "copier.yml").write_text(
            f"{questions}{unsafe.format(program=canary.program)}\n# {version}\n"
        )
        git(template, "add", "--all")
        git(template, "commit", "--quiet", "--message", version)
        git(template, "tag", version)
    (shop.folder / "planted.py").write_text(
        dedent(f"""\
            import os
            from jinja2.ext import Extension
            os.system('{canary.program} </dev/null')
            """)
    )
    answer(shop, _src_path=str(template), _commit="v0.1.0")
    git(shop.folder, "add", "--all")
    git(shop.folder, "commit", "--quiet", "--message", "Answers")

    ended = shop.cqrs_gen(*command)

    assert canary.has_sung() == ""
    assert ended.returncode == 1


def test_a_partial_clone_fetches_nothing_by_what_it_names(shop: Shell, canary: Canary) -> None:
    git(shop.folder, "tag", "v0.0.1")
    blob = git(shop.folder, "rev-parse", "HEAD:src/shop/events/user_created.py").strip()
    object_file = shop.folder / ".git/objects" / blob[:2] / blob[2:]
    object_file.unlink()
    with (shop.folder / ".git/config").open("a") as config:
        config.write('[extensions]\n    partialClone = origin\n[remote "origin"]\n')
        config.write(f"    url = {shop.folder}\n    promisor = true\n")
        config.write(
            f"    uploadpack = {canary.program}\n[core]\n    repositoryformatversion = 1\n"
        )

    ended = shop.cqrs_gen("check")

    assert canary.has_sung() == ""
    assert ended.returncode == 1
    assert "partial clone" in ended.stderr


def test_modules_in_the_folder_around_are_not_imported(shop: Shell, canary: Canary) -> None:
    for name in ("typer", "jinja2", "platformdirs", "yaml", "tomllib", "json", "ruff"):
        (shop.folder / f"{name}.py").write_text(
            dedent(f"""\
                import os
                os.system('{canary.program} </dev/null')
                """)
        )

    for command in (("list",), ("check",), ("add", "event", "OrderShipped")):
        shop.cqrs_gen(*command)

    assert canary.has_sung() == ""
