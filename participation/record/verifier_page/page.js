// The page: files in, sentences out. Whatever comes from a file is shown as text and nothing else.

const RFC8032_FIRST = [
  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
];

const fromPairs = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

// Whether this browser accepts the first vector of RFC 8032 and refuses it with one bit changed.
async function canVerify() {
  const [key, signature] = RFC8032_FIRST.map(fromPairs);
  try {
    const right = await isSigned(key, new Uint8Array(), signature);
    signature[0] ^= 1;
    return right && !(await isSigned(key, new Uint8Array(), signature));
  } catch {
    return false;
  }
}

const LANGUAGES = ["zh-Hans", "en"];

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

// Both languages stand side by side; the page's language hides one.
const both = (name, pair, className) =>
  element(name, className, ...pair.map((words, at) => {
    const said = element("span", "", words);
    said.lang = LANGUAGES[at];
    return said;
  }));

const LOOKS = { included: "right", pending: "open", removed: "open", unsupported: "open" };
const MARKS = { right: "✓", open: "–", wrong: "✕" };

function card(look, title, lines) {
  const mark = element("span", "mark", MARKS[look]);
  mark.ariaHidden = "true";
  const heading = both("h3", title);
  heading.prepend(mark);
  return element("section", `card ${look}`, heading, ...lines.map((line) => both("p", line)));
}

function receiptCard(verdict, receipt) {
  const made = card(LOOKS[verdict.code] ?? "wrong", VERDICTS[verdict.code], tell(verdict));
  const words = verdict.code === "included" && receipt?.words;
  if (words) {
    made.append(both("p", ["证明的文字：", "The words proved:"], "label"));
    for (const text of [words.quote, words.body, words.proposed_text]) {
      if (text) made.append(element("blockquote", "", text));
    }
  }
  return made;
}

function packageCard({ faults, origin, comments, leaves }) {
  if (faults.length === 0) {
    return card("right", ["资料包相符", "The package is right"], [[
      `${origin} 的 ${comments} 份意见、${leaves} 条记录全部核对无误。`,
      `${origin}: ${comments} comments and ${leaves} leaves hold every rule.`,
    ]]);
  }
  const title = [`资料包有 ${faults.length} 处不符`, `${faults.length} things are wrong in the package`];
  const made = card("wrong", title, []);
  made.append(element("ul", "", ...faults.slice(0, 50).map((one) => both("li", tellFault(one)))));
  return made;
}

const chosen = (id) => document.getElementById(id).files[0];

async function givenReceipt() {
  const text = (await chosen("receipt-file")?.text()) ?? document.getElementById("receipt-text").value;
  if (!text.trim()) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { value: undefined };
  }
}

async function check() {
  const cards = [];
  const receipt = await givenReceipt();
  const file = chosen("package-file");
  const bytes = file && new Uint8Array(await file.arrayBuffer());
  if (!receipt && !bytes) {
    return [card("open", ["还没有选择", "Nothing was chosen"], [[
      "请先选择回执文件（或者粘贴回执），或者选择资料包。",
      "Choose a receipt file (or paste a receipt), or a package.",
    ]])];
  }
  if (!(await canVerify())) {
    const verdict = { code: "unsupported", params: {} };
    return [receiptCard(verdict)];
  }
  if (receipt) {
    const verdict = await verifyReceipt(receipt.value, bytes);
    cards.push(receiptCard(verdict, receipt.value));
  }
  if (bytes) cards.push(packageCard(await auditPackage(bytes)));
  return cards;
}

async function show(event) {
  event.preventDefault();
  const result = document.getElementById("result");
  const button = document.getElementById("check");
  button.disabled = true;
  result.replaceChildren(both("p", ["正在核对……", "Checking…"]));
  try {
    result.replaceChildren(...(await check()));
  } catch (error) {
    result.replaceChildren(card("wrong", ["没有核对成", "The check failed"], [
      [`核对中断：${error.message}`, `The check stopped: ${error.message}`],
    ]));
  }
  button.disabled = false;
  result.focus();
}

function switchLanguage() {
  const root = document.documentElement;
  root.lang = root.lang === "en" ? "zh-Hans" : "en";
  document.title = root.lang === "en" ? "Check a Zhongyan receipt" : "核对众言的回执和记录";
}

document.getElementById("form").addEventListener("submit", show);
document.getElementById("language").addEventListener("click", switchLanguage);
Object.assign(window, { verifyReceipt, auditPackage, openPackage, isSigned, canVerify,
  tree: { Tree, rootByProof, isConsistent, leafHash } });
