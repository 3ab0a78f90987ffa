"""What a repository that means no good brings along, and the sign that any of it was run."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shell

ANSWERS = ".copier-answers.yml"

PROGRAM = """#!/bin/sh
echo "$0 $*" >> "{canary}"
exit 0
"""

CONFIGURATION = """
[core]
    fsmonitor = {program}
    hooksPath = {hooks}
    sshCommand = {program}
    gitProxy = {program}
    pager = {program}
    editor = {program}
    askPass = {program}
    alternateRefsCommand = {program}
[filter "evil"]
    clean = {program}
    smudge = {program}
    required = true
[filter "worse"]
    process = {program}
[diff]
    external = {program}
[diff "evil"]
    textconv = {program}
    command = {program}
[merge "evil"]
    driver = {program}
[alias]
    status = !{program}
    describe = !{program}
    ls-files = !{program}
[credential]
    helper = !{program}
[gpg]
    program = {program}
[pager]
    status = {program}
    describe = {program}
[protocol "ext"]
    allow = always
[url "ext::{program} "]
    insteadOf = ~
    insteadOf = /
    insteadOf = https://
[remote "origin"]
    url = ext::{program}
    uploadpack = {program}
    vcs = ext
    promisor = true
[uploadpack]
    packObjectsHook = {program}
[include]
    path = {folder}/nowhere
"""
"""Every setting by which git runs a program."""

HOOKS = ("post-index-change", "post-checkout", "post-commit", "pre-commit", "reference-transaction")
ATTRIBUTES = "*.py filter=evil diff=evil merge=evil\n*.md filter=worse\n* diff=evil\n"


class Canary:
    """A program that leaves a sign when it is run, and where it does."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.sign = folder / "sign"
        self.program = folder / "program"
        self.program.write_text(PROGRAM.format(canary=self.sign))
        self.program.chmod(0o755)
        for name in HOOKS:
            hook = folder / "hooks" / name
            hook.parent.mkdir(exist_ok=True)
            hook.write_bytes(self.program.read_bytes())
            hook.chmod(0o755)

    @property
    def configuration(self) -> str:
        """Git's configuration, in which every program is this one."""
        return CONFIGURATION.format(
            program=self.program, hooks=self.folder / "hooks", folder=self.folder
        )

    def has_sung(self) -> str:
        """Tell what was run; nothing, if all is well."""
        return self.sign.read_text() if self.sign.exists() else ""


def git(folder: Path, *arguments: str) -> str:
    """Run git as its user does, before anything is planted."""
    options = (
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.org",
        "-c",
        "safe.bareRepository=all",
    )
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(
        ("git", *options, *arguments),
        cwd=folder,
        env={"PATH": os.environ["PATH"], **settings},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def plant_configuration(shop: Shell, canary: Canary) -> None:
    """Let the project's own `.git` and its attributes name the program wherever they can."""
    (shop.folder / ".gitattributes").write_text(ATTRIBUTES)
    git(shop.folder, "add", "--all")
    git(shop.folder, "commit", "--quiet", "--message", "Attributes")
    git(shop.folder, "tag", "v0.0.1")
    with (shop.folder / ".git/config").open("a") as config:
        config.write(canary.configuration)
    for path in shop.folder.rglob("*.py"):  # git is to look into each of them again
        path.touch()


def plant_record(root: Path, *files: tuple[str, str, str], content: str = "planted\n") -> None:
    """Write an undo record into a project, as a run of cqrs-gen 0.3.0 that was killed left it."""
    pending = root / ".cqrs-gen/.pending"
    pending.mkdir(parents=True)
    for number, _ in enumerate(files):
        (pending / f"{number}.old").write_text(content)
        (pending / f"{number}.old").chmod(0o755)
    (pending / "manifest.json").write_text(json.dumps({"folders": [], "files": files}))


def answer(shop: Shell, **answers: str) -> None:
    """Put other lines into the answers of a project."""
    file = shop.folder / ANSWERS
    kept = [line for line in file.read_text().splitlines() if line.partition(":")[0] not in answers]
    told = [f"{name}: {json.dumps(value)}" for name, value in answers.items()]
    file.write_text("\n".join((*kept, *told, "")))


def slice_template(
    shop: Shell, path: str, content: str = "{{ name }}\n", kind: str = "note"
) -> Path:
    """Write a slice template of a kind of its own."""
    file = shop.folder / ".cqrs-gen" / kind / f"{path}.j2"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def tree(folder: Path) -> dict[str, bytes]:
    """Give the content of every file below, links by where they lead."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()).encode()
        if path.is_symlink()
        else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }
