"""What is promised of the log: signed, append-only, and provable by whoever trusts nothing but its key."""

from service.conformance.desk import JSON, Desk, answered, expect, problem
from service.conformance.promises import NotThere, hold, promise, same
from service.conformance.tellings import race
from service.log.checkpoint import Checkpoint, open_checkpoint
from service.log.keys import decode
from service.log.notes import VerifierKey
from service.log.tiles import WIDTH, Bundle, Tile, parse_entries
from service.log.tree import HASH_BYTES, check_consistency, check_inclusion, leaf_hash
from service.proving.receipts import verify_answer


@promise("The checkpoint is a note signed by the log's key, and covers what was recorded last")
def checkpoints(desk: Desk) -> None:
    """GET /checkpoint and /v1/log/checkpoint."""
    told = desk.record(race())
    checkpoint = _checkpoint(desk, _key(desk))
    hold(checkpoint.size >= told["position"], f"it is of {checkpoint.size} events only")
    shown = _told(desk, f"/v1/log/checkpoint?size={checkpoint.size}")
    same((shown["size"], decode(shown["root"])), (checkpoint.size, checkpoint.root), "the same for people")


@promise("An event is proved to be in the log: from its entry, over its leaf, to the signed root")
def inclusion(desk: Desk) -> None:
    """The entry, the tile and the proof of an event, under one checkpoint."""
    position = desk.record(race())["position"]
    checkpoint = _checkpoint(desk, _key(desk))
    proof = _told(desk, f"/v1/log/proofs/inclusion?position={position}&size={checkpoint.size}")
    index = position - 1
    bundle, within = divmod(index, WIDTH)
    width = min(WIDTH, checkpoint.size - bundle * WIDTH)
    entries = parse_entries(desk.ask("/" + Bundle(bundle, width).path).content)
    leaf = leaf_hash(entries[within])
    hashes = [decode(one) for one in proof["proof"]]
    check_inclusion(hashes, index, checkpoint.size, leaf, checkpoint.root)
    tile = desk.ask("/" + Tile(0, bundle, width).path).content
    same(tile[within * HASH_BYTES :][:HASH_BYTES], leaf, "the leaf in its tile")


@promise("A later checkpoint is proved to go on from an earlier one, and that one is kept")
def consistency(desk: Desk) -> None:
    """Two checkpoints with a write between them."""
    key = _key(desk)
    first = _checkpoint(desk, key)
    desk.record(race())
    second = _checkpoint(desk, key)
    hold(second.size > first.size, "the log has not grown")
    told = _told(desk, f"/v1/log/proofs/consistency?from={first.size}&to={second.size}")
    proof = [decode(one) for one in told["proof"]]
    check_consistency(proof, first.size, second.size, first.root, second.root)
    kept = _told(desk, f"/v1/log/checkpoints?after={first.size - 1}&limit=1")["checkpoints"][0]
    same((kept["size"], decode(kept["root"])), (first.size, first.root), "the earlier checkpoint")


@promise("An answer with its receipt is verified from nothing but itself and the log's key")
def receipts(desk: Desk) -> None:
    """receipt=true on views, proof=true on a development and its history."""
    key = _key(desk)
    told = desk.record(race(label="To be proved"))
    amended = desk.say(told, "amendments", changes={"label": "Proved"})
    verified = verify_answer(desk.view("exchanges", receipt="true"), key)
    hold(verified.checkpoint.size >= amended["position"], "the receipt is older than the answer")
    verify_answer(desk.view("timeline", receipt="true", limit=3), key)
    verify_answer(desk.read(told["id"], proof="true"), key)
    verify_answer(desk.get(f"/v1/developments/{told['id']}/history", proof="true"), key)


def _key(desk: Desk) -> VerifierKey:
    """The key that was handed on, or else the one that the service tells."""
    response = desk.ask("/v1/log/checkpoint")
    if response.is_error and problem(response) == (503, "no-signing-key"):
        raise NotThere("the service has no key to sign its log with")
    told = response.json()["verifier_key"]
    if desk.key is not None:
        same(told, desk.key, "the key that the service tells")
    return VerifierKey.parse(desk.key or told)


def _checkpoint(desk: Desk, key: VerifierKey) -> Checkpoint:
    note = answered(desk.ask("/checkpoint"), 200).content
    return open_checkpoint(note, key.name, [key])


def _told(desk: Desk, path: str) -> JSON:
    answer: JSON = expect(desk.ask(path), 200)
    return answer
