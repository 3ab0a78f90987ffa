"""Summaries as plain tuples, which `marshal` writes and reads many times faster than pickle."""

from __future__ import annotations

from typing import Any

from .findings import Edit, Finding
from .reaching import Step
from .summaries import Attribute, Call, Class, Function, Import, Module, Parameter


def plain_module(module: Module) -> tuple[Any, ...]:
    """Give a module without any class of ours in it."""
    return (
        module.dotted,
        module.path,
        module.is_package,
        _plain_function(module.body),
        {qual: _plain_function(each) for qual, each in module.functions.items()},
        {qual: _plain_class(each) for qual, each in module.classes.items()},
        module.stars,
        module.remarks,
    )


def whole_module(kept: tuple[Any, ...]) -> Module:
    """Give the module that was made plain."""
    dotted, path, is_package, body, functions, classes, stars, remarks = kept
    return Module(
        dotted,
        path,
        is_package,
        _whole_function(body),
        {qual: _whole_function(each) for qual, each in functions.items()},
        {qual: _whole_class(each) for qual, each in classes.items()},
        stars,
        remarks,
    )


def plain_finding(finding: Finding) -> tuple[Any, ...]:
    """Give a finding without any class of ours in it."""
    values = finding._asdict()
    values["chain"] = tuple(map(tuple, finding.chain))
    values["edits"] = tuple(map(tuple, finding.edits))
    return tuple(values.values())


def whole_finding(kept: tuple[Any, ...]) -> Finding:
    """Give the finding that was made plain."""
    finding = Finding(*kept)
    return finding._replace(
        chain=tuple(Step(*each) for each in finding.chain),
        edits=tuple(Edit(*each) for each in finding.edits),
    )


def _plain_function(function: Function) -> tuple[Any, ...]:
    values = function._asdict()
    for name in ("parameters", "calls", "imports"):
        values[name] = tuple(map(tuple, values[name]))
    return tuple(values.values())


def _whole_function(kept: tuple[Any, ...]) -> Function:
    function = Function(*kept)
    return function._replace(
        parameters=tuple(Parameter(*each) for each in function.parameters),
        calls=tuple(Call(*each) for each in function.calls),
        imports=tuple(Import(*each) for each in function.imports),
    )


def _plain_class(owner: Class) -> tuple[Any, ...]:
    values = owner._asdict()
    values["fields"] = tuple(map(tuple, owner.fields))
    return tuple(values.values())


def _whole_class(kept: tuple[Any, ...]) -> Class:
    owner = Class(*kept)
    return owner._replace(fields=tuple(Attribute(*each) for each in owner.fields))
