"""The answers that a repository gives to the template's questions by what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.errors import UsageError
from cqrs_gen.packages import package_from_project
from cqrs_gen.plain_text import is_description, is_project_name
from cqrs_gen.requirements import oldest_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cqrs_gen.existing import Existing

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def offered(existing: Existing, answers: Mapping[str, object]) -> dict[str, object]:
    """Offer what the repository says of itself; its checks run already where they run."""
    package = answers.get("package_name") or _package(existing)
    offers = {
        "project_name": existing.name if is_project_name(existing.name) else package,
        "package_name": package,
        "description": _description(existing),
        "python_version": oldest_python(existing.at("project", "requires-python"), PYTHONS),
        "ci": "none",
    }
    return {question: offer for question, offer in offers.items() if offer}


def _package(existing: Existing) -> str:
    """Choose the package that the service becomes a part of, or one of its own."""
    own = package_from_project(existing.name)
    if not existing.packages:
        return existing.free_name()
    if own in existing.packages or len(existing.packages) == 1:
        return own if own in existing.packages else existing.packages[0]
    named = ", ".join(f"`{name}`" for name in existing.packages)
    raise UsageError(
        f"`{existing.root / 'src'}` has several packages: {named}",
        hint=f"say which is to hold the service, or name a new one: `--package {own}`",
    )


def _description(existing: Existing) -> str:
    said = existing.at("project", "description")
    return said if isinstance(said, str) and is_description(said) else ""
