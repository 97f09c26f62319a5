// map-reader FILE OFFSET:HOW... reads a mapping of the file, each time in one way, and prints what came of it: the first
// byte, or the signal with its code, the place in the file and the size of what is lost. HOW is mov, movsb or
// paddb, a vector instruction that KVM does not emulate; with `sector` it prints the sector of the disk, and reads
// nothing.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static sigjmp_buf escape;
static siginfo_t bus_error;

static void on_bus_error(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  bus_error = *info;
  siglongjmp(escape, 1);
}

static uint8_t buffer[32];

static void read_byte(const uint8_t *from) { buffer[0] = *(const volatile uint8_t *)from; }

static void read_string(const uint8_t *from) {
  void *to = buffer;
  size_t count = sizeof buffer;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static void read_vector(const uint8_t *from) {
  __asm__ volatile("pxor %%xmm0, %%xmm0; paddb (%0), %%xmm0; movdqu %%xmm0, (%1)" : : "r"(from), "r"(buffer)
    : "memory", "xmm0");
}

static const struct {
  const char *name;
  void (*read)(const uint8_t *);
} ways[] = {{"mov", read_byte}, {"movsb", read_string}, {"paddb", read_vector}};

static int print_sector(int file, unsigned long offset) {
  _Alignas(struct fiemap) char room[sizeof(struct fiemap) + sizeof(struct fiemap_extent)] = {0};
  struct fiemap *map = (struct fiemap *)room;
  *map = (struct fiemap){.fm_start = offset, .fm_length = 1, .fm_flags = FIEMAP_FLAG_SYNC, .fm_extent_count = 1};
  if (ioctl(file, FS_IOC_FIEMAP, map) < 0 || map->fm_mapped_extents == 0) return perror("FS_IOC_FIEMAP"), 1;
  const struct fiemap_extent *extent = map->fm_extents;
  printf("%llu\n", (unsigned long long)(extent->fe_physical + offset - extent->fe_logical) / 512);
  return 0;
}

int main(int count, char **words) {
  if (count < 3) return 64;
  const int file = open(words[1], O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) < 0) return perror(words[1]), 1;
  const uint8_t *start = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
  if (start == MAP_FAILED) return perror(words[1]), 1;
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGBUS, &action, NULL);
  for (int word = 2; word < count; word++) {
    char *way;
    const unsigned long offset = strtoul(words[word], &way, 0);
    if (!strcmp(way, ":sector")) return print_sector(file, offset);
    for (size_t index = 0; index < sizeof ways / sizeof *ways; index++) {
      if (*way != ':' || strcmp(way + 1, ways[index].name)) continue;
      memset(buffer, 0, sizeof buffer);
      if (sigsetjmp(escape, 1)) {
        printf("%s: SIGBUS %d at %#lx, %d bytes\n", words[word], bus_error.si_code,
          (unsigned long)((const uint8_t *)bus_error.si_addr - start), 1 << bus_error.si_addr_lsb);
      } else {
        ways[index].read(start + offset);
        printf("%s: %#x\n", words[word], buffer[0]);
      }
      fflush(stdout);
    }
  }
  return 0;
}
