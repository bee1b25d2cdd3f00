"""What a consultation is about and whom it touches: two closed lists to tag, filter and follow by.

The fields follow the subject classes of the government's own disclosure catalogue (政府信息公开
目录主题分类), put together and named as people speak of them.
"""

from __future__ import annotations

from enum import StrEnum

from participation.kernel.verdict import N_


class Topic(StrEnum):
    """A field of government."""

    HOUSING = "housing"
    CITY = "city"
    TRANSPORT = "transport"
    EDUCATION = "education"
    HEALTH = "health"
    WORK = "work"
    WELFARE = "welfare"
    CULTURE = "culture"
    ENVIRONMENT = "environment"
    LAND = "land"
    COUNTRYSIDE = "countryside"
    BUSINESS = "business"
    INDUSTRY = "industry"
    SAFETY = "safety"
    FINANCE = "finance"
    ADMINISTRATION = "administration"

    @property
    def label(self) -> str:
        """The field in a few words."""
        return _TOPICS[self]


class Audience(StrEnum):
    """People whom a matter touches in particular."""

    RESIDENTS = "residents"
    VILLAGERS = "villagers"
    FAMILIES = "families"
    STUDENTS = "students"
    OLDER_PEOPLE = "older-people"
    DISABLED_PEOPLE = "disabled-people"
    WORKERS = "workers"
    DRIVERS = "drivers"
    OWNERS = "owners"
    FARMERS = "farmers"
    FIRMS = "firms"
    SMALL_TRADERS = "small-traders"
    ASSOCIATIONS = "associations"
    PROFESSIONALS = "professionals"
    NEWCOMERS = "newcomers"

    @property
    def label(self) -> str:
        """The people in a few words."""
        return _AUDIENCES[self]


_TOPICS = {
    Topic.HOUSING: N_("住房与物业"),
    Topic.CITY: N_("城乡建设与市容"),
    Topic.TRANSPORT: N_("交通出行"),
    Topic.EDUCATION: N_("教育"),
    Topic.HEALTH: N_("医疗卫生"),
    Topic.WORK: N_("就业与社会保险"),
    Topic.WELFARE: N_("民政与养老"),
    Topic.CULTURE: N_("文化、旅游与体育"),
    Topic.ENVIRONMENT: N_("生态环境"),
    Topic.LAND: N_("土地与规划"),
    Topic.COUNTRYSIDE: N_("农业农村与水利"),
    Topic.BUSINESS: N_("市场监管与商贸"),
    Topic.INDUSTRY: N_("科技、工业与能源"),
    Topic.SAFETY: N_("公共安全与应急"),
    Topic.FINANCE: N_("财政、价格与收费"),
    Topic.ADMINISTRATION: N_("政务服务与法治"),
}

_AUDIENCES = {
    Audience.RESIDENTS: N_("城镇居民"),
    Audience.VILLAGERS: N_("农村居民"),
    Audience.FAMILIES: N_("有孩子的家庭"),
    Audience.STUDENTS: N_("学生"),
    Audience.OLDER_PEOPLE: N_("老年人"),
    Audience.DISABLED_PEOPLE: N_("残疾人"),
    Audience.WORKERS: N_("务工人员"),
    Audience.DRIVERS: N_("驾车和骑行的人"),
    Audience.OWNERS: N_("业主和租户"),
    Audience.FARMERS: N_("农户和合作社"),
    Audience.FIRMS: N_("企业"),
    Audience.SMALL_TRADERS: N_("个体工商户"),
    Audience.ASSOCIATIONS: N_("社会组织和行业协会"),
    Audience.PROFESSIONALS: N_("专业人士"),
    Audience.NEWCOMERS: N_("新来的和外来的居民"),
}
