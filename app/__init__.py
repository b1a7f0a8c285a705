"""Faultlines: where the dispute between OpenAI and Microsoft stands, with the evidence for every sentence."""

__version__ = "0.1.0"
