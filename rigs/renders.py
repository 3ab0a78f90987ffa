"""Projects as nothing but a released version of the template makes them, each made once."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from snapshots import read_files
from terminal import forked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from snapshots import Files

SOURCE = "~/.cqrs-gen/template.bundle"


class Renders:
    """Renders releases, and keeps what came of it."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder = folder
        self._env = env
        self._made: dict[str, Path] = {}
        self._read: dict[str, Files] = {}

    def folder(self, version: str, answers: Mapping[str, object], source: str = SOURCE) -> Path:
        """Return a folder with a version, made by answers; it is not to be changed."""
        key = json.dumps([source, version, answers], sort_keys=True, default=str)
        if key not in self._made:
            place = self._folder / f"made-{len(self._made)}"
            place.mkdir(parents=True)
            self._render(source, version, answers, place)
            self._made[key] = place
        return self._made[key]

    def files(self, version: str, answers: Mapping[str, object], source: str = SOURCE) -> Files:
        """Return the files that it has."""
        folder = self.folder(version, answers, source)
        if folder.name not in self._read:
            self._read[folder.name] = read_files(folder)
        return self._read[folder.name]

    def _render(
        self, source: str, version: str, answers: Mapping[str, object], place: Path
    ) -> None:
        from cqrs_gen.template import Copy, render  # noqa: PLC0415  in the fork's environment

        given = {name: answer for name, answer in answers.items() if not name.startswith("_")}
        copy = Copy(source, given, version=version)
        with tempfile.TemporaryDirectory() as folder:
            code = forked(lambda: render(copy, place), place, self._env, Path(folder))
            if code:
                sys.exit(f"{version} cannot be rendered: {(Path(folder) / 'err').read_text()}")
