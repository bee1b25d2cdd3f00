"""The sanitiser against attacks, under bleach and under nh3, and the tidying of typed text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html.parser import HTMLParser

import lxml.html
import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from participation.kernel.text import (
    ALLOWED_SCHEMES,
    ALLOWED_TAGS,
    LINK_REL,
    clean_html,
    excerpt,
    is_allowed_attribute,
    normal_form,
    paragraphs,
    plain,
)

# Said again here, so that a longer list in the code is noticed.
KEPT_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h3", "h4", "a"} | {
    *("table", "thead", "tbody", "tr", "th", "td")
}
KEPT_SCHEMES = {"http", "https", "mailto"}
NUL, BEL, TAB, NBSP, ZWSP = "\x00", "\x07", "\t", "\u00a0", "\u200b"

ATTACKS = [
    # scripts, whole and broken
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<ScRiPt >alert(1)</sCrIpT >",
    "<script src=//x.test/a.js></script>",
    "<script/src=data:,alert(1)></script>",
    "<script\n\ntype=module>import('//x.test')</script>",
    "<script",
    "<script>alert(1)",
    "</p><script>alert(1)</script><p>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1);//<</script>",
    f"<scr{NUL}ipt>alert(1)</scr{NUL}ipt>",
    f"<script{BEL}>alert(1)</script>",
    "<script x='</script>'>alert(1)</script>",
    "<script><!--<script>--></script>alert(1)</script>",
    "<script>/*</script>*/alert(1)</script>",
    "<%2Fp><script>alert(1)</script>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<script for=window event=onload>alert(1)</script>",
    "<script language=vbs>MsgBox 1</script>",
    # handlers on tags that we keep
    "<p onclick=alert(1)>x</p>",
    "<p ONMOUSEOVER='alert(1)'>x</p>",
    '<p onmouseenter="alert(1)">x</p>',
    "<p/onpointerdown=alert(1)>x",
    "<p\nonfocus\n=\nalert(1)\ntabindex=1\nautofocus>x",
    f"<p{NUL}onclick=alert(1)>x</p>",
    f"<p on{NUL}click=alert(1)>x</p>",
    "<p \x0conclick=alert(1)>x</p>",
    "<p a='>' onclick=alert(1)>x</p>",
    '<p title="a" onclick="alert(1)" title="b">x</p>',
    "<td onresize=alert(1)>x</td>",
    "<table onanimationend=alert(1)><tr><td>x</td></tr></table>",
    "<h3 oncopy=alert(1)>x</h3>",
    "<ol onbeforetoggle=alert(1) popover><li>x</li></ol>",
    "<blockquote onwheel=alert(1) cite=javascript:alert(1)>x</blockquote>",
    "<li onauxclick=alert(1) value=1>x",
    "<a href=/x onclick=alert(1)>x</a>",
    "<a href='/x' href='javascript:alert(1)'>x</a>",
    "<br onload=alert(1)>",
    "<em onfocusin=alert(1) contenteditable>x</em>",
    # handlers on tags that we do not keep
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src/onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'>",
    '<img """><script>alert(1)</script>">',
    "<img src=x:x onerror\x0b=alert(1)>",
    "<img srcset='x 1x' onerror=alert(1)>",
    "<img src=javascript:alert(1)>",
    "<img dynsrc=javascript:alert(1) lowsrc=javascript:alert(1)>",
    "<image src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<body background=javascript:alert(1)>",
    "<html onclick=alert(1)><p>x",
    "<video><source onerror=alert(1)></video>",
    "<video src=x poster=javascript:alert(1) onloadstart=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)><option>x</select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<button popovertarget=x onclick=alert(1)>x</button>",
    "<div style='animation-name:x' onanimationstart=alert(1)>x</div>",
    "<custom-tag onfocus=alert(1) tabindex=0 id=x>x</custom-tag>",
    "<isindex type=image src=1 onerror=alert(1)>",
    # addresses that run
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href='  javascript:alert(1)'>x</a>",
    f"<a href='java{TAB}script:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java\r\nscript:alert(1)'>x</a>",
    f"<a href='{NUL}javascript:alert(1)'>x</a>",
    f"<a href='java{NUL}script:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    f"<a href='{NBSP}javascript:alert(1)'>x</a>",
    f"<a href='java{ZWSP}script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6a;avascript&#58;alert(1)'>x</a>",
    "<a href='&#0000106avascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='java&NewLine;script&colon;alert&lpar;1&rpar;'>x</a>",
    "<a href='javascript&#x3A;alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href=`javascript:alert(1)`>x</a>",
    "<a href='javascript://x.test/%0aalert(1)'>x</a>",
    "<a href='javascript:/*--></title></style></textarea><svg/onload=alert(1)>'>x</a>",
    "<a href='vbscript:MsgBox(1)'>x</a>",
    "<a href='livescript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='DATA:image/svg+xml,<svg onload=alert(1)>'>x</a>",
    "<a href='feed:javascript:alert(1)'>x</a>",
    "<a href='view-source:javascript:alert(1)'>x</a>",
    "<a href='jar:http://x.test!/x.htm'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='blob:http://x.test/1'>x</a>",
    "<a href='filesystem:http://x.test/temporary/x'>x</a>",
    "<a href='intent://x#Intent;end'>x</a>",
    "<a href='//x.test/fishing'>x</a>",
    "<a href='&#47;&#47;x.test'>x</a>",
    "<a href='\\\\x.test'>x</a>",
    f"<a href='/{TAB}/x.test'>x</a>",
    "<a xlink:href='javascript:alert(1)'>x</a>",
    "<a href='/x' ping='//x.test/spy'>x</a>",
    "<a href='/x' target=_blank rel=opener>x</a>",
    "<a href='/x' download=x.exe>x</a>",
    "<area href=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<frameset><frame src=javascript:alert(1)></frameset>",
    "<base href='javascript:alert(1)//'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<link rel=import href=//x.test/x.html>",
    "<table background=javascript:alert(1)><tr><td>x</td></tr></table>",
    "<td background='javascript:alert(1)'>x</td>",
    # style
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='position:fixed;inset:0' class=modal id=login>x</p>",
    "<style>@import '//x.test/x.css';</style>",
    "<style><img src=x onerror=alert(1)></style>",
    "<style>p{background:url('</style><script>alert(1)</script>')}</style>",
    # foreign content and parsers that disagree
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=9>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<svg><foreignObject><p onclick=alert(1)>x</p></foreignObject></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><title><p title='</title><img src=x onerror=alert(1)>'></p></title></svg>",
    "<svg><![CDATA[<img src=x onerror=alert(1)>]]></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<math><maction actiontype=statusline#http://x.test xlink:href=javascript:alert(1)>x",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>",
    "<math><mi><table><mglyph><svg><mtext><textarea><a title='</textarea><img src onerror=a()>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<noscript><style></noscript><img src=x onerror=alert(1)></style>",
    "<title><p title='</title><img src=x onerror=alert(1)>'>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<plaintext><script>alert(1)</script>",
    "<noembed><img title='</noembed><img src=x onerror=alert(1)>'></noembed>",
    "<noframes><img title='</noframes><img src=x onerror=alert(1)>'></noframes>",
    "<template><script>alert(1)</script></template>",
    "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "<select><template><img src=x onerror=alert(1)></template></select>",
    "<table><a href=javascript:alert(1)>x<tr><td>y</td></tr></table>",
    "<table><td><table><script>alert(1)</script><td onclick=alert(1)>x",
    "<p><table><p><img src=x onerror=alert(1)></table>",
    "<a href='/a'><a href=javascript:alert(1)>x</a></a>",
    "<ul><li><a href=/x><table><a onclick=alert(1)>x</table>",
    # comments, declarations, processing instructions
    "<!--<img src='--><img src=x onerror=alert(1)>'>-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--->alert(1)<script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!--[if<img src=x onerror=alert(1)//]> -->",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e;</p>",
    "<?xml-stylesheet href='javascript:alert(1)'?><p>x</p>",
    "<?php echo 1 ?><img src=x onerror=alert(1)>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<! foo='><script>alert(1)</script>'>",
    "</ foo='><script>alert(1)</script>'>",
    "</br onclick=alert(1)>",
    # quotes, entities and unfinished tags
    "<p title='x><img src=x onerror=alert(1)>'>y</p>",
    "<a href=\"/x' onmouseover='alert(1)\">x</a>",
    "<a href='/x\" onmouseover=\"alert(1)'>x</a>",
    "<a href='/x`onmouseover=alert(1)'>x</a>",
    "<a href='/x?<script>alert(1)</script>'>x</a>",
    "<a href='/x&quot; onclick=&quot;alert(1)'>x</a>",
    "<a href=\"/x",
    "<p <script>alert(1)</script>>x</p>",
    "<p\x00\x00onclick=alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "&#x3c;script&#x3e;alert(1)",
    "&lt<img src=x onerror=alert(1)>",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\u202e<script>alert(1)</script>",
    "<p id=csrf_token name=submit form=x>x</p>",
    "<p>" * 200 + "<script>alert(1)</script>",
    "<table><tr><td>" * 50 + "<img src=x onerror=alert(1)>",
]  # fmt: skip


