#!/bin/sh
# transcript.sh FILE: runs the commands of a transcript, in this folder and in one shell, and prints it with what they
# print now. A command begins with `$ ` and goes on behind a backslash, or to the END of a here-document; below it
# stand its output, diagnostics among it, and its exit status in brackets where that is not 0. Lines that begin with #
# are kept, with an empty line before each.
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
    # What ends a command ends the transcript as little as it ends a terminal.
    eval "$command" 2>&1 </dev/null 3<&- || status=$?
    [ "$status" = 0 ] || printf '[%s]\n' "$status"
    ;;
  '#'*) printf '\n%s\n' "$line" ;;
  esac
done
