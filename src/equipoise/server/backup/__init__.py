"""A backup is one file: three lines that can be read, then the database as its own program copies it.

    equipoise backup 1
    {the manifest, canonical JSON: what, when, of which version, where each study stands, size and SHA-256}
    the manifest's HMAC-SHA-256, under the installation's key
    … the contents: a SQLite database, or what pg_dump writes in its custom format

Nothing is encrypted a second time: allocation secrets and second factors are encrypted in the database. The rest of a
backup is as confidential as the database is.
"""
