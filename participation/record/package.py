"""The open-data package: everything that a stranger needs to check the record without this site.

Written in one pass over each table, in parts: memory does not grow with the words received, only
with 32 bytes for each leaf.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from flask import current_app

from participation.kernel import clock
from participation.kernel.canonical import canonical, instant_text
from participation.kernel.db import db
from participation.kernel.errors import Unavailable
from participation.kernel.merkle import Tree, leaf_hash
from participation.kernel.verdict import N_
from participation.record import queries
from participation.record.models import RecordHead, RecordLog
from participation.record.shipped import verify_html, verify_py

FORMAT = "zhongyan-record-1"
PART = 500
UNSIGNED = N_("记录还没有签署的记录头，资料包要等它签署之后才能生成。")
README = """\
众言资料包 / A record of Zhongyan

这里是一次征求意见的全部记录：每一条记录、每一个签署的记录头、公开的意见、移除的说明和办理结果。
不需要本网站，任何人都可以核对：

  1. 不装任何软件：用浏览器打开 verify.html（不连接网络），选择回执文件和这个 ZIP。
  2. 用命令行：python3 verify.py package 这个文件.zip
     核对自己的回执：python3 verify.py receipt receipt.json --package 这个文件.zip
  3. 公钥请与网站、公报或者报纸上公布的核对；以前公布的记录头用 --head 核对。

This is the whole record of one consultation: every leaf, every signed head, the comments made
public, the removals with their reasons, and the result. Anybody can check it without the site:

  1. Nothing to install: open verify.html in a browser (it makes no connection) and choose your
     receipt and this ZIP.
  2. On the command line: python3 verify.py package THIS.zip
     your own receipt: python3 verify.py receipt receipt.json --package THIS.zip
  3. Compare the key with the one published on the site, in the bulletin or in a newspaper; --head
     checks a head that was published before.

删除意见时，原文和所有的盐都已销毁，只留下说明；删除之前下载的资料包不受此限，请勿再传播。
Where a comment was removed its words and all salts are destroyed and a reason stays. Packages
downloaded before cannot be called back; please do not pass them on.
"""


def write_package(consultation_id: int, path: Path) -> int:
    """Write the package of a consultation into a file; how many leaves it holds.

    The last head covers all leaves, or Unavailable is raised: for want of any head, or as leaves
    were added meanwhile (begin again).
    """
    found = queries.log_of(consultation_id)
    if found is None or found.size == 0 or found.signed != found.size:
        raise Unavailable(UNSIGNED)
    with _Package(path) as package:
        _write_log(package, found)
        _write_list(package, found)
        _write_result(package, consultation_id)
        package.add("verify.py", [verify_py()])
        package.add("verify.html", [verify_html()])
        package.add("README.txt", [README.encode()])
    size = found.size
    # What was decided meanwhile shows in the list and not in the leaves.
    db.session.expire(found)
    if found.size != size:
        raise Unavailable(UNSIGNED)
    return size


def _write_log(package: _Package, found: RecordLog) -> None:
    hashes: list[bytes] = []

    def leaves() -> Iterator[bytes]:
        for start in range(0, found.size, PART):
            for data in queries.leaves(found.consultation_id, start, min(PART, found.size - start)):
                hashes.append(leaf_hash(data))
                yield data + b"\n"

    package.add("leaves.jsonl", leaves())
    opening = json.loads(queries.leaf(found.consultation_id, 0).data)
    manifest = {
        "format": FORMAT,
        "origin": found.origin,
        "slug": opening["consultation"],
        "title": opening["title"],
        "site": current_app.config["SETTINGS"].site,
        "size": found.size,
        "keys": queries.verifier_keys(found.consultation_id),
        "built_at": instant_text(clock.now()),
    }
    package.add("manifest.json", [canonical(manifest)])
    heads = list(queries.heads(found.consultation_id))
    package.add("heads.jsonl", map(_head_line, heads))
    tree, sizes = Tree(hashes), [head.size for head in heads]
    package.add("consistency.jsonl", (_step_line(tree, old, new) for old, new in pairwise(sizes)))
    tombstones = queries.tombstones(found.consultation_id)
    package.add(
        "tombstones.jsonl",
        (_line({"index": index, "leaf": data.decode()}) for index, data in tombstones),
    )


def _write_list(package: _Package, found: RecordLog) -> None:
    def entries() -> Iterator[bytes]:
        last = 0
        while part := queries.public_entries(found.consultation_id, last, PART):
            last = part[-1]["number"]
            yield from map(_line, part)

    package.add("comments.jsonl", entries())


def _write_result(package: _Package, consultation_id: int) -> None:
    for name, content in (
        ("bulletin.json", queries.bulletin_bytes(consultation_id)),
        ("summary.json", queries.summary_bytes(consultation_id)),
        ("map.json", queries.result_map(consultation_id)),
    ):
        if content is not None:
            package.add(name, [content])


def _line(value: Any) -> bytes:
    return canonical(value) + b"\n"


def _head_line(head: RecordHead) -> bytes:
    told = {"size": head.size, "signed_at": instant_text(head.signed_at), "note": head.note}
    return _line(told)


def _step_line(tree: Tree, old: int, new: int) -> bytes:
    proof = [each.hex() for each in tree.consistency(old, new)]
    return _line({"from": old, "to": new, "proof": proof})


class _Package:
    """A ZIP that is written file by file, with the checksums of all of them at its end."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._sums: list[tuple[str, str]] = []

    def __enter__(self) -> _Package:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if failed is None:
            sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums))
            self.add("SHA256SUMS", [sums.encode()])
        self._zip.close()

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Add a file from its parts."""
        digest = hashlib.sha256()
        made = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
        made.compress_type = zipfile.ZIP_DEFLATED
        with self._zip.open(made, "w", force_zip64=False) as into:
            for part in parts:
                digest.update(part)
                into.write(part)
        self._sums.append((name, digest.hexdigest()))
