"""What is needed to run the register elsewhere: image, compose file, units of systemd, proxies, list of packages."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from fnmatch import fnmatch
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from relations.limits import LONGEST_BATCH
from tests.helpers.served import Server, environment, serve
from tests.helpers.web_server import closed_port
from tests.project.test_ci_tools import tool, unmeasured

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PROGRAM = ("set-up", "web-1", "web-2", "worker")
NOBODY = 65534


def instructions(text):
    """[(instruction, arguments)] of a Containerfile, long lines joined."""
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


INSTRUCTIONS = instructions(CONTAINERFILE)


def arguments(name):
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def last_stage():
    start = max(number for number, (name, _rest) in enumerate(INSTRUCTIONS) if name == "FROM")
    return INSTRUCTIONS[start:]


def variables():
    """{name: value} of the ENV of the image."""
    pairs = [pair for name, rest in last_stage() if name == "ENV" for pair in shlex.split(rest)]
    return dict(pair.split("=", 1) for pair in pairs)


def copied():
    """Paths that are copied into the image from the project."""
    words = [rest.split()[:-1] for rest in arguments("COPY") if "--from=" not in rest]
    return sorted({name for names in words for name in names})


class TestContainerfile:
    def test_every_base_is_pinned_to_a_version(self):
        bases = dict(rest.split("=", 1) for rest in arguments("ARG") if "=" in rest)
        for rest in arguments("FROM"):
            base = re.sub(r"\$\{(\w+)\}", lambda found: bases[found[1]], rest.split()[0])
            assert re.search(r":\d+\.\d+\.\d+-slim", base), base

    def test_it_does_not_run_as_root_and_can_be_stopped(self):
        found = dict(last_stage())
        assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", found["USER"])
        assert found["STOPSIGNAL"] == "SIGTERM"
        assert found["VOLUME"] == "/data"
        assert "healthcheck.py" in found["HEALTHCHECK"]
        assert "org.opencontainers.image.title" in found["LABEL"]

    def test_nothing_is_added_from_elsewhere_and_no_lists_of_packages_stay(self):
        assert "ADD" not in {name for name, _rest in INSTRUCTIONS}
        assert ":latest" not in CONTAINERFILE
        for run in arguments("RUN"):
            assert "apt-get" not in run or "rm -rf /var/lib/apt/lists/*" in run
            assert "curl" not in run

    def test_what_is_written_is_in_the_volume_and_no_secret_is_inside(self):
        found = variables()
        for name in ("DATABASE_URL", "STATE_DIR", "DUMPS_DIR", "BACKUPS_DIR"):
            assert found[name].removeprefix("sqlite:///").startswith("/data/"), name
        assert found["PREPARED"] == "1"
        assert "SECRET_KEY" not in found

    def test_what_is_copied_is_sent_to_the_builder_and_nothing_else(self):
        lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        assert lines[1] == "*"
        sent = sorted(line[1:] for line in lines if line.startswith("!"))
        assert sent == copied()
        for name in (".env", "register.sqlite3", "backups", "tests"):
            assert not any(fnmatch(name, pattern) for pattern in sent)


class TestCompose:
    def test_only_the_proxy_is_reached_from_outside(self):
        services = COMPOSE["services"]
        assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
        assert COMPOSE["networks"]["inside"]["internal"] is True
        for name in ("postgres", "redis", "set-up"):
            assert services[name]["networks"] == ["inside"]
        assert services["proxy"]["networks"] == ["front"]

    def test_every_service_can_do_little_and_is_bounded(self):
        for name, service in COMPOSE["services"].items():
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert service["tmpfs"], name
            assert service["mem_limit"], name
            assert service["logging"]["options"]["max-size"], name
            assert service["restart"] == ("no" if name == "set-up" else "unless-stopped"), name

    def test_every_service_says_whether_it_is_well(self):
        silent = {
            name for name, one in COMPOSE["services"].items() if one.get("healthcheck") == {"disable": True}
        }
        assert silent == {"set-up", "worker"}
        for name in ("postgres", "redis", "proxy"):
            assert COMPOSE["services"][name]["healthcheck"]["test"]

    def test_servers_wait_until_the_database_is_set_up(self):
        for name in ("web-1", "web-2", "worker"):
            waits = COMPOSE["services"][name]["depends_on"]
            assert waits["set-up"] == {"condition": "service_completed_successfully"}
        waits = COMPOSE["services"]["set-up"]["depends_on"]
        assert waits["postgres"] == {"condition": "service_healthy"}

    def test_images_of_others_are_pinned(self):
        for name, service in COMPOSE["services"].items():
            if "build" not in service:
                assert re.search(r":\d+\.\d+(\.\d+)?-", service["image"]), name

    def test_every_variable_is_a_known_setting_and_no_secret_is_in_the_file(self, monkeypatch):
        monkeypatch.chdir(ROOT)
        known = tool("settings_table").read_in_settings().keys() | {"PYTHONDONTWRITEBYTECODE"}
        for name in PROGRAM:
            assert COMPOSE["services"][name]["environment"].keys() <= known
            assert COMPOSE["services"][name]["env_file"] == [".env"]
        assert "SECRET_KEY" not in (ROOT / "compose.yaml").read_text(encoding="utf-8")
        assert variables().keys() <= known | {"PATH", "PYTHONUNBUFFERED"}

    def test_its_commands_exist(self):
        for name in PROGRAM:
            command = COMPOSE["services"][name].get("command", ["python", "-m", "config.serve"])
            assert command[1] != "manage.py" or command[2] in get_commands()

    def test_servers_stop_as_slowly_as_their_answers(self):
        for name in ("web-1", "web-2"):
            assert int(COMPOSE["services"][name]["stop_grace_period"].rstrip("s")) > settings.WEB_TIMEOUT


class TestUnits:
    @pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
    def test_a_service_is_hardened(self, unit):
        text = unit.read_text(encoding="utf-8")
        for line in (
            "User=register",
            "NoNewPrivileges=true",
            "ProtectSystem=strict",
            "ReadWritePaths=/var/lib/register",
            "PrivateTmp=true",
            "CapabilityBoundingSet=",
            "Environment=DEBUG=0 PREPARED=1 PYTHONDONTWRITEBYTECODE=1",
        ):
            assert f"\n{line}\n" in text, line

    @pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
    def test_its_command_exists(self, unit):
        commands = re.findall(
            r"^ExecStart=/srv/register/\.venv/bin/python (.+)$", unit.read_text(), re.MULTILINE
        )
        assert commands
        for command in commands:
            assert command == "-m config.serve" or command.split()[1] in get_commands()

    def test_every_timer_has_its_service(self):
        timers = {unit.stem for unit in UNITS if unit.suffix == ".timer"}
        assert {"register-backup", "register-check-links", "register-dump", "register-doctor"} <= timers
        assert timers <= {unit.stem for unit in SERVICES}

    def test_commands_by_hand_have_the_same_settings(self):
        """deploy/manage.sh is what an operator types."""
        text = (DEPLOY / "manage.sh").read_text(encoding="utf-8")
        lines = re.findall(
            r"^Environment=(.+)$", (DEPLOY / "systemd/register.service").read_text(), re.MULTILINE
        )
        for assignment in " ".join(lines).split():
            assert assignment in text

    def test_systemd_accepts_them(self, tmp_path):
        """Where there is systemd; Python stands for the program, which is not installed."""
        for unit in UNITS:
            text = unit.read_text(encoding="utf-8").replace("/srv/register/.venv/bin/python", sys.executable)
            (tmp_path / unit.name).write_text(text, encoding="utf-8")
        names = sorted(str(path) for path in tmp_path.iterdir())
        if shutil.which("systemd-analyze"):
            command = ["systemd-analyze", "verify", "--man=no", *names]
            done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
            assert (done.returncode, done.stderr) == (0, "")
        assert len(names) == len(UNITS)


BODIES = {
    "the admin": 2 * 20 * 2**20,
    "checks of tables": 2 * 2 * 2**20,
    "batches of names": LONGEST_BATCH,
    "other forms": 2560 * 2**10,
}
SIZES = {"m": 2**20, "k": 2**10, "": 1, "MiB": 2**20, "KiB": 2**10, "MB": 10**6}


def size(text):
    number, unit = re.fullmatch(r"(\d+)(\w*)", text).groups()
    return int(number) * SIZES[unit]


class TestProxies:
    """They refuse what the register would refuse, and nothing less."""

    def test_the_usual_limits_are_those_of_the_register(self):
        assert BODIES["the admin"] == 2 * settings.MAX_UPLOAD_BYTES
        assert BODIES["checks of tables"] == max(2 * settings.SHEET_CHECK_BYTES, BODIES["other forms"])
        assert BODIES["other forms"] == settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def test_nginx(self):
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        found = {size(one) for one in re.findall(r"client_max_body_size (\w+);", text)}
        found.remove(0)  # of the page that is shown while the register is away
        assert found == set(BODIES.values())
        for line in (
            "proxy_set_header X-Request-ID $request_id;",
            "proxy_set_header X-Forwarded-For $remote_addr;",
            "proxy_set_header X-Forwarded-Proto $scheme;",
            "proxy_request_buffering on;",
            "add_header Retry-After 30 always;",
            "gzip off;",
        ):
            assert line in text
        assert "Strict-Transport-Security" not in text

    def test_caddy(self):
        text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
        assert {size(one) for one in re.findall(r"max_size (\w+)", text)} == set(BODIES.values())
        for line in (
            "header_up X-Request-ID {http.request.uuid}",
            "header Retry-After 30",
            "request_buffers 4MiB",
        ):
            assert line in text
        assert "encode" not in text
        used = set(re.findall(r"\{\$([A-Z_]+)", text))
        assert used == COMPOSE["services"]["proxy"]["environment"].keys()

    def test_the_page_of_an_absent_register_speaks_both_languages(self):
        text = (DEPLOY / "away.html").read_text(encoding="utf-8")
        assert '<html lang="ru">' in text
        assert 'lang="en"' in text
        assert "style" not in text
        assert "<script" not in text


class TestSettingsTable:
    @pytest.fixture
    def table(self, tmp_path, monkeypatch):
        """The tool, in a copy of what it compares."""
        for name in ("config/settings.py", ".env.example", "docs/settings.md", "compose.yaml"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
        monkeypatch.chdir(tmp_path)
        return tool("settings_table")

    def said(self, table):
        with pytest.raises(SystemExit) as caught:
            table.main([])
        return str(caught.value)

    def change(self, name, old, new):
        text = Path(name).read_text(encoding="utf-8")
        assert old in text
        Path(name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_the_page_is_what_the_settings_are(self, table):
        table.main([])

    @pytest.mark.parametrize(
        ("name", "old", "new", "complaint"),
        [
            (".env.example", "#WEB_TIMEOUT=60\n", "", "lacks WEB_TIMEOUT"),
            (".env.example", "#WEB_TIMEOUT=60", "#WEB_TIMEOUTS=60", "has WEB_TIMEOUTS, which neither"),
            (".env.example", "#WEB_TIMEOUT=60", "#WEB_TIMEOUT=61", "the default in config/settings.py is 60"),
            (".env.example", " [one per core, at least 2]", "", "what WEB_CONCURRENCY is by default"),
            (".env.example", "# Most rows of a sheet\n", "", "what MOST_ROWS means"),
            (".env.example", "Most rows of a sheet", "Rows of a sheet", "Run: make settings"),
            ("config/settings.py", "Range(min=2, max=3600)", "Range(min=3, max=3600)", "Run: make settings"),
            ("config/settings.py", '"MOST_ROWS"', '"MOST_LINES"', "lacks MOST_LINES"),
        ],
    )
    def test_what_does_not_agree_is_named(self, table, name, old, new, complaint):
        self.change(name, old, new)
        assert complaint in self.said(table)

    def test_it_is_written_anew(self, table):
        self.change(".env.example", "Most rows of a sheet", "Rows of a sheet")
        table.main(["--write"])
        table.main([])
        assert (
            "| `MOST_ROWS` | Rows of a sheet | number, 1 or more | `200000` |"
            in Path("docs/settings.md").read_text()
        )


class TestAudit:
    """No weakness is said to be absent unless every package was looked up."""

    def test_packages_without_weaknesses(self):
        found = {"dependencies": [{"name": "django", "version": "5.2", "vulns": []}]}
        assert tool("audit").verdict(json.dumps(found), "")[0] == 0

    def test_a_weakness_is_named_with_where_it_is_corrected(self):
        weak = {"id": "PYSEC-1", "fix_versions": ["5.3"]}
        found = {"dependencies": [{"name": "django", "version": "5.2", "vulns": [weak]}]}
        code, text = tool("audit").verdict(json.dumps(found), "")
        assert code == 1
        assert text.startswith("django 5.2: PYSEC-1, corrected in 5.3.\n")

    @pytest.mark.parametrize(
        "output",
        ["", "{}", json.dumps({"dependencies": [{"name": "django", "skip_reason": "Dependency not found"}]})],
    )
    def test_who_was_not_answered_is_told_so(self, output):
        code, text = tool("audit").verdict(output, "Traceback\nConnectionError: nobody")
        assert code == 2
        assert "Run make audit where pypi.org itself can be reached" in text


@pytest.mark.parametrize("name", ["build.sh", "manage.sh", "debian.sh"])
def test_the_scripts_can_be_read_by_a_shell_and_say_how_they_are_called(name):
    assert subprocess.run(["sh", "-n", DEPLOY / name], check=False).returncode == 0
    if name != "manage.sh":  # which has no options of its own
        done = subprocess.run(["sh", DEPLOY / name], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 2
        assert f"sh deploy/{name} " in done.stderr


@pytest.mark.parametrize("name", ["STATE_DIR", "PREPARED"])
def test_a_bad_value_is_refused_with_one_sentence(name):
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={**os.environ, name: "manage.py"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"The environment variable {name} is not valid: ")
    assert len(done.stderr.splitlines()) == 1


# What needs no container engine: the steps of the image, one after the other, in a folder.


def clean(**more):
    """An environment with the network, without anything of this project."""
    kept = ("PATH", "HOME", "LANG", "SSL_CERT", "REQUESTS_CA", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    usual = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", *kept))}
    return unmeasured(usual) | more


def as_somebody_else(command, folder):
    """The command as who may not write into a folder of root, also where this is root.

    Who starts tests as root may have Python where nobody else finds it; then it stays root, without any of its rights.
    """
    if os.geteuid():
        return command
    without = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"]
    nobody = [*without, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    again = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
    tried = [*nobody, str(folder / ".venv/bin/python"), "-c", again]
    can_run = subprocess.run(tried, capture_output=True, check=False, cwd="/").returncode == 0
    if can_run:
        os.chown(folder.parent / "data", NOBODY, NOBODY)
    return [*(nobody if can_run else without), *command]


@pytest.fixture(scope="class")
def image():
    """The folder that the image has in /srv/register, made by its own steps, and one for its volume."""
    place = Path(tempfile.mkdtemp(prefix="register-image-"))
    place.chmod(0o755)  # noqa: S103
    folder, data = place / "register", place / "data"
    data.mkdir()
    folder.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")
    for name in copied():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    for step in (rest for rest in arguments("RUN") if rest.startswith("sh deploy/build.sh")):
        command = step.replace("/srv/register", str(folder))
        done = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=clean(), capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    subprocess.run(["chmod", "-R", "a-w,a+rX", folder], check=True)
    yield SimpleNamespace(folder=folder, data=data)
    subprocess.run(["chmod", "-R", "u+w", place], check=True)
    shutil.rmtree(place)


def files(folder):
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*")}


@contextmanager
def started(image, variables):
    command = as_somebody_else([str(image.folder / ".venv/bin/python"), "-m", "config.serve"], image.folder)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=image.folder, env=variables, **pipes)
    try:
        server = Server(process, int(variables["BIND"].rpartition(":")[2]))
        server.wait_until_it_answers()
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=90)


@pytest.fixture
def server_variables(image):
    """Those of the image, with this folder for its own."""
    own = {
        name: value.replace("/data", str(image.data)).replace("/srv/register", str(image.folder))
        for name, value in variables().items()
        if name != "PATH"
    }
    own |= {"BIND": f"127.0.0.1:{closed_port()}", "SECRET_KEY": "only-for-tests" * 5}
    return clean(**own, ALLOWED_HOSTS="register.example.org,127.0.0.1", METRICS="1", WEB_CONCURRENCY="1")


@pytest.mark.slow
class TestTheImage:
    """Builds a clean environment from the locked packages: about a minute and a half, so make quick leaves it out."""

    def manage(self, image, variables, *words):
        command = [str(image.folder / ".venv/bin/python"), "manage.py", *words]
        done = subprocess.run(
            as_somebody_else(command, image.folder),
            cwd=image.folder,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def test_it_serves_the_register_and_writes_nothing_beside_its_volume(self, image, server_variables):
        variables = server_variables
        before = files(image.folder)
        assert "Upgraded to version" in self.manage(image, variables, "upgrade", "--no-backup")
        with started(image, variables) as server:
            assert server.get("/healthz")[0] == server.get("/readyz")[0] == 200
            for path in (
                "/ru/",
                "/en/agreements/",
                "/en/years/agreements/light.svg",
                "/admin/login/",
                "/metrics",
            ):
                assert server.get(path)[0] == 200, path
            styles = re.findall(rb'href="(/static/[^"]+\.css)"', server.get("/ru/")[2])
            assert styles
            for style in styles:
                assert server.get(style.decode())[0] == 200
            check = [image.folder / ".venv/bin/python", "deploy/healthcheck.py"]
            assert subprocess.run(check, cwd=image.folder, env=variables, check=False).returncode == 0
        assert subprocess.run(check, cwd=image.folder, env=variables, check=False).returncode == 1
        self.manage(image, variables, "backup", "--no-verify")
        self.manage(image, variables, "dump_register")
        assert files(image.folder) == before
        assert {path.name for path in image.data.iterdir()} >= {
            "register.sqlite3",
            "state",
            "backups",
            "dumps",
        }

    def test_it_has_no_tools_and_stays_small(self, image):
        """With Python and Debian, about 130 MB, it is to stay below 400 MB."""
        assert not list(image.folder.glob(".venv/bin/pip*"))
        sizes = {(path.lstat().st_ino): path.lstat().st_size for path in image.folder.rglob("*")}
        assert sum(sizes.values()) < 270 * 10**6


def test_a_server_that_was_not_prepared_says_so(tmp_path):
    """PREPARED=1 in a fresh clone."""
    variables = environment(PREPARED="1", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    process = serve(variables)
    printed, _ = process.communicate(timeout=240)
    assert process.returncode == 1
    assert printed.startswith("The register cannot be served: ")


def test_the_health_check_asks_as_a_proxy_does(monkeypatch):
    asked = []
    monkeypatch.setattr(HTTPConnection, "request", lambda *arguments, **more: asked.append(more["headers"]))
    monkeypatch.setattr(HTTPConnection, "getresponse", lambda self: SimpleNamespace(status=200))
    monkeypatch.setenv("ALLOWED_HOSTS", ".example.org,localhost")
    monkeypatch.setenv("BIND", "0.0.0.0:8000")
    exec(compile((DEPLOY / "healthcheck.py").read_text(), "healthcheck.py", "exec"), {})
    assert asked == [{"Host": "example.org", "X-Forwarded-Proto": "https"}]
