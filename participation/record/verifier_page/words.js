// What people are told: [Chinese, English]. Places in braces are filled from the verdict.

const VERDICTS = {
  included: ["在记录中", "In the record"],
  text_differs: ["文字不符", "The text differs"],
  removed: ["已移除", "Removed"],
  not_in_log: ["不在记录中", "Not in the record"],
  bad_signature: ["签名无效", "Bad signature"],
  pending: ["等待签署", "Not signed yet"],
  malformed: ["读不懂这份回执", "Not a receipt"],
  unsupported: ["这个浏览器不能核对签名", "This browser cannot check signatures"],
};

const MEANINGS = {
  included: [
    "{origin} 第 {number} 号收于 {at}，排在记录第 {index} 条，内容与回执一致。",
    "Number {number} of {origin} was received {at}. It is leaf {index} of the record, as it was.",
  ],
  text_differs: [
    "这些文字不是 {origin} 第 {number} 号收到时的文字。",
    "These are not the words that were received as number {number} of {origin}.",
  ],
  removed: [
    "{origin} 第 {number} 号的文字已经删除。原因：{reason}；决定者：{role}；依据：{basis}",
    "The words of number {number} of {origin} were destroyed: {reason}, by {role}, under {basis}",
  ],
  not_in_log: [
    "{origin} 第 {number} 号与公布的记录对不上（{why}）。请留好回执，要求解释。",
    "Number {number} of {origin} and the published record disagree ({why}). Keep the receipt and ask why.",
  ],
  bad_signature: [
    "{of}里的记录头不是由已知的公钥签署的，不能相信。",
    "The head in the {of} is not signed by a known key. Do not trust it.",
  ],
  pending: [
    "文字与承诺一致，但还没有签署的记录头覆盖这一条。请过几分钟重新下载回执。",
    "The words open their commitment, but no signed head covers them yet. Download the receipt again later.",
  ],
  malformed: [
    "文件不是一份完整的回执，或者自相矛盾（{why}）。",
    "The file is not a whole receipt, or contradicts itself ({why}).",
  ],
  unsupported: [
    "没有核对，不要当作通过。请换用新版 Chrome、Edge、Firefox 或 Safari，或者使用 verify.py。",
    "Nothing was checked: do not take this as right. Use a recent Chrome, Edge, Firefox or Safari, or verify.py.",
  ],
};

const NOTES = {
  published: ["这份意见目前公开。", "It is public."],
  withheld: ["这份意见目前不公开，收到的文字仍在记录中。", "It is not public; the record still has it."],
  waiting: ["是否公开还没有决定。", "Whether to publish it is not decided yet."],
  restricted: ["这份意见目前限制处理，只封存、不使用。", "It is restricted: kept, and used for nothing."],
  masked: ["公开的文字遮住了个人信息。", "Personal data are masked in the words shown."],
  unproved: [
    "移除一事是回执自己说的；有了资料包才能证实。",
    "That it was removed is what the receipt says; a package can prove it.",
  ],
  own_key: [
    "公钥取自回执本身。请与公布的公钥指纹核对：{keys}",
    "The key is the receipt's own. Compare its fingerprint with the published one: {keys}",
  ],
};

const TERMS = {
  proof: ["证明不成立", "its proof does not hold"],
  origin: ["资料包属于另一次征求意见", "the package is of another consultation"],
  package: ["资料包的记录与它的记录头不符", "the package's leaves are not what its head signs"],
  rewritten: ["历史被改写", "history was rewritten"],
  list: ["公开清单里没有", "it is missing in the public list"],
  tombstone: ["记录里没有这次移除", "the record does not have this removal"],
  AUTHOR_WITHDRAWAL: ["提交人撤回", "withdrawn by the author"],
  PI_REQUEST: ["涉及个人信息", "personal data"],
  UNLAWFUL: ["内容违法", "unlawful content"],
  COURT: ["法院决定", "a court's decision"],
  author: ["提交人", "the author"],
  officer: ["经办人", "an officer"],
  administrator: ["管理员", "an administrator"],
  system: ["系统（从备份恢复后重新执行）", "the system, after a restore"],
};
const PLACES = { receipt: ["回执", "receipt"], package: ["资料包", "package"] };

