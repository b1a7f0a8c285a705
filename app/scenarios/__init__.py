"""The mathematics of the scenario pages: pure functions without database or web."""
