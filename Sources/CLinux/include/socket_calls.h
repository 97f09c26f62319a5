#pragma once
// Unix sockets, whose addresses are awkward to build in Swift. Each returns a value, or -errno.

/// A socket that listens at `path` and does not block; a socket without a listener there is replaced.
/// -ENAMETOOLONG where the path does not fit an address, -EADDRINUSE where something else has the name.
int clinux_listen_at(const char *_Nonnull path);
/// The next connection to the listening socket `fd`, which does not block; -EAGAIN where there is none.
int clinux_accept(int fd);
/// A connection, which does not block, to the socket at `path`.
int clinux_connect_to(const char *_Nonnull path);
/// Removes the socket at `path`, and nothing else.
int clinux_remove_socket(const char *_Nonnull path);
