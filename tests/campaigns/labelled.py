"""A labelled set of opinions in our own words: which say the same, and which only seem to.

Made anew from a seed, the same each time. Every campaign has a text of its own that many send in
versions; beside it stand opinions on the same topic in other words, the campaign's own words
turned round, and short ones. `python -m tests.campaigns.labelled` prints the figures.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from participation.campaigns.grouping import Text, group
from participation.campaigns.normalising import clauses
from participation.campaigns.rules import Side

EXACT, NEAR, NAMED, MOVED, ADDED = "exact", "near copy", "inserted name", "order changed", "added"
OTHER, OPPOSED, SHORT = "same topic", "opposite", "short"
SAME = (EXACT, NEAR, NAMED, MOVED, ADDED)


class Labelled(NamedTuple):
    """An opinion: what kind of version it is, and the campaign it belongs to, empty for none."""

    words: str
    side: Side
    kind: str
    campaign: str


class Topic(NamedTuple):
    """A campaign's text, what turns it round, and what others say on the same matter."""

    text: str
    turns: tuple[tuple[str, str], ...]
    others: tuple[str, ...]


TOPICS = (
    Topic(
        "我们住在河西片区的居民支持延长末班公交的时间。晚上九点半以后没有车，下夜班的人只能走四公里回家，"
        "路上灯又暗。建议把七路车的末班推迟到十一点，冬天也不要提前收班。这是几千户人家每天都要走的路。",
        (
            ("支持延长", "反对延长"),
            ("推迟到十一点", "提前到九点"),
            ("也不要提前收班", "可以提前收班"),
        ),
        (
            "七路车白天间隔太长，等半个多小时是常事。",
            "末班车几乎没有人坐，开到十一点油钱谁出？",
            "公交站没有雨棚，老人站着等很辛苦。",
            "夜里开快车的多，先把河西路的测速装上再说。",
            "可以试行小型巴士，按预约发车，比大车省钱。",
            "孩子晚自习下课是九点四十，请照顾这一班学生。",
        ),
    ),
    Topic(
        "草案第十二条要求电动自行车一律登记上牌，我赞成这一条。小区里的车子横七竖八，出了事故找不到车主，"
        "受伤的人没有地方说理。登记不应收费，窗口要开到社区，老年人可以由家人代办。",
        (("我赞成", "我不赞成"), ("登记不应收费", "登记应收费")),
        (
            "上牌要跑到十公里外的车管所，一上午就没了。",
            "快递骑手一人两辆车，登记时怎么算请写明白。",
            "充电桩太少，车子推进楼道是没办法的办法。",
            "头盔查得严，上牌倒可以缓一缓。",
            "旧车没有合格证的，应有过渡期，比如两年。",
            "建议牌照和保险一起办，一次办完。",
        ),
    ),
    Topic(
        "请在幼儿园和小学门口两百米内禁止摆放燃气炉灶的流动摊位。每天放学时人挤人，明火就在孩子脸旁边，"
        "去年冬天已经有人烫伤。摊主的生计可以安排到东侧的空地，由社区划线编号，水电由街道接好。",
        (("内禁止摆放", "内允许摆放"),),
        (
            "放学时段机动车应当绕行，比管摊位更要紧。",
            "摊位卖的东西没有标生产日期，家长不放心。",
            "东侧空地下雨全是泥，先铺上砖再让人搬。",
            "给流动摊位统一的电磁炉，费用从管理费里出。",
            "学校能不能错开年级放学，门口就不会这样挤。",
            "城管来了就收，走了就摆，没有人长期管。",
        ),
    ),
    Topic(
        "反对把老城厢的梧桐树移走。这些树五十多年了，夏天整条街都在树荫下面，移栽以后多半活不成。"
        "人行道不平可以换成透水砖，树穴扩大一点就够了，不必为了停车多出三十个车位就毁掉一条街的样子。",
        (("反对把", "支持把"), ("不必为了", "必须为了")),
        (
            "梧桐的飞絮年年让人咳嗽，请换树种。",
            "树枝压着电线，台风天停电两次了。",
            "停车位真的不够，可以挖地下车库。",
            "老树要挂牌建档，谁也不许随便动。",
            "人行道上的树根绊倒过我母亲，先修路面。",
            "街道改造的图纸应当先贴出来给大家看。",
        ),
    ),
    Topic(
        "关于养犬管理条例草案，建议保留公园早晚各两小时的放绳时段。全天拴绳对大型犬并不人道，邻里反而更容易"
        "起争执。划出围栏区，进区的犬只须有免疫证，主人随身带拾便袋，违者第一次就罚，这样管得住也容得下。",
        (("建议保留", "建议取消"), ("这样管得住", "这样管不住")),
        (
            "遛狗不拴绳的，罚款太轻，没人当回事。",
            "导盲犬能进公交和商场，要单独写一条。",
            "流浪犬谁来收容，经费从哪里来，草案没有说。",
            "免疫证能不能在手机上查，不用带纸的。",
            "夜里狗叫影响睡觉，应规定到哪里投诉。",
            "农村养狗看家，和城里不应一个管法。",
        ),
    ),
    Topic(
        "作为自来水用户，我不同意草案规定的阶梯水价第二档从二十吨起算。一家五口带两个老人，一个月二十吨根本不够，"
        "等于人口多的家庭交得多。应当按户籍或居住登记的人数核定水量，四人以上每多一人增加五吨。",
        (("我不同意", "我同意"), ("根本不够", "根本足够")),
        (
            "水费账单看不懂，污水处理费是怎么算的。",
            "管网老化漏水，应当由公司承担而不是摊给用户。",
            "低保户的水费减免，请直接从账单上扣。",
            "理发店、洗车行用水多，应另设一档。",
            "二次加压收的费太高，物业说是水厂定的。",
            "水价听证会的材料应提前一个月公开。",
        ),
    ),
    Topic(
        "希望县里不要撤掉柳林村的教学点。撤了以后二十三个孩子要到镇上住校，最小的才六岁，一星期见不到父母。"
        "哪怕只留一到三年级，请两位走教老师，冬天烧好炉子，家长愿意出工出力把院墙修起来。",
        (("不要撤掉", "应当撤掉"), ("家长愿意出工出力", "家长不愿意出工出力")),
        (
            "村小的老师一人教四门课，孩子学不到东西。",
            "镇上学校的宿舍八个人一间，条件要先改善。",
            "校车走山路不安全，冬天结冰更危险。",
            "能不能几个村合办一所，地点选在中间。",
            "教学点的房子是危房，先鉴定了再说留不留。",
            "孩子住校的伙食补助，去年的还没有发到。",
        ),
    ),
    Topic(
        "本人经营一家小餐馆，支持餐饮油烟在线监测，但设备应由政府统一采购、分期付款。一台一万二，对只有六张桌子的"
        "店来说是两个月的利润。监测数据应对店主公开，超标先提醒后处罚，误报的要有地方申诉。",
        (("支持餐饮", "抵制餐饮"), ("应对店主公开", "不应对店主公开")),
        (
            "楼下烧烤到凌晨两点，油烟直接进卧室。",
            "净化器装了不开，检查时才开，怎么管？",
            "排烟管道应由房东负责，不能都推给租户。",
            "新开的店要离居民楼多远，请写具体数字。",
            "清洗油烟机的公司良莠不齐，应有名录。",
            "露天烧烤集中到一个区，既热闹又好管。",
        ),
    ),
    Topic(
        "建议将社区医院的夜间门诊保留到晚上十点，并配齐儿科常用药。孩子发烧多在夜里，去市医院来回一个半小时，"
        "挂号排队又是两小时。社区医院离家只有十分钟，有一位值班医生就能解决大半问题，也给大医院减轻负担。",
        (("夜间门诊保留到", "夜间门诊取消到"), ("就能解决大半问题", "不能解决大半问题")),
        (
            "社区医院的药品目录太窄，降压药常断货。",
            "家庭医生签了约，一年没有接到过电话。",
            "转诊要回社区盖章，来回折腾老人。",
            "夜间门诊的护士只有一个，打针要等。",
            "化验结果能在手机上看就好了。",
            "请公布每位医生的出诊时间，免得白跑。",
        ),
    ),
    Topic(
        "垃圾分类投放点从六个减少到两个，我们三号院的业主表示反对。最远的一栋走过去要八分钟，雨天老人提着桶很危险。"
        "至少应保留四个点，早上六点到九点、晚上六点到九点开放，夏天加一次清运，气味才不会飘进窗户。",
        (("表示反对", "表示支持"), ("至少应保留", "至少应撤销")),
        (
            "分好的垃圾又混着拉走，大家心都凉了。",
            "厨余桶破了三个月没人换。",
            "志愿者态度很好，应当给他们发补贴。",
            "大件家具没地方放，堆在消防通道。",
            "误时投放点要有灯有水，才好洗手。",
            "物业收了清运费，账目应当上墙。",
        ),
    ),
    Topic(
        "图书馆闭馆时间提前到下午五点，对上班的人等于没有图书馆。请恢复到晚上九点，周末不休息。二楼自习室可以实行预约，"
        "三天不到的暂停一周。人手不够，大学生愿意做志愿者，我们读者也愿意轮流整理书架。",
        (("请恢复到", "请不要恢复到"), ("读者也愿意", "读者也不愿意")),
        (
            "自习室占座严重，一本书占一天。",
            "少儿区太吵，应当隔开。",
            "馆藏旧，新书一年进不了几百本。",
            "盲文书和大字书请单独设一架。",
            "能不能在地铁站设还书箱。",
            "空调温度太低，老人坐不住。",
        ),
    ),
    Topic(
        "我是外卖骑手，赞同草案第二十条关于平台不得以超时为由直接扣款的规定。电梯坏了、商家出餐慢、下大雨，都不是骑手的错。"
        "扣款之前要让骑手说明情况，站点有人复核。请再加一条：连续跑单四小时，系统应当停派二十分钟。",
        (("赞同草案", "反对草案"), ("都不是骑手的错", "都是骑手的错")),
        (
            "骑手逆行闯灯太多，平台要负责任。",
            "工伤保险谁交，草案含糊其辞。",
            "小区不让进，只好跑着送，超时怪谁？",
            "平台的算法应当向人社部门备案。",
            "换电柜着火过一次，请管管电池。",
            "商家也受平台抽成的苦，一并规定吧。",
        ),
    ),
)
NAMES = ("周桂兰", "何立新", "沈小满", "罗家驹", "欧阳晴", "唐春生", "许望", "石大勇", "叶知秋")
PLACES = ("三号楼", "桥东组", "和平里", "二队", "纺织厂宿舍", "南门外")
OPENINGS = ("大家好，", "您好！", "尊敬的领导：", "转发邻居的话，我也这样想：", "")
CLOSINGS = ("谢谢。", "请认真考虑！", "盼复", "以上，请研究。", "")
ADDITIONS = (
    "我家老人今年八十一岁，上个月就摔了一跤。", "这件事在去年的座谈会上我也提过，没有下文。",
    "具体情况可以到现场来看，我愿意带路。", "邻近的县三年前已经这样做了，效果很好，可以去学。",
    "另外请把办理结果贴在公告栏，不要只发网上。",
)  # fmt: skip
SHORTS = ("同意", "支持！", "反对。", "没有意见", "赞成这个草案", "希望尽快实施", "写得很好")
SWAPS = (
    *(("建议", "提议"), ("应当", "应该"), ("希望", "盼望"), ("可以", "能够"), ("晚上", "夜间")),
    *(("已经", "早已"), ("根本", "完全"), ("很", "十分"), ("一点", "一些"), ("请", "恳请")),
)


