"""verify.html opened from disk in a real Chromium: the vectors, the verdicts, the attacks, R20."""

from __future__ import annotations

import base64
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from participation.record.shipped import page_of, page_script, verify_html
from tests.browser.conftest import LARGE, SMALL, fits
from tests.conftest import ROOT
from tests.drills.harness import size
from tests.drills.table import report, report_control
from tests.record.attacks import OTHERS, SIX, Mutant, attacked, mutants, rewritten
from tests.record.reference import Merkle, Record, the_record, zipped
from tests.record.shipping import judged, loaded
from tests.record.test_verify import the_receipts

pytestmark = pytest.mark.browser
AT_ONCE = 500
VECTORS = ROOT / "tests" / "vectors"
BYTES = "const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (b) => parseInt(b, 16));"
JUDGE = """async ([tried, keys]) => {
  const codes = [];
  for (const [text, mode] of JSON.parse(tried)) {
    const opened = mode === "package" ? window.opened : undefined;
    codes.push((await verifyReceipt(text, opened, mode === "keys" ? keys : [])).code);
  }
  return codes;
}"""
OPEN = """async (zip) => {
  const bytes = Uint8Array.from(atob(zip), (letter) => letter.charCodeAt(0));
  window.opened = await openPackage(bytes);
  return (await auditPackage(bytes)).faults;
}"""


class Verifier:
    """The page opened from a file; whatever it asks of a network or reports is kept."""

    def __init__(self, browser: Browser, folder: Path, content: bytes, width: int = LARGE) -> None:
        path = folder / f"verify-{len(content)}-{width}.html"
        path.write_bytes(content)
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("request", lambda request: self.problems.append(request.url))
        self.page.goto(path.as_uri())
        assert self.problems == [path.as_uri()]
        self.problems.clear()

    def audit(self, files: dict[str, bytes]) -> set[tuple[int, str, str]]:
        """The faults of a package, which stays opened for the receipts that follow."""
        found = self.page.evaluate(OPEN, base64.b64encode(zipped(files)).decode())
        return {(one["rule"], one["code"], one["at"]) for one in found}

    def codes(self, tried: list[tuple[Any, str]], keys: list[str]) -> list[str]:
        """The verdicts on receipts, each in its mode."""
        found: list[str] = []
        for start in range(0, len(tried), AT_ONCE):
            part = json.dumps(tried[start : start + AT_ONCE])
            found += self.page.evaluate(JUDGE, [part, keys])
        return found


@pytest.fixture
def verifier(browser: Browser, tmp_path: Path) -> Iterator[Verifier]:
    """The shipped page; it may have asked for nothing and reported nothing."""
    opened = Verifier(browser, tmp_path, verify_html())
    yield opened
    opened.context.close()
    assert opened.problems == []


def test_the_page_agrees_with_the_published_vectors(verifier: Verifier) -> None:
    merkle = json.loads((VECTORS / "merkle.json").read_text())
    signed = json.loads((VECTORS / "ed25519.json").read_text())["vectors"]
    found = verifier.page.evaluate(
        """async ([merkle, signed]) => {
          BYTES
          const { Tree, rootByProof, isConsistent, leafHash } = tree;
          const pair = (byte) => byte.toString(16).padStart(2, "0");
          const text = (root) => root && Array.from(root, pair).join("");
          const hashes = await Promise.all(merkle.leaves.map((leaf) => leafHash(bytes(leaf))));
          const whole = await Tree.of(hashes);
          const root = (size) => bytes(merkle.roots[size - 1]);
          const roots = [];
          for (let size = 1; size <= 8; size += 1) roots.push(text(await whole.root(size)));
          const proved = [], consistent = [], signatures = [];
          for (const { index, size, proof } of merkle.inclusion) {
            const steps = proof.map(bytes);
            const right = await rootByProof(hashes[index], index, size, steps);
            const wrong = await rootByProof(hashes[index], index + 1, size, steps);
            const wanted = merkle.roots[size - 1];
            proved.push(text(right) === wanted, text(wrong) !== wanted);
          }
          for (const { from, to, proof } of merkle.consistency) {
            const steps = proof.map(bytes);
            consistent.push(await isConsistent(from, to, root(from), root(to), steps));
            consistent.push(!(await isConsistent(from, to, root(4), root(to), steps)));
          }
          for (const one of signed) {
            const [key, message, signature] = [one.public, one.message, one.signature].map(bytes);
            signatures.push(await isSigned(key, message, signature));
            signature[40] ^= 1;
            signatures.push(!(await isSigned(key, message, signature)));
          }
          return { empty: text(await whole.root(0)), roots, proved, consistent, signatures };
        }""".replace("BYTES", BYTES),
        [merkle, signed],
    )
    assert (found["empty"], found["roots"]) == (merkle["empty"], merkle["roots"])
    for name, count in (("proved", 10), ("consistent", 8), ("signatures", 8)):
        assert found[name] == [True] * count, name


