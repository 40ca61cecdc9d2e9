"""Keep pytest out of this folder: benchmarks are run by ``make bench`` alone."""

collect_ignore_glob = ["*"]
