"""What a command's slice templates may name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cqrs_gen.contexts import fielded, named, sample_imports, sampled

if TYPE_CHECKING:
    from cqrs_gen.commands.recorded import AckId, Recorded
    from cqrs_gen.contexts import Context
    from cqrs_gen.fields import Field
    from cqrs_gen.names import Name


def command_context(
    command: Name, given: tuple[Field, ...], event: Recorded, ack_id: AckId
) -> Context:
    """Tell the templates of a command all they may name."""
    has = {field.name for field in given} | ({ack_id.name} if ack_id.is_new else set())
    carried = [field.name for field in event.fields if field.name in has]
    return {
        **named(command),
        **fielded(given),
        "id": _id_context(ack_id),
        "event": {
            "name": event.name,
            "class_name": event.name,
            "module": event.module,
            "arguments": [_argument(name, ack_id, "command", ack_id.name) for name in carried],
            "expected": [_argument(name, ack_id, "COMMAND", "ack.id") for name in carried],
        },
        "sample_arguments": sampled(given),
        "sample_imports": sample_imports(given),
    }


def _id_context(ack_id: AckId) -> Context:
    annotation = ack_id.type.annotation if ack_id.name else "None"
    return {"name": ack_id.name, "annotation": annotation, "is_new": ack_id.is_new}


def _argument(name: str, ack_id: AckId, message: str, new_id: str) -> str:
    is_new_id = ack_id.is_new and name == ack_id.name
    return f"{name}={new_id}" if is_new_id else f"{name}={message}.{name}"
