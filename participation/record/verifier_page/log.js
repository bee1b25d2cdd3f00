// What each leaf may say (the table of leaves on the format page), and what all of them say together.

const aim = { number: is.ordinal, index: is.count, leaf_hash: is.digest };

const STATES = ["published", "withheld", "restricted", "waiting"];

const counts = (value) => Object.values(is.object(value)).forEach(is.count);

const sumOf = (object) => Object.values(object).reduce((total, count) => total + count, 0);

// Whether two objects count the same, zeros left out or not.
const sameCounts = (a, b) =>
  [...Object.keys(a), ...Object.keys(b)].every((name) => (field(a, name) ?? 0) === (field(b, name) ?? 0));

const LEAVES = {
  open: { consultation: is.text, title: is.text, opens_at: is.instant, closes_at: is.instant },
  comment: { number: is.ordinal, channel: is.text, c_body: is.digest, c_claim: is.digest },
  survey: { survey: is.count, response: is.ordinal, c_answers: is.digest },
  moderate: { numbers: spansOf, state: is.text },
  supersede: { ...aim, c_body: is.digest },
  tombstone: { ...aim, reason: is.text, role: is.text, basis: is.text },
  amend: { what: is.text },
  outage: { from: is.instant, until: is.instant, planned: is.truth },
  close: {
    received: is.count, surveys: is.count, by_channel: counts, by_state: counts,
    bulletin_sha256: is.digest,
  },
  result: {
    version: is.ordinal,
    received: is.count,
    outcomes: counts,
    summary_sha256: is.digest,
    map_sha256: is.digest,
  },
  rotate: { old_key: is.text, new_key: is.text, signatures: is.list },
};

// The spans of `1-50,53`: pairs of first and last.
function spansOf(value) {
  return is.text(value).split(",").map((span) => {
    const ends = span.split("-");
    if (ends.length > 2 || !ends.every((end) => /^[1-9][0-9]{0,14}$/.test(end))) refuse("no span");
    const [first, last] = [Number(ends[0]), Number(ends.at(-1))];
    return first <= last ? [first, last] : refuse("a span that runs backwards");
  });
}

async function readLeaf(text) {
  const leaf = is.object(fromCanonical(text));
  const kind = field(leaf, "kind");
  if (field(leaf, "v") !== 1 || typeof kind !== "string" || !Object.hasOwn(LEAVES, kind)) {
    refuse("no known kind");
  }
  is.instant(field(leaf, "at"));
  for (const [name, check] of Object.entries(LEAVES[kind])) check(field(leaf, name));
  if (kind === "comment" && Object.hasOwn(leaf, "atts")) is.list(leaf.atts).forEach(is.digest);
  if (kind === "rotate") await Promise.all([leaf.old_key, leaf.new_key].map(readKey));
  if (kind === "moderate") {
    if (!STATES.includes(leaf.state)) refuse("no known state");
    if (["withheld", "restricted"].includes(leaf.state)) is.text(field(leaf, "reason"));
    if (Object.hasOwn(leaf, "masked")) Object.values(is.object(leaf.masked)).forEach(is.digest);
  }
  return leaf;
}

async function isRotationSigned(leaf) {
  const { signatures, ...rest } = leaf;
  const message = toBytes(canonical(rest));
  if (signatures.length !== 2) return false;
  const keys = await Promise.all([leaf.old_key, leaf.new_key].map(readKey));
  for (const place of [0, 1]) {
    let signature;
    try {
      signature = fromBase64(signatures[place]);
    } catch {
      return false;
    }
    if (!(await isSigned(keys[place].bytes, message, signature))) return false;
  }
  return true;
}

// The story that the leaves tell. `faults` gets what contradicts itself on the way.
async function readStory(leaves, faults) {
  const story = {
    comments: new Map(), graves: [], rotations: [], open: {}, close: {}, result: {},
    received: 0, responses: 0, channels: Object.create(null),
  };
  for (const [index, { text, hash }] of leaves.entries()) {
    let leaf = {};
    try {
      leaf = await readLeaf(text ?? refuse("not UTF-8"));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      faults.add(2, "leaf_malformed", index);
    }
    if ((index === 0) !== (leaf.kind === "open")) faults.add(2, "open_misplaced", index);
    const told = { index, leaf, hash: toHex(hash), text, fault: (...what) => faults.add(...what, index) };
    await TELL[leaf.kind]?.(story, told);
  }
  return story;
}

const aimed = (story, { leaf }) => {
  const comment = story.comments.get(leaf.number);
  return comment?.index === leaf.index && comment.hash === leaf.leaf_hash ? comment : undefined;
};

const TELL = {
  open(story, { leaf }) {
    if (!story.open.kind) story.open = leaf;
  },
  comment({ comments, channels }, { index, leaf, hash, fault }) {
    if (leaf.number !== comments.size + 1) fault(2, "number_gap");
    if (comments.has(leaf.number)) return;
    channels[leaf.channel] = (channels[leaf.channel] ?? 0) + 1;
    const opens = { field: "body", digest: leaf.c_body };
    comments.set(leaf.number, { index, hash, body: opens, opens, state: "waiting" });
  },
  survey(story, { leaf, fault }) {
    story.responses += 1;
    if (leaf.response !== story.responses) fault(2, "number_gap");
  },
  moderate({ comments }, { leaf, fault }) {
    const numbers = [];
    for (const [first, last] of spansOf(leaf.numbers)) {
      if (last - first >= comments.size) return fault(2, "number_unknown");
      for (let number = first; number <= last; number += 1) numbers.push(number);
    }
    if (!numbers.every((number) => comments.has(number))) return fault(2, "number_unknown");
    for (const number of numbers) {
      const comment = comments.get(number);
      if (comment.state === "removed") continue;
      const shown = leaf.state === "published" && field(leaf.masked ?? {}, String(number));
      comment.state = leaf.state;
      comment.opens = shown ? { field: "shown", digest: shown } : comment.body;
    }
    return undefined;
  },
  supersede(story, told) {
    const comment = aimed(story, told);
    if (!comment) return told.fault(8, "target_differs");
    comment.body = { field: "body", digest: told.leaf.c_body };
    if (comment.state !== "removed") comment.opens = comment.body;
    return undefined;
  },
  tombstone(story, told) {
    const { index, leaf, text } = told;
    story.graves.push({ index, leaf, text });
    const comment = aimed(story, told);
    if (!comment) return told.fault(8, "target_differs");
    comment.state = "removed";
    comment.opens = undefined;
    return undefined;
  },
  close(story, { leaf, fault }) {
    story.close = leaf;
    const right =
      leaf.received === story.comments.size && leaf.surveys === story.responses &&
      sameCounts(leaf.by_channel, story.channels) && sumOf(leaf.by_state) === leaf.received;
    if (!right) fault(9, "count_differs");
  },
  result(story, { leaf, fault }) {
    story.result = leaf;
    story.received = story.comments.size;
    if (leaf.received !== story.received) fault(9, "count_differs");
    if (sumOf(leaf.outcomes) !== leaf.received) fault(9, "outcomes_differ");
  },
  async rotate(story, { leaf, fault }) {
    if (await isRotationSigned(leaf)) story.rotations.push(leaf);
    else fault(3, "rotation_unsigned");
  },
};