def labelled(seed: int, versions: int = 12) -> list[Labelled]:
    """The set of a seed: `versions` of each kind that says the same, and all that does not."""
    draw = random.Random(seed)
    found: list[Labelled] = []
    for at, topic in enumerate(TOPICS):
        found += _same(draw, topic, f"{at}", versions)
        # Turned round everywhere, and in one place alone, which is hardest to tell apart.
        for turns in (topic.turns, topic.turns[:1]):
            opposite = topic.text
            for old, new in turns:
                assert old in opposite
                opposite = opposite.replace(old, new)
            turned = Topic(opposite, (), topic.others)
            sent = _same(draw, turned, f"{at}x{len(turns)}", 1)
            found += [each._replace(kind=OPPOSED) for each in sent]
        found += _others(draw, topic, versions)
    found += [
        Labelled(words, draw.choice(list(Side)), SHORT, "") for words in SHORTS for _ in range(9)
    ]
    draw.shuffle(found)
    return found


def _same(draw: random.Random, topic: Topic, campaign: str, versions: int) -> Iterator[Labelled]:
    makers = {EXACT: _exact, NEAR: _near, NAMED: _named, MOVED: _moved, ADDED: _added}
    for kind, make in makers.items():
        for _ in range(versions):
            yield Labelled(make(draw, topic.text), Side.NEITHER, kind, campaign)


