"""The pages on deployment: their commands are run, in order; their files are checked; the table of settings is whole."""

from __future__ import annotations

import ast
import os
import re
import runpy
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
_CLUSTER = runpy.run_path(str(Path(__file__).parents[1] / "cluster.py"))


def blocks(page: str, kind: str) -> list[str]:
    """Return the blocks of a kind on a page."""
    return re.findall(rf"^```{kind}\n(.*?)^```", (DOCS / "how-to" / page).read_text(encoding="utf-8"), re.M | re.S)


class Machine:
    """What the pages take for a machine: folders of the test's own, a PostgreSQL of its own, a free port."""

    def __init__(self, folder: Path, cluster: object, port: int) -> None:
        self.folder, self.cluster, self.port = folder, cluster, port
        etc = folder / "etc"
        for each in (etc, folder / "home", folder / "backups"):
            each.mkdir()
        for name in ("owner.env", "site.env"):
            text = (DOCS / "deployment" / name).read_text()
            (etc / name).write_text(self.here(text).replace("EQUIPOISE_PROCESSES=4", "EQUIPOISE_PROCESSES=1"))

    def here(self, text: str) -> str:
        """Return a text of the page with this machine's places."""
        for there, place in (
            ("/etc/equipoise", self.folder / "etc"),
            ("/var/lib/equipoise", self.folder / "home"),
            ("/var/backups/equipoise", self.folder / "backups"),
            ("127.0.0.1:8000", f"127.0.0.1:{self.port}"),
        ):
            text = text.replace(there, str(place))
        return text.replace("@localhost/equipoise", f"@/equipoise?host={self.cluster.folder}")

    @property
    def environment(self) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("EQUIPOISE_")}
        return {**bare, "EQUIPOISE_LANGUAGE": "en", "PATH": f"{Path(sys.executable).parent}:{bare['PATH']}"}

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-eu", "-c", script], env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    if _CLUSTER["binaries"]() is None:
        pytest.skip(_CLUSTER["MISSING"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="equipoise-page-", dir="/tmp"))
    cluster = _CLUSTER["Cluster"](folder)
    cluster.make()
    cluster.start()
    try:
        yield Machine(tmp_path, cluster, port)
    finally:
        cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.enable_socket
def test_every_command_of_the_pages_does_what_the_page_says(machine, proc):
    for statements in blocks("run-a-site.md", "sql"):
        machine.cluster.sql(*[each for each in statements.split(";") if each.strip()])
    # The settings that a block reads hold for those after it, as they would in somebody's terminal.
    before = ""
    site: subprocess.Popen[bytes] | None = None
    done: dict[str, str] = {}
    try:
        scripts = [*blocks("run-a-site.md", "sh"), *blocks("back-up-and-restore.md", "sh")]
        for script in map(machine.here, scripts):
            if script.startswith("set -a"):
                before = script.splitlines()[0]
            if "curl" in script:
                serving = f"{before}; exec equipoise serve --port {machine.port}"
                site = subprocess.Popen(["bash", "-c", serving], env=machine.environment, cwd=ROOT)
                proc.until(lambda s=script: machine.run(s).returncode == 0, "the site is healthy")
            if "equipoise restore /" in script or "owner.env" in script:
                site = _ended(site)
            ran = machine.run(f"{before}\n{script}")
            done[script] = ran.stdout
            if "doctor" in script:
                assert "could give itself" not in ran.stdout
                assert "The role equipoise_site can add to the history and cannot change it." in ran.stdout
                to_mend = [line for line in ran.stdout.splitlines() if line.startswith("mend")]
                # The page has no mail server, no collected files and no backup yet, nor has a night passed.
                assert all(re.search("mail server|files of the pages|never been|no backup", line) for line in to_mend)
            else:
                assert ran.returncode == 0, f"{script}\n{ran.stdout}\n{ran.stderr}"
    finally:
        _ended(site)
    said = "\n".join(done.values())
    for words in (
        "not change it",
        "is open",
        '"well": true',
        "The history holds",
        "holds; nothing was changed",
        "is kept",
    ):
        assert words in said
    assert (machine.folder / "home" / "key").stat().st_mode & 0o777 == 0o600


