#pragma once
// Unix sockets, whose addresses are awkward to build in Swift. Each returns a value, or -errno.

/// Returns a non-blocking socket that listens at `path`; replaces a socket without a listener there. -ENAMETOOLONG if
/// the path does not fit into an address, -EADDRINUSE if the name is taken otherwise.
int clinux_listen_at(const char *_Nonnull path);
/// Accepts the next connection to the listening socket `fd`, non-blocking; -EAGAIN if there is none.
int clinux_accept(int fd);
/// Connects to the socket at `path`, non-blocking.
int clinux_connect_to(const char *_Nonnull path);
/// Removes the socket at `path`, but no other kind of file.
int clinux_remove_socket(const char *_Nonnull path);
