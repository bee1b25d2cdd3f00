"""Files as people hand them in, read in the limited child process; and what is refused, and how."""

import io
import os
import random
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pytest

from participation.consultations import reading
from participation.consultations.docx_package import MAX_MEMBERS, MAX_XML
from participation.consultations.numbering import format_number
from participation.consultations.parsed import UNREADABLE, UnreadableDraft
from participation.consultations.reading import MAX_BYTES, read_file
from participation.consultations.reading_child import MAX_CHARACTERS, MAX_LINES
from participation.kernel import limits

DRAFTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "drafts"
TEXT = "某市条例\n第一条 为了规范管理，制定本条例。\n第二条 本条例自公布之日起施行。\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def refusal(name: str, data: bytes, **limits: float) -> UnreadableDraft:
    with pytest.raises(UnreadableDraft) as caught:
        read_file(name, data, **limits)  # type: ignore[arg-type]
    assert caught.value.sentence.endswith("。")
    assert "%" not in caught.value.sentence
    return caught.value


def children_seconds() -> float:
    """Processor time of all children so far: what a busy machine cannot blur."""
    spent = os.times()
    return spent.children_user + spent.children_system


def outcome(name: str, data: bytes) -> str:
    """The code of the refusal, or ``read``."""
    try:
        read_file(name, data)
    except UnreadableDraft as error:
        return error.code
    return "read"


def word(*texts: str) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The same zip with one member put in place of another, or added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return buffer.getvalue()


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return buffer.getvalue()