def test_every_proof_of_small_trees_holds_at_its_index_only(verifier: Verifier) -> None:
    leaves = [bytes([number]) for number in range(12)]
    tree = Merkle(leaves)
    cases = [
        [leaves[index].hex(), index, new, [one.hex() for one in tree.path(index, 0, new)]]
        for new in range(1, 13)
        for index in range(new)
    ]
    steps = [
        [old, new, tree.root(0, old).hex(), tree.root(0, new).hex(),
         [one.hex() for one in tree.proof(old, new)]]
        for new in range(1, 13)
        for old in range(1, new + 1)
    ]  # fmt: skip
    found = verifier.page.evaluate(
        """async ([cases, steps]) => {
          BYTES
          const places = [];
          for (const [leaf, , size, proof] of cases) {
            const hash = await tree.leafHash(bytes(leaf));
            const roots = [];
            for (let at = 0; at < 14; at += 1) {
              const root = await tree.rootByProof(hash, at, size, proof.map(bytes));
              roots.push(root && String(root));
            }
            places.push(roots);
          }
          const held = [];
          for (const [old, size, before, after, proof] of steps) {
            const given = [bytes(before), bytes(after), proof.map(bytes)];
            held.push([
              await tree.isConsistent(old, size, ...given),
              await tree.isConsistent(old, size, given[1], given[0], given[2]),
            ]);
          }
          return [places, held];
        }""".replace("BYTES", BYTES),
        [cases, steps],
    )
    for (_, index, new, _), roots in zip(cases, found[0], strict=True):
        root = ",".join(str(byte) for byte in tree.root(0, new))
        assert [at for at, one in enumerate(roots) if one == root] == [index]
    for (old, new, *_), held in zip(steps, found[1], strict=True):
        assert held == [True, old == new]


def test_both_verifiers_say_the_same_of_every_package(verifier: Verifier, tmp_path: Path) -> None:
    record, verify = the_record(), loaded(tmp_path)
    receipts = [record.receipt(number) for number in (1, 2, 3, 5, 7, 9, 30)]
    receipts += [record.survey_receipt(1)]
    packages = {attack.name: attacked(record, attack) for attack in (*SIX, *OTHERS)}
    packages |= {"right": record.package(), "fork": rewritten(record, 9).package()}
    small = Record()
    small.head()
    packages |= {"small": small.package(), "empty": {}, "rubbish": {"leaves.jsonl": b"\xff\n[1\n"}}
    for name, files in packages.items():
        wanted = {tuple(fault) for fault in verify.audit(files)}
        assert verifier.audit(files) == wanted, name
        codes = [verify.check_receipt(receipt, files).code for receipt in receipts]
        assert verifier.codes([(one, "package") for one in receipts], []) == codes, name
    for attack in (*SIX, *OTHERS):
        found = verifier.audit(packages[attack.name])
        assert attack.caught in {(rule, code) for rule, code, _ in found}, attack.name
    assert verifier.audit(packages["right"]) == set()


@pytest.mark.drill
def test_the_drill_accepts_every_receipt_and_no_mutant_in_both(
    verifier: Verifier, tmp_path: Path
) -> None:
    record, receipts = the_receipts()
    verify, keys = loaded(tmp_path), [one.key for one in record.signers]
    assert verifier.audit(record.package()) == set()
    given = [(one, ("alone", "package")[place % 2]) for place, one in enumerate(receipts)]
    assert Counter(verifier.codes(given, keys)) == {"included": len(receipts)}
    tried = list(itertools.islice(mutants(record, receipts), size(300, 10_000)))
    codes = verifier.codes([(one.receipt, one.mode) for one in tried], keys)
    assert "included" not in codes
    package = verify.Package(record.package())
    differ = [
        (mutant.name, ours, theirs)
        for mutant, theirs in zip(tried, codes, strict=True)
        if (ours := judged(verify, mutant, package, keys)) != theirs
    ]
    assert differ == []
    report(
        "R20 verification, verify.html in Chromium",
        "every receipt accepted, no altered one, the same verdicts as verify.py",
        f"{len(receipts)} of {len(receipts)} accepted; 0 of {len(tried)} altered ones; 0 differ",
    )


