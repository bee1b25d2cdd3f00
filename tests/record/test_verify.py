"""verify.py: the published vectors, the seven verdicts, the ten rules, the attacks, R20."""

from __future__ import annotations

import ast
import itertools
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from participation.record.shipped import PARTS, verify_py
from tests.conftest import ROOT
from tests.drills.harness import size
from tests.drills.table import report, report_control
from tests.record.attacks import OTHERS, SIX, Attack, attacked, mutants, rewritten
from tests.record.reference import Merkle, Record, a_record, the_record, zipped
from tests.record.shipping import IGNORES_INDEX, IGNORES_SIGNATURE, LED, judged, loaded

VECTORS = ROOT / "tests" / "vectors"


@pytest.fixture(scope="module")
def verify(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The shipped file as a module."""
    return loaded(tmp_path_factory.mktemp("shipped"))


def _hex(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


def test_the_tree_has_the_published_roots_and_proofs(verify: ModuleType) -> None:
    vectors = json.loads((VECTORS / "merkle.json").read_text())
    hashes = [verify.leaf_hash(leaf) for leaf in _hex(vectors["leaves"])]
    roots = _hex([vectors["empty"], *vectors["roots"]])
    assert [verify.root_of(hashes[:length]) for length in range(9)] == roots
    for one in vectors["inclusion"]:
        given = (one["index"], one["size"], hashes[one["index"]])
        assert verify.is_included(*given, _hex(one["proof"]), roots[one["size"]])
        assert not verify.is_included(*given, _hex(one["proof"]), roots[one["size"] - 1])
        assert not verify.is_included(*given, [*_hex(one["proof"]), roots[1]], roots[one["size"]])
    for one in vectors["consistency"]:
        ends = (roots[one["from"]], roots[one["to"]])
        assert verify.is_consistent(one["from"], one["to"], *ends, _hex(one["proof"]))
        assert not verify.is_consistent(
            one["from"], one["to"], roots[4], ends[1], _hex(one["proof"])
        )


def test_every_proof_of_small_trees_holds_and_no_other(verify: ModuleType) -> None:
    leaves = [bytes([number]) for number in range(20)]
    tree = Merkle(leaves)
    for new in range(1, 21):
        root = tree.root(0, new)
        for index in range(new):
            path, hashed = tree.path(index, 0, new), verify.leaf_hash(leaves[index])
            right = [at for at in range(22) if verify.is_included(at, new, hashed, path, root)]
            assert right == [index]
        for old in range(1, new + 1):
            proof, before = tree.proof(old, new), tree.root(0, old)
            assert verify.is_consistent(old, new, before, root, proof)
            if old < new:
                assert not verify.is_consistent(old, new, root, root, proof)
                assert not verify.is_consistent(old, new, before, root, proof[:-1])


def test_ed25519_agrees_with_rfc_8032(verify: ModuleType) -> None:
    vectors = json.loads((VECTORS / "ed25519.json").read_text())["vectors"]
    for one in vectors:
        public, message, signature = _hex([one["public"], one["message"], one["signature"]])
        assert verify.is_signed(public, message, signature)
        assert not verify.is_signed(public, message + b"\0", signature)
        raised = int.from_bytes(signature[32:], "little") + verify.ORDER
        # The same number once round the order would be a second signature of one message.
        assert not verify.is_signed(public, message, signature[:32] + raised.to_bytes(32, "little"))
        for bit in (0, 255, 256, 511):
            broken = bytearray(signature)
            broken[bit // 8] ^= 1 << bit % 8
            assert not verify.is_signed(public, message, bytes(broken))
            assert not verify.is_signed(bytes([*public[:31], public[31] ^ 128]), message, signature)


def test_canonical_json_is_told_from_what_only_looks_like_it(verify: ModuleType) -> None:
    value = {"b": [1, True, 'é\u2028\u0001"\\\n'], "a": {"\U00020bb7": -5, "\uffee": "𠮷"}}
    data = verify.canonical(value)
    assert data.decode() == (
        '{"a":{"\uffee":"𠮷","\U00020bb7":-5},"b":[1,true,"é\u2028\\u0001\\"\\\\\\n"]}'
    )
    assert verify.read_canonical(data) == value
    for other in (
        *(b'{"a":1.0}', b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"a":null}', b"\xff"),
        *(b'{"a":9007199254740992}', b'{"a":-0}', b'{"a":"\\u00e9"}', b'{"a":NaN}', b'{"a":"\\/"}'),
        *(b'\xef\xbb\xbf{"a":1}', b"[" * 100_000, b'{"a":"\\ud800"}', b""),
    ):
        with pytest.raises(verify.Malformed):
            verify.read_canonical(other)


def test_each_receipt_gets_its_verdict(verify: ModuleType) -> None:
    record = the_record()
    package = verify.Package(record.package())
    for number, one in record.comments.items():
        wanted = "removed" if one.state == "removed" else "included"
        alone = verify.check_receipt(record.receipt(number))
        against = verify.check_receipt(record.receipt(number), package)
        assert (alone.code, against.code) == (wanted, wanted)
        assert against.params.get("state", "removed") == one.state
    assert against.params["keys_from"] == "package"
    for number in record.answers:
        assert verify.check_receipt(record.survey_receipt(number), package).code == "included"


def test_a_removal_is_proved_by_the_package_only(verify: ModuleType) -> None:
    record = the_record()
    alone = verify.check_receipt(record.receipt(3))
    assert (alone.params["reason"], alone.params["proved"]) == ("AUTHOR_WITHDRAWAL", False)
    assert verify.check_receipt(record.receipt(3), record.package()).params["proved"] is True
    # The receipt that the author kept from before still opens the leaf, and meets the tombstone.
    written = record.comments[3]
    salts = {name: salt.hex() for name, salt in written.salts.items()}
    kept = {**record.receipt(3), "words": written.words, "salts": salts}
    del kept["tombstone"]
    assert verify.check_receipt(kept).code == "included"
    assert verify.check_receipt(kept, record.package()).code == "removed"


def test_a_receipt_waits_for_a_head_until_one_covers_it(verify: ModuleType) -> None:
    record = Record()
    record.comment("甲")
    record.head()
    record.comment("乙")
    assert verify.check_receipt(record.receipt(1)).code == "included"
    waiting = record.receipt(2)
    assert verify.check_receipt(waiting).code == "pending"
    waiting["words"]["body"] = "丙"
    assert verify.check_receipt(waiting).code == "text_differs"
    waiting["words"]["body"] = "乙"
    older = record.package()
    record.head()
    assert verify.check_receipt(record.receipt(2), older).code == "not_in_log", "leaf past the head"
    assert verify.check_receipt(waiting, record.package()).code == "included"


def test_an_altered_public_text_is_told_to_its_author(verify: ModuleType) -> None:
    record = the_record()
    files = attacked(record, SIX[0])
    number = next(f.at for f in verify.audit(files) if f.code == "words_differ")
    assert verify.check_receipt(record.receipt(int(number)), files).code == "text_differs"


def test_rewritten_history_is_told_by_a_receipt_and_by_an_older_head(verify: ModuleType) -> None:
    record = the_record()
    fork = rewritten(record, 9)
    files = fork.package()
    assert verify.audit(files) == [], "whoever has the key can write a history that agrees"
    for number in (9, 10):
        found = verify.check_receipt(record.receipt(number), files)
        assert (found.code, found.params["why"]) == ("not_in_log", "rewritten")
    published = record.heads[1][1]
    assert verify.audit(record.package(), head=published) == []
    assert verify.audit(files, head=published) == [(3, "root_differs", "published")]
    assert verify.audit(files, keys=[Record(99).signers[0].key])[0].code == "key_unknown"


def test_a_package_without_fault_has_none(verify: ModuleType) -> None:
    assert verify.audit(the_record().package()) == []
    small = Record()
    small.head()
    assert verify.audit(small.package()) == []


@pytest.mark.parametrize("attack", [*SIX, *OTHERS], ids=lambda attack: attack.name)
def test_an_attack_on_the_package_is_found(verify: ModuleType, attack: Attack) -> None:
    record = the_record()
    found = [(fault.rule, fault.code) for fault in verify.audit(attacked(record, attack))]
    assert attack.caught in found


def test_damage_is_found_by_the_checksums(verify: ModuleType) -> None:
    files = the_record().package()
    found = set()
    for name in files:
        damaged = {**files, name: files[name][:-2] + b"#\n"}
        assert any(fault.rule == 1 for fault in verify.audit(damaged)), name
        missing = {other: data for other, data in files.items() if other != name}
        found |= {fault.code for fault in verify.audit(missing) if fault.rule == 1}
    assert verify.audit({**files, "more.txt": b""}) == [(1, "file_unlisted", "more.txt")]
    assert found == {"file_missing", "file_unlisted"}
    for broken in ({}, {"manifest.json": b"[]"}, {"leaves.jsonl": b"\xff\n{}\n"}):
        assert verify.audit(broken)


def test_a_tombstone_must_name_its_leaf_and_the_counts_must_be_right(verify: ModuleType) -> None:
    record = Record()
    for body in ("甲", "乙"):
        record.comment(body)
    right = record.comments[1].index
    record.comments[1].index = right + 1
    record.remove(1)
    record.comments[1].index = right
    record.add("close", received=3, surveys=0, by_channel={"web": 2}, by_state={"waiting": 3},
               bulletin_sha256="0" * 64)  # fmt: skip
    record.decide(1, 2, "published")
    record.add("moderate", numbers="1-9", state="published")
    record.add("comment", number=9, channel="web", c_body="0" * 64, c_claim="0" * 64)
    record.leaves.append(b'{"kind":"gossip","v":1}')
    record.head()
    found = {(fault.rule, fault.code) for fault in verify.audit(record.package())}
    wanted = {(8, "target_differs"), (9, "count_differs"), (2, "number_unknown")}
    assert found >= {*wanted, (2, "number_gap"), (2, "leaf_malformed"), (10, "document_differs")}


@pytest.mark.drill
def test_the_drill_accepts_every_receipt_and_no_mutant(verify: ModuleType) -> None:
    record, receipts = the_receipts()
    package, keys = verify.Package(record.package()), [one.key for one in record.signers]
    codes = Counter(
        verify.check_receipt(receipt, package if number % 2 else None).code
        for number, receipt in enumerate(receipts)
    )
    assert codes == {"included": size(300, 10_000)}
    tried = itertools.islice(mutants(record, receipts), size(300, 10_000))
    refused = [(mutant, judged(verify, mutant, package, keys)) for mutant in tried]
    assert [mutant.name for mutant, code in refused if code == "included"] == []
    wanted = {"text_differs", "not_in_log", "bad_signature", "malformed"}
    assert {code for _, code in refused} >= wanted
    report(
        "R20 verification, verify.py",
        "every receipt accepted, no altered one",
        f"{len(receipts)} of {len(receipts)} accepted; 0 of {len(refused)} altered ones",
    )


def the_receipts() -> tuple[Record, list[dict[str, Any]]]:
    """A record with so many published comments, and their receipts."""
    count = size(300, 10_000)
    record = Record(5)
    for number in range(count):
        record.comment(f"第{number}条意见")
    record.rotate()
    record.decide(1, count, "published")
    record.head()
    return record, [record.receipt(number) for number in record.comments]


@pytest.mark.drill
@pytest.mark.parametrize(
    ("what", "changes", "kind"),
    [
        ("ignores the index", (IGNORES_INDEX, LED), "any index"),
        ("ignores the signature", (IGNORES_SIGNATURE,), "bits of the signature"),
    ],
)
def test_the_drill_finds_out_a_broken_verifier(
    tmp_path: Path, what: str, changes: tuple[tuple[str, str], ...], kind: str
) -> None:
    record = a_record(16)
    broken = loaded(tmp_path, *changes)
    package, keys = broken.Package(record.package()), [one.key for one in record.signers]
    receipts = [record.receipt(number) for number in (1, 2, 8, 9)]
    tried = itertools.islice(mutants(record, receipts), 300)
    accepted = {m.name for m in tried if judged(broken, m, package, keys) == "included"}
    assert kind in accepted
    report_control("R20", f"verify.py that {what}", f"accepts {len(accepted)} kinds of them")


def _run(folder: Path, *words: str, python: str = sys.executable) -> tuple[int, str]:
    (folder / "verify.py").write_bytes(verify_py())
    ended = subprocess.run(
        [python, "-I", "-W", "error", "verify.py", *words],
        cwd=folder, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert ended.stderr == "" or ended.returncode == 2
    return ended.returncode, ended.stdout


def _written(folder: Path, record: Record) -> None:
    (folder / "receipt.json").write_text(json.dumps(record.receipt(1)), encoding="utf-8")
    (folder / "package.zip").write_bytes(zipped(record.package()))
    (folder / "keys.txt").write_text("".join(f"{one.key}\n" for one in record.signers))


def test_the_command_says_one_sentence_in_two_languages_and_exits_by_it(tmp_path: Path) -> None:
    record = the_record()
    _written(tmp_path, record)
    code, said = _run(tmp_path, "receipt", "receipt.json", "--package", "package.zip")
    lines = said.splitlines()
    assert (code, lines[0][:4], lines[2][:9]) == (0, "在记录中", "Included:")
    code, said = _run(tmp_path, "package", "package.zip", "--keys", "keys.txt")
    assert (code, said.splitlines()[1][:10]) == (0, "All right:")
    (tmp_path / "package.zip").write_bytes(zipped(attacked(record, SIX[4])))
    code, said = _run(tmp_path, "package", "package.zip", "--json")
    assert (code, json.loads(said)["faults"][0][:2]) == (1, [6, "state_differs"])
    (tmp_path / "receipt.json").write_text("{}")
    assert _run(tmp_path, "receipt", "receipt.json")[0] == 1
    assert _run(tmp_path, "receipt", "nothing.json")[0] == 2


def test_the_sentences_tell_nothing_that_no_signature_covers(verify: ModuleType) -> None:
    altered = the_record().receipt(1) | {"title": "另一件事", "site": "https://evil.example"}
    said = str(verify.told(verify.check_receipt(altered)))
    assert "另一件事" not in said
    assert "evil" not in said


def test_every_verdict_and_fault_has_its_sentence(verify: ModuleType) -> None:
    source = verify_py().decode()
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1]
    codes = {
        node.args[1].value
        for node in calls
        if isinstance(node.args[1], ast.Constant)
        and ast.unparse(node.func).endswith(("Fault", "fault"))
    }
    codes |= {"head_malformed", "entry_malformed"}
    assert codes == set(verify.FAULTS)
    assert set(verify.VERDICTS) == {
        *("included", "text_differs", "removed", "not_in_log"),
        *("bad_signature", "pending", "malformed"),
    }


def test_the_shipped_file_is_its_parts_and_imports_the_standard_library_only() -> None:
    tree = ast.parse(verify_py(), feature_version=(3, 8))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(names) == len(set(names)), "two parts use one name"
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.partition(".")[0] for name in imported} <= set(sys.stdlib_module_names)
    folder = ROOT / "participation" / "record" / "verifier"
    assert {path.stem for path in folder.glob("*.py")} == {"__init__", *PARTS}


def test_the_oldest_python_promised_can_run_it(tmp_path: Path) -> None:
    installed = sorted(Path("~/.pyenv/versions").expanduser().glob("3.8.*/bin/python"))
    old = str(installed[0]) if installed else shutil.which("python3.8")
    # What is on the PATH may be a stand-in that knows of no such Python.
    if old is None or subprocess.run([old, "-V"], capture_output=True, check=False).returncode:
        pytest.skip("no Python 3.8 on this machine")
    _written(tmp_path, the_record())
    words = ("receipt", "receipt.json", "--package", "package.zip")
    assert _run(tmp_path, *words, python=old)[0] == 0
