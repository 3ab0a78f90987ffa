"""The released versions of a template, and which of them a project is to be brought to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from cqrs_gen.bundles import HOME, SHIPPED, expanded, own_version, versions_in
from cqrs_gen.errors import Failed, NotFound
from cqrs_gen.git import run_apart

_DESCRIBED = re.compile(r"(?P<tag>.+)-(?P<since>\d+)-g[0-9a-f]+")
"""What `git describe` says of a commit that has no tag of its own."""

_TAG = "refs/tags/"
_UPGRADE = "bring cqrs-gen forward first: `pip install --upgrade cqrs-gen`"
_SHORTHANDS = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/", "git+": ""}


class Release(NamedTuple):
    """A version, and what its tag is called."""

    version: Version
    tag: str


def releases_of(source: str) -> tuple[Release, ...]:
    """List what is released at a source, the oldest first; raises Failed if it tells none.

    For `HOME`, that is what this cqrs-gen ships, whatever else is on the machine.
    """
    if source == HOME:
        return tuple(_shipped(".".join(map(str, version))) for version in versions_in(SHIPPED))
    listed = run_apart("ls-remote", "--tags", "--refs", "--", _reachable(source))
    if listed.returncode:
        raise Failed(
            f"the template at `{source}` cannot be reached: {_last_line(listed.stderr)}",
            hint="name where it is now: `--template SOURCE`",
        )
    tags = (line.partition(_TAG)[2] for line in listed.stdout.splitlines())
    found = sorted(Release(parsed, tag) for tag in tags if (parsed := version_of(tag)))
    if not found:
        raise Failed(
            f"the template at `{source}` has no released versions",
            hint="tag one there, as in `git tag v1.0.0`, or name another: `--template SOURCE`",
        )
    return tuple(found)


def _shipped(version: str) -> Release:
    return Release(Version(version), f"v{version}")


def version_of(commit: str) -> Version | None:
    """Understand a tag, or a commit as `git describe` names it; None is neither."""
    described = _DESCRIBED.fullmatch(commit)
    text = f"{described['tag']}.post{described['since']}" if described else commit
    try:
        return Version(text)
    except InvalidVersion:
        return None


def choose(source: str, commit: str, wanted: str | None) -> Release:
    """Choose the version that was asked for, or the newest that is no pre-release.

    Raises Failed if the project is ahead of it, NotFound if it is not there.
    """
    found = releases_of(source)
    newest = next((r for r in reversed(found) if not r.version.is_prerelease), found[-1])
    now = version_of(commit)
    if now is not None and now > found[-1].version:
        raise _from_the_future(source, now, found[-1])
    chosen = _named(source, found, wanted) if wanted else newest
    if now is not None and chosen.version < now:
        if not wanted:  # the project is at a pre-release
            return next((each for each in found if each.version == now), found[-1])
        raise Failed(
            f"this project is at {now} already, and an update never goes back to {chosen.version}",
            hint="to undo one that is committed: `git revert`",
        )
    return chosen


def _named(source: str, found: tuple[Release, ...], wanted: str) -> Release:
    version = version_of(wanted)
    for each in found:
        if each.version == version:
            return each
    if source == HOME and version and version > found[-1].version:
        raise NotFound(
            f"this cqrs-gen, {own_version()}, knows no version `{wanted}` of the template",
            hint=_UPGRADE,
        )
    there = ", ".join(f"`{each.version}`" for each in found[-8:])
    raise NotFound(f"there is no version `{wanted}` of the template", hint=f"there is: {there}")


def _from_the_future(source: str, now: Version, newest: Release) -> Failed:
    if source == HOME:
        return Failed(
            f"this project is at {now}, and this cqrs-gen knows no version after {newest.version}",
            hint=_UPGRADE,
        )
    return Failed(
        f"this project is at {now}, and `{source}` has no version after {newest.version}",
        hint="name where later ones are: `--template SOURCE`",
    )


def _reachable(source: str) -> str:
    """Spell a source as git does; Copier has shorthands of its own."""
    place = expanded(source) if source.startswith("~") else Path(source)
    if place.exists():
        return str(place.resolve())
    for shorthand, host in _SHORTHANDS.items():
        if source.startswith(shorthand):
            return f"{host}{source.removeprefix(shorthand).strip('/')}"
    return source


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["git does not say why"])[-1].removeprefix("fatal: ")
