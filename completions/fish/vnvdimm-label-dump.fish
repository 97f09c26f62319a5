function __vnvdimm-label-dump_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-label-dump_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __vnvdimm-label-dump_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-label-dump_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __vnvdimm-label-dump_parse_tokens -S
    set -l unparsed_tokens (__vnvdimm-label-dump_tokens -pc)
    switch $unparsed_tokens[1]
    case 'vnvdimm-label-dump'
        __vnvdimm-label-dump_parse_subcommand 1 'label-size=' 'size=' 'slot=' 'boot=' 'linux=' 'all' 'json' 'raw' 'verify' 'map' 'svg=' 'cxl' 'serial=' 'color=' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'help'
            __vnvdimm-label-dump_parse_subcommand -r 1 'version'
        end
    end
end

function __vnvdimm-label-dump_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __vnvdimm-label-dump_parse_subcommand -S -a positional_count
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

function __vnvdimm-label-dump_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __vnvdimm-label-dump_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__vnvdimm-label-dump_tokens -p)
    if test -z "$(__vnvdimm-label-dump_tokens -t)"
        set -l index (count (__vnvdimm-label-dump_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'vnvdimm-label-dump' -f
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_positional "vnvdimm-label-dump" -eq 1' -F
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" label-size' -l 'label-size' -d 'The size of the label area.' -rfka '128K 2M'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" size' -l 'size' -d 'The mapped size, if the backend is longer.' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" slot' -l 'slot' -d 'The slot of the DIMM. (default: as the labels show)' -rfka ''
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" boot' -l 'boot' -d 'For --verify: a boot, or a running kernel.' -rfka 'cold warm'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" linux' -l 'linux' -d 'For --verify: the guest\'s Linux, 5.10 or later. (default: 7.3)' -rfka '5.10 6.1 6.12 7'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" all' -l 'all' -d 'Also list the labels in free slots.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" json' -l 'json' -d 'Print JSON: as ndctl read-labels -j, and more.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" raw' -l 'raw' -d 'Write the bytes of the area to standard output.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" verify' -l 'verify' -d 'Print what is wrong, and what Linux will show.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" map' -l 'map' -d 'Draw a map of the backend and of the label slots.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" svg' -l 'svg' -d 'Write this map to a new SVG file.' -rF
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" cxl' -l 'cxl' -d 'Read the labels of a CXL device.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" serial' -l 'serial' -d 'The serial number of the CXL device. (default: as the labels show)' -rfka ''
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-label-dump' -n '__vnvdimm-label-dump_should_offer_completions_for_flags_or_options "vnvdimm-label-dump help" version' -l 'version' -d 'Show the version.'
