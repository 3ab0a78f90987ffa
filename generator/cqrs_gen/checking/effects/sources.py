"""What gives another answer each time: the clock, chance, and the machine that it runs on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .files import shown
from .seen import CHANCE, CLOCK, ENVIRONMENT, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOCK = re.compile(
    r"datetime\.(datetime|date)\.(now|utcnow|today)"
    r"|time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns|process_time|"
    r"localtime|gmtime|ctime)"
    r"|(pendulum|arrow)\.(now|utcnow|today|yesterday|tomorrow)|whenever\.\w+\.now"
    r"|(django\.utils\.)?timezone\.now|sqlalchemy\.func\.(now|current_timestamp)"
)
_CHANCE = re.compile(
    r"uuid\.uuid[14678]|random\.(?!Random\b|seed\b)\w+|random\.SystemRandom\(\)\.\w+|secrets\.\w+"
    r"|os\.urandom|numpy\.random\..+|faker\.Faker\(\)\..+|ulid\.(new|ULID)|nanoid\.generate"
    r"|shortuuid\.uuid|sqlalchemy\.func\.random"
)
_ENVIRONMENT = re.compile(
    r"os\.(getenv|getenvb|getpid|getcwd|getlogin|uname|cpu_count)|os\.environ(\[\]|\..*)?"
    r"|socket\.gethostname|platform\.\w+|builtins\.input|sys\.(argv|stdin)(\..*|\[\])?"
    r"|getpass\.\w+|cqrs\.Settings\.from_environment"
)


def of_sources(path: str) -> Iterator[Effect]:
    """Tell what a call or a name reads that no event says."""
    if _CLOCK.fullmatch(path):
        yield Effect(CLOCK, f"reads the clock: `{shown(path)}`")
    elif _CHANCE.fullmatch(path):
        yield Effect(CHANCE, f"leaves it to chance: `{shown(path)}`")
    elif _ENVIRONMENT.fullmatch(path):
        yield Effect(ENVIRONMENT, f"reads from the machine that it runs on: `{shown(path)}`")
