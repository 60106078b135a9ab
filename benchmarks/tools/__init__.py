"""Workers of benchmarks/speed.py: each is a process that stays warm, takes jobs as lines of JSON and times them."""
