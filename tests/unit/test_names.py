"""Names of messages: understood, derived from each other, refused with a way out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqrs_gen.errors import InvalidName
from cqrs_gen.intent import misread_intent
from cqrs_gen.names import LONGEST, Name
from cqrs_gen.packages import package_from_project, parse_package
from cqrs_gen.phrases import (
    asks_for_many,
    command_entity,
    entity_id,
    event_entity,
    event_of,
    id_in_command,
    id_in_event,
    query_subject,
)
from cqrs_gen.verbs import PHRASAL, WRITING
from cqrs_gen.words import listed

KINDS = st.sampled_from(["command", "query", "event", "projection", "policy"])


def test_a_name_knows_its_words_module_and_class() -> None:
    name = Name.parse("CreateUser", "command")

    assert name.words == ("Create", "User")
    assert name.verb == "Create"
    assert name.module == "create_user"
    assert name.suffix == "Command"
    assert name.class_name == "CreateUserCommand"


@pytest.mark.parametrize(
    ("typed", "kind", "text", "class_name"),
    [
        ("CreateUserCommand", "command", "CreateUser", "CreateUserCommand"),
        ("CreateUserHandler", "command", "CreateUser", "CreateUserCommand"),
        ("CreateUserCommandHandler", "command", "CreateUser", "CreateUserCommand"),
        ("GetUserStatsQuery", "query", "GetUserStats", "GetUserStatsQuery"),
        ("UserCreatedEvent", "event", "UserCreated", "UserCreated"),
        ("OrderSummaryProjection", "projection", "OrderSummary", "OrderSummaryProjection"),
        ("WelcomeUserPolicy", "policy", "WelcomeUser", "WelcomeUserPolicy"),
        ("WelcomeUser", "email_policy", "WelcomeUser", "WelcomeUserEmailPolicy"),
    ],
)
def test_a_suffix_that_was_typed_is_not_doubled(
    typed: str, kind: str, text: str, class_name: str
) -> None:
    name = Name.parse(typed, kind)

    assert (name.text, name.class_name) == (text, class_name)


@pytest.mark.parametrize(
    ("typed", "kind", "reason", "way_out"),
    [
        ("", "command", "no name", "CreateUser"),
        ("  ", "query", "no name", "GetUser"),
        ("1x", "command", "not an identifier", "CreateUser"),
        ("../../etc", "event", "not an identifier", "UserCreated"),
        ("Party🎉", "command", "not an identifier", "did you mean `Party`"),
        ("create user", "command", "not an identifier", "did you mean `CreateUser`"),
        ("Créer", "command", "beyond A to Z", "did you mean `Creer`"),
        ("create_user", "command", "PascalCase", "did you mean `CreateUser`"),
        ("create-user", "command", "identifier", "did you mean `CreateUser`"),
        ("createUser", "command", "PascalCase", "did you mean `CreateUser`"),
        ("_CreateUser", "command", "underscore", "did you mean `CreateUser`"),
        ("__init__", "command", "underscore", "did you mean `Init`"),
        ("Command", "command", "nothing is left", "CreateUser"),
        ("Event", "event", "nothing is left", "UserCreated"),
        ("Policy", "policy", "nothing is left", "CreateUser"),
        ("None", "command", "built-in", "CreateUser"),
        ("Class", "command", "keyword", "CreateUser"),
        ("Match", "command", "keyword", "CreateUser"),
        ("List", "query", "built into", "GetUser"),
        ("Print", "command", "built into", "CreateUser"),
        ("ListQuery", "query", "built into", "GetUser"),
        ("CON", "command", "Windows", "CreateUser"),
        ("Aux", "event", "Windows", "UserCreated"),
        ("Com1", "command", "Windows", "CreateUser"),
        ("ValueError", "event", "built-in", "UserCreated"),
        ("UnitOfWork", "command", "framework", "CreateUser"),
        ("Messagebus", "event", "framework", "UserCreated"),
        ("Message", "bus", "framework", "CreateUser"),
        ("Scenario", "event", "framework", "UserCreated"),
        ("Field", "event", "import", "UserCreated"),
        ("UUID", "event", "import", "UserCreated"),
        ("Timedelta", "event", "import", "UserCreated"),
        ("GetUserView", "event", "ends like a view", "UserCreated"),
        ("Select", "projection", "`SELECT`", "UserSummary"),
        ("UsersProjection", "query", "ends like a projection", "GetUser"),
        ("Conftest", "command", "pytest", "CreateUser"),
        ("Create\nUser", "command", "identifier", "CreateUser"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_the_reason_and_a_way_out(
    typed: str, kind: str, reason: str, way_out: str
) -> None:
    with pytest.raises(InvalidName) as refusal:
        Name.parse(typed, kind)

    assert reason in refusal.value.what
    assert way_out in refusal.value.hint
    assert "\n" not in refusal.value.what


def test_a_name_may_have_sixty_characters_and_no_more() -> None:
    longest = "Create" + "u" * (LONGEST - len("Create"))

    assert Name.parse(f"{longest}Command", "command").text == longest
    with pytest.raises(InvalidName, match="61 characters"):
        Name.parse(f"{longest}u", "command")


def test_the_event_of_the_longest_command_is_not_too_long() -> None:
    longest = Name.parse("Submit" + "U" + "u" * (LONGEST - len("SubmitU")), "command")

    assert Name.parse(event_of(longest.text), "event").text.endswith("Submitted")


@given(st.text() | st.from_regex(r"[A-Z][A-Za-z0-9_-]*", fullmatch=True), KINDS)
def test_any_text_is_a_name_or_refused(text: str, kind: str) -> None:
    try:
        name = Name.parse(text, kind)
    except InvalidName as refusal:
        assert refusal.hint  # noqa: PT017  most texts are refused, and each must say what to do
        suggested = re.search("did you mean `(.+)`", refusal.hint)
        assert not suggested or Name.parse(suggested[1], kind)
    else:
        assert name.class_name.isidentifier()
        assert name.module.isidentifier()
        assert Name.parse(name.text + name.suffix, kind).module


COMMANDS = sorted(
    listed(
        "CreateUser:UserCreated:User PlaceOrder:OrderPlaced:Order "
        "SendInvoice:InvoiceSent:Invoice CheckOutCart:CartCheckedOut:Cart "
        "AddItemToCart:ItemAddedToCart:Item SignUp:SignedUp:SignUp SignUpUser:UserSignedUp:User "
        "SignUpForNewsletter:SignedUpForNewsletter:Newsletter Deposit:Deposited:Deposit "
        "LogInUser:UserLoggedIn:User LoginUser:UserLoggedIn:User Login:LoggedIn:LogIn "
        "CheckoutCart:CartCheckedOut:Cart Put:Put:Put Ship:Shipped:Ship "
        "CancelCheckIn:CheckInCancelled:CheckIn ApproveWriteOff:WriteOffApproved:WriteOff "
        "ChangeBillOfMaterials:BillOfMaterialsChanged:BillOfMaterials "
        "CreateSetOfRules:SetOfRulesCreated:SetOfRules NotifyOfDelay:NotifiedOfDelay:Delay "
        "SetUpAccount:AccountSetUp:Account ChangeSetUp:SetUpChanged:SetUp "
        "CreateBackOrder:BackOrderCreated:BackOrder AddDownPayment:DownPaymentAdded:DownPayment "
        "CreateFeed:FeedCreated:Feed CreateClosedOrder:ClosedOrderCreated:ClosedOrder "
        "SubscribeToNewsletter:SubscribedToNewsletter:Newsletter "
        "MarkInvoiceAsPaid:InvoiceMarkedAsPaid:Invoice AddOrderLine:OrderLineAdded:OrderLine "
        "MoveFundsBetweenAccounts:FundsMovedBetweenAccounts:Funds "
        "WithdrawMoney:MoneyWithdrawn:Money RollBackDeployment:DeploymentRolledBack:Deployment "
        "PutOrderOnHold:OrderPutOnHold:Order ApplyV2Rules:V2RulesApplied:V2Rules "
        "SendSMS:SMSSent:SMS SMSCustomer:CustomerSmsed:Customer "
        "SplitCutOffDate:CutOffDateSplit:CutOffDate SendLogInEmail:LogInEmailSent:LogInEmail "
        "Enable2FA:TwoFAEnabled:TwoFA EnrollIn2FA:EnrolledIn2FA:TwoFA "
        "Create3DModel:ThreeDModelCreated:ThreeDModel CreateV2User:V2UserCreated:V2User "
        "BulkCreateUsers:UsersCreatedInBulk:Users SoftDeleteUser:UserDeletedSoftly:User "
        "BatchDeleteOrders:OrdersDeletedInBatches:Orders "
        "AutoAssignIssue:IssueAssignedAutomatically:Issue "
        "BatchOrders:OrdersBatched:Orders CreateOrderBatch:OrderBatchCreated:OrderBatch "
        "SpeedUpJob:JobSpedUp:Job PowerOffServer:ServerPoweredOff:Server "
        "ConvertLeadToCustomer:LeadConvertedToCustomer:Lead RebuildIndex:IndexRebuilt:Index"
    )
)


@pytest.mark.parametrize("row", COMMANDS)
def test_a_command_its_event_and_their_entity_agree(row: str) -> None:
    command, event, entity = row.split(":")

    assert event_of(command) == event
    assert command_entity(command) == entity
    assert event_entity(event) == entity


@given(
    st.sampled_from(sorted({(verb,) for verb in WRITING} | PHRASAL)),
    st.sampled_from(["", "User", "OrderLine", "Feed", "ClosedOrder", "BillOfLading", "V2Rule"]),
    st.sampled_from(["", "ToCart", "FromClosedAccount", "OnBehalfOfUser", "WithSetPrice"]),
)
def test_any_command_and_its_event_tell_of_the_same_entity(
    verb: tuple[str, ...], thing: str, rest: str
) -> None:
    command = "".join(verb) + thing + rest

    assert event_entity(event_of(command)) == command_entity(command)


@pytest.mark.parametrize(
    ("event", "entity"),
    [("UserLoggedIn", "User"), ("PaymentFailed", "Payment"), ("OrderShipment", "Order")],
)
def test_an_event_that_no_command_gave_tells_its_entity_too(event: str, entity: str) -> None:
    assert event_entity(event) == entity


@given(st.from_regex(r"[A-Z][A-Za-z0-9]{0,30}", fullmatch=True))
def test_any_name_has_an_entity_and_an_event(name: str) -> None:
    assert command_entity(name)
    assert event_entity(name)
    assert event_of(name).isidentifier()


@pytest.mark.parametrize(
    ("command", "fields", "identifying"),
    [
        ("ChangeUserEmail", ["user_id", "email"], "user_id"),
        ("ChangeUserEmail", ["user_email_id", "user_id"], "user_email_id"),
        ("ChangeOrderLineQuantity", ["order_id", "order_line_id"], "order_line_id"),
        ("ChangeUserEmail", ["email"], "user_email_id"),
        ("AddUserEmail", ["user_id", "email"], "user_email_id"),
        ("RenameUser", ["user_id"], "user_id"),
    ],
)
def test_to_change_a_part_of_something_is_to_change_that(
    command: str, fields: list[str], identifying: str
) -> None:
    assert id_in_command(command, fields) == identifying
    assert id_in_event(event_of(command), fields) == identifying


def test_a_query_is_named_after_its_subject() -> None:
    assert query_subject("GetUserStats") == "UserStats"
    assert query_subject("ListUsers") == "Users"
    assert query_subject("SearchOpenOrders") == "OpenOrders"
    assert query_subject("UserStats") == "UserStats"
    assert query_subject("Browse") == "Browse"
    assert query_subject("Get2FAStatus") == "TwoFAStatus"


def test_some_verbs_ask_for_many() -> None:
    assert asks_for_many("ListUsers")
    assert not asks_for_many("GetUser")


def test_an_entity_is_known_by_its_id() -> None:
    assert entity_id("OrderLine") == "order_line_id"


@pytest.mark.parametrize(
    ("name", "kind", "advice"),
    [
        ("CreateUser", "query", "add command CreateUser"),
        ("LoginUser", "query", "add command LoginUser"),
        ("GetUser", "command", "add query GetUser"),
        ("UserCreated", "command", "add event UserCreated"),
        ("UserLoggedIn", "query", "add event UserLoggedIn"),
        ("ListedUsersCreated", "projection", "add event ListedUsersCreated"),
        ("CreateUser", "event", "UserCreated"),
        ("LowStock", "event", "past tense"),
        ("IsUserActive", "command", "add query IsUserActive"),
        ("BulkCreateUsers", "query", "add command BulkCreateUsers"),
    ],
)
def test_a_name_that_reads_as_another_kind_is_warned_of(name: str, kind: str, advice: str) -> None:
    warning = misread_intent(name, kind)

    assert warning is not None
    assert advice in warning
    assert "\n" not in warning


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("CreateUser", "command"),
        ("GetUser", "query"),
        ("OrderSummary", "query"),
        ("BookAvailability", "query"),
        ("ReportTotals", "query"),
        ("ReadMeter", "command"),
        ("LoadTruck", "command"),
        ("MarkPaid", "command"),
        ("ScheduleRun", "command"),
        ("PutOnHold", "command"),
        ("HasOrderShipped", "query"),
        ("ThingDone2", "event"),
        ("UserStats", "projection"),
        ("UserLoggedIn", "event"),
        ("ItemAddedToCart", "event"),
        ("MoneyWithdrawn", "event"),
        ("Deposited", "event"),
        ("CreateUser", "policy"),
    ],
)
def test_a_name_that_may_be_right_is_not_warned_of(name: str, kind: str) -> None:
    assert misread_intent(name, kind) is None


@pytest.mark.parametrize(
    ("title", "package"),
    [("My Shop-2", "my_shop_2"), ("Café", "cafe"), ("json", "json_app"), ("日本", "app")],
)
def test_a_package_is_named_after_its_project(title: str, package: str) -> None:
    assert package_from_project(title) == package


@given(st.text())
def test_any_title_gives_a_package_that_is_accepted(title: str) -> None:
    package = package_from_project(title)

    assert parse_package(package) == package


@pytest.mark.parametrize(
    "text",
    (
        "class match json tests src cqrs sqlalchemy pydantic typer fastapi uvicorn pytest cqrs_gen "
        "print con Shop my-shop _shop shop_ 1shop " + "s" * 41
    ).split(),
)
def test_what_cannot_be_a_package_is_refused_with_one_that_can(text: str) -> None:
    with pytest.raises(InvalidName) as refusal:
        parse_package(text)

    suggested = re.search("did you mean `(.+)`", refusal.value.hint)
    assert suggested is not None
    assert parse_package(suggested[1])
