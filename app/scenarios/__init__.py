"""The arithmetic of the scenarios: pure functions, without database or web."""