def _exact(draw: random.Random, text: str) -> str:
    wide = text.replace("，", draw.choice("，,")).replace("。", draw.choice(("。", "。\n", ". ")))
    return draw.choice(("", " ", "\n")) + wide


def _near(draw: random.Random, text: str) -> str:
    for old, new in draw.sample(SWAPS, 6):
        text = text.replace(old, new)
    places = [at for at, sign in enumerate(text) if sign not in "，。、：不"]
    for at in sorted(draw.sample(places, 2), reverse=True):
        # A slip of the pen: a sign twice, or left out.
        text = text[:at] + draw.choice((text[at] * 2, "")) + text[at + 1 :]
    return draw.choice(OPENINGS) + text + draw.choice(CLOSINGS)


def _named(draw: random.Random, text: str) -> str:
    name, place = draw.choice(NAMES), draw.choice(PLACES)
    age = draw.randint(22, 79)
    return draw.choice(
        (f"我叫{name}，住在{place}。{text}", f"{text}{place}居民{name}，{age}岁",
         f"{name}：{text}", f"我是{place}的{name}，今年{age}岁，{text}电话不便公开。")
    )  # fmt: skip


def _moved(draw: random.Random, text: str) -> str:
    sentences = [each + "。" for each in text.split("。") if each]
    while True:
        draw.shuffle(sentences)
        if "".join(sentences) != text:
            return "".join(sentences)


