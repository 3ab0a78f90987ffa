"""An environment for git in which no setting can lose an edit, or run what a repository says.

What is set here counts for more than the user's, the machine's and the repository's own
configuration. The rest of theirs is left to count: it says how to reach a team's template.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What `git rev-parse --local-env-vars` names, and what changes how paths and patches are read:
# a hook that runs cqrs-gen has some of them set, for a repository that may be another.
_INHERITED = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_ATTR_SOURCE",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DEFAULT_HASH",
        "GIT_DIFF_OPTS",
        "GIT_DIR",
        "GIT_EXTERNAL_DIFF",
        "GIT_GLOB_PATHSPECS",
        "GIT_GRAFT_FILE",
        "GIT_ICASE_PATHSPECS",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INDEX_VERSION",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NAMESPACE",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
_EVERYWHERE = {
    "advice.detachedHead": "false",
    "color.ui": "false",
    "commit.gpgSign": "false",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.quotePath": "true",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "merge.conflictStyle": "merge",
    "protocol.ext.allow": "never",
    "protocol.fd.allow": "never",
    "protocol.file.allow": "user",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
    "tag.gpgSign": "false",
}
_BYTE_FOR_BYTE = {
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.eol": "lf",
}
"""What a template is checked out with; the files of a project were checked out with its own."""

_BY_NETWORK = {
    "protocol.allow": "never",
    **{f"protocol.{name}.allow": "always" for name in ("git", "http", "https", "ssh")},
}
"""How a template is fetched. Whatever else a source names would be a program to run."""

_BY_NOTHING = {"GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1"}
"""A repository that lacks objects may say itself where, and by which program, they come from."""


def for_projects(
    inherited: Mapping[str, str], settings: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Make an environment to ask about a user's repository in, without a look beyond it."""
    return _environment(inherited, {**_EVERYWHERE, **(settings or {})}) | _BY_NOTHING


def for_templates(
    inherited: Mapping[str, str], apart: Path, settings: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Make an environment in which a template comes out as it was put in.

    It is to be used in the folder `apart`, which counts as one in no repository.
    """
    every = {**_EVERYWHERE, **_BYTE_FOR_BYTE, **_BY_NETWORK, **(settings or {})}
    return _environment(inherited, every) | {"GIT_CEILING_DIRECTORIES": str(apart.parent)}


def _environment(inherited: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in inherited.items() if name not in _INHERITED}
    kept["GIT_TEMPLATE_DIR"] = ""
    kept["GIT_OPTIONAL_LOCKS"] = "0"
    kept["GIT_TERMINAL_PROMPT"] = "0"
    given = int(kept.get("GIT_CONFIG_COUNT") or 0)
    for number, (key, value) in enumerate(settings.items(), start=given):
        kept[f"GIT_CONFIG_KEY_{number}"] = key
        kept[f"GIT_CONFIG_VALUE_{number}"] = value
    kept["GIT_CONFIG_COUNT"] = str(given + len(settings))
    return kept
