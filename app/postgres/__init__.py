"""PostgreSQL as the store of releases: each release a schema of its own, the current one a row that points to it."""
