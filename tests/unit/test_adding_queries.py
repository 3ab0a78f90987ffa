"""What `add query` and `add projection` decide, and say, where much is left out."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from unit.shops import add_event, shop, write
from unit.test_adding_commands import context

from cqrs_gen.commands.add_projection import add_projection
from cqrs_gen.commands.add_query import QueryOptions, add_query
from cqrs_gen.errors import Conflict, InvalidField, InvalidName, NotFound, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from cqrs_gen.commands.adding import Addition
    from cqrs_gen.project import Project

USERS = """
from uuid import UUID

USERS = ReadModel("users", version=1, key={"user_id": UUID}, columns={"email": str, "age": int})


class UsersProjection(Projection):
    read_model = USERS

    @on(UserDeleted)
    def user_deleted(self, recorded): ...

    @on(UserCreated)
    def user_created(self, recorded): ...
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = shop(tmp_path)
    add_event(made, "UserCreated", "user_id:UUID", "email:str", "born:date?")
    return made


def query(project: Project, name: str, *fields: str, **options: Any) -> Addition:  # noqa: ANN401
    return add_query(project, name, fields, QueryOptions(**options))


def columns(addition: Addition, of: str = "columns") -> list[str]:
    read_model = context(addition, "projection")["read_model"]
    return [f"{field['name']}: {field['annotation']}" for field in read_model[of]]


def view(addition: Addition) -> list[str]:
    fields = context(addition, "query")["view"]["fields"]
    return [f"{field['name']}: {field['annotation']}" for field in fields]


def names(addition: Addition, what: str) -> list[str]:
    return [field["name"] for field in context(addition, "query")[what]]


def test_from_its_name_alone_a_query_has_all_that_it_needs(project: Project) -> None:
    addition = query(project, "GetUserStats")

    assert [each.kind for each in addition.slices] == ["query", "projection"]
    assert names(addition, "fields") == ["user_id"]
    assert view(addition) == ["user_id: UUID", "email: str", "born: date | None"]
    assert columns(addition, "key") == ["user_id: UUID"]
    assert columns(addition) == ["email: str", "born: date | None"]
    assert addition.notes == (
        "`GetUserStats` asks by `user_id:UUID`",
        (
            "`user_stats` keeps a row for each `user_id` with `email:str, born:date?`, "
            "from `UserCreated`"
        ),
    )


def test_what_was_said_is_not_inferred(project: Project) -> None:
    addition = query(
        project,
        "GetUserStats",
        "user_id:UUID",
        returns="login_count:int,last_seen:datetime?",
        on=["UserCreated"],
    )

    assert view(addition) == ["login_count: int", "last_seen: datetime | None"]
    [event] = context(addition, "projection")["events"]
    assert (event["set"], event["start"]) == ("", '{"login_count": 0, "last_seen": None}')


def test_what_starts_from_zero_has_the_zero_of_its_type(project: Project) -> None:
    returns = "a:str,b:int,c:float,d:bool,e:Decimal,f:list[str],g:dict[str,int],h:timedelta,i:int?"

    addition = query(project, "GetUserStats", returns=f"{returns},j:datetime,k:UUID")

    assert context(addition, "projection")["events"][0]["start"] == (
        '{"a": "", "b": 0, "c": 0.0, "d": False, "e": Decimal(0), "f": [], "g": {}, '
        '"h": timedelta(), "i": None, "j": recorded.at, "k": UUID(int=0)}'
    )


@pytest.mark.parametrize("verb", ["List", "Find", "Search"])
def test_verbs_that_speak_of_many_answer_a_page(project: Project, verb: str) -> None:
    addition = query(project, f"{verb}Users", "email:str", "born:date")

    assert context(addition, "query")["result"] == f"Page[{verb}UsersView]"
    assert names(addition, "filters") == ["email", "born"]
    assert columns(addition, "key") == ["user_id: UUID"]


def test_an_optional_filter_is_a_filter(project: Project) -> None:
    addition = query(project, "FindUsers", "email:str?")

    [filtered] = context(addition, "query")["filters"]
    assert filtered["optional"]
    assert columns(addition) == ["email: str", "born: date | None"]


def test_what_is_asked_by_and_not_shown_is_a_column(project: Project) -> None:
    addition = query(project, "FindUsers", "email:str", returns="user_id:UUID")

    assert view(addition) == ["user_id: UUID"]
    assert columns(addition) == ["email: str"]
    assert names(addition, "filters") == ["email"]


