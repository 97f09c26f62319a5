#pragma once
// Other programs. Each function returns a value, or -errno.

/// Runs the program at `path` to its end and answers its exit status, or 128 + the number of the signal that ended
/// it. Signals that ask this process to end are passed on to the program meanwhile; `passed` becomes the first of them.
int clinux_run_program(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int *_Nonnull passed);

/// The same; `path` is sought on PATH if it has no slash, and `watch` is called, between signals, every so many
/// milliseconds.
int clinux_run_watched_program(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, int *_Nonnull passed,
                               int milliseconds, void (*_Nullable watch)(void *_Nullable context),
                               void *_Nullable context);
