"""A whole record on its way from one place to another, as lines of JSON: it arrives as it left.

A record's lines are, in their order:

    {"depositary_record":1,"events":N,"closed_until":…,"personal_keys":"included" or "kept back","chain":…}
    {"position":1,"recorded_at":…,"stream":…,"version":…,"event":…,"state":…,"salt":…,"entry":…,"chain":…}
    {"checkpoint":{"size":…,"note":…,"signed_at":…,"cosignatures":[{"signature":…,"received_at":…}]},"chain":…}
    {"idempotency":{"principal":…,"key":…,"fingerprint":…,"position":…},"chain":…}
    {"end":{"events":N,"checkpoints":…,"idempotency":…,"root":…},"chain":…}

An event's members are those of `service.log.form`, whose principal is in the state; `state` is the stored
JSON text, as a string, byte for byte. With its salt it gives `entry`, of which the leaf in the log's tree is
made. Where texts in it are sealed under a key that it is the first to use, `personal_key` has the key's
number, and the key itself if keys are included. A checkpoint follows the event that it ends with. Bytes are
in Base64.

`chain` is the SHA-256, in hexadecimal, of the chain of the line before and the line without its own chain. So
a line that was altered, left out or moved is named. Whoever writes the chain anew is found by the tree,
against a checkpoint whose signature is checked.
"""
