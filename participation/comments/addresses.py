"""Finds addresses precise to one dwelling in Chinese text: pure, for masking.

A street, a village or a compound alone is nobody's address. A street number counts only where the
writer says that somebody lives there or that post goes there; a number inside a village group, a
flat in a building and the like count by themselves, unless the building is plainly an office.
"""

import re

# Longest stretch looked at to the left of the number; longer place names are cut there.
_REACH = 40
# Longest name between two words such as 镇 and 村 before we stop believing that it is a place.
_NAME = 6
_SUFFIXES = frozenset(
    "省市州盟旗区县镇乡村庄屯寨湾坊里弄巷街道路段号院园苑城府庭郡栋幢期组社队墅楼寓"
)
_STREETS = frozenset("路街道巷里村庄屯寨湾坊园苑院区镇段同")
_GROUPS = frozenset("组社队")
_COUNTED = frozenset("社队")
_ESTATES = frozenset("区园寓村苑城府庭郡湾里院期")
# Read backwards: letters, digits, and spaces that follow the end of a place name.
_CLAUSE = re.compile(rf"(?:[\u4e00-\u9fff0-9a-z#-]| (?=[{''.join(_SUFFIXES)}]))*")

_NUMERALS = "一二三四五六七八九十百零〇"
_COUNT = re.compile(f"[0-9{_NUMERALS}]")
_NUMBER = rf"(?:[0-9]{{1,5}}|[{_NUMERALS}]{{1,5}})(?:-[0-9]{{1,4}})?"
_BLOCK = rf"(?:[a-z]?{_NUMBER}|[a-z甲乙丙丁])\s?(?:#?[栋幢座]|号楼|#楼?)\s?"
_ENTRANCE = rf"(?:{_NUMBER}|[a-z甲乙丙丁东西中])\s?单元\s?"
_FLOOR = rf"(?:{_NUMBER}[楼层]\s?)?"
_ROOM = rf"[a-z]?(?:[0-9]{{2,5}}|[{_NUMERALS}]{{2,5}})\s?(?:室|号房?|房)"
_FLAT = rf"(?:{_ROOM}|[0-9]{{1,2}}[号室]|[0-9]{{3,4}}(?![0-9年元平米㎡户人个套-]))"
_OWNER = r"(?=[^0-9\u4e00-\u9fff-]|$|[的将租]|住户|业主|出租|家)"
_DWELLING = re.compile(
    rf"(?:{_BLOCK})?{_ENTRANCE}{_FLOOR}{_FLAT}"
    rf"|{_BLOCK}{_FLOOR}(?:{_ROOM}|[0-9]{{3,4}}{_OWNER})"
    rf"|{_NUMBER}号(?:大?院)?\s?{_FLOOR}[0-9]{{2,4}}[室房]"
)
_TRIPLE = re.compile(r"[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}(?![0-9-])")
_HOUSE = re.compile(rf"{_NUMBER}号(?!线|楼)")
# Where such a number may begin. The class comes first, because a search for it is fast.
_BEGIN = re.compile(rf"[0-9a-z{_NUMERALS}甲乙丙丁东西中](?<![0-9a-z{_NUMERALS}].)")

_VILLAGE = re.compile("[村庄屯寨湾队乡镇]|社区")
_STOP = re.compile(
    r"住[址处]|(?<![拦抓记堵停站留保稳忍挡捂压困])住(?!宅|房|户|院|建)|地址|户籍(?:所在地|地)?|位于|坐落"
    r"|来自|知道|投诉|反映|[这那哪]里|[他她你我咱][们家]?|寄[到至往给]|[送发][到至往]|(?<=[0-9])[年月日]"
    r"|[在是的了请把被给及与跟说问找去]|为(?!民)|至(?!善|德)|到|从(?!化)|于(?!家|洪|都|田)"
    r"|将(?!军|乐)|对(?!面)|向(?!阳|荣|前|塘)|和(?!平|谐|顺|兴|睦|美|园|苑|府|县|田|静|硕|丰)"
)
_AT_HOME = re.compile(
    r"(?:住[址处]?|[我咱他她]们?家|户籍(?:所在地|地)?(?:地址)?)[是为在于: ]{0,3}$"
)
_BY_POST = re.compile(r"(?:地址|寄[到至往给]|[送发][到至往])[是为在: ]{0,3}$")
_OFFICE = re.compile(
    r"政府|政务|行政|办公|大楼|大厦|写字|教学|实验|门诊|住院部|医院|学校|法院|公司|银行|酒店|宾馆|商场"
    r"|商铺|门面|会议|展览|中心|[局厅委厂店]|部(?!队)"
)
_HOME = re.compile("小区|花园|家园|公寓|宿舍|家属|[苑村]|住宅")


def find_addresses(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of every address precise to a dwelling, in order, never overlapping.

    `text` is half-width and lower case, as `masking` folds it.
    """
    found: list[tuple[int, int]] = []
    done = 0
    for begin in _BEGIN.finditer(text):
        position = begin.start()
        if position < done:
            continue
        number, cue_needed = _number_at(text, position)
        start = _start_of(text, number, cue_needed) if number else None
        if number is None or start is None:
            continue
        done = number.end()
        if found and start <= found[-1][1]:
            start = min(start, found.pop()[0])
        found.append((start, done))
    return found


def _number_at(text: str, position: int) -> tuple[re.Match[str] | None, bool]:
    """The number of a dwelling beginning here, and whether only a cue makes it one."""
    if flat := _DWELLING.match(text, position):
        return flat, False
    head = text[max(0, position - 4) : position].removesuffix("附").rstrip()
    before = head[-1:]
    if before in _ESTATES and (triple := _TRIPLE.match(text, position)):
        return triple, False
    if before in _COUNTED and not _COUNT.match(head[-2:-1]):
        return None, True  # 合作社5号 is a shed, 五社5号 a farmhouse
    if before in _GROUPS or before in _STREETS or before == "弄":
        return _HOUSE.match(text, position), before in _STREETS
    return None, True


def _start_of(text: str, number: re.Match[str], cue_needed: bool) -> int | None:
    """Where the address that ends in this number begins; None if it is nobody's home."""
    position = number.start() - (text[number.start() - 1 : number.start()] == "附")
    clause = _CLAUSE.match(text[max(0, position - _REACH) : position][::-1])
    floor = position - (clause.end() if clause else 0)
    for stop in _STOP.finditer(text, floor, position):
        floor = stop.end()
    before = text[max(0, floor - 12) : floor]
    if _AT_HOME.search(before):
        return floor
    by_post = _BY_POST.search(before)
    if cue_needed and not by_post:
        return None
    in_group = not _GROUPS.isdisjoint(text[max(0, position - 2) : position])
    if in_group and not _VILLAGE.search(text, floor, number.end()):
        return None
    around = text[floor : number.end() + 10]
    if _OFFICE.search(around) and not _HOME.search(around):
        return None
    return floor if by_post else _named_from(text, floor, position)


def _named_from(text: str, floor: int, position: int) -> int:
    """Walk left over 镇-村-路 names, which must follow on each other, down to the floor."""
    patience = 0
    while position > floor:
        character = text[position - 1]
        if character in _SUFFIXES:
            patience = _NAME
        elif not character.isascii():
            if patience == 0:
                break
            patience -= 1
        position -= 1
    return position
