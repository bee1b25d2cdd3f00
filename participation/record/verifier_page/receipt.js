// The verdict on a receipt: its form, its words, its head, its place, and what became of it since.

async function verifyReceipt(receipt, source, keyLines = []) {
  try {
    const known = await Promise.all(keyLines.map(readKey));
    const opened = source && (source.tree ? source : await openPackage(source));
    return await judge(await readReceipt(receipt), opened, known);
  } catch (error) {
    if (error instanceof Malformed) return { code: "malformed", params: { why: error.message } };
    if (error instanceof Unsupported) return { code: "unsupported", params: { why: error.message } };
    throw error;
  }
}

async function readReceipt(given) {
  const tell = (name) => field(is.object(given), name);
  if (tell("format") !== "zhongyan-receipt-1") refuse("not a receipt");
  const origin = is.text(tell("origin"));
  if (!origin.endsWith(`/${is.text(tell("slug"))}`)) refuse("slug and origin differ");
  const bytes = toBytes(is.text(tell("leaf")));
  const leaf = await readLeaf(tell("leaf"));
  if (leaf.kind !== "comment" && leaf.kind !== "survey") refuse("a leaf of another kind");
  const isSurvey = leaf.kind === "survey";
  const number = isSurvey ? leaf.response : leaf.number;
  if (tell(isSurvey ? "response" : "number") !== number) refuse("the leaf has another number");
  if (isSurvey && tell("survey") !== leaf.survey) refuse("the leaf is of another survey");
  const found = {
    origin, leaf, bytes, number, isSurvey,
    title: is.text(tell("title")),
    index: is.count(tell("index")),
    hash: await leafHash(bytes),
    openings: [],
  };
  found.corrections = await readCorrections(given, found);
  if (Object.hasOwn(given, "tombstone")) found.grave = await readGrave(given, found);
  else found.openings = readOpenings(given, tell, isSurvey, found.leaf);
  found.keys = await Promise.all(is.list(tell("keys")).map(readKey));
  if (!found.keys.length || found.keys.some((key) => key.origin !== origin)) refuse("foreign key");
  if (["head", "size", "proof"].some((name) => Object.hasOwn(given, name))) {
    found.head = readHead(tell("head"));
    found.proof = is.list(tell("proof")).map(fromHex);
    if (found.head.size !== tell("size")) refuse("the head has another size");
  }
  return found;
}

async function readGrave(given, found) {
  const { index, leaf } = is.object(given.tombstone);
  const grave = await readLeaf(is.text(leaf));
  const ours =
    grave.kind === "tombstone" && grave.number === found.number && !found.isSurvey &&
    grave.index === found.index && grave.leaf_hash === toHex(found.hash);
  if (!ours || is.count(index) <= found.index) refuse("a tombstone of another comment");
  const kept = ["words", "salts", "corrections"].some((name) => Object.hasOwn(given, name));
  if (kept) refuse("removed words");
  return grave;
}

// The author's corrections in their order, each a later leaf that aims at the comment's own.
async function readCorrections(given, found) {
  const corrections = [];
  let last = found.index;
  const list = Object.hasOwn(given, "corrections") ? is.list(given.corrections) : [];
  for (const item of list) {
    const tell = (name) => field(is.object(item), name);
    const leaf = await readLeaf(is.text(tell("leaf")));
    const ours =
      leaf.kind === "supersede" && leaf.number === found.number && !found.isSurvey &&
      leaf.index === found.index && leaf.leaf_hash === toHex(found.hash);
    const index = is.count(tell("index"));
    if (!ours || index <= last) refuse("a correction of another comment");
    last = index;
    corrections.push({
      index, digest: leaf.c_body, bytes: toBytes(tell("leaf")),
      value: canonical(is.object(tell("words"))), salt: fromHex(tell("salt")),
      proof: Object.hasOwn(item, "proof") ? is.list(item.proof).map(fromHex) : undefined,
    });
  }
  return corrections;
}

// Whether a correction has a proof exactly where the head covers it, and it holds.
async function isProved({ index, bytes, proof }, head) {
  if (index >= head.size || !proof) return index >= head.size && !proof;
  const root = await rootByProof(await leafHash(bytes), index, head.size, proof);
  return Boolean(root) && sameBytes(root, head.root);
}

