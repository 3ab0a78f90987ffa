"""A name that reads as another kind is warned of, where English is sure."""

from __future__ import annotations

import pytest

from cqrs_gen.intent import likely_kind, misread_intent


@pytest.mark.parametrize(
    ("kind", "name", "likely"),
    [
        ("command", "GetUser", "query"),
        ("command", "FindUsers", "query"),
        ("command", "UserCreated", "event"),
        ("command", "UserLoggedIn", "event"),
        ("query", "CreateUser", "command"),
        ("query", "UpdateUser", "command"),
        ("query", "OrderShipped", "event"),
        ("projection", "CreateUser", "command"),
        ("projection", "GetUser", "query"),
    ],
)
def test_another_kind_is_meant(kind: str, name: str, likely: str) -> None:
    article = "an" if likely == "event" else "a"

    assert misread_intent(name, kind) == (
        f"`{name}` reads as {article} {likely}: did you mean `add {likely} {name}`?"
    )
    assert likely_kind(name) == likely


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("command", "CreateUser"),
        ("command", "ReRunFailedJobs"),
        ("command", "LoadTruck"),
        ("query", "GetUser"),
        ("query", "ListStarredRepositories"),
        ("query", "CountClosedIssues"),
        ("query", "UserStats"),
        ("event", "UserLoggedIn"),
        ("projection", "IssueBoard"),
        ("projection", "PostFeed"),
        ("projection", "OrderSummary"),
        ("policy", "GetUser"),
    ],
)
def test_it_is_silent_where_the_name_fits_or_could_be_either(kind: str, name: str) -> None:
    assert misread_intent(name, kind) is None


def test_an_event_is_to_be_in_the_past_tense() -> None:
    assert misread_intent("CreateUser", "event") == (
        "`CreateUser` does not read as past tense: did you mean `UserCreated`?"
    )
    assert misread_intent("UserStats", "event") == (
        "`UserStats` does not read as past tense, as `UserCreated` does"
    )


def test_an_unclear_name_is_most_likely_a_command() -> None:
    assert likely_kind("Frobnicate") == "command"
