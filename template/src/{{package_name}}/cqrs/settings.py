"""Where the stores are and how patient the service is, from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from .errors import WiringError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The service's settings; relative paths start from the folder it is run in."""

    write_url: str = "sqlite:///var/write.db"
    read_url: str = "sqlite:///var/read.db"
    patience: float = 5.0
    """Seconds that a query waits for the position it was asked to come after."""
    command_timeout: Annotated[float, Field(gt=0)] = 30.0
    """Seconds that deciding on a command may take."""
    query_timeout: Annotated[float, Field(gt=0)] = 30.0
    """Seconds that answering a query may take, without the wait for `after`."""
    ready_lag: Annotated[float, Field(gt=0)] = 5.0
    """Seconds that a projection may be behind before the service is not ready."""
    grace: Annotated[float, Field(ge=0)] = 10.0
    """Seconds that what is under way may take when the service is told to stop."""

    @classmethod
    def from_environment(cls, prefix: str, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read `PREFIX_WRITE_URL` and its like; what is not set keeps its default."""
        names = {f"{prefix}_{field.name.upper()}": field.name for field in fields(cls)}
        given = {field: environ[name] for name, field in names.items() if name in environ}
        try:
            return TypeAdapter(cls).validate_python(given)
        except ValidationError as error:
            faults = (f"`{prefix}_{str(e['loc'][0]).upper()}`: {e['msg']}" for e in error.errors())
            raise WiringError("The environment is not right", faults) from None