def _added(draw: random.Random, text: str) -> str:
    extra = "".join(draw.sample(ADDITIONS, draw.randint(1, 2)))
    return draw.choice((f"{text}{extra}", f"{extra}{text}"))


def _others(draw: random.Random, topic: Topic, versions: int) -> Iterator[Labelled]:
    pairs = list(combinations(topic.others, 2))
    for one, other in draw.sample(pairs, min(versions, 3)):
        yield Labelled(one + other, Side.NEITHER, OTHER, "")
    for each in topic.others[3:]:
        yield Labelled(each, draw.choice(list(Side)), OTHER, "")


class Measured(NamedTuple):
    """Pairs of opinions: rightly put together, wrongly, and missed; and the missed ones by kind."""

    right: int
    wrong: int
    missed: int
    by_kind: dict[str, float]

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def measure(given: list[Labelled]) -> Measured:
    """Group a labelled set as the platform does and count pairs, and by kind the share found."""
    keys = [(tuple(clauses(each.words)), each.side) for each in given]
    same = Counter(("".join(words), side) for words, side in keys)
    forms: dict[tuple[str, Side], tuple[str, ...]] = {}
    for words, side in keys:
        forms[("".join(words), side)] = min(words, forms.get(("".join(words), side), words))
    texts = [Text(forms[key], key[1], copies) for key, copies in same.items()]
    where = {
        ("".join(texts[each.place].clauses), texts[each.place].side): number
        for number, found in enumerate(group(texts))
        for each in found.texts
    }
    places = [where.get(("".join(words), side), -1) for words, side in keys]
    right = wrong = missed = 0
    met: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for one, other in combinations(range(len(given)), 2):
        together = places[one] == places[other] >= 0
        label = given[one].campaign
        belongs = bool(label) and label == given[other].campaign
        right += together and belongs
        wrong += together and not belongs
        missed += belongs and not together
        if belongs:
            for each in {given[one].kind, given[other].kind}:
                all_of[each] += 1
                met[each] += together
    return Measured(right, wrong, missed, {kind: met[kind] / all_of[kind] for kind in all_of})


if __name__ == "__main__":
    for seed in range(1, 6):
        found = labelled(seed)
        result = measure(found)
        kinds = "  ".join(f"{kind} {share:.3f}" for kind, share in sorted(result.by_kind.items()))
        print(f"seed {seed}: {len(found)} opinions, precision {result.precision:.4f}, "
              f"recall {result.recall:.4f}  ({kinds})")  # fmt: skip
