"""Everything a developer runs: `python3 scripts/dev.py demo|test|check|release`.

Needs Python 3.11 or newer, pip and git; makes its environments itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
VENV = ROOT / ".venv"
INSTALLED = VENV / "installed.toml"


def test(*arguments: str) -> None:
    """Run the tests on all cores; `--all` runs the thorough ones too."""
    install()
    run("pytest", "--numprocesses=auto", *arguments)


def check() -> None:
    """Run all that CI runs: lint, format, types, import contracts, every test."""
    install()
    for command in ("ruff check", "ruff format --check", "mypy", "lint-imports"):
        run(*command.split())
    test("--all")


def demo() -> None:
    """Make a project from names, install it as its users do, and let it answer."""
    with tempfile.TemporaryDirectory(prefix="cqrs-gen demo ") as folder:
        place, shop, tools = Path(folder), Path(folder) / "shop", Path(folder) / "venv"
        install_into(tools, str(ROOT))
        run("cqrs-gen", "new", "project", "shop", "--because", "read-model", at=place, tools=tools)
        run("cqrs-gen", "add", "command", "PlaceOrder", "total:Decimal", at=shop, tools=tools)
        run("cqrs-gen", "add", "query", "ListOrders", "--on", "OrderPlaced", at=shop, tools=tools)
        install_into(tools, "--editable", str(shop))
        converse(shop, tools)


def release(version: str) -> None:
    """Release a version of the template, in the environment that can render it."""
    install()
    run("python", str(ROOT / "scripts" / "release.py"), version)


def converse(shop: Path, tools: Path) -> None:
    """Send the project a command, and ask it to show what came of it."""

    def execute(*message: str) -> str:
        return run("shop", "execute", *message, at=shop, tools=tools, capture=True)

    ann = json.loads(execute("CreateUser", '{"email": "ann@example.org", "name": "Ann"}'))
    asked = json.dumps({"user_id": ann["id"]})
    execute("GetUserStats", asked, "--after", ann["position"])
    order = json.loads(execute("PlaceOrder", '{"total": "12.50"}'))
    execute("ListOrders", "--after", order["position"])
    run("shop", "status", at=shop, tools=tools)


def install() -> None:
    """Bring the environment up to `pyproject.toml`, if that has changed since."""
    wanted = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if not INSTALLED.exists() or INSTALLED.read_text(encoding="utf-8") != wanted:
        install_into(VENV, "--editable", f"{ROOT}[dev]")
        INSTALLED.write_text(wanted, encoding="utf-8")


def install_into(environment: Path, *what: str) -> None:
    """Install into an environment, by this Python's own pip: not every Python has ensurepip."""
    if not (environment / "pyvenv.cfg").exists():
        venv.create(environment)
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    target = ("--python", str(environment))
    subprocess.run((*pip, *target, "install", "--quiet", *what), check=True, cwd=ROOT)


def run(*command: str, at: Path = ROOT, tools: Path = VENV, capture: bool = False) -> str:
    """Show a command and run it with an environment's tools; a failure ends everything."""
    print("$", *(f"'{word}'" if set(word) & set(' {"') else word for word in command), flush=True)
    path = f"{tools / SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        (str(tools / SCRIPTS / command[0]), *command[1:]),
        cwd=at,
        env=os.environ | {"PATH": path, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE if capture else None,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.returncode)
    print(done.stdout or "", end="", flush=True)
    return done.stdout or ""


TASKS: dict[str, Callable[..., None]] = {
    "demo": demo,
    "test": test,
    "check": check,
    "release": release,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:  # noqa: PLR2004
        sys.exit(f"usage: python3 scripts/dev.py {'|'.join(TASKS)}")
    TASKS[sys.argv[1]](*sys.argv[2:])
