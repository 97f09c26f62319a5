#pragma once
// The functions of libdaxctl and libndctl that the suite calls, as declared in the libraries' own headers.
//
// The libraries are loaded on the first query about a host device, not when a program starts: most runs examine plain
// files, and linking would cost each of them a third of its start time.

#include <daxctl/libdaxctl.h>
#include <ndctl/libndctl.h>

#define CNDCTL_POINTER(name) __typeof__(name) *_Nonnull name;

#define CNDCTL_DAXCTL(F)                                                       \
  F(daxctl_new) F(daxctl_unref)                                                \
  F(daxctl_region_get_first) F(daxctl_region_get_next)                         \
  F(daxctl_dev_get_first) F(daxctl_dev_get_next)                               \
  F(daxctl_dev_get_devname) F(daxctl_dev_get_major) F(daxctl_dev_get_minor)    \
  F(daxctl_dev_get_size) F(daxctl_dev_get_align) F(daxctl_dev_get_target_node) \
  F(daxctl_dev_get_memory) F(daxctl_dev_is_enabled)

#define CNDCTL_NDCTL(F)                                                        \
  F(ndctl_new) F(ndctl_unref)                                                  \
  F(ndctl_bus_get_first) F(ndctl_bus_get_next)                            \
  F(ndctl_region_get_first) F(ndctl_region_get_next)                           \
  F(ndctl_region_get_numa_node)                                                \
  F(ndctl_namespace_get_first) F(ndctl_namespace_get_next)                     \
  F(ndctl_namespace_get_devname) F(ndctl_namespace_get_alt_name)               \
  F(ndctl_namespace_get_mode) F(ndctl_namespace_get_size)                      \
  F(ndctl_namespace_get_block_device) F(ndctl_namespace_is_active)             \
  F(ndctl_namespace_get_btt) F(ndctl_namespace_get_pfn)                        \
  F(ndctl_namespace_get_dax)                                                   \
  F(ndctl_btt_get_size) F(ndctl_btt_get_block_device)                          \
  F(ndctl_pfn_get_size) F(ndctl_pfn_get_align) F(ndctl_pfn_get_block_device)   \
  F(ndctl_dax_get_size) F(ndctl_dax_get_align)

/// The functions of libdaxctl.
struct cndctl_daxctl {
  CNDCTL_DAXCTL(CNDCTL_POINTER)
};

/// The functions of libndctl.
struct cndctl_ndctl {
  CNDCTL_NDCTL(CNDCTL_POINTER)
};

/// Loads libdaxctl.so.1; NULL if this host does not have it, or only an older version. The library stays loaded.
const struct cndctl_daxctl *_Nullable cndctl_load_daxctl(void);

/// Loads libndctl.so.6; NULL if this host does not have it, or only an older version. The library stays loaded.
const struct cndctl_ndctl *_Nullable cndctl_load_ndctl(void);
