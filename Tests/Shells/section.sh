# shellcheck shell=sh
# For scenarios of the lab: section PAGE TITLE runs the displays of a section of the manual, those with an indent among
# them, in an empty folder, and ends the scenario where they print something else than the page shows.

# This machine has neither the firmware nor the translator that are QEMU's default; and no guest is waited for for ever.
mkdir programs
cat >programs/qemu-system-x86_64 <<'END'
#!/bin/sh
exec /usr/bin/qemu-system-x86_64 -L /usr/share/seabios -L /usr/share/qemu -accel kvm -nodefaults "$@"
END
cat >programs/vnvdimm <<'END'
#!/bin/sh
exec timeout 150 /usr/bin/vnvdimm "$@"
END
chmod +x programs/*
PATH=$PWD/programs:$PATH

section() {
  echo "==== $1: $2"
  rm -rf folder
  mkdir folder
  sh /mnt/shells/page.sh "/mnt/man/$1" "$2" all >shown
  [ -s shown ]
  (cd folder && sh /mnt/shells/transcript.sh ../shown) | tr -d '\r' |
    sed '/^\[ *[0-9]*\.[0-9]*\] /d; s/ *$//' >printed
  cat printed
  diff shown printed
}
