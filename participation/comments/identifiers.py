"""Finds numbers and names that lead to a person in Chinese text: pure, for masking.

Identity and bank card numbers, telephones, e-mail, number plates, WeChat, QQ and passports. Public
hotlines, document and case numbers, dates, amounts of money and codes of firms are left alone.

Telephones are matched by our own patterns, not by `phonenumbers`: measured on our samples that
library takes amounts of money for telephones, misses numerals written in Chinese and extensions
(转801), and needs ten times as long. Check digits are computed by `stdnum`.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import partial

from stdnum import luhn
from stdnum.cn import ric, uscc

NUMERALS = "零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"
NUMERAL_DIGITS = "00012345678911234567892"

# Every repeat below is bounded, so that each place in the text costs a fixed effort; each pattern
# begins with a literal or a class, which makes searching fast, and looks behind it afterwards.
# The text is folded (half-width, lower case, nothing invisible) before it gets here.

_GAP = r"[ .\-_()/~]{0,3}"
_ALONE = r"(?<![\d¥$].)"
# Not followed by another digit, by digits that we have masked, or by the unit of an amount.
_NO_MORE = r"(?!\d|\*{8})"
_END = _NO_MORE + (
    r"(?!(?:\.\d{1,4})?\s?(?:元(?!旦|月|宵)|[万亿][元人吨平亩多余]|亿|吨|平方|平米|㎡|公里"
    r"|千米|公斤|千克|亩|千瓦|度电|立方|块钱|[美港日欧]元|港币|人民币|%))"
)
_ABROAD = r"86[ -]{0,2}\(?1"
_MOBILE = (
    rf"(?:1{_ALONE}|\+{_ALONE}(?:00)?{_ABROAD}|0{_ALONE}(?:0{_ABROAD}|1)|8{_ALONE}6[ -]{{0,2}}\(?1"
    rf"|\({_ALONE}(?:\+?(?:00)?86\){_GAP}1|1(?=[3-9]\d\))))({_GAP}[3-9](?:{_GAP}\d){{9}}){_END}"
)
_FIGURE = rf"[\d{NUMERALS}]"
_MOBILE_IN_WORDS = (
    rf"[1一幺壹](?<!{_FIGURE}.)[ .-]?[3-9三四五六七八九叁肆伍陆柒捌玖](?:[ .-]?{_FIGURE}){{9}}"
    rf"(?!{_FIGURE}|[十百千万亿拾佰仟]){_END}"
)
_EXTENSION = r"(?:[ ,;-]{0,2}(?:转分机|转|分机|ext\.?|x)[ :]{0,2}\d{1,6}|-\d{1,6})?"
_AREA = r"(?:10|2\d|[3-9]\d{2})"
_AREA_ABROAD = rf"86[ -]{{1,2}}0?{_AREA}[ -]{{1,3}}[1-9]"
_LANDLINE = (
    rf"(?:\({_ALONE}0{_AREA}\)[ -]{{0,2}}[1-9]|0{_ALONE}{_AREA}(?:[2-8]|[ -]{{1,3}}[1-9])"
    rf"|\+{_ALONE}(?:00)?{_AREA_ABROAD}|0{_ALONE}0{_AREA_ABROAD})"
    rf"\d{{2,3}}[ -]?\d{{4}}{_NO_MORE}{_EXTENSION}{_END}"
)
_LOCAL_LINE = (
    r"(?:电话|座机|固话|tel)(?:号码|号)?[是为: .]{0,3}"
    rf"(?P<number>[2-8]\d{{2,3}}[ -]?\d{{4}}(?!-?\d|\*{{8}}){_EXTENSION}){_END}"
)
_ID18 = rf"(?P<number>[1-9]{_ALONE}(?:{_GAP}\d){{16}}{_GAP}[\dx]){_NO_MORE}"
_ID15 = rf"(?P<number>[1-9]{_ALONE}\d{{5}}[ -]?\d{{6}}[ -]?\d{{3}}){_END}"
_ID_CUED = (
    r"(?:身[份分]证|证件)[号码是为: ]{0,6}"
    rf"(?P<number>\d(?:[ .-]?\d){{13,18}}(?:[ .-]?x)?){_NO_MORE}"
)
_CARD = (
    rf"(?P<number>\d{_ALONE}(?:\d{{15,18}}"
    rf"|\d{{3}}(?:[ .-]{{1,2}}\d{{4}}){{3}}(?:[ .-]{{1,2}}\d{{1,3}})?)){_END}"
)
_AT = (
    r"\s?(?:@|[(\[【<{]\s?(?:at|@|艾特)\s?[)\]】>}]|#(?=[a-z0-9-]{2,63}[.。](?:com|cn|net|org)))\s?"
)
_DOT = r"(?:[.。点]|\s?[(\[](?:dot|点|\.)[)\]]\s?|\sdot\s)"
_EMAIL = (
    rf"[a-z0-9_%+](?<![a-z0-9._%+-].)[a-z0-9._%+-]{{0,63}}{_AT}"
    rf"(?:(?:[a-z0-9-]{{1,63}}{_DOT}){{1,4}}[a-z]{{2,12}}|(?:qq|163|126|gmail)(?![a-z0-9]))"
)
_PASSPORT = r"e(?<![a-z0-9].)[0-9a-hj-np-z]\d{7}(?![a-z0-9])"
_PASSPORT_CUED = (
    r"(?:护照|通行证|台胞证|回乡证)(?:号码|号)?[是为: ]{0,3}"
    r"(?P<number>[a-z]{0,2}\d{7,10})(?![a-z0-9])"
)
_PLATE = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][a-hj-np-z][ .-]?"
    r"(?:[a-hj-np-z0-9]{4}[学警挂港澳使领]|[a-hj-np-z0-9]{5,6})(?![a-z0-9])"
)
_ACCOUNT = (
    r"(?P<cue>(?:号码?|[账帐]号|id|[是为:加 \"“]){0,6})"
    r"(?:(?P<name>[a-z][a-z0-9_-]{5,19})(?![a-z0-9_-]|[.@/:]\w)|(?P<figures>[1-9]\d{4,11})"
    rf"{_END})"
)
_WECHAT = rf"[微薇威维]\s?信{_ACCOUNT}"
_WECHAT_LATIN = rf"[wv](?<![a-z].)(?:echat|eixin|x)(?![a-z]){_ACCOUNT}"
_WECHAT_ADD = rf"加v{_ACCOUNT}"
_WECHAT_ID = r"w(?<![a-z0-9_].)xid_[a-z0-9_-]{3,30}"
_QQ = (
    r"(?:q(?<![a-z].)q|扣扣|企鹅|加q)(?:号码?|[账帐]号)?[是为: ]{0,3}(?P<number>[1-9]\d{4,10})"
    rf"{_END}"
)
_URL = r"(?:https?://|www\.)[!-;=?-~]+"

_FIRM_CUE = re.compile(r"(?:信用代码|税号|识别号|机构代码)[号码是为: ]{0,4}$")
_SERIAL_CUE = re.compile(
    r"(?:[编案单文]号|流水号?|订单|受理号|代码|凭证号?|发票号?|合同号?|回执号?)[码是为: ]{0,4}$"
)
_CARD_CUE = re.compile(r"(?:卡号?|[账帐][号户]|[打转汇]到)[码是为: ]{0,4}$")
_PRODUCTS = re.compile(
    r"iphone|android|windows|harmony|wechat|weixin|huawei|xiaomi|alipay", re.IGNORECASE
)
# First two digits of GB/T 2260 codes; 91 is a permanent resident from abroad.
_PROVINCES = {11, 12, 13, 14, 15, 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55)} | {
    *(61, 62, 63, 64, 65, 71, 81, 82, 83, 91)
}
_PHONE_GROUPS = {(11,), (7, 4), (5, 6), (5, 3, 3), (1,) * 11}
_SPACED_PHONE_GROUPS = {(4, 4, 3), (4, 3, 4)}


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _cued(cue: re.Pattern[str], match: re.Match[str]) -> bool:
    return cue.search(match.string[max(0, match.start() - 14) : match.start()]) is not None


def _is_birth_date(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year < 2100
    except ValueError:
        return False


def _is_id18(match: re.Match[str]) -> bool:
    """A birth date and either a province or a right check digit: people mistype single digits."""
    number = re.sub(r"[^\dx]", "", match["number"]).upper()
    if not _is_birth_date(number[6:10], number[10:12], number[12:14]):
        return False
    checked, placed = number[-1] == ric.calc_check_digit(number), int(number[:2]) in _PROVINCES
    return (checked and placed) if _cued(_FIRM_CUE, match) else (checked or placed)


def _is_id15(match: re.Match[str]) -> bool:
    number = _digits(match["number"])
    born = "19" + number[6:8], number[8:10], number[10:12]
    return int(number[:2]) in _PROVINCES and _is_birth_date(*born)


def _is_card(match: re.Match[str]) -> bool:
    """Bank cards begin with 62, 9558 or 9559, or pass Luhn; a firm's code or a serial is none."""
    number = _digits(match["number"])
    known = number.startswith(("62", "9558", "9559"))
    passes = number[0] in "3456" and luhn.is_valid(number)
    if _cued(_FIRM_CUE, match) or (number[0] in "159" and uscc.is_valid(number)):
        return False
    if _cued(_SERIAL_CUE, match):
        return known and luhn.is_valid(number)
    return known or passes or _cued(_CARD_CUE, match)


