#!/bin/sh
# hints.sh FILE: runs the commands of a transcript as transcript.sh does and, after each command, its hints, each in a
# copy of the folder. Prints a line for each hint that leaves its finding in place: the hint's own output reports the
# finding, and so does the command when it is run again.
#
# hinted.py puts options for QEMU into the command. A command that shows something must exist, but is not run; neither
# is one for the administrator of the host, or of a program that no test needs. XML elements are not put into domains
# here: DomainTests does that.
# shellcheck disable=SC2030,SC2031 # each hint has a PATH of its own
cat "$1" >/dev/null || exit
exec 3<"$1"
hints_folder=$(cd "$(dirname "$0")" && pwd)
tab='	'
newline='
'
hints=$(mktemp -d)
trap 'rm -rf "$hints"' EXIT
mkdir "$hints/given" "$hints/engine"
for program in vnvdimm vnvdimm-check vnvdimm-resize-guard; do ln -s "$hints_folder/hinted.py" "$hints/given/$program"; done
# A guest that starts would not end by itself.
ln -s "$(command -v true)" "$hints/engine/qemu-system-x86_64"

# tells FACT FILE: whether the program reported FACT; its numbers may differ.
tells() { tr -d '0-9' <"$2" | grep -qF -- "$(echo "$1" | sed 's/ (stored .*//' | tr -d '0-9')"; }

# try SUBJECT FACT HINT COMMAND: tries HINT in the current folder, which is a copy.
try() {
  case $3 in
  sudo\ * | apt-get\ * | unzip\ * | simg2img\ * | *--help | '<'* | 'no <'*) return ;;
  readlink\ * | namei\ * | fuser\ * | df\ * | findmnt\ * | lsattr\ * | xxd\ * | man\ * | free\ * | ls\ * | \
    dpkg\ * | ansible-doc\ * | dmesg\ *)
    command -v "${3%% *}" >/dev/null || echo "no such program$tab$2$tab$3"
    return
    ;;
  vnvdimm* | truncate\ * | mkdir\ * | mv\ * | cp\ * | gzip\ * | qemu-img\ *) (PATH=$hints/engine:$PATH && eval "$3") ;;
  *) (PATH=$hints/given:$PATH HINT=$3 HINT_SUBJECT=$1 && export HINT HINT_SUBJECT && eval "$4") ;;
  esac >"$hints/said" 2>&1 </dev/null
  [ $? != 127 ] || { echo "does not run$tab$2$tab$3"; return; }
  tells "$2" "$hints/said" || return
  (eval "$4") >"$hints/again" 2>&1 </dev/null
  ! tells "$2" "$hints/again" || echo "still there$tab$2$tab$3"
}

while IFS= read -r line <&3; do
  case $line in
  '$ '*)
    command=${line#??}
    while case $command in *\\ | *"<<'END'"*) true ;; *) false ;; esac && IFS= read -r line <&3; do
      command=$command$newline$line
      [ "$line" != END ] || break
    done
    eval "$command" >"$hints/output" 2>&1 </dev/null 3<&-
    # The line about a backend precedes its findings, and a finding about the machine names its device.
    awk -v tab="$tab" -v backend=- '
      /^ *hint: / { sub(/^ *hint: /, ""); if (fact != "") print subject tab fact tab $0; next }
      { fact = $0; sub(/^ */, "", fact) }
      /^[^ ].*: file size / { backend = $0; sub(/: file size .*/, "", backend) }
      { subject = /^ / ? backend : fact }' "$hints/output" >"$hints/pairs"
    while IFS=$tab read -r subject fact hint; do
      rm -rf "$hints/copy"
      mkdir "$hints/copy"
      cp -a --reflink=auto . "$hints/copy"
      (cd "$hints/copy" && try "$subject" "$fact" "$hint" "$command")
    done <"$hints/pairs"
    ;;
  esac
done
