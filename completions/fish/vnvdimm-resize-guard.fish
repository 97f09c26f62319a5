function __vnvdimm-resize-guard_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-resize-guard_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __vnvdimm-resize-guard_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __vnvdimm-resize-guard_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __vnvdimm-resize-guard_parse_tokens -S
    set -l unparsed_tokens (__vnvdimm-resize-guard_tokens -pc)
    switch $unparsed_tokens[1]
    case 'vnvdimm-resize-guard'
        __vnvdimm-resize-guard_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'plan'
            __vnvdimm-resize-guard_parse_subcommand 2 'allow-shrink' 'discard-data' 'size=' 'label-size=' 'align=' 'slot=' 'qemu-version=' 'arch=' 'sidecar=' 'json' 'q/quiet' 'color=' 'version' 'h/help'
        case 'apply'
            __vnvdimm-resize-guard_parse_subcommand 2 'allow-shrink' 'discard-data' 'size=' 'label-size=' 'align=' 'slot=' 'qemu-version=' 'arch=' 'sidecar=' 'json' 'q/quiet' 'color=' 'backup=' 'no-backup' 'allow-unseen-users' 'version' 'h/help'
        case 'seal'
            __vnvdimm-resize-guard_parse_subcommand 1 'size=' 'label-size=' 'align=' 'slot=' 'qemu-version=' 'arch=' 'sidecar=' 'json' 'q/quiet' 'color=' 'version' 'h/help'
        case 'verify'
            __vnvdimm-resize-guard_parse_subcommand 1 'size=' 'label-size=' 'align=' 'slot=' 'qemu-version=' 'arch=' 'sidecar=' 'json' 'q/quiet' 'color=' 'version' 'h/help'
        case 'run'
            __vnvdimm-resize-guard_parse_subcommand -r 1 'size=' 'label-size=' 'align=' 'slot=' 'qemu-version=' 'arch=' 'sidecar=' 'allow=+' 'deny=+' 'q/quiet' 'color=' 'version' 'h/help'
        case 'help'
            __vnvdimm-resize-guard_parse_subcommand -r 1 'version'
        end
    end
end

function __vnvdimm-resize-guard_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __vnvdimm-resize-guard_parse_subcommand -S -a positional_count
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

