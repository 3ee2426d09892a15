"""The brain of a call, sans-IO: takes events and the time, returns actions; the only place that decides."""
