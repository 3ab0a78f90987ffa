"""The version, of the command line and of the template alike."""

from __future__ import annotations


def version() -> str:
    """Give the installed version; read only where it is asked for, since that takes a while."""
    from importlib.metadata import version as installed  # noqa: PLC0415

    return installed("cqrs-gen")