# -- what is read ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("draft.txt", TEXT.encode()),
        ("draft.txt", b"\xef\xbb\xbf" + TEXT.encode()),
        ("draft.txt", TEXT.encode("utf-16")),
        ("draft.txt", b"\xfe\xff" + TEXT.encode("utf-16-be")),
        ("draft.txt", TEXT.encode("gb18030")),
        ("draft.TXT", TEXT.replace("\n", "\r\n").encode("gbk")),
        ("draft", TEXT.encode()),
        ("draft.md", f"# {TEXT}\n<!-- INFO\n第三条 -->".encode()),
        ("draft.txt", f"# {TEXT}".encode()),
        ("draft.md", TEXT.replace("第一条", "## **第一条**").encode()),
        ("draft.docx", word(*TEXT.split("\n"))),
        ("draft.txt", word(*TEXT.split("\n"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_text_is_read_from_every_kind_of_file(name: str, data: bytes) -> None:
    draft = read_file(name, data)
    assert draft.title == "某市条例"
    assert [(c.key, c.text) for c in draft.clauses] == [
        ("t1", "为了规范管理，制定本条例。"),
        ("t2", "本条例自公布之日起施行。"),
    ]
    assert draft.warnings == ()


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    draft = read_file("draft.md", f"<!-- 说明\n两行 -->\n\n# {TEXT}".encode())
    assert [clause.line for clause in draft.clauses] == [5, 6]


@pytest.mark.parametrize(
    ("name", "articles", "chapters", "sections"),
    [
        ("shanghai-nonmotor-vehicles-2024.md", 50, 7, 0),
        ("weifang-property-2022.md", 79, 7, 4),
        ("shandong-rural-roads-2018.md", 58, 1, 0),
    ],
)
def test_real_drafts_come_through_the_child(
    name: str, articles: int, chapters: int, sections: int
) -> None:
    if not (DRAFTS / name).exists():
        pytest.skip("the real drafts (../shared/data/drafts) are not beside this checkout")
    data = (DRAFTS / name).read_bytes()
    for coded in (data, data.decode().encode("gb18030")):
        kinds = Counter(clause.kind for clause in read_file(name, coded).clauses)
        assert (kinds["article"], kinds["chapter"], kinds["section"]) == (
            articles,
            chapters,
            sections,
        )


def test_five_hundred_articles_of_126_000_characters_are_read() -> None:
    lines = [f"第{format_number(n)}条 {'为了规范管理' * 41}。" for n in range(1, 501)]
    text = "\n".join(["某市条例", *lines])
    assert len(text) > 126_000
    for name, data in (("draft.txt", text.encode()), ("draft.docx", word("某市条例", *lines))):
        draft = read_file(name, data)
        assert len(draft.clauses) == 500
        assert draft.clauses[-1].label == "第五百条"
        assert draft.warnings == ()


def test_a_few_broken_bytes_are_told_and_not_fatal() -> None:
    data = (TEXT * 1 + "第三条 " + "为了规范管理" * 100 + "。").encode()
    broken = data[:-20] + b"\xff" + data[-20:]
    draft = read_file("draft.txt", broken)
    assert "unreadable-characters" in [warning.code for warning in draft.warnings]


# -- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("draft.txt", b""),
        ("draft.docx", b""),
        ("draft.txt", b"   \n\n"),
        ("draft.docx", b"\0\0\0"),
        ("draft.txt", b"\xef\xbb\xbf"),
        ("draft.txt", b"\xff\xfe"),
        ("draft.txt", "\u200b\n\u3000".encode()),
        ("draft.md", b"<!-- only a comment -->"),
    ],
)
def test_an_empty_file_is_refused(name: str, data: bytes) -> None:
    assert refusal(name, data).code == "empty"


def test_an_empty_word_document_is_refused() -> None:
    assert refusal("draft.docx", word()).code == "empty"
    assert refusal("draft.docx", word("", " \u3000")).code == "empty"


@pytest.mark.parametrize(
    ("name", "data", "called"),
    [
        ("draft.docx", b"%PDF-1.7\n" + b"x" * 100, "PDF 文件"),
        ("draft.txt", b"\n\n%PDF-1.4\n", "PDF 文件"),
        ("draft.docx", OLE + b"\0" * 600, "旧版 Word 文件（.doc）"),
        ("draft.wps", OLE + b"\0" * 600, "WPS 文字文件（.wps）"),
        ("draft.doc", OLE + "Workbook".encode("utf-16-le"), "旧版 Excel 表格（.xls）"),
        ("draft.docx", zipped("xl/workbook.xml"), "Excel 表格"),
        ("draft.docx", zipped("ppt/presentation.xml"), "PowerPoint 演示文稿"),
        ("draft.docx", zipped("OFD.xml"), "OFD 版式文件"),
        ("draft.docx", zipped("mimetype", "META-INF/manifest.xml"), "OpenDocument 文件"),
        ("draft.docx", zipped("draft.txt"), "压缩包"),
        ("draft.doc", b"{\\rtf1\\ansi}", "RTF 文件"),
        ("draft.txt", b"\x89PNG\r\n\x1a\n\0\0", "图片"),
        ("draft.txt", b"<!DOCTYPE html><html></html>", "网页文件"),
        ("draft.txt", b"7z\xbc\xaf\x27\x1c\0\0", "压缩包"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(name: str, data: bytes, called: str) -> None:
    error = refusal(name, data)
    assert error.code == "other-format"
    assert called in error.sentence


def test_a_file_with_a_password_is_refused() -> None:
    data = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert refusal("draft.docx", data).code == "password"
    locked = bytearray(word("甲"))
    place = locked.find(b"PK\x01\x02")
    locked[place + 8] |= 1  # the flag of encrypted members in the zip directory
    assert refusal("draft.docx", bytes(locked)).code == "password"


@pytest.mark.parametrize("cut", [30, 2000, -200, -4])
def test_a_broken_word_file_is_refused(cut: int) -> None:
    assert refusal("draft.docx", word("甲")[:cut]).code == "damaged"


@pytest.mark.parametrize(
    "content",
    [b"", b"<w:document", b"\0\0\0", b"<a/>", f'<w:document xmlns:w="{NAMESPACE}"/>'.encode()],
)
def test_a_word_file_with_a_broken_body_is_refused(content: bytes) -> None:
    data = with_member(word("甲"), "word/document.xml", content)
    assert refusal("draft.docx", data).code in ("damaged", "empty")


def test_a_flipped_byte_never_ends_the_server() -> None:
    good, chance = word("第一条 甲。"), random.Random(7)
    for _ in range(8):
        broken = bytearray(good)
        for _ in range(5):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        assert outcome("draft.docx", bytes(broken)) != "reader-failed"


def test_a_text_called_docx_is_refused() -> None:
    assert refusal("draft.docx", TEXT.encode()).code == "damaged"


def test_binary_data_called_txt_is_refused() -> None:
    assert refusal("draft.txt", bytes(range(256)) * 40).code == "not-a-document"
    assert refusal("draft.txt", bytes(range(1, 32)) * 40).code == "not-a-document"


def test_text_in_an_encoding_nobody_named_is_refused() -> None:
    traditional = "為了規範某市電動車輛停放與充電管理，預防火災，保障人民群眾生命財產安全。" * 10
    assert refusal("draft.txt", traditional.encode("big5")).code == "undecodable"
    japanese = "これは条例の案である。".encode("shift_jis") * 30
    assert refusal("draft.txt", japanese).code == "undecodable"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a" * (MAX_BYTES + 1), "too-large"),
        (("第一条 " + "字" * MAX_CHARACTERS).encode(), "too-many-characters"),
        ("甲。\n".encode() * (MAX_LINES + 1), "too-many-lines"),
    ],
)
def test_too_much_is_refused_with_the_limit(data: bytes, code: str) -> None:
    error = refusal("draft.txt", data)
    assert error.code == code
    assert error.params["limit"] in error.sentence


def test_as_much_as_is_allowed_is_read_in_time() -> None:
    line = "第一条 " + "字" * (MAX_CHARACTERS // 5000)
    began = children_seconds()
    draft = read_file("draft.txt", ((line + "。\n") * 4800).encode())
    assert sum(clause.kind == "article" for clause in draft.clauses) == 4800
    assert children_seconds() - began < 15


# -- hostile files --------------------------------------------------------------------------------


@pytest.mark.parametrize("megabytes", [40, 200])
def test_a_zip_bomb_is_refused_quickly(megabytes: int) -> None:
    bomb = with_member(word("甲"), "word/document.xml", b" " * (megabytes * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    began = children_seconds()
    assert refusal("draft.docx", bomb).code == "zip-bomb"
    assert children_seconds() - began < 1


def test_a_zip_of_very_many_members_is_refused() -> None:
    names = ["word/document.xml", *(f"{n}" for n in range(MAX_MEMBERS))]
    assert refusal("draft.docx", zipped(*names)).code == "zip-bomb"


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    bomb = bytearray(with_member(word("甲"), "word/document.xml", b" " * (100 * 1024 * 1024)))
    place = bomb.rfind(b"PK\x01\x02")
    while not bomb[place + 46 :].startswith(b"word/document.xml"):
        place = bomb.rfind(b"PK\x01\x02", 0, place)
    bomb[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    assert refusal("draft.docx", bytes(bomb)).code == "damaged"


def test_overlapping_members_are_refused() -> None:
    data = bytearray(word("甲"))
    place = data.find(b"PK\x01\x02")
    data[place + 20 : place + 24] = (len(data) + 1).to_bytes(4, "little")
    assert refusal("draft.docx", bytes(data)).code in ("zip-bomb", "damaged")


def of_tiny_elements(size: int) -> bytes:
    """A .docx of a few MB whose body is `size` bytes of empty elements, many times that parsed."""
    # Random, so that it packs no better than the limits allow; of four, so that it packs quickly.
    names = ("<w:a/>", "<w:b/>", "<w:c/>", "<w:d/>")
    chunk = "".join(random.Random(1).choices(names, k=50_000))
    body = chunk * (size // len(chunk))
    xml = f'<w:document xmlns:w="{NAMESPACE}"><w:body>{body}</w:body></w:document>'
    return with_member(word("甲"), "word/document.xml", xml.encode())


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds reliably on Linux only")
def test_a_file_that_eats_memory_is_stopped_by_the_limit() -> None:
    hungry = of_tiny_elements(8 * 1024 * 1024)
    memory = {"memory_bytes": 128 * 1024 * 1024, "timeout_seconds": 60}
    assert refusal("draft.docx", hungry, **memory).code == "too-much-memory"
    assert refusal("draft.docx", hungry, timeout_seconds=60).code == "empty"


def test_a_body_beyond_all_measure_is_refused_before_it_is_parsed() -> None:
    bomb = of_tiny_elements(MAX_XML + 1024 * 1024)
    began = children_seconds()
    assert refusal("draft.docx", bomb).code == "zip-bomb"
    assert children_seconds() - began < 1


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS binds reliably on Linux only")
def test_the_memory_limit_binds_text_as_well() -> None:
    text = (("第一条 " + "字" * 190 + "。\n") * 5000).encode()
    tight = refusal("draft.txt", text, memory_bytes=40 * 1024 * 1024)
    assert tight.code == "too-much-memory"


def test_entities_are_refused() -> None:
    for declaration in (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    ):
        for encoding in ("utf-8", "utf-16"):
            xml = f'{declaration}<w:document xmlns:w="{NAMESPACE}"><w:body/></w:document>'
            data = with_member(word("甲"), "word/document.xml", xml.encode(encoding))
            assert refusal("draft.docx", data).code == "external-entity"


def test_a_strict_document_is_named_as_such() -> None:
    data = word("甲")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        relations = package.read("_rels/.rels")
    strict = relations.replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships/",
    )
    assert refusal("draft.docx", with_member(data, "_rels/.rels", strict)).code == "strict-docx"


def test_a_reading_that_takes_too_long_is_stopped() -> None:
    began = time.monotonic()
    assert refusal("draft.txt", TEXT.encode(), timeout_seconds=0.001).code == "took-too-long"
    assert time.monotonic() - began < 10


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are a POSIX thing")
def test_a_child_that_hangs_is_killed_with_everything_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "grandchild"
    hanging = tmp_path / "child.py"
    hanging.write_text(
        "import subprocess, sys, time\n"
        "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(told)!r}, 'w').write(str(other.pid))\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setattr(reading, "_CHILD", hanging)
    began = time.monotonic()
    assert refusal("draft.txt", TEXT.encode(), timeout_seconds=3).code == "took-too-long"
    assert time.monotonic() - began < 30  # not waiting for the grandchild's own end
    grandchild = Path("/proc") / told.read_text()
    until = time.monotonic() + 5
    while _is_running(grandchild) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _is_running(grandchild)


def _is_running(process: Path) -> bool:
    try:
        return "State:\tZ" not in (process / "status").read_text()
    except OSError:
        return False


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os.abort()", "too-much-memory"),
        ("raise SystemExit(3)", "reader-failed"),
        ("print('no json')", "reader-failed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "took-too-long"),
    ],
)
def test_a_child_that_dies_is_told_and_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, code: str
) -> None:
    dying = tmp_path / "child.py"
    dying.write_text(script)
    monkeypatch.setattr(reading, "_CHILD", dying)
    assert refusal("draft.txt", TEXT.encode() * 5000, timeout_seconds=10).code == code


# -- the child process ----------------------------------------------------------------------------


def test_the_child_sees_no_secret_of_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = tmp_path / "child.py"
    asking.write_text("import os, json; print(json.dumps({'seen': list(os.environ)}))")
    monkeypatch.setenv("PARTICIPATION_SECRET_KEY", "geheim")
    monkeypatch.setattr(reading, "_CHILD", asking)
    answer = reading._ask_child(b"{}\n", 10)
    assert not [name for name in answer["seen"] if "PARTICIPATION" in name]


def test_the_child_works_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a trap beside the working folder')")
    monkeypatch.chdir(tmp_path)
    assert read_file("draft.txt", TEXT.encode()).title == "某市条例"


def test_the_child_loads_nothing_of_the_application() -> None:
    script = (
        "import sys, runpy\n"
        f"child = runpy.run_path({str(reading._CHILD)!r})\n"
        f"limits = runpy.run_path({str(Path(limits.__file__))!r})\n"
        "limits['use_bare_packages']('consultations')\n"
        "assert 'draft' in child['read']('draft.txt', '第一条 甲。'.encode())\n"
        "print(*sorted(name.partition('.')[0] for name in sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True
    )
    assert not {"flask", "sqlalchemy", "docx", "lxml", "hypothesis"} & set(ran.stdout.split())


def test_a_text_is_read_at_once() -> None:
    times = []
    for _ in range(3):
        began = children_seconds()
        read_file("draft.txt", TEXT.encode())
        times.append(children_seconds() - began)
    assert min(times) < 0.3


def test_every_refusal_can_be_said() -> None:
    for code, message in UNREADABLE.items():
        error = UnreadableDraft(code, {"limit": "10", "format": "图片"})
        assert error.message_zh == message
        assert error.sentence.endswith("。")