def test_a_page_has_a_limit_and_a_cursor_of_its_own(project: Project) -> None:
    addition = query(project, "ListUsers", "limit:int", "cursor:str?")

    assert names(addition, "fields") == []
    assert addition.notes[:2] == (
        "every page has a `limit` of its own",
        "every page has a `cursor` of its own",
    )


@pytest.mark.parametrize("fields", [(), ("email:str",)])
def test_a_query_for_many_gets_a_test_of_its_pages(
    project: Project, fields: tuple[str, ...]
) -> None:
    assert context(query(project, "ListUsers", *fields), "query")["pages"]


@pytest.mark.parametrize(
    ("name", "fields"), [("ListUsers", ("user_id:UUID", "email:str")), ("GetUser", ())]
)
def test_a_query_that_finds_one_row_gets_none(
    project: Project, name: str, fields: tuple[str, ...]
) -> None:
    assert not context(query(project, name, *fields), "query")["pages"]


def test_other_verbs_may_ask_by_a_limit(project: Project) -> None:
    assert names(query(project, "GetUser", "limit:int"), "fields") == ["limit"]


def test_what_no_event_carries_is_said_to_have_no_effect(project: Project) -> None:
    addition = query(project, "SearchUsers", "text:str", "email:int")

    assert names(addition, "unused") == ["text", "email"]
    assert addition.notes[-2:] == (
        "`text` is not in `users`: the handler does not use it yet",
        "`email` cannot be compared with what is in `users`: the handler does not use it yet",
    )


def test_a_query_that_counts_has_one_row_with_a_count(project: Project) -> None:
    addition = query(project, "CountUsers")

    assert names(addition, "fields") == []
    assert view(addition) == ["count: int"]
    assert addition.notes == (
        "`user_count` keeps one row for all with `count:int`, from `UserCreated`",
    )


def test_a_query_about_something_else_has_one_row(project: Project) -> None:
    addition = query(project, "GetDashboard", on=["UserCreated"])

    assert names(addition, "fields") == []
    assert columns(addition, "key") == ["scope: str"]


def test_an_event_that_was_not_named_and_has_no_key_is_left_out_and_said_so(
    project: Project,
) -> None:
    add_event(project, "UserBlocked", "user_id:UUID")

    addition = query(project, "GetUserByEmail", "email:str")

    assert "`UserBlocked` does not feed it: it does not say which row is meant" in addition.notes
    with pytest.raises(Conflict, match="`UserBlocked` does not carry `email:str`"):
        query(project, "GetUserByEmail", "email:str", on=["UserCreated", "UserBlocked"])


def test_events_that_disagree_on_a_type_leave_the_field_out_and_say_so(project: Project) -> None:
    add_event(project, "UserMoved", "user_id:UUID", "email:int")

    addition = query(project, "GetUser")

    assert view(addition) == ["user_id: UUID", "born: date | None"]
    assert "`email` is left out: its events do not agree on its type" in addition.notes


def test_events_that_end_the_entity_end_its_row(project: Project) -> None:
    add_event(project, "UserDeleted", "user_id:UUID", "reason:str")

    addition = query(project, "ListUsers", on=["UserDeleted", "UserCreated"])

    deleted, created = context(addition, "projection")["events"]
    assert (deleted["removes"], created["removes"]) == (True, False)
    assert deleted["before"] == "USER_CREATED"
    assert context(addition, "query")["event"]["class_name"] == "UserCreated"
    assert addition.notes[0].endswith("from `UserCreated`, until `UserDeleted`")


def test_a_read_model_whose_name_is_taken_is_called_after_the_query(project: Project) -> None:
    write(project, "read/projections/users.py", USERS)

    addition = query(project, "ListUsers")

    assert context(addition, "projection")["read_model"]["name"] == "list_users"
    assert addition.notes[-1] == "`users` is there already; `--from users` would share it"


def test_a_read_model_whose_every_name_is_taken_is_to_be_shared(project: Project) -> None:
    write(project, "read/projections/users.py", USERS)

    with pytest.raises(Conflict) as refusal:
        query(project, "Users")

    assert refusal.value.what == "`users` is there already, and not this query's own"
    assert refusal.value.hint == "share it: `--from users`\nor give the query another name"


