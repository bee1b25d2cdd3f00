"""Personal data in opinions: what must be found, what must be left, and how fast."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.comments.masking import REPLACEMENTS, find_personal_data, mask
from tests.conftest import SHARED

# Every number below is made up or published as an example. ⟦ ⟧ mark what must be found; the kinds
# stand before, in order.
FOUND = [
    # mobile telephones
    ("mobile", "有事请打⟦13800138000⟧。"),
    ("mobile", "有事请打⟦１３８００１３８０００⟧找老陈"),
    ("mobile", "手机⟦138 0013 8000⟧，白天不便"),
    ("mobile", "手机⟦138-0013-8000⟧，白天不便"),
    ("mobile", "手机⟦138.0013.8000⟧，白天不便"),
    ("mobile", "手机⟦138·0013·8000⟧，白天不便"),
    ("mobile", "手机⟦138—0013—8000⟧，白天不便"),
    ("mobile", "手机⟦138　0013　8000⟧，白天不便"),
    ("mobile", "手机⟦1380013 8000⟧，白天不便"),
    ("mobile", "手机⟦138 – 0013 – 8000⟧，白天不便"),
    ("mobile", "手机⟦138/0013/8000⟧，白天不便"),
    ("mobile", "手机⟦（138）0013-8000⟧，白天不便"),
    ("mobile", "手机⟦1 3 8 0 0 1 3 8 0 0 0⟧别声张"),
    ("mobile", "手机⟦138\u200b0013\u200b8000⟧别声张"),
    ("mobile", "手机⟦1\ufe0f\u20e33\ufe0f\u20e38\ufe0f\u20e300138000⟧"),
    ("mobile", "我的号码是⟦+86 13800138000⟧"),
    ("mobile", "我的号码是⟦+8613800138000⟧"),
    ("mobile", "我的号码是⟦8613800138000⟧"),
    ("mobile", "我的号码是⟦0086-138-0013-8000⟧"),
    ("mobile", "我的号码是⟦（+86）13800138000⟧"),
    ("mobile", "外地打⟦013800138000⟧也行"),
    ("mobile", "陈师傅(⟦19912345678⟧)说的"),
    ("mobile", "找我⟦13800138000⟧元旦前都在"),
    ("mobile", "住户代表电话⟦一三八零零一三八零零零⟧"),
    ("mobile", "电话幺三八不对，是⟦幺三八〇〇幺三八〇〇〇⟧"),
    ("mobile", "电话⟦壹叁捌零零壹叁捌零零零⟧"),
    ("mobile", "电话⟦138零零1380零零⟧"),
    ("mobile mobile", "打⟦13800138000⟧或者⟦15900001111⟧"),
    ("mobile mobile", "打⟦13800138000⟧/⟦15900001111⟧"),
    ("mobile", "加微信⟦13800138000⟧同号"),
    ("mobile", "见www.example.gov.cn，或打⟦13800138000⟧"),
    ("mobile", "3.⟦13800138000⟧是村里的电话"),
    # landlines
    ("landline", "办公电话⟦0755-12345678⟧，没人接"),
    ("landline", "办公电话⟦（0755）26781234⟧没人接"),
    ("landline", "打⟦(010) 6512 3456⟧"),
    ("landline", "打⟦０２８－８６６６１２３４⟧"),
    ("landline", "打⟦02886661234⟧没人"),
    ("landline", "打⟦0755-26781234转801⟧"),
    ("landline", "打⟦0755-26781234-801⟧"),
    ("landline", "打⟦0755-26781234 转分机 12⟧"),
    ("landline", "打⟦+86 755 26781234⟧"),
    ("landline", "家里座机：⟦87654321⟧晚上在"),
    ("landline", "家里电话号码是⟦8765-4321⟧晚上在"),
    # identity cards
    ("id18", "身份证⟦110101190001019916⟧请核"),
    ("id18", "身份证⟦１１０１０１１９０００１０１９９１６⟧请核"),
    ("id18", "证号⟦11010119900307123X⟧请核"),
    ("id18", "证号⟦11010119900307123x⟧请核"),
    ("id18", "证号⟦11010119900307123Ｘ⟧请核"),
    ("id18", "证号⟦110101 19900307 1234⟧请核"),
    ("id18", "证号⟦110101-1990-0307-1234⟧请核"),
    ("id18", "抄错一位也是⟦110101190001019917⟧"),
    ("id18", "身份证号码：⟦11010119900307123⟧，少抄一位"),
    ("id18", "身分证为⟦110101199013071234⟧，月份写错"),
    ("id15", "老证号⟦110101500101123⟧还没换"),
    # bank cards
    ("bankcard", "退到⟦6222020000000000000⟧"),
    ("bankcard", "退到⟦6222 0200 0000 0000 000⟧"),
    ("bankcard", "退到⟦6228-4800-0000-0000-018⟧"),
    ("bankcard", "信用卡⟦4111111111111111⟧被扣费"),
    ("bankcard", "农行⟦9559980000000000000⟧"),
    ("bankcard", "钱打到账号：⟦1000200030004000⟧"),
    # e-mail
    ("email", "回复至⟦zhangsan@example.com⟧谢谢"),
    ("email", "回复至⟦ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ⟧谢谢"),
    ("email", "回复至⟦zhang.san+a@mail.example.com.cn⟧。"),
    ("email", "回复至⟦zhangsan(at)example.com⟧"),
    ("email", "回复至⟦zhangsan[at]example.com⟧"),
    ("email", "回复至⟦zhangsan [at] example [dot] com⟧"),
    ("email", "回复至⟦zhangsan#example.com⟧"),
    ("email", "回复至⟦zhangsan@example。com⟧"),
    ("email", "回复至⟦zhangsan@qq点com⟧"),
    ("email", "回复至⟦12345678@qq⟧"),
    ("email", "回复至⟦13800138000@139.com⟧"),
    ("email", "见 http://⟦zhangsan@example.com⟧/a"),
    # plates
    ("plate", "⟦川A12345⟧的渣土车"),
    ("plate", "⟦川A·12345⟧的渣土车"),
    ("plate", "⟦川a 12345⟧的渣土车"),
    ("plate", "⟦粤B6K7T8⟧停在盲道上"),
    ("plate", "⟦川AD12345⟧占用车位"),
    ("plate", "⟦粤Z1234港⟧占用车位"),
    ("plate", "教练车⟦川A1234学⟧"),
    # WeChat, QQ, passports
    ("wechat", "微信号⟦wxid_test001⟧"),
    ("wechat", "我是⟦wxid_test001⟧"),
    ("wechat", "微信：⟦laochen_88⟧"),
    ("wechat", "微信laochen同名不加，加微信⟦laochen88⟧"),
    ("wechat", "vx:⟦laochen⟧，随时联系"),
    ("wechat", "ＶＸ：⟦laochen⟧，随时联系"),
    ("wechat", "wx号是⟦lao-chen⟧，随时联系"),
    ("wechat", "加V ⟦laochen88⟧"),
    ("qq", "QQ：⟦123456789⟧"),
    ("qq", "qq号码是⟦12345⟧"),
    ("qq", "扣扣⟦123456789⟧"),
    ("passport", "护照号⟦E12345678⟧"),
    ("passport", "持⟦EA1234567⟧入境"),
    ("passport", "港澳通行证号码：⟦C12345678⟧"),
    ("passport", "台胞证号⟦12345678⟧"),
    # addresses
    ("address", "本人住⟦金山镇幸福村3组12号⟧，姓陈"),
    ("address", "本人住⟦金山镇幸福村三组十二号⟧，姓陈"),
    ("address", "我家在⟦太平村五社27号⟧"),
    ("address", "反映⟦太平村5队27号⟧危房"),
    ("address", "我是⟦幸福村3组附12号⟧的村民"),
    ("address", "家住⟦解放路12号⟧，楼下很吵"),
    ("address", "住址：⟦幸福市东城区解放路１２号⟧"),
    ("address", "我住在⟦解放路12号阳光小区3栋2单元501室⟧"),
    (
        "address",
        "家在⟦四川省幸福市东城区太平街道永安社区天府大道123号阳光花园一期5栋1单元1203号⟧，楼上漏水",
    ),
    ("address", "我住在⟦和平里二巷7号⟧"),
    ("address", "反映⟦阳光小区3栋2单元501室⟧漏水"),
    ("address", "反映⟦阳光小区3号楼2单元501⟧漏水"),
    ("address", "反映⟦阳光花园 3栋 2单元 501⟧，漏水"),
    ("address", "反映⟦阳光花园3-2-501⟧漏水"),
    ("address", "反映⟦八栋一单元三〇一室⟧漏水"),
    ("address", "楼上⟦B栋1203房⟧漏水"),
    ("address", "⟦延安路123弄5号602室⟧漏水"),
    ("address", "请把答复寄到⟦解放路12号⟧，谢谢"),
    ("address", "户籍地址为⟦幸福县太平镇向阳村12号⟧"),
    ("address", "教育局宿舍⟦3栋2单元501室⟧漏水"),
    # several
    (
        "address id18 mobile email",
        "住⟦金山镇幸福村3组12号⟧，证⟦110101190001019916⟧，电⟦138 0013 8000⟧，邮⟦a@example.com⟧",
    ),
    # 元 is read as money until the village is hidden
    ("mobile address", "电话⟦13800138000⟧ ⟦元宝村3组12号⟧"),
    ("mobile plate", "打⟦13800138000⟧举报⟦川A12345⟧"),
]

LEFT = [
    # statutes and documents
    "建议修改第一百二十条第三款第（二）项。",
    "根据X府办函〔2018〕18号文件，应当公开。",
    "依据国发〔2019〕13号和教育部令第39号。",
    "案号（2018）川01民初1029号已经立案。",
    "受理编号20240311008，一直没有答复。",
    "工单号202403110085521没有下文。",
    "订单2024031100855212345到现在没有发货",
    "合同编号：4000123412341234已备案",
    "标准GB 8702-2014和JGJ242-2011都有规定",
    "统一社会信用代码91110000600037341L的企业",
    "统一社会信用代码915101006754321098的企业",
    "流水号3530111333300000可以查到",
    # public telephones
    "拨打12345反映过两次",
    "拨打110、119、120、12348、12315都行",
    "客服400-123-4567说不知道",
    "客服4001234567说不知道",
    "客服800 810 1234说不知道",
    "银行95588和运营商10086都打过",
    "拨打0731-12345反映",
    "热线电话12345",
    # money and measures
    "罚款由200元改为500元。",
    "总投资13800138000元。",
    "总投资13,800,138,000元。",
    "总投资13800138000.50元。",
    "总投资￥13800138000。",
    "总投资13800138000 元",
    "年产13800138000吨。",
    "征地13800138000平方米。",
    "预算138亿元，占18.5%。",
    "规格1500-2000-300的板材",
    "转账100000元到微信",
    # dates, times, rows of figures
    "2019年10月17日至2020-01-31，8:30-17:30",
    "2019.3.31-2019.4.5期间",
    "一九九八年十二月三十一日",
    "学费从5000-2000不等",
    "1 3 5 7 9 11 13 15各层",
    "1.3.5.7.9.11.13.15栋都没有电梯",
    "2015 2016 2017 2018 2019五年",
    "总体规划（2003-2020）",
    "圆周率3.14159265358979323846",
    "一二三四五六七八九十",
    "三千五百八十六万七千九百零一",
    "编号A000112959的网友",
    "中奖号码是12345678901",
    "1234567890123456789012345",
    # places
    "本市应当统一标准。",
    "解放路太窄了。",
    "解放路12号门口的路灯坏了。",
    "金山镇幸福村3组的路没修。",
    "全村3组12户都不同意",
    "阳光小区3栋没有电梯。",
    "阳光小区3栋2单元没有电梯。",
    "阳光小区3栋18层楼顶漏水",
    "共有3栋120户居民",
    "三号楼2号电梯坏了",
    "地铁3号线2号出口",
    "第三组12号选手",
    "合作社12号文件",
    "幸福村合作社5号大棚",
    "13 800 138 000元和13,800,138,000块钱",
    "市政府办公楼3栋502室",
    "政务服务中心2号楼301室办理",
    "车把解放路12号门口堵住了",
    "车堵住解放路12号门口",
    "1号、2号、3号车站",
    "把材料寄至解放路5号教育局",
    "2019年8月15号到学校补课",
    # accounts and machines
    "关注微信公众号zhengwu_fabu看到的",
    "微信支付和支付宝都不行",
    "微信 iPhone12上打不开",
    "微信群里有10000多人",
    "微信支付宝app打不开",
    "QQ群里都在说",
    "建议开通微信、QQ、email投诉",
    "C#和@提醒",
    "@所有人 请看",
    "5@每斤",
    "见http://www.example.gov.cn/art/2024/13800138000.html",
    "见www.example.gov.cn/id=6222020000000000000",
    "G1234次列车和K528次晚点",
    "新A9市老城区",
    "京津冀AI产业",
    "沪A牌照太贵",
    "苏州B12号线",
    "型号XE12345678的水表",
    "护照和通行证怎么办理",
    "身份证号码要填吗？有18位。",
    "已经写成138****8000了",
    "",
]


def _marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    places, plain = [], ""
    for piece in re.split("(⟦[^⟧]*⟧)", text):
        inner = piece.strip("⟦⟧")
        if piece.startswith("⟦"):
            places.append((len(plain), len(plain) + len(inner)))
        plain += inner
    return plain, places


@pytest.mark.parametrize(("kinds", "sentence"), FOUND)
def test_personal_data_are_found_in_their_place(kinds: str, sentence: str) -> None:
    text, places = _marked(sentence)
    expected = [(k, s, e, text[s:e]) for k, (s, e) in zip(kinds.split(), places, strict=True)]
    assert [(s.kind, s.start, s.end, s.text) for s in find_personal_data(text)] == expected


@pytest.mark.parametrize(("kinds", "sentence"), FOUND)
def test_nothing_found_can_be_read_afterwards(kinds: str, sentence: str) -> None:
    text, places = _marked(sentence)
    masked = mask(text)
    ends, starts = [0, *(end for _, end in places)], [*(start for start, _ in places), len(text)]
    outside = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert all(piece in masked.text for piece in outside)
    assert not any(span.text in masked.text for span in masked.spans)
    assert mask(masked.text).text == masked.text


@pytest.mark.parametrize("sentence", LEFT)
def test_what_is_public_is_left_alone(sentence: str) -> None:
    assert mask(sentence).text == sentence


def test_the_corpora_are_large() -> None:
    assert len(set(FOUND)) == len(FOUND) >= 60
    assert len(set(LEFT)) == len(LEFT) >= 60
    assert {kind for kinds, _ in FOUND for kind in kinds.split()} == set(REPLACEMENTS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800138000。", "电话138********。"),
        ("电话+86 138-0013-8000。", "电话138********。"),
        ("电话幺三八零零一三八零零零。", "电话138********。"),
        ("证号110101190001019916。", "证号[身份证号已隐去]。"),
        ("住金山镇幸福村3组12号。", "住[住址已隐去]。"),
    ],
)
def test_masked_words_keep_the_sentence_readable(text: str, shown: str) -> None:
    assert mask(text).text == shown


def test_the_shared_samples_are_all_met() -> None:
    path = SHARED / "data" / "pii_samples.jsonl"
    if not path.is_file():
        pytest.skip("the shared samples are not beside this checkout")
    for line in path.read_text(encoding="utf-8").splitlines():
        sample = json.loads(line)
        masked = mask(sample["text"])
        found = [(s.kind, s.start, s.end, s.text) for s in masked.spans]
        assert found == [(p["type"], p["start"], p["end"], p["text"]) for p in sample["pii"]]
        assert all(words in masked.text for words in sample["must_not_mask"])


def test_real_messages_lose_next_to_nothing() -> None:
    """1,109 messages whose personal data were removed: a few flats and one telephone remain."""
    folder = SHARED / "data" / "messages"
    if not folder.is_dir():
        pytest.skip("the shared messages are not beside this checkout")
    found = [
        span
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        for words in (json.loads(line).get(key) or "" for key in ("subject", "body", "reply"))
        for span in find_personal_data(words)
    ]
    assert {span.kind for span in found} <= {"address", "mobile"}
    assert len(found) <= 30


# --- properties ---------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [_marked(sentence)[0] for _, sentence in FOUND]
    + LEFT
    + list("1380元组号村路住栋单室@.-() （）：，。*[]微信QQ局家\u200b\n")
    + ["138", "0755", "62220200", "110101", "19900307", "身份证", "微信号", "已隐去]", "********"]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text())


@given(TEXTS)
def test_masking_is_done_once(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@given(TEXTS)
def test_only_what_was_found_is_changed(text: str) -> None:
    masked = mask(text)
    rest, position = masked.text, 0
    for span in masked.spans:
        assert position <= span.start < span.end <= len(text)
        assert span.text == text[span.start : span.end]
        before = text[position : span.start]
        assert rest.startswith(before)
        rest = rest[len(before) :]
        token = re.match(re.escape(REPLACEMENTS[span.kind]).replace("%s", r"\d{3}"), rest)
        assert token
        rest, position = rest[token.end() :], span.end
    assert rest == text[position:]


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"])), st.sampled_from("3589"))
def test_a_number_is_found_whatever_stands_around(around: str, digit: str) -> None:
    number = f"1{digit}800138000".ljust(11, "7")
    text = f"{around}，{number}，{around}"
    assert any(number in span.text for span in find_personal_data(text))


# --- time ---------------------------------------------------------------------------------------

HOSTILE = [
    *"1 @a-.（0一住组路号区栋\u200b",
    *("1 ", "1-", "1\u200b", "a@", "a.", "a@a.", "a@b点", "a@b dot ", "(at)", "#ab.", "86-", "+86"),
    *(
        "138001380",
        "13800138000 ",
        "13800138000元",
        "一三八零",
        "6222 ",
        "110101199",
        "0755-1234567",
    ),
    *("组1号", "3栋", "3栋2单元", "3栋2单元501", "住解放路12号", "区1-1-", "十二号", "12345室"),
    *(
        "微信",
        "微信号",
        "微信a",
        "wx",
        "QQ1",
        "川A1234",
        "身份证号",
        "http://a",
        "www.",
        "电话2",
        "E1",
    ),
]


def _seconds(text: str) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        find_personal_data(text)
        times.append(time.perf_counter() - started)
    return min(times)


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    """Ten times the text may take ten times as long; a square would take a hundred times."""
    short, long = (unit * (length // len(unit)) for length in (2_000, 20_000))
    assert _seconds(long) < 40 * _seconds(short) + 0.05