def _ended(site: subprocess.Popen[bytes] | None) -> None:
    if site is not None and site.poll() is None:
        site.terminate()
        assert site.wait(90) == 0


def test_a_block_without_a_mark_is_explained():
    for page in ("run-a-site.md", "back-up-and-restore.md"):
        text = (DOCS / "how-to" / page).read_text(encoding="utf-8")
        assert set(re.findall(r"^```(\w*)$", text, re.M)) <= {"", "sh", "sql", "text"}
        assert "machine of their own" in " ".join(text.split()) or "machine\nof their own" in text


def test_the_units_are_as_systemd_wants_them(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for name in ("equipoise.service", "equipoise-backup.service", "equipoise-backup.timer"):
        text = (DOCS / "deployment" / name).read_text()
        text = text.replace("/opt/equipoise/bin/equipoise", "/bin/true").replace("/etc/equipoise/site.env", "/dev/null")
        text = re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.M)
        (tmp_path / name).write_text(text)
    names = [str(tmp_path / name) for name in ("equipoise.service", "equipoise-backup.timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", "--man=no", *names],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "equipoise" not in done.stderr


def test_nginx_s_file_is_whole(tmp_path):
    text = (DOCS / "deployment" / "nginx.conf").read_text()
    assert text.count("{") == text.count("}") == 3
    inner = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    assert all(line.endswith((";", "{", "}")) for line in inner)
    # What Equipoise believes of a proxy is set there.
    for header in ("Host $host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto https"):
        assert f"proxy_set_header {header};" in inner


@pytest.mark.skipif(shutil.which("nginx") is None or shutil.which("openssl") is None, reason="nginx is not installed")
def test_nginx_takes_its_file(tmp_path):
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=trial.example.org"]
    files = {"privkey.pem": "-keyout", "fullchain.pem": "-out"}
    subprocess.run(
        ["openssl", *made, *(part for name, option in files.items() for part in (option, str(tmp_path / name)))],
        check=True, capture_output=True,
    )  # fmt: skip
    text = (DOCS / "deployment" / "nginx.conf").read_text()
    site = text.replace("/etc/letsencrypt/live/trial.example.org", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\nhttp {{ access_log off;\n{site}\n}}\n"
    )
    done = subprocess.run(["nginx", "-t", "-c", str(whole)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "successful" in done.stderr


def test_the_page_of_settings_is_current():
    made = runpy.run_path(str(DOCS / "make_settings.py"))
    assert made["PAGE"].read_text(encoding="utf-8") == made["page"](), "run: python docs/make_settings.py"


def test_every_setting_that_the_code_names_is_in_the_table():
    from equipoise.server.environment import SETTINGS

    known = {setting.name for setting in SETTINGS}
    named, read_elsewhere = set(), set()
    for room in ("server", "cli"):
        for module in (ROOT / "src" / "equipoise" / room).rglob("*.py"):
            text = module.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    named |= set(re.findall(r"\bEQUIPOISE_[A-Z_]+\b", node.value))
            if room == "server" and re.search(r"os\.environ|os\.getenv", text):
                read_elsewhere.add(module.name)
    assert named <= known, f"not in the table: {sorted(named - known)}"
    assert known <= named
    # The table's module reads; these set something for the processes that they start, or for Django.
    assert read_elsewhere <= {"environment.py", "setup.py", "site.py", "wsgi.py", "postgresql.py"}


def test_every_setting_of_the_examples_is_in_the_table():
    from equipoise.server.environment import SETTINGS

    known = {setting.name for setting in SETTINGS}
    for name in ("owner.env", "site.env"):
        text = (DOCS / "deployment" / name).read_text()
        assert set(re.findall(r"^([A-Z_]+)=", text, re.M)) <= known
