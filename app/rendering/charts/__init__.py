"""The charts: one definition each gives its drawings, its table, its sentence and its downloads. Pure functions."""
