# SPDX-License-Identifier: Apache-2.0
"""The options that describe the start of a guest with a backend that may be sealed."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment(object):
    DOCUMENTATION = r"""
options:
  size:
    description: QEMU's C(size=), the mapped size. Without it, as sealed, or the file size.
    type: str
  align:
    description: QEMU's C(align=). Without it, as sealed.
    type: str
  slot:
    description: The DIMM slot. Without it, as sealed.
    type: int
  qemu_version:
    description: The release of QEMU. Without it, as sealed, or the newest that is described.
    type: str
  arch:
    description: The guest's architecture. Without it, as sealed, or x86_64.
    type: str
    choices: [x86_64, aarch64, ppc64, s390x]
"""
