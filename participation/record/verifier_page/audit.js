// The rules of the format page over a whole package.

const NEEDED = [
  "manifest.json", "leaves.jsonl", "heads.jsonl", "consistency.jsonl", "comments.jsonl",
  "tombstones.jsonl", "SHA256SUMS",
];

async function auditPackage(source) {
  const opened = await openPackage(source);
  const faults = opened.faults;
  await checkSums(opened.files, faults);
  await checkHeads(opened, faults);
  await checkSteps(opened, faults);
  await checkEntries(opened, faults);
  checkGraves(opened, faults);
  await checkDocuments(opened, faults);
  return { faults: [...faults], origin: opened.origin, leaves: opened.leaves.length,
    comments: opened.story.comments.size };
}

async function checkSums(files, faults) {
  const sums = new Map();
  for (const line of linesOf(files.get("SHA256SUMS"))) {
    const found = /^([0-9a-f]{64}) {2}([ -~]+)$/.exec(textOrNothing(line) ?? "");
    if (found) sums.set(found[2], found[1]);
    else faults.add(1, "checksum_differs", "SHA256SUMS");
  }
  for (const name of new Set([...NEEDED, ...sums.keys(), ...files.keys()])) {
    if (!files.has(name)) faults.add(1, "file_missing", name);
    else if (!sums.has(name)) {
      if (name !== "SHA256SUMS") faults.add(1, "file_unlisted", name);
    } else if (toHex(await sha256(files.get(name))) !== sums.get(name)) {
      faults.add(1, "checksum_differs", name);
    }
  }
}

async function checkHeads({ heads, origin, trusted, tree }, faults) {
  let covered = 0;
  for (const head of heads) {
    const good = head.origin === origin && (await isHeadSigned(head, trusted));
    if (!good) faults.add(3, "bad_signature", head.line);
    const root = await tree.root(head.size);
    if (!root || !sameBytes(root, head.root)) faults.add(3, "root_differs", head.line);
    if (head.size < covered) faults.add(3, "head_order", head.line);
    covered = head.size;
  }
  if (heads.length === 0 || covered !== tree.size) faults.add(3, "uncovered", covered);
}

async function checkSteps({ files, heads }, faults) {
  const lines = linesOf(files.get("consistency.jsonl"));
  for (let place = 0; place < Math.max(lines.length, heads.length - 1); place += 1) {
    const [line, old, next] = [lines[place], heads[place], heads[place + 1]];
    const good = line && next && (await isStep(line, old, next));
    if (!good) faults.add(4, "inconsistent", place + 1);
  }
}

async function isStep(line, old, next) {
  try {
    const value = is.object(fromJson(toText(line)));
    const proof = is.list(field(value, "proof")).map(fromHex);
    const between = field(value, "from") === old.size && field(value, "to") === next.size;
    return between && (await isConsistent(old.size, next.size, old.root, next.root, proof));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return false;
  }
}

async function checkEntries({ entries, story }, faults) {
  const seen = new Set();
  for (const entry of entries) {
    const comment = story.comments.get(entry.number);
    if (seen.has(entry.number)) faults.add(5, "entry_repeated", entry.number);
    else if (comment?.index !== entry.index) faults.add(5, "entry_misplaced", entry.number);
    else await checkEntry(entry, comment, faults);
    seen.add(entry.number);
  }
  for (const number of story.comments.keys()) {
    if (!seen.has(number)) faults.add(5, "entry_missing", number);
  }
}

async function checkEntry(entry, comment, faults) {
  if (entry.state !== comment.state) faults.add(6, "state_differs", entry.number);
  if (entry.state !== "published") {
    if (entry.words) faults.add(7, "words_not_public", entry.number);
  } else if (!(await opens(entry, comment))) {
    faults.add(7, "words_differ", entry.number);
  }
}

async function opens({ words, salt, masked }, { opens: wanted }) {
  if (!words || !wanted || wanted.field !== (masked ? "shown" : "body")) return false;
  try {
    return (await commitment(wanted.field, salt, canonical(words))) === wanted.digest;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return false;
  }
}

function checkGraves({ files, story }, faults) {
  const told = linesOf(files.get("tombstones.jsonl")).map((line) => {
    try {
      const value = is.object(fromJson(toText(line)));
      return `${is.count(field(value, "index"))} ${is.text(field(value, "leaf"))}`;
    } catch {
      return "";
    }
  });
  const known = story.graves.map(({ index, text }) => `${index} ${text}`);
  if (told.length !== known.length || told.some((line, place) => line !== known[place])) {
    faults.add(8, "tombstones_differ", "tombstones.jsonl");
  }
}

async function checkDocuments({ files, story }, faults) {
  const digests = {
    "bulletin.json": story.close.bulletin_sha256,
    "summary.json": story.result.summary_sha256,
    "map.json": story.result.map_sha256,
  };
  for (const [name, digest] of Object.entries(digests)) {
    const found = files.has(name) ? toHex(await sha256(files.get(name))) : undefined;
    if (found !== digest) faults.add(10, "document_differs", name);
  }
  if (story.result.kind) checkMap(files.get("map.json") ?? new Uint8Array(), story, faults);
}

function checkMap(bytes, { result, received }, faults) {
  const [numbers, counted] = [new Set(), Object.create(null)];
  let rows;
  try {
    rows = is.list(fromCanonical(toText(bytes)));
    for (const row of rows) {
      if (is.list(row).length !== 3) refuse("not a row of three");
      numbers.add(is.ordinal(row[0]));
      is.count(row[1]);
      counted[is.text(row[2])] = (counted[row[2]] ?? 0) + 1;
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    faults.add(10, "map_malformed", "map.json");
    return;
  }
  const each = rows.length === received && numbers.size === received;
  if (!each || [...numbers].some((number) => number > received)) {
    faults.add(10, "map_incomplete", "map.json");
  }
  if (!sameCounts(counted, result.outcomes)) faults.add(10, "map_sums", "map.json");
}