def test_a_name_is_taken_wherever_the_read_model_was_moved(project: Project) -> None:
    write(project, "read/projections/people.py", USERS)

    addition = query(project, "ListUsers")

    assert context(addition, "projection")["read_model"]["name"] == "list_users"


def test_a_query_keeps_the_read_model_that_it_has_and_what_feeds_it(project: Project) -> None:
    add_event(project, "UserDeleted", "user_id:UUID")
    add_event(project, "UserBlocked", "user_id:UUID")
    write(project, "read/projections/users.py", USERS)
    write(
        project,
        "read/handlers/list_users.py",
        "from shop.read.projections.users import USERS, UsersProjection\n",
    )

    addition = query(project, "ListUsers")

    made = context(addition, "projection")
    assert made["read_model"]["name"] == "users"
    assert [event["method"] for event in made["events"]] == ["user_deleted", "user_created"]


def test_a_projection_keeps_what_feeds_it(project: Project) -> None:
    write(project, "read/projections/users.py", USERS)
    add_event(project, "UserDeleted", "user_id:UUID")
    add_event(project, "UserBlocked", "user_id:UUID")

    made = context(add_projection(project, "Users", []), "projection")

    assert [event["method"] for event in made["events"]] == ["user_deleted", "user_created"]


@pytest.mark.parametrize("name", ["GetSelect", "GetNothing", "GetEvent"])
def test_a_subject_that_can_name_no_read_model_leaves_the_whole(
    project: Project, name: str
) -> None:
    addition = query(project, name, on=["UserCreated"])

    read_model = context(addition, "projection")["read_model"]
    assert read_model["constant"] == context(addition, "query")["module"].upper()


def test_a_read_model_that_is_there_may_be_shared(project: Project) -> None:
    write(project, "read/projections/people/all.py", USERS)

    addition = query(project, "GetUser", source="users")

    assert [each.kind for each in addition.slices] == ["query"]
    assert names(addition, "fields") == ["user_id"]
    assert view(addition) == ["user_id: UUID", "email: str", "age: int"]
    assert context(addition, "query")["read_model"]["module"] == "shop.read.projections.people.all"
    assert context(addition, "query")["event"]["class_name"] == "UserCreated"
    assert addition.notes == ("`users` answers it",)


@pytest.mark.parametrize("source", ["users", "Users", "UsersProjection"])
def test_it_may_be_named_as_table_or_class(project: Project, source: str) -> None:
    write(project, "read/projections/users.py", USERS)

    assert query(project, "ListUsers", source=source).notes == ("`users` answers it",)


def test_a_view_of_a_shared_read_model_has_its_columns(project: Project) -> None:
    write(project, "read/projections/users.py", USERS)

    assert view(query(project, "GetUser", source="users", returns="age:int")) == ["age: int"]
    with pytest.raises(Conflict) as missing:
        query(project, "GetUser", source="users", returns="height:int")
    with pytest.raises(Conflict) as other:
        query(project, "GetUser", source="users", returns="age:str")

    assert missing.value.what == "`users` has no column `height:int`"
    assert missing.value.hint == "it has: `user_id`, `email`, `age`"
    assert other.value.hint == "it has `age:int`"


def test_a_read_model_that_is_not_there_is_refused_with_what_is(project: Project) -> None:
    def hint(source: str) -> str:
        with pytest.raises(NotFound) as refusal:
            query(project, "GetUser", source=source)
        assert refusal.value.what == f"the project has no read model `{source}`"
        return refusal.value.hint

    assert (
        hint("users") == "there is none yet: leave `--from` out, and the query gets one of its own"
    )
    write(project, "read/projections/users.py", USERS)
    assert hint("user") == "did you mean `--from users`?"
    assert hint("orders_by_day") == "there are: `users`"


