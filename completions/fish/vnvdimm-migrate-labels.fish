function __vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-migrate-labels_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __vnvdimm-migrate-labels_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-migrate-labels_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __vnvdimm-migrate-labels_parse_tokens -S
    set -l unparsed_tokens (__vnvdimm-migrate-labels_tokens -pc)
    switch $unparsed_tokens[1]
    case 'vnvdimm-migrate-labels'
        __vnvdimm-migrate-labels_parse_subcommand 1 'label-size=' 'keep-region' 'add-labels=' 'to-version=' 'to-slot=' 'to=' 'split=' 'join=' 'relocate-from=' 'repair' 'restore=' 'slot=' 'labels=' 'name=' 'uuid=' 'size=' 'from-label-size=' 'n/dry-run' 'backup=' 'json' 'q/quiet' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __vnvdimm-migrate-labels_parse_subcommand -r 1 'version'
        end
    end
end

function __vnvdimm-migrate-labels_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __vnvdimm-migrate-labels_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __vnvdimm-migrate-labels_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __vnvdimm-migrate-labels_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__vnvdimm-migrate-labels_tokens -p)
    if test -z "$(__vnvdimm-migrate-labels_tokens -t)"
        set -l index (count (__vnvdimm-migrate-labels_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'vnvdimm-migrate-labels' -f
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" label-size' -l 'label-size' -d 'Another size; what is mapped stays.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" keep-region' -l 'keep-region' -d 'With --label-size: the region stays, the file changes.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" add-labels' -l 'add-labels' -d 'An area for a backend without: auto, or its size.' -rfka 'auto 128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" to-version' -l 'to-version' -d 'Another version.' -rfka '1.1 1.2'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" to-slot' -l 'to-slot' -d 'Labels of a DIMM in another slot.' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" to' -l 'to' -d 'Copy the labels, not the data, to a backend without.' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" split' -l 'split' -d 'Cut the label area off, into a new file.' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" join' -l 'join' -d 'Append the label area that --split left.' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" relocate-from' -l 'relocate-from' -d 'Move them to the end, after the backend grew.' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" repair' -l 'repair' -d 'Complete an interrupted change, mend what is damaged.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" restore' -l 'restore' -d 'Put back what --backup kept.' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" slot' -l 'slot' -d 'The slot. (default: 0, or that of most labels)' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" labels' -l 'labels' -d 'Their version. (default: 1.2)' -rfka '1.1 1.2'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" name' -l 'name' -d 'The name of a new label\'s namespace.' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" uuid' -l 'uuid' -d 'Its uuid. (default: a new one)' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" size' -l 'size' -d 'What is mapped of the backend, where it is longer.' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" from-label-size' -l 'from-label-size' -d 'The area\'s size, where it is not found.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" dry-run n' -s 'n' -l 'dry-run' -d 'Print what would be written, change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" backup' -l 'backup' -d 'Keep the label area in a new file first.' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" q quiet' -l 'quiet' -s 'q' -d 'Print nothing but failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels help" version' -l 'version' -d 'Show the version.'
