#!/bin/sh
# bench.sh all|NAME: run the benchmarks of build/fast from the root of the repository. Each prints
# its rows with their goals and writes build/bench/NAME.jsonl. Leaves with 1 when a goal is missed.
# bench/NAME.py (peers) runs by its name only, as it installs packages; 77 from it means skipped.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/bench
if [ -f "bench/$1.py" ]; then
  echo "== $1"
  result=0
  python3 -B "bench/$1.py" || result=$?
  [ "$result" != 77 ] || exit 0
  exit "$result"
fi
programs=build/fast/bench/bench_$1
[ "$1" != all ] || programs=$(find build/fast/bench -maxdepth 1 -name 'bench_*' -type f | sort)
result=0
for program in $programs; do
  if [ ! -x "$program" ]; then
    echo "bench: '$1' is not a benchmark; there are:" \
      "$({ find build/fast/bench -maxdepth 1 -name 'bench_*' -type f | sed 's/.*bench_//'
        find bench -maxdepth 1 -name '*.py' | sed 's/.*bench.//; s/[.]py$//'; } | sort |
        tr '\n' ' ')" >&2
    exit 2
  fi
  echo "== ${program##*bench_}"
  "$program" || result=1
done
exit $result