def test_a_read_model_that_no_event_fills_has_no_example(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(project, "read/projections/users.py", USERS)

    with pytest.raises(Conflict) as refusal:
        query(project, "GetUser", source="users")

    assert refusal.value.what == "no event in the project fills `users`"
    assert refusal.value.hint == "mark a method of `UsersProjection` with `@on(SomeEvent)`"


def test_a_key_that_cannot_be_read_is_told_of(project: Project) -> None:
    write(project, "read/projections/users.py", USERS.replace('{"user_id": UUID}', "KEY"))

    with pytest.raises(Conflict, match="the key of `users` cannot be read"):
        query(project, "GetUser", source="users")


def test_from_and_on_exclude_each_other(project: Project) -> None:
    with pytest.raises(UsageError, match="`--from` and `--on` exclude each other"):
        query(project, "GetUser", source="users", on=["UserCreated"])


def test_a_view_has_no_defaults(project: Project) -> None:
    with pytest.raises(InvalidField, match="`age` cannot have a default"):
        query(project, "GetUser", returns="age:int=5")


def test_events_with_fields_that_cannot_be_typed_are_sampled_by_the_framework(
    project: Project,
) -> None:
    write(
        project,
        "events/user_measured.py",
        """
        from uuid import UUID

        class UserMeasured(Event):
            user_id: UUID
            size: tuple[int, int]
        """,
    )

    addition = query(project, "ListUsers", on=["UserMeasured"])

    event = context(addition, "query")["event"]
    assert event["sample"] == "sample(UserMeasured)"
    assert event["other_sample"] == "replace(sample(UserMeasured), user_id=UUID(int=69))"


def test_a_projection_may_be_called_as_its_event(project: Project) -> None:
    addition = add_projection(project, "UserCreated", [])

    made = context(addition, "projection")
    assert made["read_model"]["constant"] == "USER_CREATED"
    assert made["events"][0]["constant"] == "USER_CREATED_EVENT"


def test_events_in_one_file_are_told_apart(tmp_path: Path) -> None:
    project = shop(tmp_path)
    write(
        project,
        "events/users.py",
        dedent("""\
            class UserCreated(Event): ...
            class UserBlocked(Event): ..."""),
    )

    events = context(add_projection(project, "Users", []), "projection")["events"]

    assert [event["method"] for event in events] == ["user_created", "user_blocked"]
    assert [event["constant"] for event in events] == ["USER_CREATED", "USER_BLOCKED"]


@pytest.mark.parametrize("name", ["Changes", "Methods", "Name"])
def test_an_event_takes_no_method_of_the_base_class(tmp_path: Path, name: str) -> None:
    project = shop(tmp_path)
    add_event(project, name)

    addition = add_projection(project, "Summary", [], on=[name])

    assert context(addition, "projection")["events"][0]["method"] == f"on_{name.lower()}"


def test_a_projection_whose_name_is_a_constant_of_generated_files_is_refused(
    project: Project,
) -> None:
    with pytest.raises(InvalidName, match="generated files have a `SELECT` of their own"):
        add_projection(project, "Select", [], on=["UserCreated"])


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("GetUsers", "`GetUsers` answers one view: `ListUsers` would answer a page"),
        ("GetActiveUsers", "`GetActiveUsers` answers one view: `ListActiveUsers` would …"),
        ("FindUser", "`FindUser` answers a page: `GetUser` would answer one view"),
        ("FindUserByEmail", "`FindUserByEmail` answers a page: `GetUserByEmail` would …"),
    ],
)
def test_one_view_where_many_are_named_and_the_other_way_round_are_said(
    project: Project, name: str, note: str
) -> None:
    assert query(project, name).notes[0].startswith(note.removesuffix("…"))


def test_so_they_are_where_a_read_model_is_shared(project: Project) -> None:
    write(project, "read/projections/users.py", USERS)

    assert query(project, "GetUsers", source="users").notes == (
        "`GetUsers` answers one view: `ListUsers` would answer a page",
        "`users` answers it",
    )


@pytest.mark.parametrize("name", ["GetUser", "GetUserStats", "ListUsers", "CountUsers", "ListUser"])
def test_where_verb_and_name_agree_nothing_is_said(project: Project, name: str) -> None:
    assert not any("answers" in note for note in query(project, name).notes)


def test_an_event_in_all_capitals_is_no_constant_of_its_test(project: Project) -> None:
    text = dedent("""\
        from shop.cqrs import Event


        class KYC(Event):
            kyc_id: str
        """)
    write(project, "events/kyc.py", text)

    made = context(add_projection(project, "KYC", (), on=["KYC"]), "projection")

    other = context(add_projection(project, "Checks", (), on=["KYC"]), "projection")

    assert [event["constant"] for event in other["events"]] == ["KYC_EVENT"]
    assert made["read_model"]["constant"] == "KYC_ROWS"
    assert [event["constant"] for event in made["events"]] == ["KYC_EVENT"]
