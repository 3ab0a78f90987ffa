"""The project's template: where it comes from, and how Copier renders it.

The only module that imports Copier, and it does so only when there is something to render.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from .boundary import require_inside
from .bounds import bounded_time
from .bundles import HOME, SHIPPED, canonical, expanded
from .compatibility import require_compatible
from .errors import CqrsGenError, Failed, UsageError, failure_of_machine
from .git import git_is_missing, is_installed, settled_filters
from .git_environment import for_templates
from .private import home_folder
from .project import ANSWERS
from .shown import shown
from .words import listed
from .yaml_text import composed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from copier import Settings, Worker

_INVALID = re.compile(
    r"(?:Validation error|Invalid choice) for (?:question )?'(?P<question>\w+)': (?P<why>.*)"
)
"""How Copier says that an answer is none that a question takes."""

_PLAIN = re.compile(r"[\w./~@:+-]+")
"""What YAML takes for a text without quotes."""

_TRUTHS = listed("true false yes no y n on off 1 0")

VARIABLE = "CQRS_GEN_TEMPLATE"
"""The environment variable that names a team's own source."""

PATIENCE = 300.0
FOREVER = 86400.0
"""How many seconds a template may take, and the same where a person is asked meanwhile."""

MIRRORS = "COPIER_CACHE_DIR"
"""The environment variable that names the folder where Copier keeps copies of repositories."""

NEEDED = ("project_name", "package_name", "reasons")
"""The questions that every template of cqrs-gen has."""


class InvalidAnswer(CqrsGenError):
    """An answer that the template's questions do not take."""


class Copy(NamedTuple):
    """What is rendered: a source's version, else its newest, with answers that are settled.

    `defaults` are what a question offers; questions are asked only if `asking`. With `updating`,
    the answers file in the folder counts as that of a project that is brought forward.
    """

    source: str
    answers: Mapping[str, object]
    defaults: Mapping[str, object] = {}
    version: str | None = None
    asking: bool = False
    updating: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the template's questions were answered with."""

    project_name: str
    package_name: str
    reasons: tuple[str, ...]
    answers: Mapping[str, object]
    """All that was asked, with what was answered."""


def template_source(named: str | None) -> str:
    """Return where the template is: where the user says, or else in the bundle of this cqrs-gen."""
    return canonical(named or os.environ.get(VARIABLE) or HOME)


def render_project(
    source: str,
    folder: Path,
    answers: Mapping[str, object],
    defaults: Mapping[str, object],
    *,
    asking: bool,
) -> Rendered:
    """Render the template into a folder; questions are asked only if `asking`.

    `answers` are settled, `defaults` are what a question offers.
    """
    worker = render(Copy(source, answers, defaults, asking=asking), folder)
    rendered = _rendered(source, worker)
    require_known(answers, worker)
    _require_truths(answers, worker)
    return rendered


def render(copy: Copy, folder: Path) -> Worker:
    """Render the template into a folder; what Copier knows of it then comes back.

    Raises InvalidAnswer for an answer that no question takes, Failed if it cannot be rendered.
    """
    from copier import run_copy  # noqa: PLC0415  it takes longer than all of `add`
    from copier.errors import CopierAnswersInterrupt, CopierError  # noqa: PLC0415
    from jinja2 import TemplateError  # noqa: PLC0415

    _require_template(copy.source)
    place = _place_of(copy.source)
    try:
        with bounded_time(FOREVER if copy.asking else PATIENCE), _git_apart(place):
            worker = run_copy(
                place,
                folder,
                data=dict(copy.answers),
                user_defaults=dict(copy.defaults),
                vcs_ref=copy.version,
                settings=_settings(),
                defaults=not copy.asking,
                overwrite=copy.updating,
                quiet=True,
            )
    except CopierAnswersInterrupt:
        raise KeyboardInterrupt from None
    except (CopierError, TemplateError, TypeError, ValueError) as error:
        raise _explained(copy.source, error) from None
    except OSError as error:
        raise _not_fetched(copy.source, error) from error
    require_compatible(copy.source, worker)
    _require_no_git(copy.source, folder)
    if place != copy.source:
        _name_source(folder / ANSWERS, copy.source)
    return worker


def _settings() -> Settings | None:
    """Give Copier settings only where it could not look for the user's: without a home."""
    from copier import Settings  # noqa: PLC0415

    try:
        expanded(HOME)
    except Failed:
        return Settings()
    return None


@contextmanager
def _git_apart(place: str) -> Iterator[None]:
    """Let Copier run git with no setting of the user's in the way, and in no repository."""
    from plumbum import local  # noqa: PLC0415

    filters = settled_filters(Path(place)) if Path(place).is_dir() and is_installed() else {}
    with (
        tempfile.TemporaryDirectory(prefix="cqrs-gen-") as folder,
        chdir(folder),
        _mirrors_in(_private_or(Path(folder))),
        local.env(),
    ):
        inherited = local.env.getdict()
        wanted = for_templates(inherited, Path(folder), filters)
        for name in inherited.keys() - wanted.keys():
            del local.env[name]
        local.env.update(wanted)
        yield