def clean_with_nh3(text: str) -> str:
    """The sanitiser that takes bleach's place one day, set to the same rules."""
    return nh3.clean(
        text,
        tags=set(ALLOWED_TAGS),
        clean_content_tags=set(),
        attributes={"a": {"href"}},
        attribute_filter=lambda tag, name, value: (
            value if name == "rel" or is_allowed_attribute(tag, name, value) else None
        ),
        url_schemes=set(ALLOWED_SCHEMES),
        link_rel=LINK_REL,
    )


class _Inspector(HTMLParser):
    """Collects what must not be in clean markup, as a parser of another make reads it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.faults += _faults_of_tag(tag, dict(attrs))

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"declaration {data!r}")


def _faults_of_tag(tag: str, attributes: dict[str, str | None]) -> list[str]:
    faults = [] if tag in KEPT_TAGS else [f"tag {tag!r}"]
    allowed = {"href", "rel"} if tag == "a" else set()
    faults += [f"attribute {name!r} of {tag}" for name in attributes if name not in allowed]
    if "href" in attributes:
        target = re.sub(r"[\x00-\x20\x7f-\xa0\u200b\\]", "", attributes["href"] or "").lower()
        scheme = re.match(r"([^/?#]*?)(?::|&colon;)", target)
        if scheme and scheme[1] not in KEPT_SCHEMES:
            faults.append(f"scheme {scheme[1]!r}")
        if target.startswith("//"):
            faults.append("an address of another host that looks relative")
        if attributes.get("rel") != LINK_REL:
            faults.append("link without our rel")
    return faults


def faults(markup: str) -> list[str]:
    """What two parsers find in the markup that no reader's browser should get."""
    inspector = _Inspector()
    inspector.feed(markup)
    inspector.close()
    found = inspector.faults
    tree = lxml.html.document_fromstring(f"<section>{markup.replace(NUL, '')}</section>")
    for element in tree.iter():
        if not isinstance(element.tag, str):
            found.append(f"comment or instruction {element!r}")
        elif element.tag not in {"html", "body", "section"} or element.items():
            found += _faults_of_tag(element.tag, dict(element.items()))
    return found


