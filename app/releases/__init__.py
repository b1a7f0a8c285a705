"""Releases: where they are kept, and one opened for reading.

A store of releases is a folder (:mod:`app.releases.store`) or a database (:mod:`app.postgres`); what both can do is
``Store``.

A release is one SQLite file, ``ID.sqlite``, that never changes once it has its name. The file ``current`` holds the
id of the release to serve; it is only ever replaced as a whole, so a reader sees the old id or the new one. Beside each
release lies ``ID.sqlite.sha256``, the digest of the file as it was published, in the form that ``sha256sum -c`` reads,
and it may have ``ID.cards``, the cards of its claims as the program that published it renders them
(:mod:`app.rendering.cards`), with a digest as well.
"""