const FAULTS = {
  file_missing: ["缺少文件 {at}", "{at} is missing"],
  file_unlisted: ["校验和清单里没有 {at}", "the checksums do not list {at}"],
  checksum_differs: ["{at} 与校验和不符", "{at} is not what its checksum is of"],
  manifest_differs: ["{at} 与记录不符", "{at} and the leaves disagree"],
  leaf_malformed: ["记录第 {at} 条不合格式", "leaf {at} is malformed"],
  open_misplaced: ["记录第 {at} 条：只有第 0 条是 open", "leaf {at}: only leaf 0 is open"],
  number_gap: ["记录第 {at} 条编号不连续", "leaf {at} has not the next number"],
  number_unknown: ["记录第 {at} 条提到没有的编号", "leaf {at} names an unknown number"],
  rotation_unsigned: ["记录第 {at} 条换钥签名无效", "the rotation of leaf {at} is not signed by both keys"],
  no_key: ["没有可信的公钥", "there is no key to trust"],
  key_malformed: ["第 {at} 把公钥不合格式", "key {at} is malformed"],
  key_without_rotation: ["第 {at} 把公钥没有换钥记录", "key {at} came without a rotation"],
  head_malformed: ["记录头第 {at} 行不合格式", "head line {at} is malformed"],
  head_order: ["记录头第 {at} 行次序颠倒", "head line {at} is out of order"],
  bad_signature: ["记录头第 {at} 行签名无效", "head line {at} is not signed by a key of the log"],
  root_differs: ["记录头第 {at} 行的根与记录不符", "the leaves do not have the root of head line {at}"],
  uncovered: ["最后的记录头只到 {at} 条", "the last head covers {at} leaves, not all"],
  inconsistent: ["第 {at} 个一致性证明不成立", "consistency proof {at} does not hold"],
  entry_malformed: ["公开清单第 {at} 行不合格式", "list line {at} is malformed"],
  entry_repeated: ["第 {at} 号在清单中重复", "number {at} is twice in the list"],
  entry_misplaced: ["清单中的第 {at} 号与记录对不上", "number {at} of the list is not that leaf"],
  entry_missing: ["清单里少了第 {at} 号", "number {at} is missing in the list"],
  state_differs: ["第 {at} 号的状态与记录不符", "the state of number {at} is not the leaves'"],
  words_differ: ["第 {at} 号公布的文字与承诺不符", "the words of number {at} do not open their commitment"],
  words_not_public: ["第 {at} 号不公开，却有文字", "number {at} is not public, yet its words are there"],
  target_differs: ["记录第 {at} 条指错了意见", "leaf {at} does not name the leaf it is about"],
  tombstones_differ: ["{at} 与记录不符", "{at} and the leaves disagree"],
  count_differs: ["记录第 {at} 条的收到数不对", "leaf {at} counts the comments wrongly"],
  outcomes_differ: ["记录第 {at} 条的处理合计不对", "the outcomes of leaf {at} do not add up"],
  document_differs: ["{at} 与记录中的摘要不符", "{at} is not what the leaf's digest is of"],
  map_malformed: ["{at} 不合格式", "{at} is malformed"],
  map_incomplete: ["{at} 没有把每份意见恰好列一次", "{at} does not list each comment exactly once"],
  map_sums: ["{at} 的处理合计与记录不符", "the outcomes of {at} are not the leaf's"],
};

const fill = (pair, params) =>
  pair.map((words, language) =>
    words.replace(/\{(\w+)\}/g, (_, name) => {
      if (name === "at" && params.number) return `${params.at.replace(/[TZ]/g, " ").trim()} UTC`;
      if (name === "keys") return params.keys.join(" · ");
      const value = name === "of" ? PLACES[params.of] : TERMS[params[name]] ?? params[name];
      return Array.isArray(value) ? value[language] : String(value);
    }),
  );

// A verdict as pairs of sentences, after its title.
function tell({ code, params }) {
  const lines = [MEANINGS[code]];
  if (code === "included" && params.state) lines.push(NOTES[params.state]);
  if (code === "included" && params.masked) lines.push(NOTES.masked);
  if (code === "removed" && !params.proved) lines.push(NOTES.unproved);
  if (["included", "removed"].includes(code) && params.keys_from === "receipt") {
    lines.push(NOTES.own_key);
  }
  return lines.map((line) => fill(line, params));
}

const tellFault = (fault) =>
  fill(FAULTS[fault.code], fault).map((words, language) =>
    language ? `${words} (rule ${fault.rule})` : `${words}（规则 ${fault.rule}）`,
  );
