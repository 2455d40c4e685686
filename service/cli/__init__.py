"""The command line: serve a record, record in it, ask it, prove it, keep it.

A module for each theme; here they are put together as `depositary`.
"""

from service.cli.lazily import Later, group

SERVE, WRITE, READ, PROVE, KEEP = "Serve", "Record", "Ask", "Prove", "Keep"

COMMANDS = (
    Later("serve", "service.cli.serving:serve", "Serve the record over HTTP until interrupted.", SERVE),
    Later(
        "demo",
        "service.cli.serving:demo",
        "Record the founding chronology through the API, show what it answers, and go on serving it.",
        SERVE,
    ),
    Later(
        "open",
        "service.cli.saying:open_dossier",
        "Open a dossier, in which developments are recorded.",
        WRITE,
    ),
    Later("record", "service.cli.saying:record", "Record a development.", WRITE),
    Later("amend", "service.cli.saying:amend", "Correct fields of a development.", WRITE),
    Later(
        "say",
        "service.cli.saying:say",
        "Say something of a development: dispute it, corroborate it, retract it.",
        WRITE,
    ),
    Later("load", "service.cli.asking:load", "Play a chronology.", WRITE),
    Later(
        "import",
        "service.cli.importing:import_file",
        "Import developments, one a line or one a row of a CSV, or a whole record.",
        WRITE,
    ),
    Later("post", "service.cli.asking:post", "Send any request that has something recorded.", WRITE),
    Later("dossiers", "service.cli.viewing:dossiers", "List the dossiers.", READ),
    Later("as-of", "service.cli.viewing:as_of", "Answer a view as of a day, as known at a moment.", READ),
    Later("history", "service.cli.viewing:history", "Show every version of a development.", READ),
    Later(
        "diff", "service.cli.viewing:diff", "Say how the answer of a view changed, and what changed it.", READ
    ),
    Later("kinds", "service.cli.kinds:kinds", "List the kinds of development, or describe one.", READ),
    Later("get", "service.cli.asking:get", "Ask anything that the service has an address for.", READ),
    Later(
        "export",
        "service.cli.exporting:export",
        "Write a dossier: as JSON Lines, or in another format with what it loses.",
        READ,
    ),
    Later(
        "verify", "service.cli.proving:verify", "Walk a whole record, and say that all of it holds.", PROVE
    ),
    Later(
        "verify-receipt",
        "service.cli.proving:verify_receipt",
        "Verify one answer of the API that was asked with receipt=true.",
        PROVE,
    ),
    Later(
        "audit",
        "service.cli.proving:audit",
        "Prove that the record of today goes on from a checkpoint that was kept.",
        PROVE,
    ),
    Later(
        "checkpoint",
        "service.cli.proving:checkpoint",
        "Print the checkpoint of now, once its signature holds.",
        PROVE,
    ),
    Later(
        "conformance",
        "service.cli.conforming:conformance",
        "Check what a running service promises, promise by promise, over HTTP alone.",
        PROVE,
    ),
    Later("rebuild", "service.cli.serving:rebuild", "Fold the views from the events anew.", KEEP),
    Later("erase", "service.cli.erasing:erase", "Erase for good what is marked as personal.", KEEP),
    Later(
        "config",
        "service.cli.configuring:config",
        "Show every setting: its variable, its value, where that comes from, and what it is.",
        KEEP,
    ),
    Later(
        "backup",
        "service.cli.backing_up:backup",
        "Copy a record while a service may be writing to it, and prove the copy before it gets its name.",
        KEEP,
    ),
    Later(
        "restore",
        "service.cli.backing_up:restore",
        "Put a copy of a record in place, once all of it was found to hold.",
        KEEP,
    ),
    Later("token", "service.cli.access:token_app", "Who may write: issue, list and revoke tokens.", KEEP),
    Later("role", "service.cli.access:role_app", "Who may do what: grant, list and withdraw roles.", KEEP),
    Later("webhooks", "service.cli.webhooks:webhooks_app", "What is recorded, sent to an address.", KEEP),
    Later("keys", "service.cli.keys:keys_app", "What the log is signed with.", KEEP),
)

HELP = """Depositary: an event-sourced record of diplomatic developments.

Commands that ask or record work on a running service, on a file and on a PostgreSQL database alike: name it
with --at, or in DEPOSITARY_AT. Exit codes: 0 done; 1 refused, or it does not hold; 2 not carried out: the
command was wrong, no service answers, or it does not take the token. With --json the answer is for machines.
"""

app = group(HELP, COMMANDS)
