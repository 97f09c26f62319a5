#pragma once
// Unpacks whole files in memory with the libraries of the host. They are loaded on the first compressed file: most runs
// have none.

#include <stddef.h>
#include <stdint.h>

/// Unpacks `size` bytes at `packed` to `unpacked`, which has room for `capacity` bytes. Returns the number of unpacked
/// bytes; -ENOSYS if this host lacks the library, -ENOBUFS if there is not enough room, -EIO if the data is damaged.
typedef int64_t ccompression_unpack(const uint8_t *_Nonnull packed, size_t size, uint8_t *_Nonnull unpacked, size_t capacity);

/// Uses liblzma.so.5.
ccompression_unpack ccompression_unpack_xz;

/// Uses libzstd.so.1.
ccompression_unpack ccompression_unpack_zstd;
