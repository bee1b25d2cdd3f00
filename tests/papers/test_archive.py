"""The archive package: everything is in it, index and checksums fit, its names stay the same."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile

import pytest

from participation.adoption import queries as adoption
from participation.comments import operations as comments
from participation.comments.intake import StoredFile
from participation.kernel import clock
from participation.kernel.actor import GUEST
from participation.kernel.db import transaction
from participation.kernel.storage import storage
from participation.papers.archive import Entry, file_name, index_csv
from tests.factories.comments import a_comment
from tests.papers.conftest import Case, seal


def _package(case: Case) -> zipfile.ZipFile:
    answer = case.officer.post(case.at("/archive.zip"), data={"archive-naming": "anonymous"})
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


@pytest.mark.both_databases
def test_the_package_holds_everything_and_its_checksums_fit(case: Case) -> None:
    paper = b"%PDF-1.4 a file"
    given = StoredFile("周某的身份证.pdf", "pdf", len(paper), storage().put(paper), is_scanned=True)
    assert case.matter.opens_at is not None
    with clock.fixed(case.matter.opens_at), transaction():
        ref = comments.keep_file(GUEST, case.matter.slug, given).ref
    with_file = a_comment(case.matter, files=(ref,))
    seal(case)
    package, slug = _package(case), case.matter.slug
    names = [each.removeprefix(f"{slug}/") for each in package.namelist()]
    for wanted in (
        "01-意见/意见汇总表.xlsx",
        f"01-意见/附件/{with_file.number:06d}-1.pdf",
        "02-采纳情况/意见采纳情况表.docx",
        "02-采纳情况/采纳情况公告.pdf",
        "02-采纳情况/公众参与情况说明.docx",
        "02-采纳情况/截止公报.json",
        "02-采纳情况/第1版.json",
        "03-会议/01-听证会-照明听证会/听证报告.docx",
        "04-草案和材料/草案第1稿.txt",
        "04-草案和材料/起草说明.txt",
        "index.csv",
        "index.html",
        "SHA256SUMS",
    ):
        assert wanted in names
    assert not any("周某" in each for each in names)
    sums = package.read(f"{slug}/SHA256SUMS").decode().splitlines()
    assert len(sums) == len(names) - 1
    for line in sums:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256(package.read(f"{slug}/{name}")).hexdigest() == digest
    version = package.read(f"{slug}/02-采纳情况/第1版.json")
    assert hashlib.sha256(version).hexdigest() == adoption.versions(case.matter.id)[0].digest
    told = package.read(f"{slug}/index.csv")
    assert told.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))
    assert [each["文件"] for each in rows] == names[:-3]
    assert all(len(package.read(f"{slug}/{each['文件']}")) == int(each["字节"]) for each in rows)
    assert package.read(f"{slug}/index.html").count(b"<tr>") == len(rows) + 1


def test_the_names_stay_the_same_and_a_lost_file_is_named(case: Case) -> None:
    first = _package(case).namelist()
    assert _package(case).namelist() == first
    gone = next(each for each in first if "草案第1稿" in each)
    content = _package(case).read(gone)
    storage().delete(hashlib.sha256(content).hexdigest())
    package = _package(case)
    assert set(first) - set(package.namelist()) == {gone}
    assert "存储中找不到这个文件" in package.read(f"{case.matter.slug}/index.csv").decode()


def test_titles_are_fit_for_file_names_and_for_the_index() -> None:
    assert file_name('../..\\a:b*c?"<>|\n') == "a_b_c"
    assert file_name("...") == "无标题"
    assert len(file_name("长" * 500)) == 60
    told = index_csv([Entry("a.txt", "=1+1", "", 1, "00")]).decode("utf-8-sig")
    assert ",'=1+1," in told
