#pragma once
// What a process gives up for good, with all threads that it starts later. Each function returns 0, or -errno.

/// No new privileges (prctl), and no capabilities but those that concern the permissions of files.
int clinux_give_up_privileges(void);

/// Leaves only the folders and files in `readable`, to be read, those in `writable`, to be read, written, made and
/// removed, the folders in `removable`, to remove files from, and those in `nameable`, where open files without a name
/// can get one (Landlock); the lists end with NULL, and what does not
/// exist is passed over. No TCP port can be bound or connected to any more where the kernel knows of that. -ENOSYS or
/// -EOPNOTSUPP where the kernel has no Landlock.
int clinux_restrict_files(
  char *_Nullable const *_Nonnull readable, char *_Nullable const *_Nonnull writable,
  char *_Nullable const *_Nonnull removable, char *_Nullable const *_Nonnull nameable);

/// Leaves only the system calls of a VMM whose guest runs (seccomp): files that Landlock allows, memory, threads of
/// this process, sockets that are open, and of ioctl(2) KVM's and a terminal's settings. Others answer EPERM.
int clinux_restrict_calls(void);
