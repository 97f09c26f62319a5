#!/bin/sh
# hints.sh FILE: runs the commands of a transcript as transcript.sh does, and after each one, in a copy of the folder, the
# hints that it has printed. Prints a line for each hint after which its finding is still there, both when the hint is a
# call that tells of it and when the command is run again.
#
# A command that shows something must be there, and run; one for the administrator of the host is not run. Elements of
# XML are put into no domain here: DomainTests do.
cat "$1" >/dev/null || exit
exec 3<"$1"
tab='	'
newline='
'
said=$(mktemp) pairs=$(mktemp) place=$(mktemp -d)
trap 'rm -rf "$said" "$pairs" "$place"' EXIT
# A guest that starts has no end of its own.
ln -s "$(command -v true)" "$place/qemu-system-x86_64"

# with OPTIONS COMMAND: the command line of QEMU's in COMMAND with OPTIONS, those of a backend or of its device.
with() {
  with_command=$2
  for with_option in $(echo "$1" | sed 's/, no /,no-/g; s/^no /no-/' | tr ',' ' '); do
    case $with_option in
    no-*=) with_key=${with_option#no-} with_new= ;;
    *) with_key=${with_option%%=*}= with_new=,$with_option ;;
    esac
    with_command=$(echo "$with_command" | sed "s/,${with_key}[^, ]*//g")
    case $with_key in
    label-size= | slot= | addr= | unarmed= | uuid=) with_place='-device  *nvdimm' ;;
    nvdimm=) with_place='-\(machine\|M\)  *[a-z0-9.-]*' with_command=$(echo "$with_command" | sed 's/,nvdimm\([ ,]\|$\)/\1/') ;;
    slots=) with_place='-m  *[0-9A-Za-z=.]*' ;;
    *) with_place='-object  *memory-backend-[a-z]*' ;;
    esac
    with_command=$(echo "$with_command" | sed "s/$with_place/&$(echo "$with_new" | sed 's/[\/&]/\\&/g')/g")
  done
  echo "$with_command"
}

# tells FACT FILE: whether the program said FACT, whose numbers may be others.
tells() { tr -d '0-9' <"$2" | grep -qF -- "$(echo "$1" | sed 's/ (stored .*//' | tr -d '0-9')"; }

# try FACT HINT COMMAND: in a copy of this folder, which is the current one.
try() {
  case $2 in
  sudo\ * | apt-get\ * | *--help) return ;;
  readlink\ * | namei\ * | fuser\ * | df\ * | findmnt\ * | lsattr\ * | xxd\ * | man\ * | virsh\ * | free\ * | ls\ * | \
    dpkg\ * | ansible-doc\ * | dmesg\ *)
    command -v "${2%% *}" >/dev/null || echo "no such program$tab$1$tab$2"
    return
    ;;
  '<'*) return ;;
  *' --engine qemu') try_status=0; (PATH=$place:$PATH eval "$2") >"$place.hint" 2>&1 </dev/null || try_status=$? ;;
  vnvdimm* | truncate\ * | mkdir\ * | cp\ * | qemu-img\ *) try_status=0; (eval "$2") >"$place.hint" 2>&1 </dev/null || try_status=$? ;;
  *) try_status=0; (eval "$(with "$2" "$3")") >"$place.hint" 2>&1 </dev/null || try_status=$? ;;
  esac
  [ $try_status != 127 ] || { echo "does not run$tab$1$tab$2"; return; }
  tells "$1" "$place.hint" || return
  (eval "$3") >"$place.again" 2>&1 </dev/null
  ! tells "$1" "$place.again" || echo "still there$tab$1$tab$2"
}

while IFS= read -r line <&3; do
  case $line in
  '$ '*)
    command=${line#??}
    while case $command in *\\ | *"<<'END'"*) true ;; *) false ;; esac && IFS= read -r line <&3; do
      command=$command$newline$line
      [ "$line" != END ] || break
    done
    eval "$command" >"$said" 2>&1 </dev/null 3<&-
    awk -v tab="$tab" '/^ *hint: / { sub(/^ *hint: /, ""); if (fact != "") print fact tab $0; next }
      { fact = $0; sub(/^ */, "", fact) }' "$said" >"$pairs"
    while IFS=$tab read -r fact hint; do
      rm -rf "$place/copy"
      mkdir "$place/copy"
      cp -a --reflink=auto . "$place/copy"
      (cd "$place/copy" && try "$fact" "$hint" "$command")
    done <"$pairs"
    ;;
  esac
done
rm -f "$place.hint" "$place.again"
