"""Why a comment is not shown: coded reasons, with what each means for the comment's author.

Withholding hides a text from the public page. It never takes the comment out of the count
(received equals the sum of outcomes, rule O6).
"""

from __future__ import annotations

from participation.kernel.verdict import N_
from participation.rulebook.grounds import Ground
from participation.rulebook.statutes import Evidence


class WithholdingReason(Ground):
    """The code of a reason; every withheld comment has one."""

    PERSONAL_DATA = (
        "personal-data",
        N_("含有他人的个人信息"),
        N_(
            "您的意见里有他人的个人信息，为了保护他人，没有公开显示。"
            "意见仍计入收到的总数，承办单位照常研究。"
        ),
        N_("《个人信息保护法》第十条、第二十五条"),
        Evidence.READ,
    )
    STATE_SECRET = (
        "state-secret",
        N_("含有不能公开的秘密"),
        N_(
            "您的意见里有依法不能公开的内容，没有公开显示，请不要在其他地方发布。"
            "意见仍计入收到的总数。"
        ),
        N_("《政府信息公开条例》（国务院令第711号）第十四条"),
        Evidence.READ,
    )
    UNLAWFUL = (
        "unlawful",
        N_("含有法律禁止发布的内容"),
        N_(
            "您的意见里有法律禁止在网上发布的内容，没有公开显示。"
            "意见仍计入收到的总数，其中针对草案的部分照常研究。"
        ),
        N_("《网络安全法》第十二条"),
        Evidence.UNCONFIRMED,
    )
    INSULT = (
        "insult",
        N_("含有侮辱或者诽谤他人的内容"),
        N_(
            "您的意见里有侮辱或者诽谤他人的内容，没有公开显示。"
            "意见仍计入收到的总数，其中针对草案的部分照常研究。您可以换一种说法重新提交。"
        ),
        N_("《民法典》第一千零二十四条"),
        Evidence.UNCONFIRMED,
    )
    ADVERTISING = (
        "advertising",
        N_("广告或者推广信息"),
        N_("您提交的是广告或者推广信息，没有公开显示。它仍计入收到的总数。"),
        N_("平台规则"),
        Evidence.UNCONFIRMED,
    )
    UNRELATED = (
        "unrelated",
        N_("与草案无关"),
        N_(
            "您反映的事情与这次征求意见的草案无关，没有公开显示。它仍计入收到的总数。"
            "需要办理的，请向主管部门反映或者拨打12345热线。"
        ),
        N_("平台规则"),
        Evidence.UNCONFIRMED,
    )
    MEANINGLESS = (
        "meaningless",
        N_("没有实际内容"),
        N_(
            "您提交的是测试文字、乱码或者没有实际内容，没有公开显示。它仍计入收到的总数。"
            "征求意见还没有截止的，欢迎重新提交。"
        ),
        N_("平台规则"),
        Evidence.UNCONFIRMED,
    )
