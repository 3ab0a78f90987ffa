"""The generator's English: words, numbers of things, and verbs."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqrs_gen.tenses import base_of, is_past, past_tense
from cqrs_gen.verbs import (
    MANY,
    ONLY_READING,
    ONLY_WRITING,
    PARTICLES,
    PHRASAL,
    READING,
    WRITING,
    in_two_words,
)
from cqrs_gen.words import paired, pascal, plural, singular, snake, split_words

IDENTIFIERS = st.from_regex(r"[A-Z][A-Za-z0-9]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CreateHTTPRoute", ("Create", "HTTP", "Route")),
        ("ApplyV2Rules", ("Apply", "V2", "Rules")),
        ("GetURLs", ("Get", "URLs")),
        ("GetURLs2", ("Get", "URLs2")),
        ("Enable2FA", ("Enable", "2FA")),
        ("Create3DModel2", ("Create", "3D", "Model2")),
        ("Base64Data", ("Base64", "Data")),
        ("get_2fa_status", ("get", "2fa", "status")),
        ("AddAToB", ("Add", "A", "To", "B")),
        ("HTTP", ("HTTP",)),
    ],
)
def test_words_begin_with_capitals_and_keep_acronyms_and_digits(
    text: str, words: tuple[str, ...]
) -> None:
    assert split_words(text) == words


@given(IDENTIFIERS)
def test_no_letter_is_lost_between_words(text: str) -> None:
    assert "".join(split_words(text)) == text


@pytest.mark.parametrize("text", ["create_user", "create-user", "createUser", "CREATE_USER"])
def test_any_case_becomes_pascal_case(text: str) -> None:
    assert pascal(text) == "CreateUser"


def test_snake_case_is_the_words_in_a_row() -> None:
    assert snake("CreateHTTPRoute") == "create_http_route"


@pytest.mark.parametrize(
    ("verb", "past"),
    paired(
        "Send:Sent Pay:Paid Buy:Bought Set:Set Put:Put Begin:Begun Withdraw:Withdrawn Undo:Undone "
        "Overwrite:Overwritten Rebuild:Rebuilt Read:Read Write:Written Choose:Chosen Take:Taken "
        "Sell:Sold Resend:Resent Repay:Repaid Split:Split Reset:Reset Hold:Held Withhold:Withheld "
        "Freeze:Frozen Unfreeze:Unfrozen Give:Given Bid:Bid Lend:Lent Make:Made "
        "Override:Overridden"
    ).items(),
)
def test_irregular_verbs_are_known(verb: str, past: str) -> None:
    assert (past_tense(verb), base_of(past)) == (past, verb)


@pytest.mark.parametrize(
    ("verb", "past"),
    paired(
        "Create:Created Archive:Archived Merge:Merged Apply:Applied Copy:Copied Play:Played "
        "Submit:Submitted Ship:Shipped Cancel:Cancelled Refer:Referred Log:Logged Ban:Banned "
        "Tag:Tagged Stop:Stopped Plan:Planned Map:Mapped Unpin:Unpinned Overlap:Overlapped "
        "Transfer:Transferred Commit:Committed Permit:Permitted Control:Controlled Quiz:Quizzed "
        "Open:Opened Reopen:Reopened Enter:Entered Visit:Visited Credit:Credited Edit:Edited "
        "Debit:Debited Limit:Limited Audit:Audited Deposit:Deposited Render:Rendered Sync:Synced "
        "Reward:Rewarded Fix:Fixed View:Viewed Review:Reviewed Relay:Relayed Process:Processed "
        "Upload:Uploaded Agree:Agreed Panic:Panicked Focus:Focused Offer:Offered Boot:Booted "
        "Recover:Recovered Trigger:Triggered Index:Indexed Benefit:Benefited"
    ).items(),
)
def test_regular_verbs_follow_the_rules_of_spelling(verb: str, past: str) -> None:
    assert (past_tense(verb), base_of(past)) == (past, verb)


@pytest.mark.parametrize("verb", sorted(READING | WRITING))
def test_every_known_verb_is_found_again_behind_its_past_tense(verb: str) -> None:
    assert base_of(past_tense(verb)) == verb
    assert is_past(past_tense(verb))


@given(st.text(string.ascii_letters + string.digits, max_size=12))
def test_any_word_has_a_past_tense(word: str) -> None:
    assert past_tense(word)[:1].lower() == word[:1].lower()


@pytest.mark.parametrize("word", ["Feed", "Seed", "Need", "Speed", "User", "Order", "Red", "Ed"])
def test_nouns_that_look_like_verbs_done_are_not_taken_for_them(word: str) -> None:
    assert not is_past(word)


@pytest.mark.parametrize(
    ("many", "one"),
    paired(
        "Users:User Categories:Category Addresses:Address Statuses:Status People:Person "
        "Children:Child Branches:Branch Boxes:Box Invoices:Invoice Movies:Movie Leaves:Leave "
        "Caches:Cache Houses:House Menus:Menu URLs:URL Aliases:Alias Databases:Database "
        "Analyses:Analysis Leases:Lease Taxes:Tax Heroes:Hero Shoes:Shoe Ties:Tie Keys:Key "
        "Quizzes:Quiz Processes:Process Ids:Id OrderLines:OrderLine"
    ).items(),
)
def test_one_and_many_are_told_apart(many: str, one: str) -> None:
    assert (singular(many), plural(one)) == (one, many)


@pytest.mark.parametrize(
    "word", ["Status", "Analysis", "Address", "News", "Series", "Bus", "SMS", "User", ""]
)
def test_what_is_one_already_stays(word: str) -> None:
    assert singular(word) == word


def test_verbs_in_one_word_are_taken_apart() -> None:
    assert in_two_words("Login") == ("Log", "In")
    assert in_two_words("Begin") == ("Begin",)


def test_the_sets_of_verbs_agree_with_each_other() -> None:
    assert MANY <= READING
    assert ONLY_READING <= READING
    assert ONLY_WRITING <= WRITING
    assert not ONLY_WRITING & READING
    assert {particle for _, particle in PHRASAL} <= PARTICLES
