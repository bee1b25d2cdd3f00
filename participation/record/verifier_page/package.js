// A package: the files of a ZIP, and what the lines in them hold.

const LARGEST = 2 ** 30;

async function inflate(data, size) {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const [parts, reader] = [[], stream.getReader()];
  for (let total = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return join(...parts);
    total += value.length;
    if (total > size) refuse("a file larger than the ZIP says");
    parts.push(value);
  }
}

// The files of a ZIP by name, from its central directory (APPNOTE 4.3.12 and 4.3.16).
async function unzip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) refuse("not a ZIP");
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count -= 1) {
    if (view.getUint32(at, true) !== 0x02014b50) refuse("a broken ZIP");
    const [method, packed, size] = [
      view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint32(at + 24, true),
    ];
    const [named, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = toText(bytes.subarray(at + 46, at + 46 + named));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const data = bytes.subarray(start, start + packed);
    if (size > LARGEST || files.has(name)) refuse("a file too large, or twice the same name");
    if (method !== 0 && method !== 8) refuse("packed in an unknown way");
    files.set(name, method === 0 ? data : await inflate(data, size));
    at += 46 + named + extra + comment;
  }
  return files;
}

// The lines of a file, as bytes; the last line feed ends the last line.
function linesOf(bytes = new Uint8Array()) {
  const lines = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

class Faults extends Array {
  add(rule, code, at) {
    this.push({ rule, code, at: String(at) });
  }
}

function readEntry(line) {
  const value = is.object(fromJson(toText(line)));
  const has = (name) => Object.hasOwn(value, name);
  if (has("salt") && !has("words")) refuse("a salt without words");
  return {
    number: is.ordinal(field(value, "number")),
    index: is.count(field(value, "index")),
    state: is.text(field(value, "state")),
    words: has("words") ? is.object(value.words) : undefined,
    salt: has("words") ? fromHex(field(value, "salt")) : undefined,
    masked: field(value, "masked") === true,
  };
}

function readHeadLine(line) {
  const value = is.object(fromJson(toText(line)));
  const head = readHead(field(value, "note"));
  return head.size === is.count(field(value, "size")) ? head : refuse("another size");
}

// A package as both checks need it. What cannot be read is a fault and left out.
async function openPackage(source) {
  const files = source instanceof Map ? source : await unzip(source).catch(() => new Map());
  const faults = new Faults();
  const read = (name, rule, code, reader) =>
    linesOf(files.get(name)).flatMap((line, place) => {
      try {
        return [{ ...reader(line), line: place + 1 }];
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        faults.add(rule, code, place + 1);
        return [];
      }
    });
  const lines = linesOf(files.get("leaves.jsonl"));
  const leaves = await Promise.all(
    lines.map(async (bytes) => ({ bytes, text: textOrNothing(bytes), hash: await leafHash(bytes) })),
  );
  const found = {
    files, faults, leaves,
    tree: await Tree.of(leaves.map((leaf) => leaf.hash)),
    story: await readStory(leaves, faults),
    heads: read("heads.jsonl", 3, "head_malformed", readHeadLine),
    entries: read("comments.jsonl", 5, "entry_malformed", readEntry),
    origin: "",
    keys: [],
  };
  found.byNumber = new Map(found.entries.map((entry) => [entry.number, entry]));
  if (!readManifest(found)) faults.add(2, "manifest_differs", "manifest.json");
  found.trusted = await trustedKeys(found);
  return found;
}

function textOrNothing(bytes) {
  try {
    return toText(bytes);
  } catch {
    return undefined;
  }
}

function readManifest(found) {
  try {
    const manifest = is.object(fromJson(toText(found.files.get("manifest.json") ?? new Uint8Array())));
    const tell = (name) => field(manifest, name);
    found.origin = is.text(tell("origin"));
    found.keys = is.list(tell("keys")).map(is.text);
    return (
      tell("format") === "zhongyan-record-1" &&
      is.count(tell("size")) === found.leaves.length &&
      found.origin.endsWith(`/${is.text(tell("slug"))}`) &&
      tell("slug") === found.story.open.consultation &&
      tell("title") === found.story.open.title
    );
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return false;
  }
}

// The first key, and those that a rotation signed by a trusted one leads to (rule 3).
async function trustedKeys({ keys, origin, story, faults }) {
  const trusted = [];
  for (const [place, line] of keys.entries()) {
    const key = await readKey(line).catch(() => undefined);
    const led = story.rotations.some(
      (leaf) => leaf.new_key === line && trusted.some((one) => one.line === leaf.old_key),
    );
    if (key?.origin !== origin) faults.add(3, "key_malformed", place);
    else if (place > 0 && !led) faults.add(3, "key_without_rotation", place);
    else trusted.push(key);
  }
  if (trusted.length === 0) faults.add(3, "no_key", "");
  return trusted;
}
