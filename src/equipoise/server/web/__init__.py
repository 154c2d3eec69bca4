"""The pages: views, templates and static files; no table, no write."""
