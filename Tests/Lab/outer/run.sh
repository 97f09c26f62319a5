#!/bin/sh
# Runs inside the lab's machine: each scenario in a folder of its own, with a time limit, and with this machine's NVDIMMs
# as they were at its start.
root=$PWD
namespaces=$(ndctl list -N)

restore_devices() {
  [ "$(ndctl list -N)" != "$namespaces" ] || return
  awk '$1 ~ "^/dev/pmem" { print $2 }' /proc/mounts | xargs -r umount
  ndctl destroy-namespace -f all
  for disk in /dev/pmem[0-9]; do dd if=/dev/zero of="$disk" bs=1M; done
} >/dev/null 2>&1

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
  restore_devices
  rm -rf "work/$name"
}

for scenario in scenarios/*.sh; do run "$scenario"; done
