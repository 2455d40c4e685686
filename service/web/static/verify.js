// Checks in the browser that the events of a development are in the log, and tells each step in words.
// Forms: docs/verifying.md, RFC 9162 (section 2.1.3.2), C2SP signed-note. Nothing is believed but the key.
const section = document.getElementById("proof");
const steps = section.querySelector("ol");
const verdict = section.querySelector("[role=status]");
const encoder = new TextEncoder();
const MEMBERS = ["position", "principal", "recorded_at", "state", "stream", "topic", "version"];

const bytes = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
const joined = (...parts) => new Uint8Array(parts.flatMap((part) => [...part]));
const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const hex = (some) => [...some].map((one) => one.toString(16).padStart(2, "0")).join("");

function require(holds, wrong) { if (!holds) throw new Error(wrong); }
function tell(text) { steps.append(Object.assign(document.createElement("li"), { textContent: text })); }

async function leafOf({ event, salt }) {
  require(Object.keys(event).sort().join() === MEMBERS.join(), "an event is not in the form that the log commits to");
  const form = encoder.encode(JSON.stringify(Object.fromEntries(MEMBERS.map((name) => [name, event[name]]))));
  const key = await crypto.subtle.importKey("raw", bytes(salt), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const entry = new Uint8Array(await crypto.subtle.sign("HMAC", key, form));
  return hash([0], entry);
}

async function isIncluded(index, size, leaf, path, root) {
  if (index >= size) return false;
  let [first, last, at] = [index, size - 1, leaf];
  for (const step of path) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      at = await hash([1], step, at);
      while (first % 2 === 0 && first !== 0) [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
    } else at = await hash([1], at, step);
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  return last === 0 && same(at, root);
}

async function checkpointOf(note, text) {
  const found = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
  require(found, "the key is not one of a log: <name>+<8 hexadecimal digits>+<Base64>");
  const [, name, id, encoded] = found;
  const key = bytes(encoded);
  require(key[0] === 1 && key.length === 33, "the key is not one of Ed25519");
  require(hex((await hash(encoder.encode(`${name}\n`), key)).slice(0, 4)) === id, "the key does not have the id that it names");
  const [head, tail] = note.split("\n\n");
  const signed = encoder.encode(`${head}\n`);
  const line = (tail ?? "").split("\n").map((one) => one.split(" ")).find(([, by, value]) => by === name && value && hex(bytes(value).slice(0, 4)) === id);
  require(line, `the checkpoint bears no signature of ${name}`);
  const verifier = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
  const good = await crypto.subtle.verify("Ed25519", verifier, bytes(line[2]).slice(4), signed);
  require(good, `the signature of ${name} is not one of this checkpoint`);
  const [origin, size, root] = head.split("\n");
  return { origin, size: Number(size), root: bytes(root) };
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (answer.status === 401) throw new Error("the proof is only given to whoever sends a token: use the commands below");
  require(answer.ok, `the service answered ${answer.status}`);
  return answer.json();
}

async function check() {
  const { development, version } = section.dataset;
  const answer = await fetched(`/v1/developments/${development}?proof=true`);
  const { checkpoint, events } = answer.receipt;
  tell(`Fetched ${events.length} events and the checkpoint that they are said to be under.`);
  const given = section.querySelector("input").value;
  const key = given || (await fetched("/v1/log/checkpoint")).verifier_key;
  require(key, "the service has no key");
  const log = await checkpointOf(checkpoint, key);
  tell(`The checkpoint of ${log.origin}, of ${log.size} events, bears a good Ed25519 signature of the key.`);
  for (const one of events) {
    const path = one.proof.map(bytes);
    const { position } = one.event;
    const good = await isIncluded(position - 1, log.size, await leafOf(one), path, log.root);
    require(good, `the event at position ${position} is not in the log: the hashes do not lead to its root`);
    tell(`Position ${position} (${one.event.topic}, by ${one.event.principal}): its hash and ${path.length} others lead to the root of the log.`);
  }
  const own = new Set(events.filter((one) => one.event.stream === development).map((one) => one.event.version));
  const missing = Array.from({ length: Number(version) }, (_, at) => at + 1).filter((one) => !own.has(one));
  require(!missing.length, `version ${missing.join(", ")} of this development is not among the events`);
  return given
    ? "It holds, by the key that you gave."
    : "It holds, by the key that this service itself names. That proves little: whoever rewrote the log could name a new key. Paste the key that its keeper gave you.";
}

section.querySelector("form").hidden = false;
section.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  steps.replaceChildren();
  verdict.textContent = "Checking …";
  verdict.className = "";
  try {
    require(globalThis.crypto?.subtle, "this browser gives hashes and signatures to pages over TLS alone: use the commands below");
    verdict.textContent = await check();
    verdict.className = "holds";
  } catch (error) {
    verdict.textContent = `It does not hold, or could not be checked: ${error.message}.`;
    verdict.className = "wrong";
  }
});
