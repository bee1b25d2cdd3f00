"""Reading groups of opinions that say the same: lists, one with its members, the figures."""

from participation.campaigns.queries.figures import (
    count_of,
    printed,
    printed_columns,
    published,
    totals,
)
from participation.campaigns.queries.lists import (
    GROUPS_SHOWN,
    CampaignRow,
    CampaignView,
    MemberRow,
    by_number,
    campaigns,
    is_member,
    member_ids,
    members_of,
    own_words,
    view,
)
from participation.campaigns.queries.looking import (
    Standing,
    due_searches,
    received,
    search_of,
    standings,
)

__all__ = [
    "GROUPS_SHOWN",
    "CampaignRow",
    "CampaignView",
    "MemberRow",
    "Standing",
    "by_number",
    "campaigns",
    "count_of",
    "due_searches",
    "is_member",
    "member_ids",
    "members_of",
    "own_words",
    "printed",
    "printed_columns",
    "published",
    "received",
    "search_of",
    "standings",
    "totals",
    "view",
]
