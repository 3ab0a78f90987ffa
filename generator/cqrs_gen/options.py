"""The arguments and options of the command line, each with its help, defined once."""

from __future__ import annotations

from typing import Annotated

import typer

MessageName = Annotated[str, typer.Argument(metavar="NAME", help="In PascalCase: CreateUser.")]
Fields = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FIELD", help="name:type, as in email:str note:str? tags:list[str] size:int=1"
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
Diff = Annotated[bool, typer.Option("--diff", help="Show it as a patch, and do nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the plan as JSON, for other programs.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that differ.")]
Skip = Annotated[bool, typer.Option("--skip", help="Keep files that differ.")]
ListJson = Annotated[bool, typer.Option("--json", help="Print it as JSON, for other programs.")]

Emits = Annotated[
    str | None,
    typer.Option(
        metavar="EVENT", help="The event that it records; else its own in the past: UserCreated."
    ),
]
Returns = Annotated[
    str | None,
    typer.Option(
        metavar="FIELDS", help="The view's fields, with commas between; else those of the events."
    ),
]
On = Annotated[
    list[str] | None,
    typer.Option(metavar="EVENTS", help="The events that feed it; else those of its entity."),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="READ_MODEL", help="Answer from a read model that is there already."
    ),
]

Select = Annotated[
    list[str] | None,
    typer.Option(metavar="CODES", help="Only these rules: CQ101, or CQ1 for all of CQ1xx."),
]
Ignore = Annotated[list[str] | None, typer.Option(metavar="CODES", help="All rules but these.")]
Format = Annotated[
    str,
    typer.Option(
        "--format", metavar="[text|json|sarif|github|junit]", help="For whom it is written."
    ),
]
Fix = Annotated[bool, typer.Option("--fix", help="Mend what can be mended without a doubt.")]
Since = Annotated[
    str | None,
    typer.Option(metavar="REV", help="Compare events with this revision; else with the last tag."),
]
Pedantic = Annotated[
    bool, typer.Option("--pedantic", help="Tell also what cannot be told for sure.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")]
Advise = Annotated[
    bool, typer.Option("--advise", help="Say how much here needs CQRS, counted out; check nothing.")
]

Destination = Annotated[str, typer.Argument(metavar="DEST", help="Its folder; here, if left out.")]
ProjectName = Annotated[
    str | None, typer.Option("--name", help="The project's name; else the folder's.")
]
Package = Annotated[str | None, typer.Option(help="The name of its Python package.")]
Description = Annotated[str | None, typer.Option(help="What it does, in a line.")]
Python = Annotated[
    str | None, typer.Option(metavar="VERSION", help="The oldest Python it should run on: 3.11.")
]
Http = Annotated[
    bool | None,
    typer.Option("--http/--no-http", help="Whether it answers over HTTP; it does if not told."),
]
Ci = Annotated[str | None, typer.Option(metavar="[github|none]", help="Where its checks run.")]
Because = Annotated[
    list[str] | None,
    typer.Option(
        metavar="REASON",
        help="What speaks for CQRS: read-model, read-heavy or events; may be repeated.",
    ),
]
Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data", "-d", metavar="KEY=VALUE", help="Any answer to the template's questions."
    ),
]
Template = Annotated[
    str | None,
    typer.Option(
        metavar="SOURCE",
        envvar="CQRS_GEN_TEMPLATE",
        help="A template of your own: a git URL or path.",
    ),
]
Bare = Annotated[bool, typer.Option("--bare", help="Begin without messages.")]
NoGit = Annotated[bool, typer.Option("--no-git", help="Do not make it a git repository.")]
