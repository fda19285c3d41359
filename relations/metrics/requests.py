"""What is counted with each request, in each process; the page adds all processes together."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

answered = Counter(
    "relations_requests",
    "Requests that were answered.",
    ("route", "method", "status"),
    registry=REGISTRY,
)
took = Histogram(
    "relations_request_seconds",
    "Seconds until an answer was made, without the time in which a file is read.",
    ("route",),
    buckets=SECONDS,
    registry=REGISTRY,
)
statements = Counter(
    "relations_statements", "Statements to the database during requests.", ("route",), registry=REGISTRY
)
database_seconds = Counter(
    "relations_database_seconds", "Seconds that requests waited for the database.", registry=REGISTRY
)
pages = Counter("relations_pages", "Public pages by what the page cache did.", ("answer",), registry=REGISTRY)


def count(route: str, method: str, status: int, seconds: float, page: str, asked: tuple[int, float]) -> None:
    """One request; `asked` is how many statements it needed and how long they took."""
    answered.labels(route, method, str(status)).inc()
    took.labels(route).observe(seconds)
    if page:
        pages.labels(page).inc()
    if asked[0]:
        statements.labels(route).inc(asked[0])
        database_seconds.inc(asked[1])
