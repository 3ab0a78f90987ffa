"""Verbs in the form that tells what was done: `Send`, `Sent`, and back again."""

from __future__ import annotations

import re
from functools import cache

from .verbs import READING, WRITING
from .words import capitalized, listed, paired

# The form of `the invoice was …`, for that is how an event reads: withdrawn, not withdrew.
_IRREGULAR = paired(
    "arise:arisen awake:awoken bear:borne beat:beaten become:become begin:begun bend:bent "
    "bet:bet bid:bid bind:bound bite:bitten bleed:bled blow:blown break:broken breed:bred "
    "bring:brought broadcast:broadcast build:built burst:burst buy:bought cast:cast "
    "catch:caught choose:chosen come:come cost:cost cut:cut deal:dealt dig:dug do:done "
    "draw:drawn drink:drunk drive:driven eat:eaten fall:fallen feed:fed feel:felt "
    "fight:fought find:found flee:fled fly:flown forbid:forbidden forecast:forecast "
    "forget:forgotten forgive:forgiven freeze:frozen get:got give:given go:gone "
    "grind:ground grow:grown hang:hung have:had hear:heard hide:hidden hit:hit hold:held "
    "hurt:hurt input:input keep:kept know:known lay:laid lead:led leave:left lend:lent "
    "let:let light:lit lose:lost make:made mean:meant meet:met offset:offset "
    "output:output pay:paid proofread:proofread put:put quit:quit read:read rid:rid "
    "ride:ridden ring:rung rise:risen run:run say:said see:seen seek:sought sell:sold "
    "send:sent set:set sew:sewn shake:shaken shed:shed shine:shone shoot:shot show:shown "
    "shrink:shrunk shut:shut sing:sung sink:sunk sit:sat sleep:slept slide:slid sow:sown "
    "speak:spoken speed:sped spend:spent spin:spun split:split spread:spread spring:sprung "
    "stand:stood steal:stolen stick:stuck strike:struck string:strung swear:sworn "
    "sweep:swept swim:swum swing:swung take:taken teach:taught tear:torn tell:told "
    "think:thought throw:thrown thrust:thrust typeset:typeset wake:woken wear:worn "
    "weave:woven win:won wind:wound wring:wrung write:written"
)
_DIGITS = "0123456789"
_PREFIXES = ("fore", "mis", "out", "over", "pre", "re", "sub", "un", "under", "up", "with")
_REGULAR = frozenset({"relay"})
_ONE_SYLLABLE = re.compile(
    r"(?:[bcdfghjklmnprstvwz]|[bcdfgkpst][hlr]|s[ckmnptw]|s[cpt][lr]|kn|squ?|qu|thr|shr|tw|wr)?"
    r"[aeiou][^aeiouwxy]"
)
_DOUBLING = listed(
    "abet acquit admit allot backlog cancel commit compel concur confer control debug defer deter "
    "dispel dropship emit enrol equip excel expel format handicap impel incur infer kidnap occur "
    "omit outfit patrol permit prefer program propel quiz rebel recur refer regret repel submit "
    "transfer transmit transship upset worship zigzag"
)
_ADDING_K = frozenset({"mimic", "panic", "picnic", "traffic"})
_NO_PAST = listed(
    "bed bleed breed deed embed exceed feed hundred indeed kindred need proceed red sacred seed "
    "shed speed steed succeed ted tweed weed"
)
_ENDING_IN_E = tuple(listed("as at bl c cl dg dl fl gl ir is os pl rg tl u ur us v z"))
_KNOWN = frozenset(verb.lower() for verb in READING | WRITING) | _DOUBLING | _ADDING_K | {"focus"}
_DOUBLE_ANYWAY = ("ffed", "lled", "ssed", "zzed")


def past_tense(verb: str) -> str:
    """Tell that what a verb asks for was done: `Send` gives `Sent`, `Withdraw` `Withdrawn`."""
    stem = verb.rstrip(_DIGITS)
    if not stem:
        return verb
    irregular = _irregular(stem.lower())
    past = _cased_like(stem, irregular) if irregular else _regular(stem)
    return past + verb[len(stem) :]


def base_of(past: str) -> str:
    """Find the verb behind its past tense: `Sent` gives `Send`; a guess for unknown verbs."""
    stem = past.rstrip(_DIGITS)
    found = _base_of(stem.lower())
    return past if found is None else _cased_like(past, found) + past[len(stem) :]


def is_past(word: str) -> bool:
    """Tell whether a word can be a verb's past tense, as `Sent` and `Created` can."""
    return _base_of(word.rstrip(_DIGITS).lower()) is not None


def is_surely_past(word: str) -> bool:
    """Tell whether a word is a past tense and nothing else: `Sent`, and not `Put` or `Run`."""
    return is_past(word) and base_of(word) != word


def _cased_like(model: str, text: str) -> str:
    return capitalized(text) if model[:1].isupper() else text


def _irregular(verb: str) -> str | None:
    if verb in _IRREGULAR or verb in _REGULAR:
        return _IRREGULAR.get(verb)
    for prefix, root in _prefixed(verb):
        if root in _IRREGULAR:
            return prefix + _IRREGULAR[root]
    return None


def _prefixed(verb: str) -> list[tuple[str, str]]:
    return [(prefix, verb[len(prefix) :]) for prefix in _PREFIXES if verb.startswith(prefix)]


def _regular(verb: str) -> str:
    if len(verb) > 1 and verb.isupper():
        return f"{verb.capitalize()}ed"  # `SMSed` would read as the words SM and Sed
    low = verb.lower()
    if low.endswith("e"):
        return f"{verb}d"
    if low.endswith("y") and low[-2:-1] not in {"a", "e", "i", "o", "u", ""}:
        return f"{verb[:-1]}ied"
    if low in _ADDING_K:
        return f"{verb}ked"
    return f"{verb}{low[-1]}ed" if _doubles(low) else f"{verb}ed"


def _doubles(verb: str) -> bool:
    roots = (verb, *(root for _, root in _prefixed(verb) if root[:1] not in "aeiou"))
    return any(root in _DOUBLING or _ONE_SYLLABLE.fullmatch(root) for root in roots)


@cache
def _irregular_bases() -> dict[str, str]:
    return {past: verb for verb, past in _IRREGULAR.items()}


def _base_of(past: str) -> str | None:
    irregular = _irregular_bases()
    if past in irregular:
        return irregular[past]
    for prefix, root in _prefixed(past):
        if root in irregular and past_tense(prefix + irregular[root]) == past:
            return prefix + irregular[root]
    return _regular_base(past) if past.endswith("ed") and past not in _NO_PAST else None


def _regular_base(past: str) -> str | None:
    candidates = _candidates(past)
    known = [verb for verb in candidates if verb in _KNOWN]
    fitting = [verb for verb in candidates if len(verb) > 1 and past_tense(verb) == past]
    return next(iter((*known, *fitting)), None)


def _candidates(past: str) -> list[str]:
    """List the verbs that could have this past tense, the likeliest first."""
    stem = past.removesuffix("ed")
    plain = [f"{stem}e", stem] if stem.endswith(_ENDING_IN_E) else [stem, f"{stem}e"]
    if stem.endswith("i"):
        return [f"{stem[:-1]}y", *plain]
    if stem.endswith("ck"):
        return [*plain, stem[:-1]]
    if stem[-1:] != stem[-2:-1]:
        return plain
    return [*plain, stem[:-1]] if past.endswith(_DOUBLE_ANYWAY) else [stem[:-1], *plain]
