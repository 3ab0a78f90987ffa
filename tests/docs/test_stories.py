"""The runner of the guide catches a page that does not tell the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docs.pages import blocks, rows, section
from docs.stories import Story

if TYPE_CHECKING:
    from conftest import Shell

ID = "0d6c5f2e-4a7b-4c1d-9e8f-1a2b3c4d5e6f"
OTHER = "6f1c1b9e-8c5b-4f55-9a3e-2f8a3c7f0d11"

TRUE = [
    "```console\n$ echo one\none\n```",
    "```console\n$ echo one two three\none … three\n```",
    "```console\n$ printf '1\\n2\\n3\\n'\n1\n…\n```",
    "```console\n$ true\n```",
    "```console\n$ echo 'error: no' && false\nerror: no\n```",
    f"```console\n$ echo {OTHER} > own\n$ cat own\n{ID}\n$ test $(cat own) = {ID}\n```",
    "```python\n# sub/a.py\nx = 1\n```\n```console\n$ cat sub/a.py\nx = 1\n```",
    "```python\n# a.py\nx = 1\ny = 2\n```\n```python\n# a.py, as it comes\ny = 2\n```",
    "```jinja\n{# a.j2 #}\n{{ x }}\n```\n```console\n$ cat a.j2\n{{ x }}\n```",
    "```console\n$ mkdir sub\n$ cd sub\n$ touch a\n```\n```console\n$ ls\na\n```",
    "```text\nwhatever\n```",
]
FALSE = [
    "```console\n$ echo one\ntwo\n```",
    "```console\n$ echo one\none\ntwo\n```",
    "```console\n$ printf '1\\n2\\n'\n1\n```",
    "```console\n$ false\n```",
    "```console\n$ echo 'error: no'\nerror: no\n```",
    f"```console\n$ echo here\n{ID}\n```",
    "```python\nx = 1\n```",
    "```python\n# a.py\nx = 1\n```\n```python\n# a.py, as it comes\nx = 2\n```",
]


@pytest.mark.parametrize("page", TRUE)
def test_a_page_that_tells_the_truth_is_let_through(page: str, shell: Shell) -> None:
    Story(shell).follow(blocks(page))


@pytest.mark.parametrize("page", FALSE)
def test_a_page_that_does_not_is_caught(page: str, shell: Shell) -> None:
    with pytest.raises(AssertionError):
        Story(shell).follow(blocks(page))


def test_a_folder_that_is_not_there_is_not_gone_to(shell: Shell) -> None:
    with pytest.raises(FileNotFoundError):
        Story(shell).follow(blocks("```console\n$ cd nowhere\n```"))


def test_a_section_ends_where_the_next_one_of_its_level_begins() -> None:
    page = "# A\n\n## B\n\nb\n\n### C\n\n```sh\n# no heading\n```\n\n## D\n\nd\n"

    assert section(page, "## B") == "\n\nb\n\n### C\n\n```sh\n# no heading\n```\n\n"[1:]


def test_a_bar_in_a_cell_is_no_border() -> None:
    assert rows("| a | b |\n|---|---|\n| `x \\| y` | z |\n") == [["`x | y`", "z"]]
