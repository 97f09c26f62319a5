#pragma once
// Privileges that a process permanently gives up, with all threads that it starts later. Each function returns 0, or
// -errno.

/// Allows no new privileges (prctl), and no capabilities except those for file permissions.
int clinux_give_up_privileges(void);

/// Restricts access to files (Landlock). Those in `readable` can be read; those in `writable` can be read, written,
/// created and removed; from the folders in `removable` files can be removed; in those in `nameable` open files without
/// a name can get one. The lists end with NULL; missing files are ignored. TCP ports can no longer be bound or
/// connected to if the kernel supports that restriction. Returns -ENOSYS or -EOPNOTSUPP if the kernel has no Landlock.
int clinux_restrict_files(
  char *_Nullable const *_Nonnull readable, char *_Nullable const *_Nonnull writable,
  char *_Nullable const *_Nonnull removable, char *_Nullable const *_Nonnull nameable);

/// Allows only the system calls of a VMM whose guest runs (seccomp): those for files that Landlock allows, memory,
/// threads of this process and open sockets, and the ioctls of KVM and of terminal settings. Others fail with EPERM.
int clinux_restrict_calls(void);
