"""Answers kept whole and compressed, and given again without asking the application."""
