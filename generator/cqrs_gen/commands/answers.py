"""The answers to the template's questions, from `--data` and from options of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.errors import UsageError
from cqrs_gen.plain_text import is_encodable
from cqrs_gen.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REASONS = ("read-model", "read-heavy", "events")


def answers_from(data: Iterable[str], own: Mapping[str, object]) -> dict[str, object]:
    """Join both; an answer that is given twice, and not alike, is a UsageError."""
    answers: dict[str, object] = {key: value for key, value in own.items() if value is not None}
    for pair in data:
        key, equals, text = pair.partition("=")
        if not (key and equals):
            raise UsageError(
                f"{shown(f'--data {pair}')} is no answer", hint="write it as `--data KEY=VALUE`"
            )
        value = _answer(key, text)
        if answers.get(key, value) != value:
            raise UsageError(f"`{key}` is answered twice", hint="leave one of the answers out")
        answers[key] = value
    _require_encodable(answers)
    return answers


def _require_encodable(answers: Mapping[str, object]) -> None:
    for key, value in answers.items():
        if isinstance(value, str) and not is_encodable(value):
            raise UsageError(
                f"`{key}` is answered with {shown(value)}, which no file can hold as text",
                hint="write it in UTF-8",
            )


def _answer(key: str, text: str) -> object:
    """Read what a question takes for an answer: `reasons` takes several, in brackets or without."""
    if key != "reasons":
        return text
    several = text.strip().removeprefix("[").removesuffix("]").split(",")
    return [each.strip(" \"'") for each in several if each.strip()]
