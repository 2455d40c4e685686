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
  const verifier = await verifierOf(key.slice(1));
  const good = !verifier || await crypto.subtle.verify("Ed25519", verifier, bytes(line[2]).slice(4), signed);
  require(good, `the signature of ${name} is not one of this checkpoint`);
  const [origin, size, root] = head.split("\n");
  return { origin, size: Number(size), root: bytes(root), signed: Boolean(verifier) };
}

// Older browsers have no Ed25519; then the hashes are checked, and the verdict says that the signature was not.
async function verifierOf(key) {
  try {
    return await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError" || error.name === "SyntaxError") return null;
    throw error;
  }
}

// What the card shows, against what the leaves say that were found in the log.
const ASIDE = ["kind", "sources", "personal", "standing"];
const isSealed = (told) => typeof told === "string" && told.startsWith("sealed:v1:");
const plain = (text) => text.replace(/\s+/g, " ").trim();
const moment = (stamp) => stamp.replace(/(\.\d*?)0*Z$/, "$1Z").replace(".Z", "Z");

// Whether a shown value is the one in the log; what was marked as personal is sealed there, and is not compared.
function isSame(shown, told, sealed) {
  if (isSealed(told)) return sealed.push(told) > 0;
  if (told === null || typeof told !== "object") return shown === told;
  if (shown === null || typeof shown !== "object" || Array.isArray(shown) !== Array.isArray(told)) return false;
  const names = Object.keys(told);
  return names.length === Object.keys(shown).length && names.every((name) => Object.hasOwn(shown, name) && isSame(shown[name], told[name], sealed));
}

function compareFields(own, sealed) {
  const held = own.filter((one) => one.state.development && one.topic !== "rectification-proposed").at(-1)?.state.development;
  require(held, "no event among them says what this development is");
  const rows = new Map([...document.querySelectorAll("[data-field]")].map((row) => [row.dataset.field, row]));
  for (const [name, told] of Object.entries(held)) {
    if (ASIDE.includes(name)) continue;
    const row = rows.get(name);
    require(row && isSame(JSON.parse(row.dataset.value), told, sealed), `the card shows another “${name}” than the log holds`);
    const words = row.querySelector("dd").textContent;
    require(!/\s/.test(told) || typeof told !== "string" || isSealed(told) || plain(words) === plain(told), `the words of “${name}” are not those in the log`);
    rows.delete(name);
  }
  require(!rows.size, `the log holds no “${[...rows.keys()].join(", ")}”, and the card shows it`);
}

function compareVersions(own, sealed) {
  for (const row of document.querySelectorAll(".versions [data-version]")) {
    const one = own.find((event) => event.version === Number(row.dataset.version));
    const said = (part) => row.querySelector(part)?.textContent ?? "";
    require(one && moment(row.querySelector("time").dateTime) === moment(one.recorded_at), `the card shows another moment for version ${row.dataset.version} than the log holds`);
    require(said(".who") === one.principal, `the card shows another name for version ${one.version} than the log holds`);
    const reason = one.state.reason ?? "";
    require(isSame(reason && plain(said(".reason")), isSealed(reason) ? reason : plain(reason), sealed), `the card shows another reason for version ${one.version} than the log holds`);
  }
}

function compare(events) {
  const shown = Number(section.dataset.version);
  const own = events.map(({ event }) => event).filter((one) => one.stream === section.dataset.development && one.version <= shown)
    .sort((one, other) => one.version - other.version).map((one) => ({ ...one, state: JSON.parse(one.state) }));
  const sealed = [];
  compareFields(own, sealed);
  compareVersions(own, sealed);
  tell(`What this card shows, field by field and version by version, is what these leaves say${sealed.length ? `, but for ${sealed.length === 1 ? "one text that is" : `${sealed.length} texts that are`} sealed in the log, and not compared` : ""}.`);
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
  tell(log.signed
    ? `The checkpoint of ${log.origin}, of ${log.size} events, bears a good Ed25519 signature of the key.`
    : `The checkpoint is of ${log.origin}, of ${log.size} events. This browser cannot check Ed25519, so its signature was not checked.`);
  for (const one of events) {
    const path = one.proof.map(bytes);
    const { position } = one.event;
    const good = await isIncluded(position - 1, log.size, await leafOf(one), path, log.root);
    require(good, `the event at position ${position} is not in the log: the hashes do not lead to its root`);
    tell(`Position ${position} (${one.event.topic.replaceAll("-", " ")}, by ${one.event.principal}): its hash and ${path.length} others lead to the root of the log.`);
  }
  const own = new Set(events.filter((one) => one.event.stream === development).map((one) => one.event.version));
  const missing = Array.from({ length: Number(version) }, (_, at) => at + 1).filter((one) => !own.has(one));
  require(!missing.length, `version ${missing.join(", ")} of this development is not among the events`);
  compare(events);
  if (!log.signed) return "The hashes hold, under a checkpoint whose signature this browser cannot check: use the commands below.";
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
