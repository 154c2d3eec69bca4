"""Take the pictures that README and docs show, from the report of the demo (`make figures`, after `make demo`).

Uses Chromium where it is installed (on Debian: apt install chromium fonts-noto-cjk); says so where it is not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPORT = Path(os.environ.get("EQUIPOISE_HOME") or ROOT / "var") / "demo" / "report" / "report.html"
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PICTURES = {
    "report.png": ("en", 1180, 1240),
    "report-zh.png": ("zh-hans", 1180, 1240),
    "report-phone.png": ("en", 390, 844),
}


def main() -> int:
    """Take each picture; the exit code says whether all were taken."""
    browser = shutil.which("chromium")
    if browser is None or not REPORT.exists():
        print("needs Chromium (on Debian: apt install chromium fonts-noto-cjk) and a report (make demo)")
        return 1
    page = REPORT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for name, (language, width, height) in PICTURES.items():
            shown = page.replace('id="language-en" checked', 'id="language-en"')
            shown = shown.replace(f'id="language-{language}"', f'id="language-{language}" checked')
            path = Path(folder) / "report.html"
            path.write_text(shown, encoding="utf-8")
            picture = ROOT / "docs" / "pictures" / name
            command = (browser, *QUIET, f"--user-data-dir={folder}/browser", f"--window-size={width},{height}")
            subprocess.run((*command, f"--screenshot={picture}", path.as_uri()), check=True, capture_output=True)
            print(picture.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
