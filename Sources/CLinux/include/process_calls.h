#pragma once
// Other programs. Each function returns a value, or -errno.

/// Runs the program at `path`, which is sought on PATH if it has no slash, to its end and answers its exit status, or
/// 128 + the number of the signal that ended it. The descriptor `output` becomes its standard output. Signals that ask
/// this process to end are passed on to the program meanwhile; `passed` becomes the first of them. `watch` is called,
/// between signals, every so many milliseconds; the signal that it answers, unless 0, goes to the program.
int clinux_run_program(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int output,
                       int *_Nonnull passed, int milliseconds, int (*_Nonnull watch)(void *_Nullable context),
                       void *_Nullable context);
