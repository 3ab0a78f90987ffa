"""The command line of a generated project: answers, and faults without a traceback."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from conftest import SERVICE, Shell

if TYPE_CHECKING:
    from pathlib import Path

ANN = '{"email": "ann@example.org", "name": "Ann"}'
NOBODY = '{"user_id": "00000000-0000-0000-0000-000000000000"}'


def run(shop: Shell, *arguments: str, stdin: str = "", **environ: str) -> tuple[int, str, str]:
    """Run the project's command; give its exit code and what it printed."""
    path = {"PYTHONPATH": str(shop.folder / "src"), "TERMINAL_WIDTH": "200"}
    there = Shell(shop.folder, shop.env | path | environ)
    ended = there.run(sys.executable, *SERVICE, *arguments, stdin=stdin)
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.returncode, ended.stdout, ended.stderr


def test_a_command_and_a_query_that_comes_after_it(shop: Shell) -> None:
    code, out, _ = run(shop, "execute", "CreateUser", ANN)
    ack = json.loads(out)
    assert (code, set(ack), ack["position"]) == (0, {"id", "position"}, "0-1")

    asked = json.dumps({"user_id": ack["id"]})
    assert run(shop, "execute", "GetUserStats", asked) == (0, "null\n", "")
    code, out, _ = run(shop, "execute", "GetUserStatsQuery", "-", "--after", "0-1", stdin=asked)
    assert code == 0
    assert isinstance(json.loads(out), dict)


def test_the_read_side_is_brought_up_and_shown(shop: Shell) -> None:
    run(shop, "execute", "CreateUser", ANN)

    assert run(shop, "status") == (0, "journal  0-1\nuser_stats_v1  0-0  1 behind\n", "")
    assert run(shop, "project") == (0, "journal  0-1\nuser_stats_v1  0-1  up to date\n", "")
    code, out, _ = run(shop, "status", "--json")
    assert (code, json.loads(out)) == (
        0,
        {
            "head": "0-1",
            "projections": [
                {"projection": "user_stats_v1", "position": "0-1", "behind": 0, "failure": None}
            ],
        },
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["CreateUsr", ANN], "No handler registered for CreateUsr; did you mean `CreateUser`?"),
        (["CreateUser", "{"], "Invalid JSON"),
        (["CreateUser", "[]"], "should be an object"),
        (["CreateUser"], "  - email: Field required\n  - name: Field required"),
        (["CreateUser", '{"email": 5, "name": "Ann"}'], "  - email: "),
        (["CreateUser", ANN.replace("name", "nam")], "did you mean `name`?"),
        (
            ["GetUserStats", NOBODY, "--after", "0-5"],
            "after: 0-5 is not in the journal, which ends at 0-0",
        ),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_what_is_refused_says_why(shop: Shell, arguments: list[str], told: str) -> None:
    code, out, err = run(shop, "execute", *arguments, SHOP_PATIENCE="0.1")

    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert told in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["execute", "GetUserStats", NOBODY, "--after", "x"], "`x` is not a position"),
        (["execute"], "Missing argument 'MESSAGE'"),
        (["execut"], "No such command 'execut'"),
        (["status", "--jsn"], "No such option: --jsn"),
    ],
    ids=str,
)
def test_wrong_usage_is_told(shop: Shell, arguments: list[str], told: str) -> None:
    code, out, err = run(shop, *arguments)

    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"SHOP_PATIENCE": "soon"}, "`SHOP_PATIENCE`: Input should be a valid number"),
        ({"SHOP_WRITE_URL": ""}, "`` is not a SQLite file"),
        ({"SHOP_READ_URL": "nonsense"}, "`nonsense` is not a SQLite file"),
        ({"SHOP_WRITE_URL": "sqlite:////proc/w.db"}, "`/proc/w.db` is out of reach"),
        ({"SHOP_READ_URL": "sqlite:////dev/null/r.db"}, "cannot be opened"),
    ],
    ids=str,
)
def test_an_environment_that_is_wrong_is_told(
    shop: Shell, environ: dict[str, str], told: str
) -> None:
    for arguments in (["status"], ["project"], ["execute", "CreateUser", ANN]):
        code, out, err = run(shop, *arguments, **environ)

        assert (code, out) == (1, "")
        assert err.startswith("error: ")
        assert told in err


@pytest.mark.parametrize("store", ["write.db", "read.db"])
def test_a_store_that_is_no_database_is_named(shop: Shell, store: str) -> None:
    (shop.folder / "var").mkdir()
    (shop.folder / "var" / store).write_text("no database " * 1000)

    code, _, err = run(shop, "status")

    assert code == 1
    assert err == f"error: `{shop.folder}/var/{store}` is out of reach: file is not a database\n"


def test_a_halted_projection_is_a_failure(shop: Shell) -> None:
    run(shop, "execute", "CreateUser", ANN)
    projection = shop.folder / "src/shop/read/projections/user_stats.py"
    projection.write_text(projection.read_text().replace("event = recorded.event", "event = 1 / 0"))

    code, out, _ = run(shop, "project")

    assert code == 1
    assert "user_stats_v1  0-0  halted, 1 behind: ZeroDivisionError: division by zero" in out
    assert run(shop, "status")[0] == 0


@pytest.mark.parametrize("asked_to_stop", [signal.SIGINT])
def test_following_ends_when_it_is_interrupted(
    shop: Shell, tmp_path: Path, asked_to_stop: signal.Signals
) -> None:
    told = tmp_path / "told"
    with told.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *SERVICE, "project", "--follow"],
            cwd=shop.folder,
            env=shop.env | {"PYTHONPATH": str(shop.folder / "src")},
            stdout=output,
            stderr=output,
        )
        run(shop, "execute", "CreateUser", ANN)
        for _ in range(200):
            if "up to date" in run(shop, "status")[1]:
                break
            time.sleep(0.05)
        process.send_signal(asked_to_stop)
        code = process.wait(10)

    assert (code, told.read_text()) == (130, "")
    assert sorted(path.name for path in (shop.folder / "var").iterdir()) == ["read.db", "write.db"]
