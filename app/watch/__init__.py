"""What publishers said since: fetched by a command of its own, kept beside the releases, never evidence."""