IGNORES_INDEX = (
    "const root = await rootByProof(receipt.hash, index, head.size, receipt.proof);",
    """let root;
    for (let at = 0; at < head.size; at += 1) {
      const found = await rootByProof(receipt.hash, at, head.size, receipt.proof);
      if (found && sameBytes(found, head.root)) root = found;
    }""",
)
IGNORES_SIGNATURE = ("  let good = 0;\n", "  return true;\n")


@pytest.mark.drill
@pytest.mark.parametrize(
    ("what", "change", "kind"),
    [
        ("ignores the index", IGNORES_INDEX, "any index"),
        ("ignores the signature", IGNORES_SIGNATURE, "bits of the signature"),
    ],
)
def test_the_drill_finds_out_a_broken_page(
    browser: Browser, tmp_path: Path, what: str, change: tuple[str, str], kind: str
) -> None:
    script, record = page_script(), the_record()
    assert script.count(change[0]) == 1
    opened = Verifier(browser, tmp_path, page_of(script.replace(*change)))
    receipts = [record.receipt(number) for number in (1, 2, 8, 9)]
    keys = [one.key for one in record.signers]
    tried: list[Mutant] = list(itertools.islice(mutants(record, receipts), 200))
    tried = [one for one in tried if one.mode != "package"]
    codes = opened.codes([(one.receipt, one.mode) for one in tried], keys)
    opened.context.close()
    accepted = {one.name for one, code in zip(tried, codes, strict=True) if code == "included"}
    assert kind in accepted
    report_control("R20", f"verify.html that {what}", f"accepts {len(accepted)} kinds of them")


def test_a_citizen_checks_a_receipt_and_a_package_from_disk(
    browser: Browser, tmp_path: Path
) -> None:
    record = the_record()
    opened = Verifier(browser, tmp_path, verify_html(), SMALL)
    page = opened.page
    page.get_by_role("button", name="核对").click()
    result = page.get_by_role("status")
    result.get_by_text("还没有选择").wait_for()
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(record.receipt(1)), encoding="utf-8")
    page.get_by_label("回执文件").set_input_files(receipt)
    package = tmp_path / "package.zip"
    package.write_bytes(zipped(record.package()))
    page.locator("#package-file").set_input_files(package)
    page.get_by_role("button", name="核对").click()
    result.get_by_role("heading", name="资料包相符").wait_for()
    assert result.get_by_role("heading", name="在记录中").is_visible()
    assert "路灯太暗" in result.inner_text()
    assert fits(page)
    package.write_bytes(zipped(attacked(record, SIX[4])))
    page.locator("#package-file").set_input_files(package)
    page.get_by_label("回执文件").set_input_files([])
    page.get_by_text("没有文件，粘贴回执").click()
    page.get_by_label("回执的文字").fill(json.dumps(record.receipt(3)))
    page.get_by_role("button", name="核对").click()
    result.get_by_role("heading", name="已移除").wait_for()
    assert "提交人撤回" in result.inner_text()
    assert "（规则 6）" in result.inner_text()
    assert fits(page)
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="English").click()
    assert result.get_by_role("heading", name="Removed").is_visible()
    assert "withdrawn by the author" in result.inner_text()
    assert page.get_by_label("Receipt file").is_visible()
    assert opened.problems == []
    opened.context.close()


def test_a_browser_without_ed25519_accepts_nothing_and_says_so(verifier: Verifier) -> None:
    page = verifier.page
    page.evaluate(
        """() => {
          const real = crypto.subtle.importKey.bind(crypto.subtle);
          crypto.subtle.importKey = (format, data, name, ...more) =>
            name === "Ed25519"
              ? Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"))
              : real(format, data, name, ...more);
        }"""
    )
    receipt = the_record().receipt(1)
    assert verifier.codes([(receipt, "alone")], []) == ["unsupported"]
    page.get_by_text("没有文件，粘贴回执").click()
    page.get_by_label("回执的文字").fill(json.dumps(receipt))
    page.get_by_role("button", name="核对").click()
    page.get_by_role("heading", name="这个浏览器不能核对签名").wait_for()
    assert page.get_by_role("heading", name="在记录中").count() == 0


def test_what_a_file_says_is_shown_as_text_and_nothing_else(verifier: Verifier) -> None:
    record = Record()
    record.comment("<img src=x onerror=document.title=1><script>document.title=1</script>")
    record.head()
    page = verifier.page
    page.get_by_text("没有文件，粘贴回执").click()
    page.get_by_label("回执的文字").fill(json.dumps(record.receipt(1)))
    page.get_by_role("button", name="核对").click()
    page.get_by_role("heading", name="在记录中").wait_for()
    assert "<img src=x" in page.get_by_role("status").inner_text()
    assert page.title() == "核对众言的回执和记录"
