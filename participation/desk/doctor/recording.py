"""Whether the public record is signed in time."""

from __future__ import annotations

from participation.desk.doctor.finding import Finding, fail, ok, warn
from participation.kernel import clock
from participation.kernel.verdict import N_
from participation.record.queries import unsigned_too_long, without_log


def heads() -> Finding:
    """No leaf waits longer than it should for a signed head that covers it."""
    late = unsigned_too_long(clock.now())
    if late:
        assert late[0].unsigned_since is not None
        minutes = int((clock.now() - late[0].unsigned_since).total_seconds() // 60)
        return fail(
            N_("%(count)s 份公开记录有新内容没有签名，最久的已等了 %(minutes)s 分钟。"),
            N_(
                "检查后台任务是否在运行，以及它能否读到签名密钥"
                "（设置 record_key，或者 instance 文件夹里的 record_key 文件）。"
            ),
            count=len(late),
            minutes=minutes,
        )
    if missing := without_log():
        return warn(
            N_("%(count)s 件已发布的事项还没有公开记录。"),
            N_("后台任务每十分钟补建一次；没有运行的话请启动它。"),
            count=len(missing),
        )
    return ok(N_("公开记录都已按时签名。"))
