"""gunicorn for Zhongyan, from its folder: `gunicorn -c docs/deploy/gunicorn.conf.py app:app`.

With SQLite leave `workers` at 1 (the threads take turns at the file); with PostgreSQL two per core.
"""

import os
from typing import Any

bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "1"))
threads = 8
# nginx waits 90 s. A thread that is stuck longer than this is ended with its process.
timeout = 75
graceful_timeout = 30
keepalive = 75
max_requests = 20_000
max_requests_jitter = 2_000
forwarded_allow_ips = "127.0.0.1"
limit_request_line = 8190
accesslog = None
# The platform's own commands steer it; nothing else listens.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Give the sign of the submit path from the start, before the first visitor comes."""
    worker.wsgi.extensions["heart"].start()
