"""Throw at the API of a service what its description allows, and what it does not.

    python rigs/fuzz.py --examples 150

Makes a project with messages of every type, serves it, and lets schemathesis read `/openapi.json`
and send what follows from it. Takes the schemathesis that is installed, or else makes an
environment of its own with it, which needs the network. Any finding makes the exit code 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from project import ROOT, new_project, run

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMATHESIS = "schemathesis==4.32.5"
SERVE = (str(ROOT / "tests/programs/service.py"), "shop", "serve", "--port", "0")
EVERYTHING = (
    "a_int:int",
    "b_float:float",
    "c_bool:bool",
    "d_bytes:bytes",
    "e_date:date",
    "f_at:datetime",
    "g_time:time",
    "h_for:timedelta",
    "i_id:UUID",
    "j_map:dict[str,int]",
    "k_list:list[Decimal]?",
    "l_text:str=hello",
)

CONSTRAINED = '''"""A command with constraints, and a class of its own."""

import enum
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shop.cqrs import Command


class Speed(enum.Enum):
    SLOW = "slow"
    FAST = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    street: Annotated[str, Field(min_length=1, max_length=80)]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipOrderCommand(Command):
    order_id: UUID
    to: Address
    quantity: Annotated[int, Field(gt=0, le=99)]
    speed: Speed = Speed.SLOW
    mode: Literal["air", "sea"] | None = None
'''

HANDLER = '''"""Decides on the command ShipOrder."""

from shop.cqrs import Refused
from shop.cqrs.writing import CommandHandler, UnitOfWork
from shop.write.commands.ship_order import ShipOrderCommand


class ShipOrderHandler(CommandHandler[ShipOrderCommand]):
    async def handle(self, command: ShipOrderCommand, uow: UnitOfWork) -> None:
        if command.quantity > 50:
            raise Refused("So many do not fit")
'''

HOOKS = '''"""What a description cannot say, and schemathesis therefore cannot know."""

import schemathesis


@schemathesis.hook
def map_body(context, body):
    return whole(body)


@schemathesis.hook
def map_headers(context, headers):
    return in_the_journal(headers)


@schemathesis.hook
def map_query(context, query):
    # A cursor is what a page gave.
    kept = {name: value for name, value in (query or {}).items() if name != "cursor"}
    return in_the_journal(whole(kept))


def in_the_journal(parameters):
    # A position is what an ack gave: one that is beyond the journal's end is refused.
    return parameters and {
        name: "0-0" if name.lower() == "after" else value for name, value in parameters.items()
    }


def whole(value):
    # JSON Schema takes 24.0 for an integer; who reads strictly does not.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    return [whole(each) for each in value] if isinstance(value, list) else value
'''

SETTINGS = """# A position that the read side has not reached is a 503.
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 503]
"""

PHASES = (
    # In this phase schemathesis takes a header `After: 0` for one that the pattern allows.
    ("--phases", "coverage", "--exclude-checks", "positive_data_acceptance"),
    ("--phases", "fuzzing"),
)


def make_project(folder: Path) -> Path:
    """Make a project with messages of every type."""
    root = new_project(folder, "shop", "--because", "read-model")
    run(root, "add", "command", "PlaceOrder", "lines:list[str]", "total:Decimal", "note:str?")
    run(root, "add", "command", "ChangeEverything", *EVERYTHING)
    run(root, "add", "query", "ListOrders", "--on", "OrderPlaced")
    run(root, "add", "query", "GetOrder", "order_id:UUID", "--from", "orders")
    run(root, "add", "query", "FindEverything", *EVERYTHING, "--from", "orders")
    write = root / "src/shop/write"
    (write / "commands/ship_order.py").write_text(CONSTRAINED, encoding="utf-8")
    (write / "handlers/ship_order.py").write_text(HANDLER, encoding="utf-8")
    (root / "hooks.py").write_text(HOOKS, encoding="utf-8")
    (root / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
    return root


@contextmanager
def served(root: Path) -> Iterator[str]:
    """Serve the project; give its address."""
    process = subprocess.Popen(
        (sys.executable, *SERVE),
        cwd=root,
        env=os.environ | {"PYTHONPATH": "src", "SHOP_PATIENCE": "0.02"},
        stderr=(root / "serve.log").open("w", encoding="utf-8"),
    )
    try:
        yield listening(root / "serve.log", process)
    finally:
        process.terminate()
        process.wait()


def listening(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until it says where it listens."""
    while "listening on " not in (told := log.read_text(encoding="utf-8")):
        if process.poll() is not None:
            sys.exit(f"it did not start:\n{told}")
    return told.partition("listening on ")[2].partition('"')[0]


def installed(folder: Path) -> str:
    """Give the schemathesis of this environment, or of one that is made for it."""
    beside = Path(sys.executable).parent
    if found := shutil.which("schemathesis", path=str(beside)) or shutil.which("schemathesis"):
        return found
    venv.create(folder)
    base = Path(sys.base_prefix) / beside.name / Path(sys.executable).name
    python = sys.executable if find_spec("pip") else str(base)
    pip = (python, "-m", "pip", "--disable-pip-version-check", "--python", str(folder))
    subprocess.run((*pip, "install", "--quiet", SCHEMATHESIS), check=True)
    return str(folder / beside.name / "schemathesis")


def main() -> int:
    """Run the rig as its options say."""
    parser = argparse.ArgumentParser(description="Fuzz a generated API by its own description.")
    parser.add_argument("--examples", type=int, default=100, help="for each route")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cqrs-gen fuzz ") as folder:
        schemathesis = installed(Path(folder) / "venv")
        root = make_project(Path(folder))
        given = ("--max-examples", str(options.examples), "--seed", str(options.seed))
        with served(root) as url:
            command = (schemathesis, "run", f"{url}/openapi.json", *given)
            env = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "NO_COLOR": "1"}
            ended = [
                subprocess.run((*command, *phase), cwd=root, env=env, check=False).returncode
                for phase in PHASES
            ]
    return 1 if any(ended) else 0


if __name__ == "__main__":
    sys.exit(main())
