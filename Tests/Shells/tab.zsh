#!/usr/bin/zsh -f
# tab.zsh SHELL FOLDER LINE...: prints the completion of each LINE by the tab key, one a line, in an interactive SHELL
# (bash, zsh, fish) on a terminal of its own. The completions are those below FOLDER, or the installed ones if FOLDER is
# empty.
zmodload zsh/zpty || exit
shell=$1 folder=$2
shift 2
work=$(mktemp -d) || exit
# A fish that is being terminated may still write its own completions there.
trap 'zpty -d terminal 2>/dev/null; repeat 20 { rm -rf $work 2>/dev/null && break; sleep 0.1 }' EXIT
answer=$work/answer

# The key ^T prints the current line and begins another.
case $shell in
bash)
  start='bash --noprofile --norc -i'
  [[ -n $folder ]] || start='bash -l -i'
  cat >$work/rc <<END
[[ -z "$folder" ]] || for file in "$folder"/bash/*; do source "\$file"; done
dump() { printf '%s\n' "\$READLINE_LINE" >>$answer; READLINE_LINE= READLINE_POINT=0; }
bind 'set bell-style none'
bind -x '"\C-t": dump'
END
  ;;
zsh)
  start='zsh -f -i'
  cat >$work/rc <<END
[[ -z "$folder" ]] || fpath=("$folder/zsh" \$fpath)
autoload -U compinit; compinit -D -u
dump() { print -r -- "\$BUFFER" >>$answer; BUFFER=; }
zle -N dump
bindkey '^T' dump; bindkey '^I' complete-word
END
  ;;
fish)
  start='fish --no-config -i'
  [[ -n $folder ]] || start='fish -i'
  cat >$work/rc <<END
test -z "$folder"; or set fish_complete_path "$folder/fish" \$fish_complete_path
set -g fish_autosuggestion_enabled 0
bind \ct 'commandline >>$answer; commandline ""'
END
  ;;
*)
  print -u2 "tab.zsh: $shell: not one of bash, zsh, fish"
  exit 64
  ;;
esac
print "echo ready >>$answer" >>$work/rc

# Waits for a line of the answer, and meanwhile reads the shell's output, because a full terminal would block the shell.
await() {
  repeat 600; do
    [[ -e $answer && $(wc -l <$answer) -ge $1 ]] && return
    while zpty -r -t terminal shown; do screen+=$shown; done
    sleep 0.05
  done
  print -u2 "tab.zsh: $shell: no answer $1 in 30 seconds; the terminal shows:"
  print -r -u2 -- $screen
  exit 1
}

zpty terminal env TERM=xterm HISTFILE= XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work $=start
zpty -w terminal "source $work/rc"
await 1
number=1
for line; do
  zpty -w -n terminal "$line"$'\t\x14'
  (( number += 1 ))
  await $number
done
tail -n +2 $answer
