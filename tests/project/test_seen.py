"""The running server writes JSON alone, and adds up what its processes count."""

import json
import re
import signal

import pytest

from tests.helpers.databases import copied_database
from tests.helpers.served import running

pytestmark = pytest.mark.slow


def test_a_server_writes_json_alone_and_counts_for_all_its_processes(tmp_path, transactional_db):
    variables = {"METRICS": "1", "WEB_CONCURRENCY": "2", "PROXIES": "1"}
    with (
        copied_database(tmp_path) as url,
        running(DATABASE_URL=url, **variables) as server,
    ):
        for _ in range(20):
            assert server.get("/healthz", **{"X-Request-ID": "from-the-proxy"})[0] == 200
        status, _headers, text = server.get("/metrics")
        assert status == 200
        found = re.search(
            rb'relations_requests_total\{method="GET",route="healthz",status="200"\} ([\d.]+)', text
        )
        assert float(found[1]) >= 21  # one more has waited for the start
        assert server.get("/metrics", **{"X-Forwarded-For": "203.0.113.7"})[0] == 404
        server.process.send_signal(signal.SIGTERM)
        printed, _ = server.process.communicate(timeout=120)
    lines = [json.loads(line) for line in printed.splitlines()]
    requests = [line for line in lines if line["logger"] == "relations.requests"]
    assert sum(line["route"] == "healthz" for line in requests) == float(found[1])
    assert sum(line.get("request_id") == "from-the-proxy" for line in requests) == 20
    assert len({line["process"] for line in lines}) >= 2
    assert any(line["logger"] == "gunicorn.error" and "Listening at" in line["message"] for line in lines)
