"""schema.org data of public pages, for those who read pages by machine (JSON-LD)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from participation.consultations.models import Consultation
from participation.meetings.models import Meeting
from participation.web.filters import iso

CONTEXT = "https://schema.org"
CANCELLED, SCHEDULED = f"{CONTEXT}/EventCancelled", f"{CONTEXT}/EventScheduled"
ONLINE = f"{CONTEXT}/OnlineEventAttendanceMode"
LICENCE = "https://creativecommons.org/licenses/by/4.0/deed.zh-hans"


def embedded(data: Mapping[str, Any]) -> Markup:
    """The data as a data block: no script, so that nothing of it can run (HTML, 4.12.1)."""
    # What could end the block (`<`) is written as \\u003c.
    said = htmlsafe_json_dumps(data, ensure_ascii=False)
    return Markup('<script type="application/ld+json">{}</script>').format(said)


def _site() -> str:
    found: str = current_app.config["SETTINGS"].site
    return found


def site_data() -> Markup:
    """The site itself, with its search."""
    settings = current_app.config["SETTINGS"]
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": settings.platform_name,
        "url": f"{_site()}/",
        "inLanguage": ["zh-CN", "en"],
    }
    if "search.search" in current_app.view_functions:
        data["potentialAction"] = {
            "@type": "SearchAction",
            "target": f"{_site()}/search?q={{words}}",
            "query-input": "required name=words",
        }
    return embedded(data)


def consultation_data(found: Consultation, meetings: Iterable[Meeting] = ()) -> Markup:
    """A draft that is put to the public, the time for it, and the meetings held on it."""
    page = f"{_site()}/consultations/{found.slug}"
    organiser = {"@type": "GovernmentOrganization", "name": found.department.name}
    draft = {
        "@type": "Legislation",
        "@id": f"{page}/draft",
        "name": found.title,
        "abstract": found.summary,
        "inLanguage": "zh-CN",
        "legislationLegalForce": f"{CONTEXT}/NotInForce",
        "publisher": organiser,
        "url": f"{page}/draft",
        "datePublished": _instant(found.published_at),
    }
    window = {
        "@type": "Event",
        "@id": page,
        "name": found.title,
        "about": {"@id": f"{page}/draft"},
        "startDate": _instant(found.opens_at),
        "endDate": _instant(found.closes_at),
        "eventStatus": SCHEDULED,
        "eventAttendanceMode": ONLINE,
        "location": {"@type": "VirtualLocation", "url": page},
        "organizer": organiser,
        "isAccessibleForFree": True,
        "url": page,
    }
    held = [_meeting(each, found, page, organiser) for each in meetings]
    return embedded({"@context": CONTEXT, "@graph": [draft, window, *held]})


def _meeting(
    meeting: Meeting, found: Consultation, page: str, organiser: Mapping[str, str]
) -> dict[str, Any]:
    said = {
        "@type": "Event",
        "name": meeting.title,
        "about": {"@id": f"{page}/draft"},
        "startDate": _instant(meeting.starts_at),
        "endDate": _instant(meeting.ends_at),
        "eventStatus": CANCELLED if meeting.cancelled_at else SCHEDULED,
        "location": {"@type": "Place", "name": meeting.place, "address": meeting.place},
        "organizer": organiser,
        "url": f"{page}/meetings/{meeting.id}",
    }
    return {name: value for name, value in said.items() if value is not None}


def dataset_data(name: str, description: str, path: str, files: Mapping[str, str]) -> Markup:
    """A set of open data; `files` are media types by their paths."""
    return embedded(
        {
            "@context": CONTEXT,
            "@type": "Dataset",
            "name": name,
            "description": description,
            "url": _site() + path,
            "license": LICENCE,
            "isAccessibleForFree": True,
            "inLanguage": "zh-CN",
            "distribution": [
                {
                    "@type": "DataDownload",
                    "contentUrl": _site() + file,
                    "encodingFormat": kind,
                }
                for file, kind in files.items()
            ],
        }
    )


def _instant(value: datetime | None) -> str | None:
    return iso(value) if value else None
