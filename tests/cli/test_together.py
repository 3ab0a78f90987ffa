"""Many at work in one project: branches that merge, runs that are killed, runs at once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from cli.trees import tree

from conftest import program

if TYPE_CHECKING:
    from conftest import Shell

ORDER = ("add", "command", "PlaceOrder", "customer_id:UUID", "lines:list[str]", "total:Decimal")
OTHER = ("add", "event", "UserCreated")
KILLS = 20


def git(shop: Shell, *arguments: str) -> str:
    nobody = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    done = shop.run("git", *nobody, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_branches_that_each_add_a_message_merge(shop: Shell) -> None:
    messages = {
        "orders": ORDER,
        "users": ("add", "query", "ListUsers", "--on", "UserCreated"),
        "logins": ("add", "event", "UserLoggedIn", "user_id:UUID"),
    }
    for branch, arguments in messages.items():
        git(shop, "switch", "--quiet", "--create", branch, "main")
        shop.done(*arguments)
        git(shop, "add", "--all")
        git(shop, "commit", "--quiet", "--message", branch)

    git(shop, "switch", "--quiet", "main")
    git(shop, "merge", "--quiet", "--no-edit", "orders")
    git(shop, "merge", "--quiet", "--no-edit", "users")
    git(shop, "merge", "--quiet", "--no-edit", "logins")

    assert git(shop, "status", "--porcelain") == ""
    listed = shop.done("list")
    assert all(name in listed for name in ("PlaceOrder", "ListUsers", "UserLoggedIn"))


def test_a_run_that_is_killed_is_whole_or_undone_by_the_next(bare_shop: Shell) -> None:
    bare_shop.done(*OTHER)
    untouched = tree(bare_shop.folder)
    began = time.monotonic()
    assert bare_shop.start_cqrs_gen(*ORDER).returncode == 0
    takes = time.monotonic() - began
    whole = tree(bare_shop.folder)
    chance = random.Random(7)  # noqa: S311  not for secrets
    for path in whole.keys() - untouched.keys():
        (bare_shop.folder / path).unlink()

    for _ in range(KILLS):
        kill_after(bare_shop, takes * chance.uniform(0.5, 1.1))
        bare_shop.done(*OTHER)  # the next command that writes, though it has nothing to do
        now = tree(bare_shop.folder)
        assert now in (untouched, whole)
        for path in now.keys() - untouched.keys():
            (bare_shop.folder / path).unlink()

    bare_shop.done(*ORDER)
    assert tree(bare_shop.folder) == whole


def kill_after(shop: Shell, seconds: float) -> None:
    running = subprocess.Popen(
        (sys.executable, "-m", "cqrs_gen", *ORDER),
        cwd=shop.folder,
        env=shop.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    running.send_signal(signal.SIGKILL)
    running.wait()


@pytest.fixture
def half_done(bare_shop: Shell) -> Shell:
    """Give the test a project in which a run was killed while it moved files to their places."""
    untouched = tree(bare_shop.folder)
    killed = bare_shop.run(sys.executable, program("killed.py"), "3", *ORDER)
    assert killed.returncode == -signal.SIGKILL
    assert tree(bare_shop.folder) != untouched
    return bare_shop


def test_what_a_killed_run_had_begun_is_undone_by_the_next_that_writes_and_said(
    half_done: Shell,
) -> None:
    ended = half_done.cqrs_gen("add", "event", "UserCreated")

    assert ended.returncode == 0
    assert ended.stderr.startswith(
        "warning: an earlier run was stopped half-way, and is now undone:\n      remove  src/"
    )
    assert not any("order" in path for path in tree(half_done.folder))
    assert "UserCreated" in half_done.done("list")


@pytest.mark.parametrize("command", [("add", "event", "UserCreated", "--dry-run"), ("list",)])
def test_what_a_killed_run_had_begun_is_left_and_said_by_one_that_only_reads(
    half_done: Shell, command: tuple[str, ...]
) -> None:
    before = tree(half_done.folder)

    ended = half_done.cqrs_gen(*command)

    assert ended.returncode == 1
    assert ended.stderr.startswith("error: an earlier run was stopped half-way")
    assert "create  src/" in ended.stderr
    assert tree(half_done.folder) == before


def test_runs_at_once_do_not_hinder_each_other(bare_shop: Shell) -> None:
    running = [
        subprocess.Popen(
            (sys.executable, "-m", "cqrs_gen", "add", "command", f"Create{name}", "name:str"),
            cwd=bare_shop.folder,
            env=bare_shop.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("User", "Order", "Invoice", "Ticket")
    ]

    ended = [(process.communicate()[1], process.returncode) for process in running]

    assert ended == [("", 0)] * 4
    assert bare_shop.done("list").count("command  ") == 4
