"""How commands that prove tell what they found: to people in sentences, to machines in JSON."""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from service.cli.terms import errors
from service.log.keys import encode

if TYPE_CHECKING:
    from service.proving.verifying import Verified


EARLIER_VIEWS = (
    "Its views are of an earlier version, and were not compared: "
    "this one folds them anew when it opens the record."
)


def tell_record(verified: "Verified") -> None:
    """Tell people of a whole record."""
    for finding in verified.findings:
        say(finding.line)
    if verified.findings.more:
        say(f"… and {verified.findings.more} more.")
    held = f"{verified.events} events, {verified.dossiers} dossiers, {verified.checkpoints} checkpoints"
    if verified.holds:
        say(f"All of it holds: {held}, {verified.cosignatures} cosignatures.")
    else:
        say(f"It does not hold: {len(verified.findings)} findings in {held}.")
    say(f"The root of the log is {encode(verified.root)}.")
    if verified.last_act:
        say(f"The last administrative act is {verified.last_act}.")
    if verified.keys_kept_back:
        say(
            f"{verified.keys_kept_back} keys of personal texts are not here: they were kept back when the "
            "record was carried, and those texts read as erased."
        )
    if verified.earlier_views:
        say(EARLIER_VIEWS)
    if verified.checked_by:
        say(f"Signatures were checked by {verified.checked_by}.")
    else:
        say("Signatures were NOT checked: no key was given, and none lies beside the record.")
    if verified.strangers:
        say(f"{verified.strangers} cosignatures are of witnesses whose keys were not given.")
    if verified.holds:
        say("What was rewritten and signed anew shows only against a checkpoint that was kept elsewhere.")


def refuse(as_json: bool, told: dict[str, Any], words: str) -> None:
    """Tell what does not hold."""
    if as_json:
        print_as_json({"holds": False, **told})
    else:
        errors.print(f"It does not hold: {words}", style="red", markup=False, highlight=False, soft_wrap=True)


def print_as_json(told: dict[str, Any]) -> None:
    """Tell machines, the same on a terminal and elsewhere."""
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + os.linesep)


def say(line: str) -> None:
    """Tell people one sentence."""
    sys.stdout.write(line + os.linesep)
