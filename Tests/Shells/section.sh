# shellcheck shell=sh
# For scenarios of the lab: runs the guests in the manual and README, and compares the output with the pages.

# This machine has neither QEMU's default firmware nor its default translator; and guests get a time limit.
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

# section PAGE TITLE: runs the displays of a section of the manual, including indented ones, in an empty folder.
section() {
  echo "==== $1: $2"
  rm -rf folder
  mkdir folder
  sh /mnt/shells/page.sh "/mnt/man/$1" "$2" all >shown
  prints_what_is_shown
}

# prints_what_is_shown: runs the transcript `shown` in `folder`, and ends the scenario if the output differs.
prints_what_is_shown() {
  [ -s shown ]
  (cd folder && sh /mnt/shells/transcript.sh ../shown) | tr -d '\r' |
    sed '/^\[ *[0-9]*\.[0-9]*\] /d; s/ *$//' >printed
  cat printed
  diff shown printed
}
