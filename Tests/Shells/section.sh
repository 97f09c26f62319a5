# shellcheck shell=sh
# For scenarios of the lab: what the manual and README show of guests is run, and compared with what it prints.

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

# section PAGE TITLE: the displays of a section of the manual, those with an indent among them, in an empty folder.
section() {
  echo "==== $1: $2"
  rm -rf folder
  mkdir folder
  sh /mnt/shells/page.sh "/mnt/man/$1" "$2" all >shown
  prints_what_is_shown
}

# prints_what_is_shown: runs the transcript `shown` in `folder`, and ends the scenario where it prints something else.
prints_what_is_shown() {
  [ -s shown ]
  (cd folder && sh /mnt/shells/transcript.sh ../shown) | tr -d '\r' |
    sed '/^\[ *[0-9]*\.[0-9]*\] /d; s/ *$//' >printed
  cat printed
  diff shown printed
}
