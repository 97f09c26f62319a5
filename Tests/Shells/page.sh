#!/bin/sh
# page.sh PAGE SECTION [all]: prints the displays in a section of a manual page as a transcript: those without an
# indent, or all. Indented displays need a guest, or a host of some kind.
awk -v title="$2" -v all="${3:-}" '
  /^\.Sh / { inside = $0 == ".Sh " title; next }
  !inside { next }
  /^\.Bd -literal$/ || (all && /^\.Bd -literal/) { shown = 1; next }
  /^\.Ed/ { shown = 0; next }
  shown { gsub(/\\e/, "\\"); gsub(/\\&/, ""); print }' "$1"
