#define _GNU_SOURCE  // accept4
#include "socket_calls.h"

#include "value_or_errno.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool fill(struct sockaddr_un *address, const char *path) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) return false;
  strcpy(address->sun_path, path);
  return true;
}

/// Closes `fd` and returns -errno from before that.
static int fail(int fd) {
  int error = -errno;
  close(fd);
  return error;
}

int clinux_remove_socket(const char *path) {
  struct stat status;
  if (lstat(path, &status) < 0) return -errno;
  return S_ISSOCK(status.st_mode) ? value_or_errno(unlink(path)) : -ENOTSOCK;
}

int clinux_connect_to(const char *path) {
  struct sockaddr_un address;
  if (!fill(&address, path)) return -ENAMETOOLONG;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail(fd);
  if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0) return fail(fd);
  return fd;
}

int clinux_listen_at(const char *path) {
  struct sockaddr_un address;
  if (!fill(&address, path)) return -ENAMETOOLONG;
  int other = clinux_connect_to(path);
  if (other >= 0) {
    close(other);
    return -EADDRINUSE;
  }
  if (other == -ECONNREFUSED) clinux_remove_socket(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return fail(fd);
  if (listen(fd, 4) < 0) {
    int error = fail(fd);
    unlink(path);
    return error;
  }
  return fd;
}

int clinux_accept(int fd) { return value_or_errno(accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)); }
