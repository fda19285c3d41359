"""The figures of several processes: each keeps its own in a file, and the page adds them up."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from .requests import REGISTRY

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
#: the files of processes that have ended are added to the one of this number, which no process has
ENDED = 0
KINDS = ("counter", "histogram")


def prepare(directory: Path) -> None:
    """An empty folder for the processes of a server that is about to start."""
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.glob("*.db"):
        path.unlink()
    os.environ[VARIABLE] = str(directory)


def counted() -> bytes:
    """What all processes have counted, those that have ended too."""
    directory = os.environ.get(VARIABLE)
    if not directory:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, directory)  # type: ignore[no-untyped-call]
    with locked(Path(directory)):
        return generate_latest(registry)


def forget(pid: int) -> None:
    """After a process has ended: its figures stay, but its files do not heap up, as processes are replaced."""
    if not (name := os.environ.get(VARIABLE)):
        return
    directory = Path(name)
    with locked(directory):
        for kind in KINDS:
            if (file := directory / f"{kind}_{pid}.db").exists():
                add(file, directory / f"{kind}_{ENDED}.db")
                file.unlink()


def add(file: Path, whole: Path) -> None:
    sums = MmapedDict(str(whole))  # type: ignore[no-untyped-call]
    for key, value, timestamp, _position in MmapedDict.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
        sums.write_value(key, sums.read_value(key)[0] + value, timestamp)  # type: ignore[no-untyped-call]
    sums.close()  # type: ignore[no-untyped-call]


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Nobody reads while figures move from one file to another."""
    with (directory / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
