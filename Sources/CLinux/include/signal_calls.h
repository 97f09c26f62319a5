#pragma once
// Signals, in the two ways that making files requires; sigset_t is awkward to build in Swift.

#include <signal.h>
#include <stdbool.h>

/// Makes a write beyond the file size limit (ulimit -f) fail with EFBIG instead of ending the process.
void clinux_report_file_size_limit(void);

/// Returns whether `number` is ignored, by this program or by its parent, as with nohup(1). If it were held back, such
/// a signal would stay pending and look like a request to end.
bool clinux_ignores_signal(int number);

/// Blocks, for this thread, the termination signals that are not ignored. Returns the previous signal mask.
sigset_t clinux_hold_termination(void);

/// Returns whether one of them has arrived meanwhile.
bool clinux_termination_pending(void);

/// Restores the signal mask from before `clinux_hold_termination`; signals that arrived meanwhile take effect now.
void clinux_release_signals(sigset_t before);
