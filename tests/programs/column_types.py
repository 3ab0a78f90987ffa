"""Print the SQL types of the columns for some annotations, which come as a JSON list."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from shop.cqrs.columns import column
from sqlalchemy.dialects import sqlite

KNOWN = {each.__name__: each for each in (date, datetime, time, timedelta, Decimal, UUID)}

dialect = sqlite.dialect()
types = [eval(annotation, KNOWN) for annotation in json.loads(sys.argv[1])]  # noqa: S307  our own
print(json.dumps([column("size", each).type.compile(dialect=dialect) for each in types]))
