"""The verbs of what can be said of a development, for whoever types them, and where each is sent."""

SAYINGS = {
    "amend": "amendments",
    "corroborate": "corroborations",
    "dispute": "disputes",
    "resolve": "resolutions",
    "propose": "rectifications",
    "object": "objections",
    "adopt": "adoptions",
    "refuse": "refusals",
    "same": "identifications",
    "distinct": "distinctions",
    "retract": "retractions",
    "reinstate": "reinstatements",
}
"""The verb of what is said of a development, and the last part of the address that it is sent to."""

COMMANDS = {
    "amend": "Amend",
    "corroborate": "Corroborate",
    "dispute": "Dispute",
    "resolve": "Resolve",
    "propose": "ProposeRectification",
    "object": "Object",
    "adopt": "AdoptRectification",
    "refuse": "RefuseRectification",
    "same": "JudgeSame",
    "distinct": "JudgeNotSame",
    "retract": "Retract",
    "reinstate": "Reinstate",
}
"""The command of each, by its name in `domain.commands`."""
