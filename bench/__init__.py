"""Speed, as ratios to the machine's own limit, measured in one run on one machine."""
