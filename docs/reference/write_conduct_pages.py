"""Write the reference pages on states and permissions anew: python docs/reference/write_conduct_pages.py."""

from pathlib import Path

from equipoise.conduct.manual import pages

if __name__ == "__main__":
    for name, content in pages().items():
        (Path(__file__).parent / name).write_text(content, encoding="utf-8")