function readOpenings(given, tell, isSurvey, leaf) {
  const salts = is.object(tell("salts"));
  const opening = (name, value) => ({ name, value, salt: fromHex(field(salts, name)) });
  if (isSurvey) return [opening("answers", canonical(is.list(tell("answers"))))];
  const words = canonical(is.object(tell("words")));
  const own = [opening("body", words), opening("claim", is.text(tell("claim")))];
  const attached = leaf.atts ?? [];
  const files = Object.hasOwn(given, "files") ? is.list(given.files) : [];
  if (files.length !== attached.length) refuse("not the files of the leaf");
  return own.concat(
    files.map((file, place) => ({ ...opening(`att${place + 1}`, is.text(file)), commits: attached[place] })),
  );
}

async function judge(receipt, opened, known) {
  const { origin, number, index, head } = receipt;
  const from = known.length ? "elsewhere" : opened ? "package" : "receipt";
  const params = { origin, number, index, at: receipt.leaf.at, keys_from: from };
  const say = (code, more = {}) => ({ code, params: { ...params, ...more } });
  for (const { name, salt, value, commits } of receipt.openings) {
    if ((await commitment(name, salt, value)) !== (commits ?? receipt.leaf[`c_${name}`])) {
      return say("text_differs", { field: name });
    }
  }
  for (const { salt, value, digest } of receipt.corrections) {
    if ((await commitment("body", salt, value)) !== digest) return say("text_differs", { field: "body" });
  }
  const keys = known.length ? known : opened ? opened.trusted : receipt.keys;
  if (head) {
    Object.assign(params, { size: head.size, keys: keys.map((key) => key.fingerprint) });
    if (head.origin !== origin || !(await isHeadSigned(head, keys))) {
      return say("bad_signature", { of: "receipt" });
    }
    const root = await rootByProof(receipt.hash, index, head.size, receipt.proof);
    if (!root || !sameBytes(root, head.root)) return say("not_in_log", { why: "proof" });
    for (const one of receipt.corrections) {
      if (!(await isProved(one, head))) return say("not_in_log", { why: "proof" });
    }
  }
  const published = opened && (await compare(receipt, opened, keys, params, say));
  if (published) return published;
  if (!head || receipt.corrections.some((one) => one.index >= head.size)) return say("pending");
  if (receipt.grave) return say("removed", { ...reasonOf(receipt.grave), proved: false });
  return say("included");
}

const reasonOf = ({ reason, role, basis }) => ({ reason, role, basis });

// The verdict by a package; undefined where it ends before the receipt's leaf.
async function compare(receipt, opened, keys, params, say) {
  const { head, index } = receipt;
  if (opened.origin !== receipt.origin) return say("not_in_log", { why: "origin" });
  const last = opened.heads.at(-1);
  if (last?.origin !== receipt.origin || !(await isHeadSigned(last, keys))) {
    return say("bad_signature", { of: "package" });
  }
  const isRoot = async (of) => {
    const root = await opened.tree.root(of.size);
    return Boolean(root) && sameBytes(root, of.root);
  };
  if (last.size !== opened.tree.size || !(await isRoot(last))) {
    return say("not_in_log", { why: "package" });
  }
  if (head && head.size <= last.size && !(await isRoot(head))) {
    return say("not_in_log", { why: "rewritten" });
  }
  if (index >= last.size) return undefined;
  if (!sameBytes(opened.leaves[index].bytes, receipt.bytes)) {
    return say("not_in_log", { why: "rewritten" });
  }
  const rewritten = ({ index: place, bytes }) =>
    place < last.size && !sameBytes(opened.leaves[place].bytes, bytes);
  if (receipt.corrections.some(rewritten)) return say("not_in_log", { why: "rewritten" });
  params.size = last.size;
  if (receipt.title !== opened.story.open.title) refuse("a title that the record does not have");
  return receipt.isSurvey ? say("included") : listed(receipt, opened, say);
}

// What the leaves and the public list say of the comment today.
function listed(receipt, { story, byNumber }, say) {
  const grave = story.graves.find(({ leaf }) => leaf.number === receipt.number);
  if (grave) return say("removed", { ...reasonOf(grave.leaf), proved: true });
  if (receipt.grave) return say("not_in_log", { why: "tombstone" });
  const comment = story.comments.get(receipt.number);
  const entry = byNumber.get(receipt.number);
  if (entry?.index !== receipt.index || comment.index !== receipt.index) {
    return say("not_in_log", { why: "list" });
  }
  const ours = new Map([[receipt.leaf.c_body, receipt.openings[0].value]]);
  for (const { digest, value } of receipt.corrections) ours.set(digest, value);
  const words = ours.get(comment.opens.digest);
  if (entry.words && words !== undefined && canonical(entry.words) !== words) {
    return say("text_differs", { field: "list" });
  }
  return say("included", { state: comment.state, masked: comment.opens.field === "shown" });
}