def _is_mobile(match: re.Match[str]) -> bool:
    """Digits together or in groups as people write a telephone, not a row of figures."""
    groups = tuple(len(group) for group in re.findall(r"\d+", "1" + match[1]))
    if groups in _SPACED_PHONE_GROUPS:
        return "-" not in match[1] and "." not in match[1]
    return groups in _PHONE_GROUPS or (groups[0] == 3 and min(groups) >= 2)


def _is_in_words(match: re.Match[str]) -> bool:
    """At least one Chinese numeral: rows of figures alone are judged above."""
    return not match[0].isascii()


def _is_plate(match: re.Match[str]) -> bool:
    return len(_digits(match[0])) >= 3


def _is_wechat(match: re.Match[str]) -> bool:
    """微信 beside a Latin word is an account if 号 or : joins them or the word has a digit."""
    named = re.search("[号是为:d]", match["cue"]) is not None
    if match["figures"]:
        return named
    return not _PRODUCTS.match(match["name"]) and (
        named or bool(re.search(r"[\d_]", match["name"]))
    )


def _always(match: re.Match[str]) -> bool:
    return True


def _find(
    pattern: re.Pattern[str], accepts: Callable[[re.Match[str]], bool], text: str
) -> list[tuple[int, int]]:
    """Places of the accepted matches: of their last named part where there is one (after a cue)."""
    return [match.span(match.lastgroup or 0) for match in pattern.finditer(text) if accepts(match)]