function __vnvdimm-resize-guard_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __vnvdimm-resize-guard_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__vnvdimm-resize-guard_tokens -p)
    if test -z "$(__vnvdimm-resize-guard_tokens -t)"
        set -l index (count (__vnvdimm-resize-guard_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'vnvdimm-resize-guard' -f
complete -c 'vnvdimm-resize-guard' -n 'contains -- -- (commandline -opc)' -fa '(__fish_complete_subcommand --commandline (string split -m 1 -- \x2d\x2d\x20 (commandline -cp))[2])'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard" -eq 1' -fa 'plan' -d 'Show what another length would do and lose; change nothing.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard" -eq 1' -fa 'apply' -d 'Change the length of a backend that is not in use, without loss.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard" -eq 1' -fa 'seal' -d 'Save a fingerprint of the layout with the backend.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard" -eq 1' -fa 'verify' -d 'Compare the backend with its fingerprint before a guest starts.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard" -eq 1' -fa 'run' -d 'Run a command that uses sealed backends: verify them, lock them, watch their lengths, seal them again.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard plan" -eq 1' -F
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" allow-shrink' -l 'allow-shrink' -d 'Allow the backend to become shorter.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" discard-data' -l 'discard-data' -d 'Discard what lies beyond the new end.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" size' -l 'size' -d 'The mapped size. (default: as sealed, or the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" label-size' -l 'label-size' -d 'The label size, auto or none. (default: auto)' -rfka 'auto none 128K 2M'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" align' -l 'align' -d 'The alignment. (default: as sealed)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" slot' -l 'slot' -d 'The slot of the DIMM. (default: as sealed)' -rfka ''
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" qemu-version' -l 'qemu-version' -d 'A QEMU release, 2.6 to 11.1. (default: as sealed, or 11.1)' -rfka '2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1 10.2 11.0 11.1'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" arch' -l 'arch' -d 'The guest\'s architecture. (default: as sealed, or x86_64)' -rfka 'x86_64 aarch64 ppc64 s390x'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" sidecar' -l 'sidecar' -d 'A separate file for the fingerprint.' -rF
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard plan" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard apply" -eq 1' -F
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" allow-shrink' -l 'allow-shrink' -d 'Allow the backend to become shorter.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" discard-data' -l 'discard-data' -d 'Discard what lies beyond the new end.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" size' -l 'size' -d 'The mapped size. (default: as sealed, or the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" label-size' -l 'label-size' -d 'The label size, auto or none. (default: auto)' -rfka 'auto none 128K 2M'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" align' -l 'align' -d 'The alignment. (default: as sealed)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" slot' -l 'slot' -d 'The slot of the DIMM. (default: as sealed)' -rfka ''
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" qemu-version' -l 'qemu-version' -d 'A QEMU release, 2.6 to 11.1. (default: as sealed, or 11.1)' -rfka '2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1 10.2 11.0 11.1'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" arch' -l 'arch' -d 'The guest\'s architecture. (default: as sealed, or x86_64)' -rfka 'x86_64 aarch64 ppc64 s390x'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" sidecar' -l 'sidecar' -d 'A separate file for the fingerprint.' -rF
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard apply" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard seal" -eq 1' -F
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" size' -l 'size' -d 'The mapped size. (default: as sealed, or the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" label-size' -l 'label-size' -d 'The label size, auto or none. (default: auto)' -rfka 'auto none 128K 2M'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" align' -l 'align' -d 'The alignment. (default: as sealed)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" slot' -l 'slot' -d 'The slot of the DIMM. (default: as sealed)' -rfka ''
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" qemu-version' -l 'qemu-version' -d 'A QEMU release, 2.6 to 11.1. (default: as sealed, or 11.1)' -rfka '2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1 10.2 11.0 11.1'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" arch' -l 'arch' -d 'The guest\'s architecture. (default: as sealed, or x86_64)' -rfka 'x86_64 aarch64 ppc64 s390x'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" sidecar' -l 'sidecar' -d 'A separate file for the fingerprint.' -rF
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard seal" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard verify" -eq 1' -F
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" size' -l 'size' -d 'The mapped size. (default: as sealed, or the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" label-size' -l 'label-size' -d 'The label size, auto or none. (default: auto)' -rfka 'auto none 128K 2M'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" align' -l 'align' -d 'The alignment. (default: as sealed)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" slot' -l 'slot' -d 'The slot of the DIMM. (default: as sealed)' -rfka ''
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" qemu-version' -l 'qemu-version' -d 'A QEMU release, 2.6 to 11.1. (default: as sealed, or 11.1)' -rfka '2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1 10.2 11.0 11.1'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" arch' -l 'arch' -d 'The guest\'s architecture. (default: as sealed, or x86_64)' -rfka 'x86_64 aarch64 ppc64 s390x'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" sidecar' -l 'sidecar' -d 'A separate file for the fingerprint.' -rF
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_positional "vnvdimm-resize-guard run" -ge 1' -F
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" size' -l 'size' -d 'The mapped size. (default: as sealed, or the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" label-size' -l 'label-size' -d 'The label size, auto or none. (default: auto)' -rfka 'auto none 128K 2M'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" align' -l 'align' -d 'The alignment. (default: as sealed)' -rfka '4K 2M 16M 128M 1G'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" slot' -l 'slot' -d 'The slot of the DIMM. (default: as sealed)' -rfka ''
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" qemu-version' -l 'qemu-version' -d 'A QEMU release, 2.6 to 11.1. (default: as sealed, or 11.1)' -rfka '2.6 2.7 2.8 2.9 2.10 2.11 2.12 3.0 3.1 4.0 4.1 4.2 5.0 5.1 5.2 6.0 6.1 6.2 7.0 7.1 7.2 8.0 8.1 8.2 9.0 9.1 9.2 10.0 10.1 10.2 11.0 11.1'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" arch' -l 'arch' -d 'The guest\'s architecture. (default: as sealed, or x86_64)' -rfka 'x86_64 aarch64 ppc64 s390x'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" sidecar' -l 'sidecar' -d 'A separate file for the fingerprint.' -rF
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run"' -l 'allow' -d 'Treat findings of a rule as notes. (repeatable)' -rfka 'backend-alignment backend-dangling-link backend-directory backend-empty backend-extended backend-in-use backend-inaccessible backend-larger backend-missing backend-no-file backend-smaller backend-truncated backend-unsuitable backend-unused backend-use-unknown backend-used-twice btt-refused condition-dropped consumer-behind-end consumer-erases consumer-flush consumer-hotplug-misaligned consumer-no-dax consumer-no-labels consumer-padding-lost consumer-read-only consumer-refuses consumer-tail-unmapped consumer-volatile contents-beyond-namespace contents-beyond-partition contents-cut contents-cut-by-label contents-cut-by-mode contents-cut-by-size contents-end-moved contents-end-unknown contents-hidden contents-may-be-cut data-cut data-discarded dimm-condition-damaged dimm-erasure-unfinished dimm-health dimm-locked dimm-unsafe-shutdowns ext4-block-size-no-dax file-system-no-dax gpt-backup-elsewhere gpt-backup-missing gpt-header-damaged gpt-sector-size guest-alignment guest-region-misaligned host-extents-shared host-file-too-long host-huge-pages host-page-cache host-space host-volatile image-not-raw index-bits-beyond-slots index-checksum index-few-slots index-flags index-label-offset index-label-size index-other-offset index-own-offset index-sequence index-sequence-bits index-sequence-tie index-signature index-size index-slot-count index-small index-version index-versions-differ info-block-damaged info-block-foreign info-block-missing info-block-orphaned info-block-refused label-abstraction label-alignment label-alternative-cookie label-area-ambiguous label-area-behind-size label-area-blank label-area-cut-off label-area-elsewhere label-area-large label-area-other-size label-area-unused label-beyond-region label-change-unfinished label-checksum label-cookie label-duplicate-uuid label-empty label-flags label-index-lost label-interleave-granularity label-misaligned label-name-encoding label-name-unterminated label-null-uuid label-outside-region label-overlap label-position label-region-missing label-required label-reserved label-sector-size label-set-incomplete label-set-size label-size label-size-too-large label-slot label-slots-exhausted label-type label-updating label-wraps label-zero-size labels-for-slot labels-other-slot labels-read-only layout-alignment layout-extended layout-label-size layout-labels-changed layout-labels-unreadable layout-namespaces-missing layout-older layout-release layout-replaced layout-size layout-slot layout-truncated layout-unreadable libvirt-label-size libvirt-missing libvirt-path libvirt-preallocation libvirt-rounding libvirt-rounds-size machine-memory machine-slot media-errors media-errors-cut memory-block namespace-alignment-huge namespace-changed namespace-cut namespace-too-small namespace-uuid-twice partition-start-no-dax partition-table-end pmem-not-shared preallocated-read-only qemu-crash qemu-refuses qemu-undescribed raw-namespace-no-dax region-gap region-granularity region-no-room region-not-aligned region-start shrink-not-allowed size-not-page-multiple unarmed-writable uuid-required virtio-pmem-alignment would-be-refused writes-not-shared xfs-block-size-no-dax xfs-reflink-no-dax'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run"' -l 'deny' -d 'Treat findings of a rule as errors. (repeatable)' -rfka 'backend-alignment backend-dangling-link backend-directory backend-empty backend-extended backend-in-use backend-inaccessible backend-larger backend-missing backend-no-file backend-smaller backend-truncated backend-unsuitable backend-unused backend-use-unknown backend-used-twice btt-refused condition-dropped consumer-behind-end consumer-erases consumer-flush consumer-hotplug-misaligned consumer-no-dax consumer-no-labels consumer-padding-lost consumer-read-only consumer-refuses consumer-tail-unmapped consumer-volatile contents-beyond-namespace contents-beyond-partition contents-cut contents-cut-by-label contents-cut-by-mode contents-cut-by-size contents-end-moved contents-end-unknown contents-hidden contents-may-be-cut data-cut data-discarded dimm-condition-damaged dimm-erasure-unfinished dimm-health dimm-locked dimm-unsafe-shutdowns ext4-block-size-no-dax file-system-no-dax gpt-backup-elsewhere gpt-backup-missing gpt-header-damaged gpt-sector-size guest-alignment guest-region-misaligned host-extents-shared host-file-too-long host-huge-pages host-page-cache host-space host-volatile image-not-raw index-bits-beyond-slots index-checksum index-few-slots index-flags index-label-offset index-label-size index-other-offset index-own-offset index-sequence index-sequence-bits index-sequence-tie index-signature index-size index-slot-count index-small index-version index-versions-differ info-block-damaged info-block-foreign info-block-missing info-block-orphaned info-block-refused label-abstraction label-alignment label-alternative-cookie label-area-ambiguous label-area-behind-size label-area-blank label-area-cut-off label-area-elsewhere label-area-large label-area-other-size label-area-unused label-beyond-region label-change-unfinished label-checksum label-cookie label-duplicate-uuid label-empty label-flags label-index-lost label-interleave-granularity label-misaligned label-name-encoding label-name-unterminated label-null-uuid label-outside-region label-overlap label-position label-region-missing label-required label-reserved label-sector-size label-set-incomplete label-set-size label-size label-size-too-large label-slot label-slots-exhausted label-type label-updating label-wraps label-zero-size labels-for-slot labels-other-slot labels-read-only layout-alignment layout-extended layout-label-size layout-labels-changed layout-labels-unreadable layout-namespaces-missing layout-older layout-release layout-replaced layout-size layout-slot layout-truncated layout-unreadable libvirt-label-size libvirt-missing libvirt-path libvirt-preallocation libvirt-rounding libvirt-rounds-size machine-memory machine-slot media-errors media-errors-cut memory-block namespace-alignment-huge namespace-changed namespace-cut namespace-too-small namespace-uuid-twice partition-start-no-dax partition-table-end pmem-not-shared preallocated-read-only qemu-crash qemu-refuses qemu-undescribed raw-namespace-no-dax region-gap region-granularity region-no-room region-not-aligned region-start shrink-not-allowed size-not-page-multiple unarmed-writable uuid-required virtio-pmem-alignment would-be-refused writes-not-shared xfs-block-size-no-dax xfs-reflink-no-dax'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" q quiet' -l 'quiet' -s 'q' -d 'Print only failures.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-resize-guard' -n '__vnvdimm-resize-guard_should_offer_completions_for_flags_or_options "vnvdimm-resize-guard help" version' -l 'version' -d 'Show the version.'
