"""What belongs elsewhere is told from a question about a draft."""

import tomllib

import pytest

from participation.demonstration.content import FOLDER
from participation.rulebook.recognising import Nature, recognise

PETITIONS = (
    "我要投诉小区物业，垃圾三个月没人清运，打了多次电话一直没人管。",
    "实名举报村支书侵占集体土地，请上级查处。",
    "包工头拖欠我们二十个人的工资，请给个说法。",
    "房子被强拆了，反映了多次没人管，求领导主持公道。",
    "我要上访。",
)
REQUESTS = (
    "我申请公开贵局二〇二五年老旧小区改造的招标合同和资金明细。",
    "现依据《政府信息公开条例》，申请公开该项目的审批文件。",
    "申请政府信息公开：请提供城东片区的规划批复复印件。",
    "依法申请贵局公开这次听证会的会议纪要",
)
QUESTIONS = (
    "第十二条说的补贴，租户能不能申请？",
    "草案里的信息公开义务由谁履行，多久公开一次？",
    "业主投诉以后，物业应当几天答复？",
    "依申请公开的期限在第几条？",
    "举报奖励按第几条发放？",
    "请问政府信息公开的申请条件和这部条例有什么关系？",
    "拆除违法建筑的程序和现行规定一样吗？",
    "",
)


@pytest.mark.parametrize("text", PETITIONS)
def test_a_petition_is_recognised(text: str) -> None:
    assert recognise(text) is Nature.PETITION


@pytest.mark.parametrize("text", REQUESTS)
def test_a_request_for_information_is_recognised(text: str) -> None:
    assert recognise(text) is Nature.DISCLOSURE


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_about_a_draft_is_left_alone(text: str) -> None:
    assert recognise(text) is None


def test_opinions_on_drafts_are_hardly_ever_taken_for_something_else() -> None:
    bodies = [
        told["body"]
        for path in FOLDER.glob("*/comments.toml")
        for told in tomllib.loads(path.read_text("utf-8"))["comments"]
    ]
    taken = [each for each in bodies if recognise(each)]
    assert len(bodies) > 60
    assert len(taken) <= 0.03 * len(bodies), taken


def test_the_words_are_found_in_any_width_and_with_spaces_between() -> None:
    assert recognise("我 申 请 公 开\u3000这份合同") is Nature.DISCLOSURE
