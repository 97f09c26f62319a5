#pragma once
// Signals and events as descriptors for a poll loop. Each function returns a value, or -errno.

#include <pthread.h>

/// Returns a descriptor that reports those of `signals` that are not ignored. This thread and those that it starts from
/// now on no longer receive them.
int clinux_signal_descriptor(const int *_Nonnull signals, int count);
/// Returns the number of the next signal that `fd` reports; -EAGAIN if there is none.
int clinux_read_signal(int fd);
/// Lets this thread receive `signals` again.
void clinux_receive_signals(const int *_Nonnull signals, int count);
/// Ends this process by `signal`, as if it had never been caught.
void clinux_die_by_signal(int signal);
/// Makes `signal` interrupt the system call of the thread that receives it, and do nothing else. Unblocks it for this
/// thread.
int clinux_make_interrupting(int signal);
/// Ignores `signal`.
int clinux_ignore_signal(int signal);

/// Returns a descriptor that `clinux_send_event` makes readable (eventfd).
int clinux_event_descriptor(void);
int clinux_send_event(int fd);

/// Returns a descriptor that becomes readable when a file of `clinux_watch_file` is changed by a system call, including
/// changes of its length, but not through a mapping (inotify).
int clinux_file_watcher(void);
/// Makes `watcher` report changes of the open file `fd`.
int clinux_watch_file(int watcher, int fd);
/// Reads and discards everything that an event or a watcher has reported.
void clinux_drain(int fd);

/// Returns a file in memory, without a name, that is inherited across fork and exec (memfd).
int clinux_memory_file(const char *_Nonnull name);

/// Gives `thread` a name of at most 15 characters, for ps and debuggers.
void clinux_name_thread(pthread_t thread, const char *_Nonnull name);
/// Waits until `thread` has ended, and frees it; -ETIMEDOUT if that takes longer than `milliseconds`.
int clinux_join_thread(pthread_t thread, int milliseconds);
