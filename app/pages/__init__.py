"""The pages: each a handler of a few lines, its context class, and a template of the same name."""
