"""What the commands that prove say of a whole record."""

import os
import sys
from typing import Any

from service.log.keys import encode


def tell_record(verified: Any) -> None:
    """Say all that was found, what holds, and what was not checked."""
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
    if verified.checked_by:
        say(f"Signatures were checked by {verified.checked_by}.")
    else:
        say("Signatures were NOT checked: no key was given, and none lies beside the record.")
    if verified.strangers:
        say(f"{verified.strangers} cosignatures are of witnesses whose keys were not given.")
    if verified.holds:
        say("What was rewritten and signed anew shows only against a checkpoint that was kept elsewhere.")


def say(line: str) -> None:
    """Answer a line."""
    sys.stdout.write(line + os.linesep)
