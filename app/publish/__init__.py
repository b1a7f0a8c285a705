"""Turns a dossier into a release, and keeps the folder of releases."""
