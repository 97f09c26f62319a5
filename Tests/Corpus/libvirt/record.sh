#!/bin/bash
# Records libvirt's result next to each domain: in .args the arguments about memory with which it would start QEMU, or
# in .err its refusal. `make libvirt-vectors` installs the required programs; nothing is started.
set -eu
cd "$(dirname "$0")"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir "$root/etc"
run=(env "HOME=$root" virsh --quiet --connect "qemu:///embed?root=$root" domxml-to-native qemu-argv)
if [ "$(id -u)" = 0 ]; then
  # Uses the session driver, because the system driver needs a user of its own.
  chown -R 65534:65534 "$root"
  run=(setpriv --reuid 65534 --regid 65534 --clear-groups "${run[@]}")
fi

for domain in *.xml; do
  name=${domain%.xml}
  rm -f "$name.args" "$name.err"
  if ! line=$("${run[@]}" "$PWD/$domain" 2>"$root/err"); then
    sed -n 's/^error: //p' "$root/err" | head -n 1 >"$name.err"
    continue
  fi
  eval "set -- $line"
  while [ $# -gt 1 ]; do
    case $1,$2 in
      -m,* | -object,*memory-backend* | -device,*memdev*) printf '%s\n%s\n' "$1" "$2" >>"$name.args" ;;
    esac
    shift
  done
done
