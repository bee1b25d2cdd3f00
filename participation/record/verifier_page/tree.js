// The Merkle tree of RFC 6962. Proofs are followed from the root down, as section 2.1 defines them.

const leafHash = (leaf) => sha256(join(Uint8Array.of(0), leaf));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

// The largest power of two below `size`, and therefore how many leaves are on the left.
function leftOf(size) {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

// All full subtrees, by height; any root is folded from them.
class Tree {
  static async of(hashes) {
    const tree = new Tree();
    tree.levels = [hashes];
    for (let level = hashes; level.length > 1; level = tree.levels.at(-1)) {
      const pairs = Array.from({ length: Math.floor(level.length / 2) }, (_, at) => at * 2);
      tree.levels.push(await Promise.all(pairs.map((at) => nodeHash(level[at], level[at + 1]))));
    }
    return tree;
  }

  get size() {
    return this.levels[0].length;
  }

  // The root of the first `size` leaves; undefined where there are not so many.
  async root(size) {
    if (size > this.size) return undefined;
    if (size === 0) return sha256(new Uint8Array());
    let root;
    for (let height = 0, left = size; left > 0; height += 1, left = Math.floor(left / 2)) {
      if (left % 2 === 0) continue;
      const subtree = this.levels[height][left - 1];
      root = root ? await nodeHash(subtree, root) : subtree;
    }
    return root;
  }
}

// The root that a proof leads to from the leaf at `index` of `size`; undefined where it leads nowhere.
async function rootByProof(hash, index, size, proof) {
  if (index >= size) return undefined;
  if (size === 1) return proof.length === 0 ? hash : undefined;
  if (proof.length === 0) return undefined;
  const [rest, beside, left] = [proof.slice(0, -1), proof.at(-1), leftOf(size)];
  if (index < left) {
    const below = await rootByProof(hash, index, left, rest);
    return below && nodeHash(below, beside);
  }
  const below = await rootByProof(hash, index - left, size - left, rest);
  return below && nodeHash(beside, below);
}

// The old and the new root that a consistency proof leads to (SUBPROOF read backwards).
async function rootsByProof(old, size, proof, oldRoot) {
  if (old === size) {
    if (oldRoot) return proof.length === 0 ? [oldRoot, oldRoot] : undefined;
    return proof.length === 1 ? [proof[0], proof[0]] : undefined;
  }
  if (proof.length === 0) return undefined;
  const [rest, beside, left] = [proof.slice(0, -1), proof.at(-1), leftOf(size)];
  if (old <= left) {
    const below = await rootsByProof(old, left, rest, oldRoot);
    return below && [below[0], await nodeHash(below[1], beside)];
  }
  const below = await rootsByProof(old - left, size - left, rest, undefined);
  return below && [await nodeHash(beside, below[0]), await nodeHash(beside, below[1])];
}

async function isConsistent(old, size, oldRoot, newRoot, proof) {
  if (old < 1 || old > size) return false;
  const found = await rootsByProof(old, size, proof, oldRoot);
  return Boolean(found) && sameBytes(found[0], oldRoot) && sameBytes(found[1], newRoot);
}
