#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Ansible's way to vnvdimm-resize-guard apply, which does all of the work."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: resize
short_description: Change the file size of a backend of a virtual NVDIMM
description:
  - Changes the size of a backend that is not in use, and moves its label area to the new end. A crash at any point
    leaves the old state, the new state, or a state that C(vnvdimm-migrate-labels repair) completes.
  - A backend that has the size is left alone, also while a guest uses it.
version_added: '0.3.0'
author: The authors of vnvdimm (!UNKNOWN)
requirements:
  - vnvdimm-resize-guard on the PATH of the managed host; see vnvdimm-resize-guard(1)
options:
  path:
    description: The backend, a file on the managed host.
    type: path
    required: true
  file_size:
    description: The new file size, label area included, such as C(8G). A change such as C(+1G) is refused, because it
      would happen anew each time.
    type: str
    required: true
  label_size:
    description: The present label size, C(auto) or C(none).
    type: str
    default: auto
  allow_shrink:
    description: The backend may become shorter. A namespace is never cut.
    type: bool
    default: false
  discard_data:
    description: What lies beyond the new end may be lost.
    type: bool
    default: false
  backup:
    description: The former label area is saved beside the backend first.
    type: bool
    default: true
  sidecar:
    description: A file that holds the seal of the layout.
    type: path
attributes:
  check_mode:
    description: Shows what would be changed, and fails where the plan is refused. Whether the backend is in use is
      seen only when it is changed.
    support: full
  diff_mode:
    description: Shows the sizes before and after.
    support: full
notes:
  - In check mode a backend that is missing is a warning, for another task may be about to create it.
extends_documentation_fragment: vnvdimm.backend.start
seealso:
  - module: vnvdimm.backend.create
"""

EXAMPLES = r"""
- name: The persistent memory of a guest is 8 GiB long
  vnvdimm.backend.resize:
    path: /var/lib/libvirt/images/pmem.img
    file_size: 8G
"""

RETURN = r"""
plan:
  description: What C(vnvdimm-resize-guard plan --json) prints.
  returned: where the backend is there
  type: dict
backup_file:
  description: The file with the former label area; nothing where none was saved.
  returned: success
  type: str
findings:
  description: What the change brings, or why it is refused, each as in C(vnvdimm-resize-guard plan --json).
  returned: where the backend is there
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


def main():
    module = AnsibleModule(
        argument_spec=dict(
            START_ARGUMENTS,
            path=dict(type="path", required=True),
            file_size=dict(type="str", required=True),
            allow_shrink=dict(type="bool", default=False),
            discard_data=dict(type="bool", default=False),
            backup=dict(type="bool", default=True),
            sidecar=dict(type="path"),
        ),
        supports_check_mode=True,
    )
    given = module.params
    if given["file_size"].strip()[:1] in ("+", "-"):
        module.fail_json(msg="file_size: a change would happen anew each time (stored %s, expected a size)"
                         % given["file_size"], changed=False)
    path = os.path.abspath(given["path"])
    leave_if_missing(module, path, "not there yet", changed=False)
    words = ["--json"] + options(given, START + ["allow_shrink", "discard_data", "sidecar"])
    backup = [] if given["backup"] else ["--no-backup"]
    status, plan = answer(module, ["vnvdimm-resize-guard", "plan"] + words + ["--", path, given["file_size"]])
    require(module, status, plan, changed=False)
    diff = dict(before=plan["before"], after=plan["after"])
    changes = plan["methods"] != ["none"]
    if not changes or not plan["allowed"] or module.check_mode:
        msg = "to be changed" if changes else "has the size"
        conclude(module, status, path, plan["findings"], msg, changed=changes and plan["allowed"], plan=plan,
                 diff=diff, backup_file=None)
    status, done = answer(module, ["vnvdimm-resize-guard", "apply"] + words + backup + ["--", path, given["file_size"]])
    require(module, status, done, changed=False, plan=plan)
    conclude(module, status, path, done["findings"], "changed", changed=done["changed"], plan=plan, diff=diff,
             backup_file=done["backup"])


if __name__ == "__main__":
    main()
