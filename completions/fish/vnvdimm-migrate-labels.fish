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
        __vnvdimm-migrate-labels_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'init'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'slot=' 'labels=' 'name=' 'uuid=' 'discard-data' 'backup=' 'no-backup' 'version' 'h/help'
        case 'add'
            __vnvdimm-migrate-labels_parse_subcommand 1 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'namespace=+' 'slot=' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'resize'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'keep-guest-size' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'convert'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'move'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'relocate'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'copy'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'split'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'version' 'h/help'
        case 'join'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'renew-uuids'
            __vnvdimm-migrate-labels_parse_subcommand 1 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'repair'
            __vnvdimm-migrate-labels_parse_subcommand 1 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'slot=' 'choose=+' 'discard-labels' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
        case 'restore'
            __vnvdimm-migrate-labels_parse_subcommand 2 'n/plan' 'json' 'q/quiet' 'color=' 'allow-unseen-users' 'size=' 'label-size=' 'backup=' 'no-backup' 'version' 'h/help'
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
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'init' -d 'Add a label area to a backend without labels, with a label for the existing namespace.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'add' -d 'Create namespaces in the free space, as \'ndctl create-namespace\' does in the guest.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'resize' -d 'Change the size of the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'convert' -d 'Convert the labels to another version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'move' -d 'Change the labels to those of a DIMM in another slot.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'relocate' -d 'Move the labels to the new end after the backend was made longer.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'copy' -d 'Copy the labels, not the data, to a backend without labels.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'split' -d 'Move the label area to a new file.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'join' -d 'Append a label area that split saved in a file.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'renew-uuids' -d 'Give the labels and info blocks of a clone new uuids.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'repair' -d 'Complete an interrupted change, and repair damage with evidence.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'restore' -d 'Restore the label area, and whatever else a change overwrote, from a backup.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels init" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels init" -eq 2' -fka 'auto 128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" label-size' -l 'label-size' -d 'The size of an existing blank label area.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" slot' -l 'slot' -d 'The DIMM slot. (default: 0)' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" labels' -l 'labels' -d 'The version of the labels. (default: 1.2)' -rfka '1.1 1.2'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" name' -l 'name' -d 'The name of the namespace.' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" uuid' -l 'uuid' -d 'Its uuid. (default: a new one)' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" discard-data' -l 'discard-data' -d 'Bury the namespaces whose labels are lost.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels add" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add"' -l 'namespace' -d 'A namespace: raw, sector, fsdax or devdax; then ,size= ,name= ,uuid= ,sector-size= ,align=4K|2M|1G ,map=dev|mem. Repeatable; the last one without size= takes the rest.' -rfka '(__vnvdimm-migrate-labels_custom_completion ---completion add -- --namespace (count (__vnvdimm-migrate-labels_tokens -pc)) (__vnvdimm-migrate-labels_tokens -tC))'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" slot' -l 'slot' -d 'The DIMM slot. (default: as other labels, or 0)' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels resize" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels resize" -eq 2' -fka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" keep-guest-size' -l 'keep-guest-size' -d 'Keep the guest size, and change the file size.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels resize" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels convert" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels convert" -eq 2' -fka '1.1 1.2'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels convert" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels move" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels move" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels relocate" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels relocate" -eq 2' -fka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels relocate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels copy" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels copy" -eq 2' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels copy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels split" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels split" -eq 2' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels split" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels join" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels join" -eq 2' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels join" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels renew-uuids" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels renew-uuids" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels repair" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" slot' -l 'slot' -d 'The DIMM slot. (default: the slot of most labels)' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair"' -l 'choose' -d 'Select one of the labels that a damaged label may have been.' -rfka ''
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" discard-labels' -l 'discard-labels' -d 'Drop labels that cannot stay or be reconstructed.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels repair" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels restore" -eq 1' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" n plan' -s 'n' -l 'plan' -d 'Print what would be written, and change nothing.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" json' -l 'json' -d 'Print JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" q quiet' -l 'quiet' -s 'q' -d 'Print only failures, and JSON.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" color' -l 'color' -d 'When to use colours. (default: auto, on a terminal)' -rfka 'always auto never'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" allow-unseen-users' -l 'allow-unseen-users' -d 'Continue if the kernel does not show whether another user has the backend open.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_positional "vnvdimm-migrate-labels restore" -eq 2' -F
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" size' -l 'size' -d 'The mapped size, QEMU\'s size=. (default: the file size)' -rfka '64M 128M 256M 512M 1G 2G 4G 8G 16G 32G 64G 128G 256G 512G 1T'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" label-size' -l 'label-size' -d 'The label size, if the area is not found automatically.' -rfka '128K 2M'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" backup' -l 'backup' -d 'The new file for the former label area. (default: beside the backend)' -rF
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" no-backup' -l 'no-backup' -d 'Do not save the label area.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" version' -l 'version' -d 'Show the version.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels restore" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'vnvdimm-migrate-labels' -n '__vnvdimm-migrate-labels_should_offer_completions_for_flags_or_options "vnvdimm-migrate-labels help" version' -l 'version' -d 'Show the version.'
