"""At a terminal: questions are asked, words have colours, and a no is a no."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from cli.terminal import CLEAR, ENTER, Terminal

if TYPE_CHECKING:
    from conftest import Shell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

QUESTIONS = (
    ("What is the project called?", ENTER),
    ("What is its Python package called?", ENTER),
    ("What does it do, in a line?", CLEAR + "Sells things" + ENTER),
    ("What is the oldest Python that it should run on?", ENTER),
    ("Should it answer over HTTP?", ENTER),
    ("Where do its checks run?", ENTER),
)
GO_ON = "Go on with CQRS all the same? [y/N]: "


def asked(shell: Shell, *arguments: str) -> Terminal:
    terminal = Terminal(shell, "new", "project", "shop", *arguments)
    for question, keys in QUESTIONS:
        terminal.answer(question, keys)
    return terminal


def test_what_is_left_out_is_asked(shell: Shell) -> None:
    terminal = asked(shell)
    terminal.answer("What speaks for CQRS here?", " " + ENTER)

    assert terminal.end() == 0
    answers = (shell.folder / "shop/.copier-answers.yml").read_text()
    assert "project_name: shop\n" in answers
    assert "description: Sells things\n" in answers
    assert "- read-model\n" in answers
    assert "nothing here speaks for CQRS" not in terminal.shown


def test_what_was_given_is_not_asked(shell: Shell) -> None:
    given = ("--name", "shop", "--package", "shop", "--description", "x", "--python", "3.12")
    terminal = Terminal(
        shell,
        "new",
        "project",
        "shop",
        *given,
        "--no-http",
        "--ci",
        "none",
        "--because",
        "events",
        "--bare",
    )

    assert terminal.end() == 0
    assert "?" not in terminal.shown


@pytest.mark.parametrize(("keys", "code"), [("n", 1), ("", 1), ("y", 0)])
def test_where_nothing_speaks_for_cqrs_it_asks_whether_to_go_on(
    shell: Shell, keys: str, code: int
) -> None:
    terminal = asked(shell, "--bare")
    terminal.answer("What speaks for CQRS here?", ENTER)
    terminal.answer(GO_ON, keys + ENTER)

    assert terminal.end() == code
    assert [path.name for path in shell.folder.iterdir()] == ([] if code else ["shop"])
    assert ("error: nothing is made" in terminal.shown) == bool(code)


@pytest.mark.parametrize("question", [QUESTIONS[0][0], QUESTIONS[3][0]])
def test_an_interrupt_ends_it_and_leaves_nothing(shell: Shell, question: str) -> None:
    terminal = Terminal(shell, "new", "project", "shop")
    for asked_first, keys in QUESTIONS:
        if asked_first == question:
            break
        terminal.answer(asked_first, keys)
    terminal.interrupt(question)

    assert terminal.end() == 130
    assert "Traceback" not in terminal.shown
    assert list(shell.folder.iterdir()) == []


def test_an_interrupt_at_the_last_question_ends_it_too(shell: Shell) -> None:
    terminal = asked(shell, "--bare")
    terminal.answer("What speaks for CQRS here?", ENTER)
    terminal.interrupt(GO_ON)

    assert terminal.end() in (1, 130)
    assert list(shell.folder.iterdir()) == []


def test_words_have_colours_unless_none_are_wanted(bare_shop: Shell) -> None:
    add = ("add", "event", "CreateUser", "--dry-run")
    coloured, plain = Terminal(bare_shop, *add), Terminal(bare_shop, *add, NO_COLOR="1")
    assert (coloured.end(), plain.end()) == (0, 0)

    assert "\x1b[32m\x1b[1mcreate\x1b[0m  src/shop/events/create_user.py" in coloured.raw
    assert "\x1b[33m\x1b[1mwarning\x1b[0m: `CreateUser` does not read" in coloured.raw
    assert "\x1b" not in plain.raw
    assert coloured.shown == plain.shown


def test_a_pipe_has_no_colours(bare_shop: Shell) -> None:
    assert "\x1b" not in bare_shop.done("add", "event", "UserCreated")


def test_add_never_asks(bare_shop: Shell) -> None:
    terminal = Terminal(bare_shop, "add", "command", "CreateUser", "email:str")

    assert terminal.end() == 0


def test_a_list_that_is_too_wide_takes_some_lines_for_each_message(shop: Shell) -> None:
    wide, narrow = Terminal(shop, "list"), Terminal(shop, "list", COLUMNS="80")
    assert (wide.end(), narrow.end()) == (0, 0)

    assert wide.shown == shop.done("list")
    assert narrow.shown.splitlines()[:4] == [
        "command CreateUser -> UserCreated",
        "  email:str name:str",
        "  handler: CreateUserHandler",
        "  src/shop/write/commands/create_user.py:9",
    ]
    assert max(map(len, narrow.shown.splitlines())) <= 80
