"""Tells from its words what belongs elsewhere: a petition, or a request to disclose information.

A proposal only: the sender is told and decides, then a person looks at it (seed requirement B21;
信访工作条例 arts. 17-23, 政府信息公开条例 art. 29).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from participation.kernel.verdict import N_


class Nature(StrEnum):
    """What a text is that is no question about a draft."""

    PETITION = "petition"
    DISCLOSURE = "disclosure"

    @property
    def label(self) -> str:
        """What it is called."""
        return _LABELS[self]

    @property
    def rule(self) -> str:
        """The id of the rule with the days of the procedure it belongs to."""
        return _RULES[self]


_LABELS = {Nature.PETITION: N_("信访事项"), Nature.DISCLOSURE: N_("政府信息公开申请")}
_RULES = {Nature.PETITION: "O9", Nature.DISCLOSURE: "O9D"}

_GAP = r"[^。；;！!？?\n]"
# Who asks for a document names the act; who asks what a draft says about disclosure does not.
_DISCLOSURE = (
    rf"申请{_GAP}{{0,12}}(?:政府)?信息公开(?!{_GAP}{{0,8}}(?:条|制度|规定|怎么|如何|吗))",
    rf"(?:依法|书面|现|特|要)申请{_GAP}{{0,8}}公开(?!征求)",
    rf"申请(?:公开|获取|查阅|复制){_GAP}{{0,30}}(?:文件|材料|信息|会议纪要|批复|合同|明细|台账|档案|协议)",
    rf"依据?{_GAP}{{0,6}}信息公开条例{_GAP}{{0,30}}(?:申请|公开|提供)",
    rf"(?:请|要求){_GAP}{{0,6}}(?:提供|公开){_GAP}{{0,24}}(?:会议纪要|批复|合同|明细|审批材料|原始凭证|复印件)",
)
_PETITION = (
    r"(?:我|本人|我们)?要?(?:上访|信访)(?!条例|制度|部门怎么)",
    rf"(?:我|本人|我们|特此|实名|现)?(?:要|向{_GAP}{{1,16}})?(?:举报|控告|检举)(?!电话|制度|渠道|奖励|投诉制度)",
    r"(?:我|本人|我们)要?投诉|投诉(?:我|人|物业|单位|公司|村|社区)",
    rf"(?:请|求|恳请|盼|希望){_GAP}{{0,16}}(?:给个说法|讨个公道|主持公道|为民做主|还我公道)",
    r"给个说法|讨个公道|主持公道|还我公道|为民做主",
    rf"(?:拖欠|克扣|欠){_GAP}{{0,10}}(?:工资|工钱|工程款|补偿款|征地款)",
    rf"(?:强拆|强占|被打|殴打|打伤|贪污|受贿|以权谋私|徇私舞弊|侵占{_GAP}{{0,8}}(?:集体|土地))",
    rf"(?:多次|一直|反复){_GAP}{{0,12}}(?:反映|找){_GAP}{{0,20}}(?:没人|不管|无人|推诿|没有结果|不解决|不处理)",
    rf"(?:追究|查处|严惩){_GAP}{{0,16}}(?:责任|干部|书记|主任|领导)",
)
_KINDS = (
    (Nature.DISCLOSURE, re.compile("|".join(_DISCLOSURE))),
    (Nature.PETITION, re.compile("|".join(_PETITION))),
)


def recognise(text: str) -> Nature | None:
    """What the text seems to be besides a question, or None; linear in its length."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return next((kind for kind, pattern in _KINDS if pattern.search(plain)), None)
