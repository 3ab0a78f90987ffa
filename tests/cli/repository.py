"""A repository that is years old, small, and its team's own in every way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Shell

PYPROJECT = """\
# The shop's settings; ask Ann before you change them.
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "shop" # as on the sign
version = "2.3.0"
description = "Sells things"
requires-python = ">=3.12"
dependencies = [
    "httpx>=0.27", # the bank's API
    "sqlalchemy>=2.0" # the old one
]

[project.optional-dependencies]
dev = ["pytest>=8", "ruff", "mypy"]

[project.scripts]
shop = "shop.cli:main"

[tool.ruff]
line-length = 79 # we print it

[tool.ruff.lint]
select = ["E", "F", "I", "S", "D", "ARG"]
ignore = ["D1", "D203", "D213"]

[tool.ruff.lint.per-file-ignores]
"tests/test_*.py" = ["S101"] # ours

[tool.ruff.format]
quote-style = "single"

[tool.mypy]
files = ["src", "tests"]

[tool.pytest.ini_options]
addopts = "-q"
testpaths = ["tests"]
"""
CONFTEST = '''\
"""What our tests share."""

from decimal import Decimal

import pytest


@pytest.fixture
def price() -> Decimal:
    """Give a price."""
    return Decimal(3)
'''
BILLING = '''\
"""What customers owe."""

from decimal import Decimal


def owed(prices: list[Decimal]) -> Decimal:
    """Add up."""
    return sum(prices, Decimal(0))
'''
TEST_BILLING = '''\
"""Billing."""

from decimal import Decimal

from shop.billing import owed


def test_owed(price: Decimal) -> None:
    """Two cost twice as much."""
    assert owed([price, price]) == Decimal(6)
'''
CLI = '''\
"""The old command line."""


def main() -> None:
    """Do nothing."""
'''
FILES = {
    "pyproject.toml": PYPROJECT,
    "README.md": "# Shop\n",
    ".gitignore": ".venv/\n__pycache__/\n*.db\n.mypy_cache/\n.ruff_cache/\n.pytest_cache/\n",
    ".github/workflows/test.yml": "name: ours\non: push\n",
    "src/shop/__init__.py": '"""The shop."""\n\nPARTS = 3\n',
    "src/shop/py.typed": "",
    "src/shop/billing/__init__.py": BILLING,
    "src/shop/cli.py": CLI,
    "tests/conftest.py": CONFTEST,
    "tests/test_billing.py": TEST_BILLING,
}


def repository(shell: Shell, changes: dict[str, str | None] | None = None) -> Shell:
    """Make the repository with its one commit; None takes a file away."""
    shop = shell.at(shell.folder / "our shop")
    for path, text in (FILES | (changes or {})).items():
        if text is not None:
            file = shop.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "Years of work")):
        assert shop.run("git", *identity, *command).returncode == 0
    return shop
