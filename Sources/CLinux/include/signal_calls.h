#pragma once
// Signals, in the two ways that the making of files needs; sigset_t is awkward to build in Swift.

#include <signal.h>
#include <stdbool.h>

/// Makes a write beyond the limit of a file's size (ulimit -f) answer EFBIG instead of ending the process.
void clinux_report_file_size_limit(void);

/// Holds back, for this thread, the signals that ask a program to end; returns what was held back before.
sigset_t clinux_hold_termination(void);

/// Whether one of them has come meanwhile.
bool clinux_termination_pending(void);

/// Lets signals through again as before `clinux_hold_termination`; those that came meanwhile act now.
void clinux_release_signals(sigset_t before);
