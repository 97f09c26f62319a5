#pragma once
// Signals and events as descriptors, for a loop that polls. Each returns a value, or -errno.

#include <pthread.h>

/// A descriptor that tells of those of `signals` that are not ignored; this thread and those it starts from now on no
/// longer receive them.
int clinux_signal_descriptor(const int *_Nonnull signals, int count);
/// The number of the next signal that `fd` tells of; -EAGAIN where there is none.
int clinux_read_signal(int fd);
/// Lets this thread receive `signals` again.
void clinux_receive_signals(const int *_Nonnull signals, int count);
/// Ends this process by `signal`, as if it had never been caught.
void clinux_die_by_signal(int signal);
/// Makes `signal` interrupt the system call of the thread that receives it, and do nothing else; this thread
/// receives it even where those before it held it back.
int clinux_make_interrupting(int signal);
/// Ignores `signal`.
int clinux_ignore_signal(int signal);

/// A descriptor that becomes readable by `clinux_send_event` (eventfd).
int clinux_event_descriptor(void);
int clinux_send_event(int fd);

/// A descriptor that becomes readable when a file of `clinux_watch_file` is changed by a call, its length included,
/// and not by way of a mapping (inotify).
int clinux_file_watcher(void);
/// Lets `watcher` tell of the open file `fd`.
int clinux_watch_file(int watcher, int fd);
/// Reads away what an event or a watcher told so far.
void clinux_drain(int fd);

/// A file in memory without a name, which programs that this process starts or becomes inherit (memfd).
int clinux_memory_file(const char *_Nonnull name);

/// Gives `thread` a name of at most 15 characters, for ps and debuggers.
void clinux_name_thread(pthread_t thread, const char *_Nonnull name);
/// Waits until `thread` has ended, which frees it; -ETIMEDOUT where that takes longer than so many milliseconds.
int clinux_join_thread(pthread_t thread, int milliseconds);
