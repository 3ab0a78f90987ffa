"""Which cqrs-gen a template is made for, as it states, and whether this one is new enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from .bundles import own_version
from .errors import Failed

if TYPE_CHECKING:
    from copier import Worker

QUESTION = "cqrs_gen_version"
"""The question, never asked, whose default states it."""

UNSTATED = Version("0.3.0")
"""The last version whose template did not state it."""


def made_for(worker: Worker, version: Version | None) -> Version:
    """Return the cqrs-gen version that a rendered template is made for.

    `version` is the template's own. Where it states nothing, it is no later than `UNSTATED`,
    whatever a fork calls its versions.
    """
    return _stated(worker) or min(version or UNSTATED, UNSTATED)


def require_compatible(source: str, worker: Worker) -> None:
    """Raise Failed for a template of a later cqrs-gen: this one lacks the codemods for it."""
    try:
        stated = _stated(worker)
    except InvalidVersion as error:
        raise Failed(
            f"the template at `{source}` does not state a version as `{QUESTION}`: {error}",
            hint="correct that default in its copier.yml",
        ) from None
    if stated is not None and stated > Version(own_version()):
        raise Failed(
            f"the template at `{source}` is made for cqrs-gen {stated}, and this is "
            f"{own_version()}",
            hint="bring cqrs-gen forward first: `pip install --upgrade cqrs-gen`",
        )


def _stated(worker: Worker) -> Version | None:
    question = worker.template.questions_data.get(QUESTION)
    return question and Version(str(question.get("default")))
