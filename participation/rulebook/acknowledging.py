"""Catches answers that only say "received" or "passed on" before they are sent.

A reply has to answer (浙江省建设厅2023年政务公开工作要点: 实质性答复, B16): what is left after
greetings, thanks and promises must say something. Of 2,816 real replies one in ten did not.
"""

from __future__ import annotations

import re
import unicodedata

LEAST_SUBSTANCE = 15
"""How many characters must be left of an answer that names no article, figure or decision."""

_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
_GAP = r"[^。；;！!？?\n]"
# A sentence that only does one of these things says nothing of the matter.
_PHRASES = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?:尊敬的|亲爱的)?(?:网友|市民|居民|村民|群众|读者|提问人|先生|女士|同志|用户|您)[^，,:：]{0,20}[，,:：]?(?:您好|你好)?$",
        r"(?:您好|你好|大家好)$",
        rf"(?:您|你)?(?:反映|提出|提|咨询|反馈|留言|所述)?的?{_GAP}{{0,24}}(?:已|现已|均已|我们已|我局已)(?:收悉|收到|知悉|阅|知晓)",
        rf"(?:来信|来件|留言|信件|提问|意见|建议|问题){_GAP}{{0,6}}(?:收悉|已收到|已收悉|已阅|知悉)",
        rf"(?:已|将|会|现|并|故){_GAP}{{0,12}}(?:转交|转给|转至|转往|转送|转办|交由|交有关|移交|交办|批转|上报|转)",
        rf"(?:将|会|正在|正|已|已经|我们将|我局将|一定)?(?:认真|尽快|及时|抓紧|积极|进一步|高度)?(?:认真|尽快|及时)?(?:研究|核实|核查|调查|处理|办理|落实|考虑|重视|跟进|反馈|答复|回复|调处|了解|吸收采纳|改进工作)"
        rf"(?:{_GAP}{{0,16}}(?:情况|处理|研究|答复|回复|反馈|结果|办理|此事|该问题|有关问题|您的意见|您的建议))?[，,]?"
        r"(?:谢谢|感谢)?$",
        rf"(?:正在|将会?){_GAP}{{0,12}}(?:协调|处理|研究斟酌|调研|改进|完善)(?:当中|中|处理当中|处理中)?$",
        r"^(?:努力|不断)(?:改进|完善|提高)",
        rf"(?:非常|衷心|再次|十分)?(?:感谢|谢谢){_GAP}{{0,40}}",
        rf"(?:欢迎|请|希望)(?:您|你)?(?:继续|今后|一如既往){_GAP}{{0,30}}(?:监督|关注|支持|批评|建议|理解)",
        rf"(?:请|敬请|望)(?:您|你)?(?:耐心等待|理解|谅解|知悉|放心|关注后续|留意|周知|持续关注){_GAP}{{0,12}}",
        r"^祝(?:愿)?(?:您|你)?(?:生活|工作|身体|家庭|万事|事事|天天)",
        r"(?:此复|特此答复|特此回复|专此答复|特此说明|现答复如下|现回复如下|回复如下|答复如下)",
        rf"(?:我们|我局|我单位|我委|我办|政府|领导|本单位|相关部门|有关部门|承办单位){_GAP}{{0,6}}(?:高度重视|非常重视|十分重视)",
    )
)
# What makes a short answer an answer: an article, a figure, a day, a yes or no with its object.
_SUBSTANCE = re.compile(
    r"第[0-9〇零一二三四五六七八九十百]+(?:条|款|项|章)|[0-9]+(?:元|日|天|年|个月|平方|米|%|％|户|辆)|"
    r"(?:适用|不适用|包括|不包括|可以|不可以|不能|需要|不需要|无需|属于|不属于|应当|不得|免收|不收)"
)
_DATE = re.compile(r"\d{4}\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}\s?日?")
_ADDRESSED = re.compile(r"^[“\"]?[\w“”\"]{1,16}[”\"]?(?:网友)?[:：,，]?(?:您好|你好)")
_SIGNS = re.compile(r"[\s，,。、：:；;！!？?“”\"'《》（）()\-—…·]+")


def substance(answer: str) -> str:
    """What an answer says besides greetings, receipts, promises and thanks, without signs."""
    plain = _DATE.sub("\n", unicodedata.normalize("NFKC", answer))
    left: list[str] = []
    for match in _SENTENCE.finditer(plain):
        sentence = _ADDRESSED.sub("", "".join(match[0].split()))
        parts = (part for part in re.split(r"[,:]", sentence) if part)
        left += [part for part in parts if not _says_nothing(part)]
    return _SIGNS.sub("", "".join(left))


def is_empty(answer: str) -> bool:
    """Whether an answer only acknowledges: less is left than `LEAST_SUBSTANCE` characters.

    A shorter one that names an article, a figure, or says yes or no to something is an answer.
    """
    left = substance(answer)
    if len(left) >= LEAST_SUBSTANCE:
        return False
    return not _SUBSTANCE.search(left)


def _says_nothing(part: str) -> bool:
    return any(pattern.search(part) for pattern in _PHRASES) and not _SUBSTANCE.search(part)
