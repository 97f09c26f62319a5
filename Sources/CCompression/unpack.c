#include "ccompression.h"

#include <dlfcn.h>
#include <errno.h>

/// Returns the function `name` of the library `file`, which stays loaded; NULL if this host does not have it.
static void *function(const char *file, const char *name) {
  void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  return handle ? dlsym(handle, name) : NULL;
}

// As declared in lzma/container.h. Source: liblzma 5.4, whose interface has been the same since 5.0.
typedef int decode_xz(uint64_t *memory_limit, uint32_t flags, const void *allocator, const uint8_t *in, size_t *in_position,
                      size_t in_size, uint8_t *out, size_t *out_position, size_t out_size);
enum { LZMA_OK = 0, LZMA_BUF_ERROR = 10 };

int64_t ccompression_unpack_xz(const uint8_t *packed, size_t size, uint8_t *unpacked, size_t capacity) {
  decode_xz *decode = (decode_xz *)function("liblzma.so.5", "lzma_stream_buffer_decode");
  if (!decode) return -ENOSYS;
  uint64_t limit = 1 << 30;
  size_t from = 0, to = 0;
  switch (decode(&limit, 0, NULL, packed, &from, size, unpacked, &to, capacity)) {
    case LZMA_OK: return (int64_t)to;
    // The output is too small, or the input ends too early: a retry with more room tells which.
    case LZMA_BUF_ERROR: return -ENOBUFS;
    default: return -EIO;
  }
}

// As declared in zstd.h and zstd_errors.h. Source: libzstd 1.5, whose stable interface has been the same since 1.0.
typedef size_t decode_zstd(void *out, size_t capacity, const void *in, size_t size);
typedef unsigned error_code(size_t result);
enum { ZSTD_error_dstSize_tooSmall = 70 };

int64_t ccompression_unpack_zstd(const uint8_t *packed, size_t size, uint8_t *unpacked, size_t capacity) {
  decode_zstd *decode = (decode_zstd *)function("libzstd.so.1", "ZSTD_decompress");
  error_code *code = (error_code *)function("libzstd.so.1", "ZSTD_getErrorCode");
  if (!decode || !code) return -ENOSYS;
  size_t result = decode(unpacked, capacity, packed, size);
  switch (code(result)) {
    case 0: return (int64_t)result;
    case ZSTD_error_dstSize_tooSmall: return -ENOBUFS;
    default: return -EIO;
  }
}
