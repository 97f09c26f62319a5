#!/bin/sh
# hints.sh FILE: runs the commands of a transcript as transcript.sh does, and after each one, in a copy of the folder, the
# hints that it has printed. Prints a line for each hint after which its finding is still there, both when the hint is a
# call that tells of it and when the command is run again.
#
# Options for QEMU are put into the command by hinted.py. A command that shows something must be there, and run; one for
# the administrator of the host, or of a program that no test needs, is not run. Elements of XML are put into no domain here: DomainTests do.
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
# A guest that starts has no end of its own.
ln -s "$(command -v true)" "$hints/engine/qemu-system-x86_64"

# tells FACT FILE: whether the program said FACT, whose numbers may be others.
tells() { tr -d '0-9' <"$2" | grep -qF -- "$(echo "$1" | sed 's/ (stored .*//' | tr -d '0-9')"; }

# try SUBJECT FACT HINT COMMAND: in a copy of this folder, which is the current one.
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
    # A line of a backend comes before what is found of it, and a finding of the machine names its device.
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
