#pragma once
// Unpacking of whole files in memory, by the libraries of the host. They are loaded when a compressed file is met:
// most runs meet none.

#include <stddef.h>
#include <stdint.h>

/// Unpacks `size` bytes at `packed` to `unpacked`, which has room for `capacity`. Answers how many bytes they are;
/// -ENOSYS where this host lacks the library, -ENOBUFS where the room is too small, -EIO where they are damaged.
typedef int64_t ccompression_unpack(const uint8_t *_Nonnull packed, size_t size, uint8_t *_Nonnull unpacked, size_t capacity);

/// By liblzma.so.5.
ccompression_unpack ccompression_unpack_xz;

/// By libzstd.so.1.
ccompression_unpack ccompression_unpack_zstd;
