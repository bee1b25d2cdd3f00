"""Statements pasted in bulk: one line each, the speaker before the colon."""

from __future__ import annotations

from participation.kernel.errors import Invalid
from participation.kernel.text import plain
from participation.kernel.verdict import N_
from participation.meetings.rules import LONGEST_SPEAKER

COLONS = ("：", ":")
# A colon after any of these stands within a sentence, not behind a speaker.
STOPS = frozenset('。，；？！、,;?!\t“”"')


def read_statements(pasted: str) -> list[tuple[str, str]]:
    """Speakers and what they said, in order, from lines such as `居民周**：路灯太暗。`.

    A line without a speaker goes on with the statement before it. Raise Invalid where the first
    line names nobody, since then nobody has said it.
    """
    found: list[tuple[str, list[str]]] = []
    for line in plain(pasted).split("\n"):
        if not line.strip():
            continue
        speaker, words = _parted(line.strip())
        if speaker:
            found.append((speaker, [words] if words else []))
        elif found:
            found[-1][1].append(words)
        else:
            raise Invalid(
                N_("第一行没有写发言人。请按“发言人：内容”的格式，每行一条。"), field="pasted"
            )
    return [(speaker, "\n".join(lines)) for speaker, lines in found]


def _parted(line: str) -> tuple[str, str]:
    places = [place for place in (line.find(colon) for colon in COLONS) if place > 0]
    if not places:
        return "", line
    place = min(places)
    speaker = line[:place].strip()
    if len(speaker) > LONGEST_SPEAKER or STOPS & set(speaker) or speaker.isdigit():
        return "", line
    return speaker, line[place + 1 :].strip()
