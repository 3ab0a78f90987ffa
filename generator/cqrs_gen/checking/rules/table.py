"""The table of rules: every code, what must hold, and what to do where it does not."""

from __future__ import annotations

from cqrs_gen.checking.findings import WARNING
from cqrs_gen.checking.rules import (
    crud,
    flows,
    freshness,
    messages,
    naming,
    projections,
    reads,
    returns,
    sides,
    tested,
    versions,
    wiring,
    writes,
)
from cqrs_gen.checking.rules.rule import Rule

RULES = (
    Rule(
        "CQ101",
        "A query changes nothing that is stored",
        "let a command change it, and let the query only look",
        reads.comes_to("CQ101"),
    ),
    Rule(
        "CQ102",
        "A query has nothing to write with",
        "take it out of the query: `Reader` has all that looking needs",
        reads.comes_to("CQ102"),
    ),
    Rule(
        "CQ103",
        "A query records no event",
        "let a command record it",
        reads.comes_to("CQ103"),
    ),
    Rule(
        "CQ104",
        "A query sends no command",
        "let the caller send the command, then ask with `after=ack`",
        reads.comes_to("CQ104"),
    ),
    Rule(
        "CQ105",
        "A query writes no file",
        "give the answer back, and let the caller write it",
        reads.comes_to("CQ105"),
    ),
    Rule(
        "CQ106",
        "A query sends nothing over the network",
        "let a command record what is to be sent, and let whoever reacts to the event send it",
        reads.comes_to("CQ106"),
    ),
    Rule(
        "CQ107",
        "`read` imports nothing of the write side",
        "move what both need to `events`, or to a module that imports neither side",
        sides.read_imports_write,
    ),
    Rule(
        "CQ108",
        "The read side opens no database of its own",
        "look through the `Reader` that the handler is given: its connection cannot write",
        reads.comes_to("CQ108"),
    ),
    Rule(
        "CQ201",
        "A command handler says that it gives back an ID or None",
        "annotate it `-> UUID`, `-> int`, `-> str` or `-> None`",
        returns.says_more_than_an_id,
    ),
    Rule(
        "CQ202",
        "A command gives back an ID or None, never data",
        "give back the ID, and let a query show the rest, with `after=ack`",
        returns.gives_back_data,
    ),
    Rule(
        "CQ203",
        "A command sends no query",
        "decide by what `uow.fetch` reads from the write store",
        writes.comes_to("CQ203"),
    ),
    Rule(
        "CQ204",
        "`write` imports nothing of the read side",
        "keep what the decision needs in a table of the write side",
        writes.comes_to("CQ204"),
    ),
    Rule(
        "CQ205",
        "A command commits nothing by itself",
        "note it with `uow.execute(statement, parameters)`: it is applied when the handler returns",
        writes.comes_to("CQ205"),
    ),
    Rule(
        "CQ206",
        "A command has no effect before its unit of work is applied",
        "record an event and let whoever reacts to it do the rest, or ask for a port",
        writes.comes_to("CQ206"),
    ),
    Rule(
        "CQ207",
        "A message does not change",
        "make it `@dataclass(frozen=True, slots=True, kw_only=True)`, and copy what you change",
        messages.can_be_changed,
    ),
    Rule(
        "CQ301",
        "A projection has no effect but the changes that it gives",
        "give changes of the read model, and nothing else: it will be run again",
        projections.comes_to("CQ301"),
    ),
    Rule(
        "CQ302",
        "A projection looks at nothing but its events",
        "take it from the event, or from `recorded`: `recorded.at` is when it was recorded",
        projections.comes_to("CQ302"),
    ),
    Rule(
        "CQ303",
        "An event is projected",
        "show it: `cqrs-gen add query … --on EVENT`; if others listen to it, say `# noqa: CQ303`",
        flows.projected_by_nobody,
        WARNING,
    ),
    Rule(
        "CQ304",
        "A projection listens to what a command records",
        "let a command record it, or stop listening",
        flows.emitted_by_nobody,
        WARNING,
    ),
    Rule(
        "CQ305",
        "A read model is read",
        "read it: `cqrs-gen add query … --from READ_MODEL`; or remove the projection",
        flows.read_by_nobody,
        WARNING,
    ),
    Rule(
        "CQ306",
        "A query right after a command says `after=`",
        "hand on the ack: `await bus.execute(query, after=ack)`",
        freshness.asks_too_early,
    ),
    Rule(
        "CQ307",
        "An event whose fields changed has another version",
        "raise `VERSION`, and mend what was recorded in `upcast`; keep a renamed class's `NAME`",
        versions.changed_without_version,
    ),
    Rule(
        "CQ401",
        "CQRS is not for simple CRUD",
        "if something does speak for it, say so beside a command: `# cqrs: keep because …`",
        crud.plain_crud,
        WARNING,
    ),
    Rule(
        "CQ501",
        "A message has a handler",
        "write its handler, or remove the message",
        wiring.without_handler,
    ),
    Rule(
        "CQ502",
        "A message has one handler",
        "leave it one of them",
        wiring.with_two_handlers,
    ),
    Rule(
        "CQ503",
        "A handler stands where discovery finds it",
        "move it to the top of a module in its folder, and say which message it handles",
        wiring.not_discovered,
    ),
    Rule(
        "CQ504",
        "A name says of what kind a class is",
        "rename it: `CreateUserCommand`, `GetUserQuery`, `CreateUserHandler`, `UserCreated`",
        naming.misnamed,
        WARNING,
    ),
    Rule(
        "CQ505",
        "A message stands in the folder of its kind",
        "move it there: discovery looks nowhere else",
        naming.misplaced,
    ),
    Rule(
        "CQ506",
        "A slice has its test",
        "write one: `cqrs-gen add` brings it along",
        tested.without_test,
    ),
)
BY_CODE = {rule.code: rule for rule in RULES}
NOT_PYTHON = "CQ001"
UNUSED = "CQ002"
