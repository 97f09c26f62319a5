#!/bin/sh
# transcript.sh FILE: runs the commands of a transcript in this folder, in one shell, and prints the transcript with the
# current output. A command begins with `$ ` and continues after a backslash, or to the END of a here-document. Below it
# are its output, including diagnostics, and its exit status in brackets if that is not 0. Lines that begin with # are
# kept, with an empty line before each.
cat "$1" >/dev/null || exit
exec 3<"$1"
newline='
'
while IFS= read -r line <&3; do
  case $line in
  '$ '*)
    printf '%s\n' "$line"
    command=${line#??}
    while case $command in *\\ | *"<<'END'"*) true ;; *) false ;; esac && IFS= read -r line <&3; do
      printf '%s\n' "$line"
      command=$command$newline$line
      [ "$line" != END ] || break
    done
    status=0
    # A signal or exit that ends the command does not end the transcript, just as it would not end a terminal.
    eval "$command" 2>&1 </dev/null 3<&- || status=$?
    [ "$status" = 0 ] || printf '[%s]\n' "$status"
    ;;
  '#'*) printf '\n%s\n' "$line" ;;
  esac
done
