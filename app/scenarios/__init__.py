"""The mathematics of the scenarios: pure functions, without database or web, each with the source of its method."""
