"""Files: which calls write one, and which read one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .seen import FILE_READ, FILE_WRITE, MAYBE, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .seen import Seen

_OPENERS = {
    **dict.fromkeys(
        ("builtins.open", "io.open", "codecs.open", "aiofiles.open", "gzip.open", "bz2.open",
         "lzma.open", "anyio.open_file", "os.fdopen", "zipfile.ZipFile", "tarfile.open"), 1
    ),
}  # fmt: skip
_WRITERS = re.compile(
    r"os\.(remove|unlink|rename|renames|replace|mkdir|makedirs|rmdir|removedirs|truncate|chmod|"
    r"chown|symlink|link|mkfifo|utime|write)"
    r"|(aiofiles\.os)\.(remove|unlink|rename|replace|mkdir|makedirs|rmdir)"
    r"|shutil\.(copy|copy2|copyfile|copytree|move|rmtree|chown|make_archive|unpack_archive)"
    r"|(shelve|dbm)\.open"
    r"|(numpy|np)\.(save|savez|savetxt)"
)
_OF_PATHS = frozenset(
    {"write_text", "write_bytes", "unlink", "mkdir", "rmdir", "rename", "replace", "touch",
     "symlink_to", "hardlink_to", "chmod"}
)  # fmt: skip
_OF_PATHS_ALONE = frozenset({"write_text", "write_bytes"})
_READERS_OF_PATHS = frozenset(
    {"read_text", "read_bytes", "iterdir", "glob", "rglob", "exists", "stat"}
)
_PATH = re.compile(r"(anyio|pathlib)\.\w*Path(\(|\.)")
_TABLES = re.compile(
    r"(pandas|polars)\..*\.(to_csv|to_excel|to_json|to_parquet|to_pickle|write_\w+)"
)
_READERS = re.compile(
    r"os\.(listdir|scandir|walk|stat|read)|os\.path\.(exists|getmtime|getsize|isfile)"
)


def of_files(seen: Seen) -> Iterator[Effect]:
    """Tell what a call does to files."""
    if seen.path in _OPENERS:
        yield from _opened(seen, _OPENERS[seen.path])
    elif _WRITERS.fullmatch(seen.path) or (
        _TABLES.fullmatch(seen.path) and seen.form and seen.form[2]
    ):
        yield Effect(FILE_WRITE, f"writes files: `{shown(seen.path)}`")
    elif _READERS.fullmatch(seen.path):
        yield Effect(FILE_READ, f"looks at files: `{shown(seen.path)}`")
    elif _PATH.match(seen.path):
        yield from _of_path(seen)
    elif seen.name in _OF_PATHS_ALONE:
        yield Effect(FILE_WRITE, f"writes a file: `{seen.name}`")


def _of_path(seen: Seen) -> Iterator[Effect]:
    if seen.name == "open":
        yield from _opened(seen, 0)
    elif seen.name in _OF_PATHS:
        yield Effect(FILE_WRITE, f"writes files: `Path.{seen.name}`")
    elif seen.name in _READERS_OF_PATHS:
        yield Effect(FILE_READ, f"reads files: `Path.{seen.name}`")


def _opened(seen: Seen, place: int) -> Iterator[Effect]:
    given = seen.argument(place, "mode")
    mode = "r" if given is None else seen.text(place, "mode")
    if mode is None:
        yield Effect(MAYBE, "opens a file in a mode that is not known")
    elif set(mode) & set("wax+"):
        yield Effect(FILE_WRITE, f'opens a file to write: `open(…, "{mode}")`')
    else:
        yield Effect(FILE_READ, "reads a file")


def shown(path: str) -> str:
    """Give a path as it may be said to a person: without what is behind brackets."""
    return re.sub(r"\(\)|\[\]", "", path).lstrip("?.!")
