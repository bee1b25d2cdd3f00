// Verifier keys and signed heads (C2SP signed-note and tlog-checkpoint), by WebCrypto's Ed25519.

const ORIGIN = /^[!-*,-~]+$/;

async function readKey(line) {
  const [origin, id, ...rest] = is.text(line).split("+");
  const data = fromBase64(rest.length ? rest.join("+") : undefined);
  if (!ORIGIN.test(origin) || data.length !== 33 || data[0] !== 1) refuse("not a verifier key");
  const expected = toHex((await sha256(join(toBytes(`${origin}\n`), data))).subarray(0, 4));
  if (id !== expected) refuse("the key id is of another key");
  const bytes = data.slice(1);
  return { line, origin, id, bytes, fingerprint: toHex(await sha256(bytes)).slice(0, 32) };
}

function readHead(note) {
  const parts = is.text(note).split("\n\n");
  const [origin, size, root, ...more] = parts[0].split("\n");
  const lines = parts.length === 2 ? parts[1].split("\n") : refuse("not a signed note");
  if (more.length || root === undefined || lines.length < 2 || lines.pop() !== "") {
    refuse("not a signed head");
  }
  if (!ORIGIN.test(origin) || !/^(0|[1-9][0-9]{0,14})$/.test(size)) refuse("not a head");
  const head = { origin, size: Number(size), root: fromBase64(root), signatures: [] };
  if (head.root.length !== 32) refuse("not a root");
  head.signed = toBytes(`${parts[0]}\n`);
  for (const line of lines) {
    const [dash, name, data, ...others] = line.split(" ");
    if (dash !== "\u2014" || !name || !data || others.length) refuse("not a signature line");
    const bytes = fromBase64(data);
    if (bytes.length < 5) refuse("not a signature");
    head.signatures.push({ name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.slice(4) });
  }
  return head;
}

async function isSigned(publicKey, message, signature) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  } catch (error) {
    if (error.name === "DataError") return false;
    throw new Unsupported(error.message);
  }
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

// One of the keys signed it, and no signature in the name of one of them is wrong.
async function isHeadSigned(head, keys) {
  let good = 0;
  for (const { name, id, bytes } of head.signatures) {
    const key = keys.find((one) => one.origin === head.origin && one.origin === name && one.id === id);
    if (!key) continue;
    if (!(await isSigned(key.bytes, head.signed, bytes))) return false;
    good += 1;
  }
  return good > 0;
}