SANITISERS = [
    pytest.param(clean_html, id="bleach"),
    pytest.param(clean_with_nh3, id="nh3"),
]


@pytest.mark.parametrize("sanitise", SANITISERS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_survives(sanitise: Callable[[str], str], attack: str) -> None:
    for carrier in (attack, f"<p>甲{attack}乙</p>", f"<table><tr><td>{attack}"):
        cleaned = sanitise(carrier)
        assert faults(cleaned) == [], cleaned
        assert faults(sanitise(cleaned)) == []


def test_the_corpus_is_large_and_the_inspection_can_fail() -> None:
    assert len(ATTACKS) == len(set(ATTACKS)) >= 120
    condemned = [attack for attack in ATTACKS if faults(attack)]
    assert len(condemned) >= len(ATTACKS) - 15, "raw attacks are seen as such"
    assert faults("<p>x</p><a href='javascript:1'>y</a>")
    assert faults("<p>x</p>") == []


TAGS = (
    "<p>",
    "</p>",
    "<a href=",
    "<svg>",
    "<math>",
    "<style>",
    "</style>",
    "<table>",
    "<td>",
    "<br/>",
)
RAW_TAGS = (
    "<script>",
    "</script>",
    "<title>",
    "</title>",
    "<noscript>",
    "<textarea>",
    "<!--",
    "-->",
)
CRUMBS = (
    "javascript:",
    " on",
    "click=",
    "'",
    '"',
    "`",
    "=",
    "<",
    ">",
    "/",
    "&#",
    "106",
    "&lt",
    ";",
)
MARKUP_PIECES = st.sampled_from((*TAGS, *RAW_TAGS, *CRUMBS, "x", "甲", "\x00", "\n"))


@given(st.lists(MARKUP_PIECES, max_size=25).map("".join))
def test_no_mixture_of_fragments_survives(markup: str) -> None:
    assert faults(clean_html(markup)) == []
    assert faults(clean_with_nh3(markup)) == []


@pytest.mark.parametrize("sanitise", SANITISERS)
def test_what_an_office_writes_is_kept(sanitise: Callable[[str], str]) -> None:
    text = (
        "<h3>一、总则</h3><p>请<strong>三十日</strong>内<em>来信</em><br>或来电。</p>"
        "<ul><li>一</li></ul><ol><li>二</li></ol><blockquote>引文</blockquote><h4>附表</h4>"
        "<table><thead><tr><th>项</th></tr></thead><tbody><tr><td>1 &lt; 2 &amp; 3</td></tr>"
        "</tbody></table>"
    )
    assert sanitise(text).replace("<br/>", "<br>") == text
    assert sanitise(sanitise(text)) == sanitise(text)


@pytest.mark.parametrize("sanitise", SANITISERS)
@pytest.mark.parametrize(
    "target",
    [
        "https://www.gov.cn/a?b=1&amp;c=2#d",
        "http://例子.中国/页",
        "mailto:yj@example.gov.cn",
        "/consultations/1",
        "draft.html",
        "?page=2",
        "#art-3",
        "../a:b",
    ],
)
def test_a_link_keeps_its_address_and_gets_our_rel(
    sanitise: Callable[[str], str], target: str
) -> None:
    expected = f'<a href="{target}" rel="nofollow noopener">文</a>'
    given = f"<a rel=me target=_top href='{target}'>文</a>"
    assert sanitise(given) == expected


def test_words_of_dropped_tags_stay() -> None:
    assert clean_html("<div class=x>甲<u>乙</u></div><font color=red>丙</font>") == "甲乙丙"


# --- plain -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("  第一条\r\n第二条\r第三条 \n", "第一条\n第二条\n第三条"),
        ("甲\x00乙\x07丙\x1b[31m丁\x7f戊", "甲乙丙[31m丁戊"),
        ("甲\t乙", "甲\t乙"),
        ("甲\x0b乙\x0c丙\x85丁\u2028戊\u2029己", "甲\n乙\n丙\n丁\n戊\n己"),
        ("不\u200b同\u200d意\u2060。\ufeff", "不同意。"),
        ("金额\u202e001\u202c元\u2066甲\u2069", "金额001元甲"),
        ("soft\u00adhyphen", "softhyphen"),
        ("cafe\u0301", "café"),
        ("甲\n\n\n乙", "甲\n\n\n乙"),
        ("甲\n\n\n\n\n\n乙", "甲\n\n\n乙"),
        ("甲\n \n\t\n \n　\n乙", "甲\n\n\n乙"),
        ("👨\u200d👩\u200d👧❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧❤\ufe0f\u200d🔥"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("ａｂｃ１２③", "ａｂｃ１２③"),
        ("半\ud800字\ufffe", "半字"),
        ("\u200b \u200e", ""),
    ],
)
def test_typed_text_is_tidied(typed: str, tidy: str) -> None:
    assert plain(typed) == tidy


