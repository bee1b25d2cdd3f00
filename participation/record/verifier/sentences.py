"""What is told to people, Chinese first and English second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Tuple  # noqa: UP035

from .log import Fault
from .receipt import Verdict

Pair = Tuple[str, str]  # noqa: UP006

VERDICTS: dict[str, Pair] = {
    "included": (
        "在记录中：%(origin)s 第 %(number)s 号（记录第 %(index)s 条）收于 %(at)s，内容与回执一致。",
        "Included: number %(number)s of %(origin)s (leaf %(index)s), received %(at)s, as it was.",
    ),
    "text_differs": (
        "文字不符：回执或公布的文字不是 %(origin)s 第 %(number)s 号收到时的文字。",
        "Text differs: the words are not those received as number %(number)s of %(origin)s.",
    ),
    "removed": (
        "已移除：%(origin)s 第 %(number)s 号的文字已删除，原因 %(reason)s，"
        "由 %(role)s 决定，依据：%(basis)s",
        "Removed: the words of number %(number)s of %(origin)s were removed for %(reason)s"
        " by %(role)s on the basis of: %(basis)s",
    ),
    "not_in_log": (
        "不在记录中：%(origin)s 第 %(number)s 号对不上公布的记录（%(why)s）。"
        "请保存回执，并要求解释。",
        "Not in the log: number %(number)s of %(origin)s does not agree with the published record"
        " (%(why)s). Keep the receipt and ask for an explanation.",
    ),
    "bad_signature": (
        "签名无效：%(origin)s 的记录头（%(of)s）不是由已知公钥签署的。",
        "Bad signature: the head (%(of)s) of %(origin)s is not signed by a known key.",
    ),
    "pending": (
        "等待签署：%(origin)s 第 %(number)s 号的文字与承诺一致，但还没有记录头覆盖它，"
        "请稍后重新下载回执。",
        "Pending: the words of number %(number)s of %(origin)s open their commitment, but no signed"
        " head covers them yet; download the receipt again later.",
    ),
    "malformed": (
        "读不懂：这不是一份完整一致的回执（%(why)s）。",
        "Malformed: this is not a whole receipt that agrees with itself (%(why)s).",
    ),
}
KEY_OF_RECEIPT: Pair = (
    "公钥取自回执本身，请与公布的核对：%(keys)s",
    "The key is the receipt's own; compare it with the published one: %(keys)s",
)
NOT_PROVED: Pair = (
    "移除一事写在回执里，用资料包可以证实。",
    "That it was removed is what the receipt says; a package can prove it.",
)
STATES: dict[str, Pair] = {
    "published": ("目前公开。", "It is public."),
    "withheld": ("目前不公开，原文仍在记录中。", "It is not public; the record still has it."),
    "waiting": ("目前还没有决定是否公开。", "Whether to publish it is not decided yet."),
    "restricted": ("目前限制处理，原文封存。", "It is restricted: kept and locked."),
}
FAULTS: dict[str, Pair] = {
    "file_missing": ("缺少文件 %s", "the file %s is missing"),
    "file_unlisted": ("文件 %s 不在 SHA256SUMS 中", "SHA256SUMS does not list %s"),
    "checksum_differs": ("文件 %s 与校验和不符", "%s differs from its checksum"),
    "manifest_differs": ("%s 与记录不符", "%s does not agree with the leaves"),
    "leaf_malformed": ("第 %s 条记录不合格式", "leaf %s is malformed"),
    "open_misplaced": (
        "第 %s 条记录：开头必须是且只能是 open",
        "leaf %s: open is the first leaf only",
    ),
    "number_gap": ("第 %s 条记录的编号不连续", "the number of leaf %s is not the next one"),
    "number_unknown": ("第 %s 条记录提到没有的编号", "leaf %s names a number that is not there"),
    "rotation_unsigned": (
        "第 %s 条换钥记录的签名无效",
        "the rotation of leaf %s is not signed by both",
    ),
    "no_key": ("没有可信的公钥%s", "there is no key to trust%s"),
    "key_unknown": ("公钥（第 %s 把）不是已知的公钥", "key %s is not the known one"),
    "key_changed": ("公钥（第 %s 把）与上次看到的不同", "key %s is not the one seen before"),
    "key_malformed": ("公钥（第 %s 把）不合格式", "key %s is malformed or of another log"),
    "key_without_rotation": ("公钥（第 %s 把）没有换钥记录", "key %s came without a rotation"),
    "head_malformed": ("记录头（第 %s 行）不合格式", "head %s is malformed"),
    "head_order": ("记录头（第 %s 行）次序颠倒", "head %s is out of order"),
    "bad_signature": (
        "记录头（%s）签名无效",
        "the signature of head %s is not by a key of the log",
    ),
    "root_differs": ("记录头（%s）的根与记录不符", "the leaves do not have the root of head %s"),
    "uncovered": (
        "最后的记录头只到 %s 条，没有覆盖全部记录",
        "the last head ends at %s, not at the last leaf",
    ),
    "log_gone": ("上次有 %s 条的记录不见了", "a record of %s leaves is gone"),
    "log_shrunk": ("记录变短了：现在 %s 条", "the record became shorter: %s leaves"),
    "forked": (
        "历史被改写：与上次保存的记录头（%s）不一致",
        "history was rewritten: it does not continue the kept head %s",
    ),
    "inconsistent": ("一致性证明（%s）不成立", "consistency proof %s does not hold"),
    "leaves_missing": ("取不到第 %s 条以后的记录", "leaves from %s on are not handed out"),
    "entry_malformed": ("公开清单第 %s 行不合格式", "line %s of the public list is malformed"),
    "entry_repeated": ("第 %s 号在公开清单中重复", "number %s is twice in the public list"),
    "entry_misplaced": (
        "公开清单中的第 %s 号不在记录的那一条",
        "number %s of the list is not that leaf",
    ),
    "entry_missing": (
        "第 %s 号在记录中，公开清单里没有",
        "number %s is in the log and not in the list",
    ),
    "state_differs": (
        "第 %s 号的状态不是记录给出的状态",
        "the state of number %s is not the leaves'",
    ),
    "words_differ": (
        "第 %s 号公布的文字与承诺不符",
        "the words of number %s do not open their commitment",
    ),
    "words_not_public": (
        "第 %s 号不公开，清单里却有文字",
        "number %s is not public, yet its words are listed",
    ),
    "target_differs": (
        "第 %s 条记录指向的不是那份意见",
        "leaf %s does not name the leaf it is about",
    ),
    "tombstones_differ": ("%s 与记录不符", "%s does not agree with the leaves"),
    "count_differs": ("第 %s 条记录的收到数不对", "leaf %s counts the comments wrongly"),
    "outcomes_differ": (
        "第 %s 条记录各类处理之和不等于收到数",
        "the outcomes of leaf %s do not add up",
    ),
    "document_differs": ("%s 与记录中的摘要不符", "%s is not what the leaf's digest is of"),
    "map_malformed": ("%s 不合格式", "%s is malformed"),
    "map_incomplete": ("%s 没有把每份意见恰好列一次", "%s does not have each comment exactly once"),
    "map_sums": ("%s 的处理合计与记录不符", "the outcomes of %s are not the leaf's"),
}


def told(verdict: Verdict) -> list[Pair]:
    """A verdict as sentences; the first is the verdict."""
    about: dict[str, Any] = dict(verdict.params)
    lines = [VERDICTS[verdict.code]]
    if verdict.code == "included" and "state" in about:
        lines.append(STATES[about["state"]])
    if verdict.code == "removed" and not about["proved"]:
        lines.append(NOT_PROVED)
    if verdict.code in ("included", "removed") and about["keys_from"] == "receipt":
        about["keys"] = " ".join(about["keys"])
        lines.append(KEY_OF_RECEIPT)
    return [(chinese % about, english % about) for chinese, english in lines]


def told_fault(fault: Fault) -> Pair:
    """A fault as half a sentence, with the rule it breaks."""
    chinese, english = (words % fault.at for words in FAULTS[fault.code])
    return (
        f"{chinese}（规则 {fault.rule}）",
        f"{english} (rule {fault.rule})",
    )


def summed(faults: Sequence[Fault], fine: Pair) -> Pair:
    """One sentence: `fine`, or the first fault and how many there are."""
    if not faults:
        return fine
    chinese, english = told_fault(faults[0])
    return (
        f"发现 {len(faults)} 处不符：{chinese}。",
        f"{len(faults)} found wrong: {english}.",
    )
