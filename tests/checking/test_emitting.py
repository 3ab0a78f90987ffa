"""CQ304: an event is recorded if a command records it, or hands it on to whatever may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checking.planting import Planted, codes, command, table, write

if TYPE_CHECKING:
    from cqrs_gen.project import Project

OWN = "src/shop/write/handlers/create_user.py"
IMPORT = "from shop.events.user_created import UserCreated\n"
RECORD = "uow.record(UserCreated(user_id=user_id, name=command.name))"
NEVER = table("never_recorded")
SOMEHOW = table("recorded")


def planted_with(project: Project, case: Planted) -> None:
    write(project, "src/shop/facts.py", f"{IMPORT.strip()} as Made\n")
    command(project, case.body, top=case.top)
    file = project.root / OWN
    file.write_text(file.read_text().replace(RECORD, "pass"))


@pytest.mark.parametrize("name", NEVER)
def test_an_event_that_is_never_recorded_is_told(name: str, planted: Project) -> None:
    planted_with(planted, NEVER[name])

    assert codes(planted) == {"CQ304"}


@pytest.mark.parametrize("name", SOMEHOW)
def test_an_event_that_may_be_recorded_is_left_alone(name: str, planted: Project) -> None:
    planted_with(planted, SOMEHOW[name])

    assert "CQ304" not in codes(planted)
