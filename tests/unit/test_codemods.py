"""Codemods change what they must, and leave all that only looks like it."""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePosixPath
from textwrap import dedent

import pytest
from packaging.version import Version

from cqrs_gen.codemods import BY_VERSION, codemods_between
from cqrs_gen.codemods.recorded_from_reading import concerns, rewrite

CHANGED = {
    "alone": (
        "from shop.cqrs.journal import Recorded\n",
        "from shop.cqrs.reading import Recorded\n",
    ),
    "into an import that is there": (
        (
            '"""Doc."""\n\nfrom x import y\n\nfrom shop.cqrs.journal import Recorded\n'
            "from shop.cqrs.reading import Change, on\n\nx = 1\n"
        ),
        (
            '"""Doc."""\n\nfrom x import y\n\n'
            "from shop.cqrs.reading import Recorded, Change, on\n\nx = 1\n"
        ),
    ),
    "into one in parentheses": (
        dedent("""\
            from shop.cqrs.reading import (
                Change,  # why
                on,
            )
            from shop.cqrs.journal import Recorded
            """),
        dedent("""\
            from shop.cqrs.reading import (
                Recorded, Change,  # why
                on,
            )
            """),
    ),
    "into one that has it": (
        dedent("""\
            from shop.cqrs.journal import Recorded
            from shop.cqrs.reading import Recorded, on
            """),
        "from shop.cqrs.reading import Recorded, on\n",
    ),
    "by another name": (
        dedent("""\
            from shop.cqrs.journal import Recorded as R
            from shop.cqrs.reading import on
            """),
        "from shop.cqrs.reading import Recorded as R, on\n",
    ),
    "beside others": (
        "from shop.cqrs.journal import Origin, Recorded\n",
        dedent("""\
            from shop.cqrs.journal import Origin
            from shop.cqrs.reading import Recorded
            """),
    ),
    "beside others, in parentheses": (
        dedent("""\
            from shop.cqrs.journal import (
                Origin,
                Recorded,
            )
            """),
        dedent("""\
            from shop.cqrs.journal import (
                Origin,
            )
            from shop.cqrs.reading import Recorded
            """),
    ),
    "with comments": (
        dedent("""\
            # above
            from shop.cqrs.journal import Recorded  # noqa: X
            from shop.cqrs.reading import on
            """),
        dedent("""\
            # above
            from shop.cqrs.reading import Recorded  # noqa: X
            from shop.cqrs.reading import on
            """),
    ),
    "for types alone": (
        dedent("""\
            if TYPE_CHECKING:
                from shop.cqrs.journal import Origin, Recorded
            """),
        dedent("""\
            if TYPE_CHECKING:
                from shop.cqrs.journal import Origin
                from shop.cqrs.reading import Recorded
            """),
    ),
    "relative": (
        "from ...cqrs.journal import Recorded\n",
        "from ...cqrs.reading import Recorded\n",
    ),
    "the module": (
        dedent("""\
            import shop.cqrs.journal
            x: shop.cqrs.journal.Recorded[int]
            """),
        dedent("""\
            import shop.cqrs.reading
            x: shop.cqrs.reading.Recorded[int]
            """),
    ),
    "the module by another name": (
        dedent("""\
            import shop.cqrs.journal as j
            x: j.Recorded[int]
            """),
        dedent("""\
            import shop.cqrs.reading as j
            x: j.Recorded[int]
            """),
    ),
    "the module from its package": (
        dedent("""\
            from shop.cqrs import Event, journal
            x: journal.Recorded[int]
            """),
        dedent("""\
            from shop.cqrs import Event, reading as journal
            x: journal.Recorded[int]
            """),
    ),
    "with the line ends of Windows, without an end": (
        "from shop.cqrs.journal import Recorded\r\nx  =  1",
        "from shop.cqrs.reading import Recorded\r\nx  =  1",
    ),
    "next to all that is included": (
        dedent("""\
            from shop.cqrs.journal import Recorded
            from shop.cqrs.reading import *
            """),
        dedent("""\
            from shop.cqrs.reading import Recorded
            from shop.cqrs.reading import *
            """),
    ),
}
LEFT = {
    "other names": "from shop.cqrs.journal import Origin\n",
    "another package": "from other.cqrs.journal import Recorded\n",
    "another module": dedent("""\
        from shop.journal import Recorded
        from journal import Recorded
        """),
    "words": dedent("""\
        # from shop.cqrs.journal import Recorded
        x = "shop.cqrs.journal.Recorded"
        """),
    "all": "from shop.cqrs.journal import *\n",
    "the module for more": dedent("""\
        import shop.cqrs.journal as j
        x = j.Recorded, j.Journal
        """),
    "the module, passed on": dedent("""\
        from shop.cqrs import journal
        x = journal
        """),
    "form": "x  =  [1,2 ,\n  3]   # journal\n",
    "nothing": "",
}


@pytest.mark.parametrize("case", CHANGED)
def test_recorded_comes_from_where_it_is_offered(case: str) -> None:
    before, after = CHANGED[case]

    assert rewrite(before, "shop") == after


@pytest.mark.parametrize("case", CHANGED)
def test_what_it_has_changed_it_leaves(case: str) -> None:
    after = CHANGED[case][1]

    assert rewrite(after, "shop") == after


@pytest.mark.parametrize("case", LEFT)
def test_what_only_looks_like_it_is_left(case: str) -> None:
    assert rewrite(LEFT[case], "shop") == LEFT[case]


def test_it_concerns_the_read_side_alone() -> None:
    assert concerns(PurePosixPath("src/shop/read/projections/users.py"), "shop")
    assert not concerns(PurePosixPath("src/shop/write/handlers/users.py"), "shop")
    assert not concerns(PurePosixPath("tests/read/test_users.py"), "shop")


def test_a_version_has_those_after_the_one_before() -> None:
    def named(after: str, upto: str) -> int:
        return len(codemods_between(Version(after), Version(upto)))

    assert named("0.2.0", "0.3.0") == named("0.1.0", "9.9.9") - named("0.1.0", "0.2.0") == 1
    assert named("0.3.0", "0.4.0") == named("0.3.0", "0.3.0") == 0


@pytest.mark.parametrize("name", [name for group in BY_VERSION.values() for name in group])
def test_each_says_what_it_does_in_a_sentence(name: str) -> None:
    sentence = import_module(f"cqrs_gen.codemods.{name}").SENTENCE

    assert "\n" not in sentence
    assert not sentence.endswith(".")
