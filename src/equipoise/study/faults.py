"""The catalogue of faults: the reference page is made of the words that `study check` says."""

from __future__ import annotations

from equipoise.core.words import text, words

# What a person should know, and what stops nothing.
NOTES = frozenset(
    {
        "assumed-unexplained",
        "blind-spot",
        "blind-spot-decisive",
        "block-size-single",
        "competing-censored",
        "competing-none",
        "confidence-alpha",
        "consent-missing",
        "criterion-undecidable",
        "enrolment-indivisible",
        "event-unhandled",
        "examples-missing",
        "language-unspoken",
        "prediction-size",
        "probability-certain",
        "unknown-file",
        "unknown-file-close",
        "window-unanchored",
        "window-undated",
    }
)


def faults_page(language: str = "en") -> str:
    """Return the page of all faults (Markdown)."""
    lines = [f"# {_say('title', language)}", "", " ".join(_say("intro", language).split()), ""]
    columns = [_say(f"columns.{column}", language) for column in ("code", "what", "mend")]
    lines += ["| " + " | ".join(columns) + " |", "| --- | --- | --- |"]
    for code, said in words("study", language)["problems"].items():
        mark = f" ({_say('note', language)})" if code in NOTES else ""
        cells = (f"`{code}`{mark}", _cell(said["what"]), _cell(said["mend"]))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _say(key: str, language: str) -> str:
    return text("study", f"faults.{key}", language)


def _cell(said: str) -> str:
    return " ".join(said.replace("{{", "{").replace("}}", "}").replace("|", "\\|").split())
