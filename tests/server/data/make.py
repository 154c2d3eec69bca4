"""Make the backups of a version's data that later versions must carry on with (python tests/server/data/make.py).

Run it once for each version, before its data can be in anybody's hands; what it made is never made again. The study is
the double-blind example with people in several states, an account and a line in the access log; from 0.2.0 on also its
public page, a message to a centre, a saved search and shared notes. The key stands here, because the data are nobody's.
"""

from __future__ import annotations

import gzip
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
KEY = "0a" * 32
PASSWORD = "kept since the first version"  # noqa: S105 - of an account that is nobody's


def fill() -> None:
    """Fill the database of the environment."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    stage = runpy.run_path(str(HERE.parent / "stage.py"))["Stage"]("examples/blinded")
    stage.registered()
    stage.decided()
    for _ in range(3):
        stage.allocated()
    from equipoise.server.accounts.actions.open_account import open_account
    from equipoise.server.records.actions.log_access import log_access
    from equipoise.server.records.writing import Asker

    open_account("keeper", "keeper@example.org", "en", by="somebody", password=PASSWORD)
    log_access(stage.study.id, Asker(by="keeper", role="monitor"), "read", "01-0001")
    fill_public_side(stage.study.id)


def fill_public_side(study: str) -> None:
    """Show the study, and let somebody find it, write to its centre, save a search, and share notes."""
    from equipoise.recruit.searches import Search
    from equipoise.server.recruit.actions.save_search import save_search
    from equipoise.server.recruit.actions.share_notes import share_notes
    from equipoise.server.recruit.actions.show_page import show_page
    from equipoise.server.recruit.actions.submit_enquiry import Submission, submit_enquiry
    from equipoise.server.recruit.said import Said
    from equipoise.server.recruit.shared_notes import Sealed

    show_page(study, shown=True, by="keeper")
    said = Said("Ada", "Example", "ada@example.org", "+1 555 0100", "en", message="Kept since 0.2.0.")
    submit_enquiry(Submission("kept", study, study, "01", "en", said))
    save_search(Search(words="migraine"), "ada@example.org", "en", "kept")
    share_notes(Sealed(bytes(16), bytes(12), b"sealed" * 8, bytes(32), bytes(32), 30))


def main() -> None:
    """Make both backups, compressed."""
    target = HERE / version("equipoise")
    target.mkdir()  # what is there is never made again
    cluster_module = runpy.run_path(str(HERE.parent / "cluster.py"))
    folder = Path(tempfile.mkdtemp(prefix="equipoise-pg-", dir="/tmp"))
    cluster = cluster_module["Cluster"](folder)
    cluster.make()
    cluster.start()
    try:
        cluster.sql("CREATE DATABASE kept TEMPLATE template0")
        with tempfile.TemporaryDirectory() as home:
            addresses = {"postgresql": cluster.address("kept"), "sqlite": f"sqlite:///{home}/equipoise.sqlite3"}
            for kind, address in addresses.items():
                environment = {
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "equipoise.server.settings",
                    "EQUIPOISE_HOME": home,
                    "EQUIPOISE_KEY": KEY,
                    "EQUIPOISE_DATABASE": address,
                }
                made = Path(home) / f"{kind}.backup"
                for command in (
                    [sys.executable, __file__, "fill"],
                    [Path(sys.executable).with_name("equipoise"), "backup", made],
                ):
                    subprocess.run(command, env=environment, check=True)
                (target / f"{kind}.backup.gz").write_bytes(gzip.compress(made.read_bytes(), mtime=0))
    finally:
        cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    fill() if "fill" in sys.argv else main()
