"""Log a line as a service does."""

from __future__ import annotations

import logging

from shop.cqrs import logs

logs.log_as_json()
logging.getLogger().info("é")
