#!/bin/sh
# Runs inside the lab's machine: each scenario in a folder of its own, with a time limit.
root=$PWD

run() {
  name=$(basename "$1" .sh)
  echo "==== $name"
  mkdir -p "work/$name"
  cat functions.sh "$1" >"work/$name.sh"
  (
    cd "work/$name" || exit
    timeout "$SCENARIO_LIMIT" sh -eu "../$name.sh" </dev/null
    echo $? >"$root/results/$name.status"
  ) 2>&1 | tee "results/$name.log"
  rm -rf "work/$name"
}

for scenario in scenarios/*.sh; do run "$scenario"; done
