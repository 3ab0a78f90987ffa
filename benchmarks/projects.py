"""Projects to measure in: made from the template as it stands here, filled with messages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from cqrs_gen.bundles import HOME, SHIPPED

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
MESSAGES_OF_AN_ENTITY = 3
NOBODY = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")


def copy_template(folder: Path) -> Path:
    """Copy the template out of this repository's git, as a plain folder."""
    template = folder / "template"
    kept_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "template", template / "template", ignore=kept_out)
    shutil.copy(ROOT / "copier.yml", template)
    return template


def bundle_template(template: Path, env: dict[str, str]) -> Path:
    """Bundle a copy of the template as a release does, with one version."""
    bundle = template.with_name("template.bundle")
    commit = ("git", *NOBODY, "commit", "--quiet", "--message", "Release it")
    bundling = ("git", "bundle", "create", "--quiet", str(bundle), "--all")
    for command in (("git", "init", "--quiet"), ("git", "add", "--all"), commit):
        _run(*command, at=template, env=env)
    _run("git", "tag", "v1.0.0", at=template, env=env)
    _run(*bundling, at=template, env=env)
    return bundle


def environment(home: Path) -> dict[str, str]:
    """Give an environment without settings of the user's, and with bytecode kept as usual."""
    inherited = {
        name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ
    }
    settings = {"HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return inherited | settings


def tool(name: str) -> str:
    """Find a command of the environment that this Python belongs to."""
    found = shutil.which(name, path=str(TOOLS))
    if found is None:
        sys.exit(f"`{name}` is not in `{TOOLS}`: run this with a Python that has cqrs-gen")
    return found


def make_project(folder: Path, env: dict[str, str], entities: int) -> Path:
    """Make a project with one event and, for each entity, a command, its event and a query."""
    shop = new_project(folder, env, "--bare")
    _add(shop, env, "event", "UserCreated", "user_id:UUID")
    if entities:
        _fill(shop, env, entities)
    commit(shop, env)
    return shop


def make_released(folder: Path, env: dict[str, str], version: str, entities: int) -> Path:
    """Make such a project from a released version, as those have who made theirs in its time."""
    shop = folder / "shop"
    answers = ("project_name=shop", "package_name=shop", 'reasons=["read-model"]')
    given = (word for answer in answers for word in ("--data", answer))
    copy = (tool("copier"), "copy", "--defaults", "--quiet", "--vcs-ref", f"v{version}")
    _run(*copy, *given, keep_released(env), str(shop), at=folder, env=env)
    _run("git", "init", "--quiet", at=shop, env=env)
    _add(shop, env, "event", "UserCreated", "user_id:UUID")
    if entities:
        _fill(shop, env, entities)
    commit(shop, env)
    return shop


def keep_released(env: dict[str, str]) -> str:
    """Put what the wheel carries where a project finds it; give the place as answers name it."""
    kept = Path(env["HOME"]) / ".cqrs-gen" / "template.bundle"
    kept.parent.mkdir(exist_ok=True)
    shutil.copy(SHIPPED, kept)
    return HOME


def commit(shop: Path, env: dict[str, str]) -> None:
    """Commit all that a project holds."""
    _run("git", "add", "--all", at=shop, env=env)
    _run("git", *NOBODY, "commit", "--quiet", "--message", "Fill it", at=shop, env=env)


def new_project(folder: Path, env: dict[str, str], *options: str) -> Path:
    """Make a project in a folder, from the template as it stands here."""
    source = ("--template", str(copy_template(folder)), "--because", "read-model")
    _run(tool("cqrs-gen"), "new", "project", "shop", *source, *options, at=folder, env=env)
    return folder / "shop"


def _fill(shop: Path, env: dict[str, str], entities: int) -> None:
    """Add one entity's messages, and write those of the others after them."""
    _add(shop, env, "command", "CreateWidget", "label:str")
    _add(shop, env, "query", "GetWidget", "--on", "WidgetCreated")
    for written in [path for path in shop.rglob("*widget*") if path.is_file()]:
        text = written.read_text(encoding="utf-8")
        for number in range(1, entities):
            beside = written.with_name(_renamed(written.name, number))
            beside.write_text(_renamed(text, number), encoding="utf-8")


def _renamed(text: str, number: int) -> str:
    for widget in ("Widget", "widget", "WIDGET"):
        text = text.replace(widget, f"{widget}{number}")
    return text


def _add(shop: Path, env: dict[str, str], *words: str) -> None:
    _run(tool("cqrs-gen"), "add", *words, at=shop, env=env)


def _run(*command: str, at: Path, env: dict[str, str]) -> None:
    subprocess.run(command, cwd=at, env=env, check=True, stdout=subprocess.DEVNULL)
