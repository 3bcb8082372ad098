#!/bin/sh
# run.sh PROGRAM SEEDS FOUND: run the seeds, then search for SPIQE_FUZZ_SECONDS (5). New inputs go
# to FOUND; an input that fails is left there as crash-*, timeout-* or oom-*.
set -eu
program=$1 seeds=$2 found=$3
mkdir -p "$found"
[ -d "$seeds" ] || seeds=$found
exec "$program" -max_total_time="${SPIQE_FUZZ_SECONDS:-5}" -timeout=10 -rss_limit_mb=2048 \
  -malloc_limit_mb=512 -max_len=65536 -print_final_stats=1 -verbosity=0 \
  -artifact_prefix="$found/" "$found" "$seeds"
