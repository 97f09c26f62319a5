#pragma once
// Signals, in the two ways that the making of files needs; sigset_t is awkward to build in Swift.

#include <signal.h>
#include <stdbool.h>

/// Makes a write beyond the limit of a file's size (ulimit -f) answer EFBIG instead of ending the process.
void clinux_report_file_size_limit(void);

/// Whether `number` is ignored, by this program or by whoever started it, as nohup(1) does. Held back, such a signal
/// would wait, and be taken for one that asks to end.
bool clinux_ignores_signal(int number);

/// Holds back, for this thread, the signals that ask a program to end and are not ignored; returns what was held back before.
sigset_t clinux_hold_termination(void);

/// Whether one of them has come meanwhile.
bool clinux_termination_pending(void);

/// Lets signals through again as before `clinux_hold_termination`; those that came meanwhile act now.
void clinux_release_signals(sigset_t before);