def _seen(text: str) -> str:
    """What a reader sees of a text: all but white space, controls and format characters."""
    kept = unicodedata.normalize("NFC", text)
    hidden = {"\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4", "\u17b5", "\ufe0f"}
    return "".join(
        character
        for character in kept
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp"}
        and character not in hidden
    )


# Visible characters, and the invisible ones put between them.
MESSY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs", "Cn", "Co", "Mn", "Mc", "Me", "Lo"]),
        st.sampled_from("第十二条意见，。\u200b\u200d\u202e\ufeff\x00\r\n\t é́"),
    )
)


@given(MESSY)
@example("e\u200b\u0301")
def test_tidying_loses_nothing_visible_and_is_done_once(text: str) -> None:
    tidy = plain(text)
    assert plain(tidy) == tidy
    assert _seen(tidy) == _seen(_seen_order(text))


def _seen_order(text: str) -> str:
    """The text without what hides between a letter and its mark, so that both compose alike."""
    return "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"} or c in "\n\t\r")


@given(st.text())
def test_tidy_text_can_be_stored_and_printed(text: str) -> None:
    tidy = plain(text)
    tidy.encode("utf-8")
    assert not re.search(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", tidy
    )
    assert tidy == tidy.strip()


# --- normal_form -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variant",
    [
        "同意第3条ABC",
        "同意第３条ＡＢＣ",
        " 同意\n第3条 abc ",
        "同\u200b意第3条a\u00adbc\ufeff",
        "同意第㉃",
    ],
)
def test_variants_of_the_same_words_compare_equal(variant: str) -> None:
    assert (normal_form(variant) == "同意第3条abc") is (variant != "同意第㉃")


