"""CQ306: who asks right after a command says so, by `after=`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.checking.effects.messages import SENDERS, messages_in
from cqrs_gen.checking.findings import Edit, Finding
from cqrs_gen.checking.forms import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cqrs_gen.checking.summaries import Call, Function, Module
    from cqrs_gen.checking.survey import Survey

_CATCHING_UP = frozenset({"catch_up", "project", "wait_until_caught_up", "wait_for", "rebuild"})


def asks_too_early(survey: Survey) -> Iterator[Finding]:
    """Find queries that follow a command in one function, and do not say what they come after."""
    for module in survey.modules:
        for function in (module.body, *module.functions.values()):
            if sum(_is_door(call) for call in function.calls) > 1:
                yield from _in_function(survey, module, function)


def _in_function(survey: Survey, module: Module, function: Function) -> Iterator[Finding]:
    sent: list[tuple[Call, str]] = []
    for call in function.calls:
        if call.form[1][-1] in _CATCHING_UP:
            sent.clear()
        for role, name in _messages(survey, module, function, call):
            if role == "cqrs.Command":
                sent.append((call, name))
            elif role == "cqrs.Query" and not _says_after(call):
                before = [(c, n) for c, n in sent if _comes_before(c, call)]
                related = [(c, n) for c, n in before if survey.links.may_see(name, n)]
                if related:
                    what = (
                        f"asks `{name}` straight after `{related[-1][1]}`, and may not see it yet"
                    )
                    edits = tuple(_after(module, function, related[-1][0], call))
                    yield Finding("CQ306", module.path, call.form[4], what, edits=edits)


def _is_door(call: Call) -> bool:
    return call.form[1][0] in {"attr", "name"} and bool(call.form[2] or call.form[3])


def _messages(
    survey: Survey, module: Module, function: Function, call: Call
) -> Iterator[tuple[str, str]]:
    if not _is_door(call) or not _is_sender(call, function):
        return
    frame = survey.frame(module, function) if function.qual else survey.evaluator.body(module)
    arguments = (*call.form[2][:1], *(value for name, value in call.form[3] if name == "message"))
    for argument in arguments:
        yield from messages_in(survey.evaluator, survey.evaluator.of(argument, frame))


def _is_sender(call: Call, function: Function) -> bool:
    name = call.form[1][-1]
    if name in SENDERS:
        return True
    # `send = service.bus.execute`
    return any(form[-1] in SENDERS for form in function.locals.get(name, ()) if form[0] == "attr")


def _says_after(call: Call) -> bool:
    given = dict(call.form[3])
    after = call.form[2][1] if len(call.form[2]) > 1 else given.get("after", NONE)
    return None in given or after != NONE


def _comes_before(command: Call, query: Call) -> bool:
    """Tell whether a call can come before another: not from another arm, nor after leaving."""
    if command.leaves:
        return False
    arms = {fork: arm for fork, arm, _ in query.branch}
    for fork, arm, leaves in command.branch:
        if fork in arms and arms[fork] != arm:
            return False
        if fork not in arms and leaves:
            return False
    return True


def _after(module: Module, function: Function, command: Call, query: Call) -> Iterator[Edit]:
    """Put `after=ack` into the call, where the command's ack has a name."""
    if len(query.form[2]) > 1 or "after" in dict(query.form[3]):
        return  # `after=None` is written down, and somebody has to take it away
    for name, forms in function.locals.items():
        if len(forms) == 1 and forms[0] == command.form:
            line, column = query.form[4][2], query.form[4][3] - 1
            yield Edit(module.path, (line, column, line, column), f", after={name}")
