#define _GNU_SOURCE
#include "sandbox_calls.h"

#include "value_or_errno.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Linux include/uapi/linux/landlock.h, of which this host may have an older version.
enum { CREATE_VERSION = 1, PATH_BENEATH = 1 };
struct ruleset { uint64_t files, network, scopes; };
struct __attribute__((packed)) path_rule { uint64_t access; int32_t folder; };

enum {
  WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_FOLDER = 1 << 3, REMOVE_FILE = 1 << 5, MAKE_FILE = 1 << 8,
  ALL_OF_VERSION_1 = (1 << 13) - 1, REFER = 1 << 13, TRUNCATE = 1 << 14,
  BIND_AND_CONNECT = 3, ABSTRACT_SOCKETS_AND_SIGNALS = 3,
};
// EXECUTE is in no rule: no program is ever executed.
static const uint64_t READING = READ_FILE | READ_FOLDER;
static const uint64_t OF_FILES = WRITE_FILE | READ_FILE | TRUNCATE;

static int add_rules(int ruleset, char *const *paths, uint64_t access) {
  for (; *paths; paths++) {
    int fd = open(*paths, O_PATH | O_CLOEXEC);
    if (fd < 0) continue;
    struct stat status;
    int result = value_or_errno(fstat(fd, &status));
    struct path_rule rule = {.access = access, .folder = fd};
    if (!S_ISDIR(status.st_mode)) rule.access &= OF_FILES;
    if (result >= 0) result = value_or_errno((int)syscall(SYS_landlock_add_rule, ruleset, PATH_BENEATH, &rule, 0));
    close(fd);
    if (result < 0) return result;
  }
  return 0;
}

int clinux_restrict_files(
  char *const *readable, char *const *writable, char *const *removable, char *const *nameable) {
  int version = value_or_errno((int)syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION));
  if (version < 0) return version;
  struct ruleset rules = {.files = ALL_OF_VERSION_1};
  if (version >= 2) rules.files |= REFER;
  if (version >= 3) rules.files |= TRUNCATE;
  if (version >= 4) rules.network = BIND_AND_CONNECT;
  if (version >= 6) rules.scopes = ABSTRACT_SOCKETS_AND_SIGNALS;
  // The kernel accepts a structure of the length that its version defines.
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int ruleset = value_or_errno((int)syscall(SYS_landlock_create_ruleset, &rules, size, 0));
  if (ruleset < 0) return ruleset;
  // glibc names a new thread by writing to a file of its task.
  char *const tasks[] = {"/proc/self/task", NULL};
  int result = add_rules(ruleset, readable, READING & rules.files);
  if (result >= 0) result = add_rules(ruleset, tasks, (READING | WRITE_FILE) & rules.files);
  if (result >= 0) result = add_rules(ruleset, writable, rules.files & ~(uint64_t)1);
  if (result >= 0) result = add_rules(ruleset, removable, REMOVE_FILE);
  // No file can be opened there, but an unnamed file can get a name.
  if (result >= 0) result = add_rules(ruleset, nameable, MAKE_FILE);
  if (result >= 0) result = value_or_errno((int)syscall(SYS_landlock_restrict_self, ruleset, 0));
  close(ruleset);
  return result;
}
