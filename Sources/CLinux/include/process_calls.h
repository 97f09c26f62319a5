#pragma once
// Other programs. Each function returns a value, or -errno.

/// Runs the program at `path`, sought on PATH if it has no slash, until it ends. Returns its exit status, or 128 + the
/// number of the signal that ended it. The descriptor `output` becomes its standard output. Signals that ask this
/// process to end are passed on to the program; `passed` is set to the first of them. Between signals, `watch` is
/// called every `milliseconds`; the signal that it returns, unless 0, is sent to the program.
int clinux_run_program(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int output,
                       int *_Nonnull passed, int milliseconds, int (*_Nonnull watch)(void *_Nullable context),
                       void *_Nullable context);
