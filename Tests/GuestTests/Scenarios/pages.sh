# What the manual shows of guests and of a host's persistent memory: the commands of the pages as they stand, with
# what they print. What is typed at a terminal is in the scenario pages-typed.
mkdir programs
cat >programs/qemu-system-x86_64 <<'END'
#!/bin/sh
# This machine has neither the firmware nor the translator that are the default.
exec /usr/bin/qemu-system-x86_64 -L /usr/share/seabios -L /usr/share/qemu -accel kvm -nodefaults "$@"
END
chmod +x programs/qemu-system-x86_64
PATH=$PWD/programs:$PATH

# section PAGE TITLE: runs its displays, those with an indent among them, in an empty folder.
section() {
  echo "==== $1: $2"
  rm -rf folder
  mkdir folder
  sh /mnt/shells/page.sh "/mnt/man/$1" "$2" all >shown
  [ -s shown ]
  (cd folder && sh /mnt/shells/transcript.sh ../shown) | tr -d '\r' |
    sed '/^\[ *[0-9]*\.[0-9]*\] /d; s/ *$//' >printed
  cat printed
  diff shown printed || different="$different $2;"
}
different=''
section vnvdimm-workflows.7 'PROVISION FOR ONE VM'
section vnvdimm-workflows.7 'SHARE READ-ONLY'
section vnvdimm-workflows.7 'MOVE TO ANOTHER BACKEND, OR TO A DAX DEVICE OF THE HOST'

expect 'sections that print something else' "$different" ''

# The tour of README ends with a guest that finds the namespace of its first command.
sed -n 's/^\$ vnvdimm-create --size 256M/&/p; /look\.sh/p' /mnt/README.md >tour
grep -c . tour
sh /mnt/shells/transcript.sh tour | tr -d '\r' >said
cat said
says '"name":"data"' '/dev/pmem0' '/dev/pmem0.1s'
