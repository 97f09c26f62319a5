# The changes that `make completions` makes to the completions that the argument parser writes; for sed -E.

# zsh shows what an argument is called, and then completes no option: an action without answers prevents that.
s/^(        '\*?:[a-z]+:)'$/\1( )'/

# The usual verb of vnvdimm-check is not typed: where no other is, what it takes is completed.
/^_vnvdimm-check\(\) \{$/,/^\}$/{
  # bash
  /^    local -a unparsed_words=/a\
    local -a repeating_flags non_repeating_flags repeating_options non_repeating_options\
    if ((COMP_CWORD == 1)) || [[ "${COMP_WORDS[1]}" != @(command|domain|fleet|hook) ]]; then\
        ((COMP_CWORD > 1)) || COMPREPLY+=($(compgen -W 'command domain fleet hook' -- "${cur}"))\
        "_vnvdimm-check_paths"\
        return\
    fi
  # zsh
  /^    local -ir current_word_index=/a\
    if (( CURRENT == 2 )) || [[ "${words[2]}" != (command|domain|fleet|hook) ]]; then\
        (( CURRENT > 2 )) || compadd command domain fleet hook\
        "_vnvdimm-check_paths"\
        return\
    fi
}
# fish
/^    set -l unparsed_tokens \(__vnvdimm-check_tokens -pc\)$/a\
    contains -- "$unparsed_tokens[2]" command domain fleet hook\
    or set unparsed_tokens $unparsed_tokens[1] paths $unparsed_tokens[2..]
/"vnvdimm-check" -eq 1' -fa '(paths|help)'/d
s/"vnvdimm-check" -eq 1/"vnvdimm-check paths" -eq 1/

# The text before an equals sign is no word: what follows it is completed, and no space after it.
/^_vnvdimm-(create|migrate-labels)\(\) \{$/,/^\}$/{
  # bash, for which an equals sign ends a word
  /^    local -a unparsed_words=/a\
    if [[ "${COMP_LINE:0:COMP_POINT}" =~ [[:space:]]--namespace[[:space:]=]+([^[:space:]]*)$ ]]; then\
        local -r namespace="${BASH_REMATCH[1]}"\
        local -r completions="$("${COMP_WORDS[0]/migrate-labels/create}" ---completion -- --namespace 2 "${#namespace}" '' --namespace "${namespace}")"\
        COMPREPLY=($(compgen -W "${completions}" -- "${namespace}"))\
        [[ "${namespace}" != *=* ]] || COMPREPLY=("${COMPREPLY[@]#"${namespace%=*}="}")\
        compopt +o filenames\
        [[ "${COMPREPLY[*]}" != *= ]] || compopt -o nospace\
        return\
    fi
}
# zsh
s/^(    _describe -V '') non_empty_completions -- /    local -a without_space\n    [[ "${1}" != *= ]] || without_space=(-S '')\n\1 non_empty_completions "${without_space[@]}" -- /

# The words after -- are a command of their own.
/^_vnvdimm-(check|resize-guard)\(\) \{$/,/^\}$/{
  # bash
  /^    local -a unparsed_words=/a\
    local -i first\
    for ((first = 1; first < COMP_CWORD; first++)); do\
        [[ "${COMP_WORDS[first]}" == -- ]] || continue\
        if ((first + 1 == COMP_CWORD)); then COMPREPLY=($(compgen -c -- "${cur}")); else COMPREPLY=($(compgen -f -- "${cur}")); fi\
        return\
    done
  # zsh
  /^    local -ir current_word_index=/a\
    local -ir first="${words[(i)--]}"\
    if (( first < CURRENT )); then\
        words=("${(@)words[first+1,-1]}")\
        (( CURRENT -= first ))\
        _normal\
        return\
    fi
}
# fish
/^complete -c 'vnvdimm-(check|resize-guard)' -f$/{
  h
  s/^(complete -c '[^']*') -f$/\1 -n 'contains -- -- (commandline -opc)' -fa '(__fish_complete_subcommand --commandline (string split -m 1 -- \\x2d\\x2d\\x20 (commandline -cp))[2])'/
  x
  G
}