Finder = Callable[[str], list[tuple[int, int]]]
PUBLIC = "public"

# In this order: what comes first takes the text from the later ones. An article's number inside a
# web address is public, an e-mail inside it is not.
FINDERS: tuple[tuple[str, Finder], ...] = tuple(
    (kind, partial(_find, re.compile(pattern), accepts))
    for kind, pattern, accepts in (
        ("email", _EMAIL, _always),
        (PUBLIC, _URL, _always),
        ("id18", _ID18, _is_id18),
        ("id18", _ID_CUED, _always),
        ("bankcard", _CARD, _is_card),
        ("id15", _ID15, _is_id15),
        ("mobile", _MOBILE, _is_mobile),
        ("mobile", _MOBILE_IN_WORDS, _is_in_words),
        ("landline", _LANDLINE, _always),
        ("landline", _LOCAL_LINE, _always),
        ("passport", _PASSPORT, _always),
        ("passport", _PASSPORT_CUED, _always),
        ("plate", _PLATE, _is_plate),
        ("wechat", _WECHAT_ID, _always),
        ("wechat", _WECHAT, _is_wechat),
        ("wechat", _WECHAT_LATIN, _is_wechat),
        ("wechat", _WECHAT_ADD, _is_wechat),
        ("qq", _QQ, _always),
    )
)