@contextmanager
def _mirrors_in(folder: Path) -> Iterator[None]:
    """Let Copier keep its copies of repositories in a folder, unless the user names another."""
    named = os.environ.get(MIRRORS)
    os.environ[MIRRORS] = named or str(folder)
    try:
        yield
    finally:
        if named is None:
            del os.environ[MIRRORS]


def _private_or(folder: Path) -> Path:
    # git runs what the settings of such a copy say.
    try:
        return home_folder("mirrors")
    except (OSError, RuntimeError):
        return folder / "mirrors"


def _place_of(source: str) -> str:
    """Return where Copier finds a source from any folder.

    For `HOME`, that is what this cqrs-gen ships: what is in the home folder may be of another
    version.
    """
    place = SHIPPED if source == HOME else expanded(source)
    return str(place.resolve()) if place.exists() else source


def _name_source(answers: Path, source: str) -> None:
    """Let the answers name a source as it was named, and not by where it is on this machine."""
    named = source if _PLAIN.fullmatch(source) else json.dumps(source)
    text = answers.read_bytes().decode()
    root = composed(text)
    for key, value in root.value if root else ():
        if key.value == "_src_path":
            text = f"{text[: value.start_mark.index]}{named}{text[value.end_mark.index :]}"
    answers.write_bytes(text.encode())


def _require_no_git(source: str, folder: Path) -> None:
    """Refuse a template that brings a folder of git's own, and with it what git runs."""
    for path in folder.rglob("*"):
        try:
            require_inside(folder, PurePosixPath(path.relative_to(folder).as_posix()))
        except Failed as error:
            raise Failed(
                f"the template at `{source}` is not safe to render: {error.what}",
                hint="name another: `--template SOURCE`",
            ) from None


def _require_template(source: str) -> None:
    """Raise Failed for a folder that is not there, and without git for what only git can fetch."""
    if source.startswith("-"):
        raise Failed(
            f"`{source}` is an option of git, and no template",
            hint="name a folder or a git URL: `--template SOURCE`",
        )
    place = Path(_place_of(source))
    if ":" not in source and not place.exists():
        raise Failed(
            f"there is no template at `{source}`",
            hint="name a folder or a git URL: `--template SOURCE`",
        )
    if not (place.is_dir() or is_installed()):
        raise git_is_missing()


def _not_fetched(source: str, error: OSError) -> Failed:
    said = str(getattr(error, "stderr", "")).strip()  # git's words, where Copier ran it
    if not said:
        return failure_of_machine(error)
    return Failed(f"the template at `{source}` cannot be fetched", hint=said)


def _explained(source: str, error: Exception) -> CqrsGenError:
    text = " ".join(str(error).split()).rstrip(".")
    invalid = _INVALID.fullmatch(text)
    if invalid is None:
        return Failed(f"the template at `{source}` cannot be rendered: {text}")
    question, why = invalid["question"], invalid["why"]
    return InvalidAnswer(
        f"`{question}` cannot be answered so: {why[:1].lower()}{why[1:]}",
        hint=f"give another answer: `--data {question}=…`",
    )


def require_known(answers: Mapping[str, object], worker: Worker) -> None:
    """Raise UsageError for an answer to what the template does not ask."""
    known = _asked(worker)
    for name in answers:
        if name not in known:
            raise UsageError(
                f"the template does not ask for {shown(name)}",
                hint=f"it asks for: {', '.join(f'`{each}`' for each in known)}",
            )


def _asked(worker: Worker) -> list[str]:
    questions = worker.template.questions_data
    return [
        name
        for name, question in questions.items()
        if question.get("when") is not False and question.get("ask") is not False
    ]


def _require_truths(answers: Mapping[str, object], worker: Worker) -> None:
    """Refuse `http=maybe`, which Copier takes for a yes."""
    for name, answer in answers.items():
        is_truth = worker.template.questions_data[name].get("type") == "bool"
        if is_truth and str(answer).lower() not in _TRUTHS:
            raise InvalidAnswer(
                f"`{name}` cannot be answered so: {shown(str(answer))} is no yes and no no",
                hint=f"write `--data {name}=yes` or `--data {name}=no`",
            )


def _rendered(source: str, worker: Worker) -> Rendered:
    answered = worker.answers.combined
    asked = _asked(worker)
    missing = [name for name in NEEDED if name not in asked]
    if missing:
        raise Failed(
            f"the template at `{source}` is none of cqrs-gen's: it does not ask for `{missing[0]}`",
            hint="name another: `--template SOURCE`",
        )
    return Rendered(
        project_name=str(answered["project_name"]),
        package_name=str(answered["package_name"]),
        reasons=tuple(answered["reasons"]),
        answers={name: answered[name] for name in asked},
    )
