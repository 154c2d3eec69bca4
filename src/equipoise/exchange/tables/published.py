"""`published.yaml`: the numbers that a publication printed, to be found again."""

from __future__ import annotations

from pathlib import Path

from equipoise.analysis.published import Published, published_from
from equipoise.core.problem import Problem, ProblemsError
from equipoise.study.folder import read_text
from equipoise.study.yaml_tree import compose, value_of

FILE = "published.yaml"


def read_published(folder: Path) -> tuple[Published, ...]:
    """Read a folder's printed numbers, none where there is no such file; raises ProblemsError with all its faults."""
    text = read_text(folder, FILE)
    if isinstance(text, Problem):
        if text.code == "study.file-missing":
            return ()
        raise ProblemsError([text])
    node, problems = compose(text, FILE)
    if node is None or problems:
        raise ProblemsError(problems)
    return published_from(value_of(node), Path(FILE))
