"""What those who run the site see of it: logs, metrics, traces, and who may ask at all."""