def test_different_words_stay_different() -> None:
    assert normal_form("不同意") != normal_form("同意")
    assert normal_form("第1条") != normal_form("第2条")


@given(st.text())
def test_a_normal_form_is_its_own_and_survives_tidying(text: str) -> None:
    form = normal_form(text)
    assert normal_form(form) == form
    assert not re.search(r"\s", form)


# --- paragraphs and excerpt --------------------------------------------------------------------


def test_paragraphs_are_escaped_and_parted() -> None:
    shown = paragraphs("一 <b>&\r\n二\n\n \n三\n")
    assert isinstance(shown, Markup)
    assert shown == "<p>一 &lt;b&gt;&amp;<br>\n二</p>\n<p>三</p>"
    assert paragraphs("") == paragraphs(" \n ") == ""


@given(st.text())
def test_paragraphs_carry_no_markup_of_the_writer(text: str) -> None:
    assert re.sub(r"</?p>|<br>", "", paragraphs(text)).count("<") == 0


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("一二三四五", 5, "一二三四五"),
        ("一二三四五六", 5, "一二三四…"),
        ("一\n\n二  三", 9, "一 二 三"),
        ("ab cd ef", 4, "ab…"),
        ("甲e\u0301乙丙丁", 3, "甲…"),
        ("甲👨\u200d👩\u200d👧乙", 4, "甲…"),
        ("甲乙", 1, "…"),
        ("", 3, ""),
    ],
)
def test_an_excerpt_is_short_and_parts_no_character(text: str, length: int, short: str) -> None:
    assert excerpt(text, length) == short


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_an_excerpt_is_never_longer_than_asked(text: str, length: int) -> None:
    assert len(excerpt(text, length)) <= length
