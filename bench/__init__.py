"""The benchmark: this site beside its peers, in one run, as ratios. ``make bench``; never part of the tests."""
