"""Static files: with their hash in their name once they are collected, and from where they lie until then."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Files(CompressedManifestStaticFilesStorage):
    """Compressed files that browsers may keep for ever, where `collectstatic` has made them."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the name with its hash; the plain name where nothing was collected, as in tests."""
        return self.hashed_files.get(self.hash_key(self.clean_name(name)), name)
