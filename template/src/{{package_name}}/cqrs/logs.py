"""Logs as JSON, a line each, with the conversation that each belongs to."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import UUID

correlation: ContextVar[UUID | None] = ContextVar("correlation", default=None)
"""The conversation that commands belong to; each begins its own where none is set."""


class JsonLines(logging.Formatter):
    """Write a record as one line of JSON: when, how grave, who, what, in which conversation."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "correlation_id": str(conversation) if (conversation := correlation.get()) else None,
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def log_as_json(level: int | str = logging.INFO) -> None:
    """Let everything that is logged go to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
