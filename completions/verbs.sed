# What is changed in the completions that programs with verbs give; for sed -E.

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
