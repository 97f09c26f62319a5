#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Ansible's way to vnvdimm-resize-guard verify and seal, which do all of the work."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: seal
short_description: Seal the layout of a backend of a virtual NVDIMM
description:
  - Saves a fingerprint of the layout with a backend that has none.
  - A backend that has one is compared with it. The task fails where the guest would no longer find what was there when
    the layout was sealed, and warns of what is otherwise no longer as sealed.
version_added: '0.3.0'
author: The authors of vnvdimm (!UNKNOWN)
requirements:
  - vnvdimm-resize-guard on the PATH of the managed host; see vnvdimm-resize-guard(1)
options:
  path:
    description: The backend, a file, block device or DAX device on the managed host.
    type: path
    required: true
  label_size:
    description: QEMU's C(label-size=), C(auto) for what is found, or C(none).
    type: str
    default: auto
  sidecar:
    description: A file for the fingerprint, which a device needs.
    type: path
  renew:
    description: A layout that is no longer as sealed is sealed as it is now.
    type: bool
    default: false
attributes:
  check_mode:
    description: Compares, and tells whether the backend would be sealed.
    support: full
  diff_mode:
    description: Shows the layout as it was sealed and as it is.
    support: full
notes:
  - In check mode a backend that is missing is a warning, for another task may be about to create it.
extends_documentation_fragment: vnvdimm.backend.start
seealso:
  - module: vnvdimm.backend.check
"""

EXAMPLES = r"""
- name: The layout is as it was sealed
  vnvdimm.backend.seal:
    path: /var/lib/libvirt/images/pmem.img
    qemu_version: '7.2'

- name: Namespaces were created in the guest, which is to be so from now on
  vnvdimm.backend.seal:
    path: /var/lib/libvirt/images/pmem.img
    renew: true
"""

RETURN = r"""
layout:
  description: The layout as it is, as in C(vnvdimm-resize-guard verify --json).
  returned: where there is a seal
  type: dict
sealed:
  description: The layout as it was sealed; nothing where there was no seal.
  returned: where there is a seal
  type: dict
findings:
  description: What is no longer as sealed, each as in C(vnvdimm-resize-guard verify --json).
  returned: where there is a seal
  type: list
  elements: dict
status:
  description: The exit status of vnvdimm-resize-guard.
  returned: where the backend is there
  type: int
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vnvdimm.backend.plugins.module_utils.program import (
    START,
    START_ARGUMENTS,
    answer,
    conclude,
    leave_if_missing,
    options,
    require,
)


def is_unsealed(status, document):
    """Whether verify could not compare anything, and asks for a seal; a seal that cannot be read is damage."""
    hint = document.get("error", {}).get("hint", "")
    return status == 1 and hint.startswith("vnvdimm-resize-guard seal ")


def command(given, path):
    """What follows the verb."""
    return ["--json"] + options(given, START + ["sidecar"]) + ["--", path]


def main():
    module = AnsibleModule(
        argument_spec=dict(
            START_ARGUMENTS,
            path=dict(type="path", required=True),
            sidecar=dict(type="path"),
            renew=dict(type="bool", default=False),
        ),
        supports_check_mode=True,
    )
    given = module.params
    path = os.path.abspath(given["path"])
    leave_if_missing(module, path, "to be sealed", changed=True)
    status, verified = answer(module, ["vnvdimm-resize-guard", "verify"] + command(given, path))
    unsealed = is_unsealed(status, verified)
    # What was found is evidence, unless the layout is to be sealed anew.
    if not unsealed and not (given["renew"] and status in (2, 3)):
        require(module, status, verified, changed=False)
        conclude(module, status, path, verified["findings"], "as sealed", changed=False, layout=verified["layout"],
                 sealed=verified["sealed"])
    if module.check_mode:
        # What seals, or refuses to, is tried on a file of its own.
        given["sidecar"] = os.path.join(module.tmpdir, "layout")
    status, answered = answer(module, ["vnvdimm-resize-guard", "seal"] + command(given, path))
    require(module, status, answered, changed=False)
    before = verified.get("sealed")
    conclude(module, status, path, answered["findings"], "to be sealed" if module.check_mode else "sealed",
             changed=True, layout=answered["layout"], sealed=before,
             diff=dict(before=before or {}, after=answered["layout"]))


if __name__ == "__main__":
    main()
