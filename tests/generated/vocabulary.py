"""Names, fields and types as people type them, and as nobody should."""

from __future__ import annotations

import builtins
import keyword
from typing import NamedTuple

from hypothesis import strategies as st

from cqrs_gen.field_names import SHADOWING
from cqrs_gen.reserved import BUILTINS, CONSTANTS, FRAMEWORK, IMPORTED
from cqrs_gen.types import SCALARS
from cqrs_gen.verbs import PREPOSITIONS, READING, WRITING
from cqrs_gen.words import listed, pascal

NOUNS = listed(
    "User Users Order Orders Address Status Series URL SSHKey OAuthToken 2FA V2 Class None Self "
    "Type Test Tests Event Query Command View Page Row Item Key Data Settings Select Nothing "
    "Projection Handler Count Id UUID Date Money Created Deleted Removed"
)
HOSTILE = listed(
    "class None 1x ../../etc Créer CON Command Event list self 🎉 Handler Query -x --help "
    "createUser create_user CREATE_USER Test TestPassed GetTestResult _Private x"
) | {"", " ", "A" * 300, "Create User", "Create\nUser", "Create\0User", "\ud800", "\uff21\uff22"}
AWKWARD = listed(
    "id type items keys values format password token secret key version limit cursor record "
    "execute fetch handle event command query recorded row scenario ack uow reader position at "
    "event_id user_id order_id scope page_limit key_0 table name metadata model_config json copy "
    "next upper pytest sample uuid4 uuid select asked replace showing asking now utc decimal "
    "datetime dataclass cls self l o O i count other before reads page paging any or_ bindparam"
)
OF_PYTHON = {*keyword.kwlist, *keyword.softkwlist, *dir(object), *dir(tuple), *dir(dict)}
BUILT_IN = {name for name in dir(builtins) if name.islower()}
OWN_TYPES = ("shop.events.money.Money", "shop.events.money.Status")
ENDINGS = (
    "",
    "",
    "",
    "=1",
    "=true",
    "=",
    "=abc",
    "=none",
    "=2024-01-31",
    "=1d",
    "=[]",
    '="',
    "=\\",
    '=it\'s "quoted" 🍕',
    "=0.0.0.0",
    "=a\u2028\u202eb\x1b",
)
EVENTS = (
    "UserCreated",
    "UserCreated,UserDeleted",
    "Measured",
    "UserMoved",
    "UserMoved,UserCreated",
)


class Line(NamedTuple):
    """What is typed after `cqrs-gen add`."""

    kind: str
    name: str
    fields: list[str]
    on: str | None
    returns: list[str]

    @property
    def arguments(self) -> tuple[str, ...]:
        """Give the words; after `--`, for a name may begin with a dash."""
        on = ("--on", self.on) if self.on and self.kind in {"query", "projection"} else ()
        returns = ("--returns", ",".join(self.returns)) if self.kind == "query" else ()
        return (self.kind, *on, *(returns if self.returns else ()), "--", self.name, *self.fields)


def of(words: frozenset[str] | set[str]) -> st.SearchStrategy[str]:
    """Choose one; sorted, so that the same seed gives the same."""
    return st.sampled_from(sorted(words))


WORD = st.one_of(of(NOUNS), of(PREPOSITIONS), st.from_regex(r"[A-Z][a-z]{0,9}", fullmatch=True))
WORDS = st.lists(WORD, min_size=1, max_size=4).map("".join)
PLAIN = st.builds("{}{}".format, st.one_of(of(READING | WRITING), st.just("")), WORDS)
RESERVED = of(FRAMEWORK | IMPORTED | BUILTINS | {pascal(word) for word in CONSTANTS})
NAMES = st.one_of(PLAIN, PLAIN, PLAIN, RESERVED, st.text(min_size=1, max_size=12), of(HOSTILE))

FIELD_NAMES = st.one_of(
    of(AWKWARD | SHADOWING | CONSTANTS | OF_PYTHON | BUILT_IN),
    st.from_regex(r"[a-z][a-z0-9]{0,9}(_[a-z0-9]{1,9}){0,2}", fullmatch=True),
    st.text(min_size=1, max_size=8),
)
TYPES = st.recursive(
    st.sampled_from([*sorted(SCALARS), *OWN_TYPES]),
    lambda held: st.one_of(
        held.map("list[{}]".format), held.map("dict[str,{}]".format), held.map("{}?".format)
    ),
    max_leaves=3,
)
FIELD = st.builds("{}:{}{}".format, FIELD_NAMES, TYPES, st.sampled_from(ENDINGS))
FIELDS = st.lists(FIELD, max_size=4)
LINES = st.builds(
    Line,
    kind=st.sampled_from(["command", "command", "event", "query", "query", "query", "projection"]),
    name=NAMES,
    fields=st.one_of(FIELDS, FIELDS, st.lists(FIELD_NAMES, max_size=2)),
    on=st.sampled_from([None, *EVENTS]),
    returns=st.one_of(st.just([]), st.just([]), FIELDS),
)
