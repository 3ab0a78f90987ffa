"""What the verbs in names say: looking, changing, and the two words that some verbs are."""

from __future__ import annotations

from .words import listed

READING = listed(
    "Browse Count Export Fetch Find Get List Load Lookup Query Read Retrieve Search Select Show "
    "View"
)
MANY = frozenset({"Find", "List", "Search"})

ONLY_READING = READING - listed("Count Export List Load Query Read Select Show View")
"""Looking, whatever follows: one may `LoadTruck` or `ListProperty` and change something."""

ONLY_WRITING = listed(
    "Accept Activate Add Adjust Allocate Amend Append Apply Approve Archive Assign Attach "
    "Authorize Begin Block Cancel Capture Change Clear Close Complete Confirm Convert Correct "
    "Create Deactivate Decline Decrease Delete Deny Detach Disable Discard Dismiss Edit Enable "
    "Enroll Erase Expire Extend Finish Fulfill Generate Grant Hide Import Increase Initialize "
    "Initiate Insert Install Invite Issue Join Leave Lock Login Logout Make Mark Merge Modify "
    "Move Notify Open Pause Pay Place Post Prepare Promote Publish Raise Reactivate Reassign "
    "Receive Reduce Register Reject Release Remove Rename Renew Reopen Replace Reschedule Reset "
    "Resolve Restore Resume Retire Revoke Save Sell Send Set Sign Signup Split Start Stop Submit "
    "Subscribe Suspend Terminate Transfer Unassign Unblock Undo Unlock Unpublish Unsubscribe "
    "Update Upgrade Upload Upsert Validate Verify Void Withdraw Write"
)
"""Changing, whatever follows: none of these is a noun that a query could be named after."""

WRITING = ONLY_WRITING | listed(
    "Acknowledge Ask Audit Award Back Ban Bid Bill Bind Book Borrow Bring Broadcast Build Buy "
    "Calculate Call Cast Charge Check Checkin Checkout Choose Clean Clock Comment Commit Copy "
    "Credit Cut Deal Debit Defer Deliver Deploy Deposit Dispatch Draft Draw Drop Email End Enter "
    "Escalate Estimate Exchange File Flag Follow Forget Forward Freeze Give Hand Hire Hold "
    "Invoice Keep Label Lay Lend Like Limit Link Load Log Map Match Measure Melt Message Order "
    "Overwrite Pack Park Pick Pin Plan Plug Print Process Purchase Push Put Quote Rate Rebuild "
    "Record Redo Refer Refund Reply Report Request Rent Repay Reserve Return Review Ring Roll "
    "Run Scale Schedule Seal Settle Share Ship Shut Skip Spend Spin Stock Store Switch Sync Tag "
    "Take Teach Tell Throw Top Trade Train Turn Visit Vote Wind Work Wrap"
)

ALTERING = listed(
    "Adjust Amend Change Clear Confirm Correct Decrease Edit Increase Modify Reduce Replace Reset "
    "Set Update Verify"
)
"""Changing a part of what is there: `ChangeUserEmail` changes a user, and makes no email."""

ASKING = listed("Are Can Could Did Do Does Had Has Have Is May Should Was Were Will Would")
"""Words that questions begin with, as `IsUserActive`."""

MANNERS = {
    "Auto": ("Automatically",),
    "Batch": ("In", "Batches"),
    "Bulk": ("In", "Bulk"),
    "Force": ("By", "Force"),
    "Hard": ("Hard",),
    "Mass": ("In", "Bulk"),
    "Quick": ("Quickly",),
    "Soft": ("Softly",),
}
"""How something is done, before its verb and after it: `BulkDeleteUsers`, `UsersDeletedInBulk`."""

PREPOSITIONS = listed(
    "About Across After Against Among As At Before Between By During For From In Into Of On "
    "Onto Per Since To Toward Towards Under Until Upon Via With Within Without"
)

PARTICLES = listed("Around Aside Away Back Down In Off On Out Over Through Up")

# Only these verbs take a particle: in `PlaceBackOrder` and `AddDownPayment` it is the thing's.
_WITH_PARTICLE = {
    "back": "Out Up",
    "book": "In Out",
    "boot": "Up",
    "break": "Down Off Up",
    "bring": "Back In",
    "build": "Up",
    "buy": "Back In Out",
    "call": "Back In Off Out Up",
    "carry": "Out Over",
    "cash": "In Out",
    "check": "In Off Out",
    "clean": "Up",
    "clear": "Up",
    "clock": "In Off On Out",
    "close": "Down Off Out",
    "cool": "Down",
    "count": "In Out",
    "cut": "Back Down Off Out",
    "draw": "Down Up",
    "drop": "Off Out",
    "fill": "In Out Up",
    "follow": "Up",
    "free": "Up",
    "give": "Away Back Up",
    "hand": "Back In Off Out Over",
    "hang": "Up",
    "hold": "Back Off",
    "hook": "Up",
    "key": "In",
    "kick": "Off Out",
    "lay": "Off",
    "level": "Up",
    "line": "Up",
    "lock": "Down In Out",
    "log": "In Off On Out",
    "look": "Up",
    "mark": "Down Off Up",
    "move": "In Out",
    "opt": "In Out",
    "pay": "Back Off Out",
    "phase": "In Out",
    "pick": "Out Up",
    "plug": "In",
    "power": "Down Off On Up",
    "print": "Out",
    "punch": "In Out",
    "push": "Back",
    "put": "Away Back Off",
    "queue": "Up",
    "ramp": "Down Up",
    "ring": "Up",
    "roll": "Back Out Over Up",
    "scale": "Down In Out Up",
    "send": "Back Off Out",
    "set": "Aside Up",
    "shut": "Down Off",
    "sign": "In Off On Out Up",
    "slow": "Down",
    "speed": "Up",
    "spin": "Down Off Up",
    "split": "Off Up",
    "stand": "Down Up",
    "start": "Over Up",
    "step": "Down Up",
    "swap": "In Out",
    "switch": "Off On Over",
    "take": "Back Down Off On Out Over",
    "tear": "Down",
    "throw": "Away Out",
    "top": "Up",
    "trade": "In",
    "turn": "Around Down Off On Over",
    "warm": "Up",
    "wind": "Down Up",
    "work": "Out",
    "wrap": "Up",
    "write": "Down Off Up",
    "zoom": "In Out",
}
PHRASAL = frozenset(
    (verb.capitalize(), particle)
    for verb, particles in _WITH_PARTICLE.items()
    for particle in particles.split()
)
"""Verbs of two words, as `("Sign", "Up")`."""

_IN_ONE_WORD = {f"{verb}{particle.lower()}": (verb, particle) for verb, particle in PHRASAL}


def in_two_words(verb: str) -> tuple[str, ...]:
    """Take a verb apart that was written in one word: `Login` gives `Log` and `In`."""
    return _IN_ONE_WORD.get(verb, (verb,))
