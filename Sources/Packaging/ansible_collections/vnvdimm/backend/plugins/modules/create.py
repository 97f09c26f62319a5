#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Ansible's way to vnvdimm-create, which does all of the work."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: create
short_description: Create the backend of a virtual NVDIMM
description:
  - Makes the file that backs a virtual NVDIMM, with its label area and namespaces, where there is no file.
  - A file that is there is never replaced and its contents stay as they are, also its namespaces, which belong to the
    guest. The task fails where its label size or its slot is not as described here, and warns where its size is not;
    M(vnvdimm.backend.resize) changes that.
version_added: '0.3.0'
author: The authors of vnvdimm (!UNKNOWN)
requirements:
  - vnvdimm-create and vnvdimm-check on the PATH of the managed host; see vnvdimm-create(1)
options:
  path:
    description: The file, on the managed host.
    type: path
    required: true
  size:
    description: The guest size, such as C(4G). The label area is added to it.
    type: str
  file_size:
    description: The file size, label area included, instead of I(size).
    type: str
  from:
    description: A raw image on the managed host that is copied into the new file, and whose size is the default.
    type: path
  label_size:
    description: The size of the label area, C(auto) or C(none).
    type: str
    default: auto
  labels:
    description: The version of the labels, or C(blank) for a label area that the guest initialises.
    type: str
    choices: ['1.1', '1.2', blank]
  backend_align:
    description: QEMU's C(align=).
    type: str
  guest_align:
    description: The unit to which the guest rounds namespaces.
    type: str
  namespaces:
    description: The namespaces. The last one without I(size) takes the rest.
    type: list
    elements: dict
    default: []
    suboptions:
      mode:
        description: The mode, as ndctl names it.
        type: str
        choices: [raw, sector, fsdax, devdax]
        required: true
      size:
        description: The size.
        type: str
      name:
        description: The name.
        type: str
      uuid:
        description: The UUID. Without it, a random one.
        type: str
      sector_size:
        description: The sector size.
        type: str
      align:
        description: The alignment of the data.
        type: str
        choices: [4K, 2M, 1G]
      map:
        description: Where the guest keeps its page structures.
        type: str
        choices: [dev, mem]
  slot:
    description: The DIMM slot that the labels are made for.
    type: int
  for:
    description: The programs that will use the backend, such as C(kata).
    type: list
    elements: str
    default: []
  preallocate:
    description: How the space of the file is allocated.
    type: str
    choices: ['off', falloc, full]
    default: 'off'
extends_documentation_fragment:
  - ansible.builtin.files
attributes:
  check_mode:
    description: Shows what would be created.
    support: full
seealso:
  - module: vnvdimm.backend.resize
"""

EXAMPLES = r"""
- name: A guest has persistent memory with a file system for DAX
  vnvdimm.backend.create:
    path: /var/lib/libvirt/images/pmem.img
    file_size: 4G
    owner: libvirt-qemu
    mode: '0600'
    namespaces:
      - mode: fsdax
        name: data

- name: An image for Kata Containers
  vnvdimm.backend.create:
    path: /var/lib/kata/root.img
    from: /var/lib/kata/root.ext4
    label_size: none
    for: [kata]
"""

RETURN = r"""
layout:
  description: What C(vnvdimm-create --json) prints, also with C(--plan) in check mode. Of a file that was there, what
    C(vnvdimm-check --json) prints.
  returned: success
  type: dict
differences:
  description: What of an existing file is not as the task describes it, with what is stored and what is expected.
  returned: where the file was there
  type: dict
  sample:
    file_size: {stored: 2147483648, expected: 4294967296}
findings:
  description: What is wrong with the new backend, each as in C(vnvdimm-create --json).
  returned: where the backend is new
  type: list
  elements: dict
status:
  description: The exit status of the program.
  returned: always
  type: int
"""

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vnvdimm.backend.plugins.module_utils.program import (
    answer,
    conclude,
    options,
    require,
)

# What decides the layout, and what else a new file is made with.
LAYOUT = ["size", "file_size", "label_size", "labels", "backend_align", "guest_align"]
REST = ["from", "slot", "preallocate"]


def namespace(parts):
    """A namespace as the program reads it; two commas are a comma of a value."""
    keys = [key for key in ["size", "name", "uuid", "sector_size", "align", "map"] if parts[key] is not None]
    values = ["%s=%s" % (key.replace("_", "-"), parts[key].replace(",", ",,")) for key in keys]
    return ",".join([parts["mode"]] + values)


def layout(given):
    """The program's words for a file of this layout."""
    consumers = ["--for", ",".join(given["for"])] if given["for"] else []
    return ["vnvdimm-create", "--json"] + options(given, LAYOUT) + consumers


def created(module, path):
    """The answer of the program that makes the file, or plans it in check mode."""
    given = module.params
    words = layout(given) + options(given, REST)
    for parts in given["namespaces"]:
        words += ["--namespace", namespace(parts)]
    return answer(module, words + (["--plan"] if module.check_mode else []) + ["--", path])


def differences(module, path, backend):
    """What of the backend that is there is not as it was described, with what is stored and what is expected."""
    given = module.params
    area = backend["label_area"]
    pairs = {}
    if given["size"] or given["file_size"]:
        status, plan = answer(module, layout(given) + ["--plan", "--overwrite", "--", path])
        require(module, status, plan, changed=False)
        size = "guest_size" if given["size"] else "file_size"
        pairs[size] = (backend[size], plan[size])
        if given["label_size"] != "auto":
            pairs["label_size"] = (area["size"], plan["label_area"]["size"])
    # Labels belong to a slot, and an area without labels to none.
    if given["slot"] is not None and area["dimm_slot"] is not None:
        pairs["slot"] = (area["dimm_slot"], given["slot"])
    return dict((name, dict(stored=stored, expected=expected))
                for name, (stored, expected) in pairs.items() if stored != expected)


def main():
    module = AnsibleModule(
        argument_spec={
            "path": dict(type="path", required=True),
            "size": dict(type="str"),
            "file_size": dict(type="str"),
            "from": dict(type="path"),
            "label_size": dict(type="str", default="auto"),
            "labels": dict(type="str", choices=["1.1", "1.2", "blank"]),
            "backend_align": dict(type="str"),
            "guest_align": dict(type="str"),
            "namespaces": dict(
                type="list", elements="dict", default=[],
                options=dict(
                    mode=dict(type="str", choices=["raw", "sector", "fsdax", "devdax"], required=True),
                    size=dict(type="str"),
                    name=dict(type="str"),
                    uuid=dict(type="str"),
                    sector_size=dict(type="str"),
                    align=dict(type="str", choices=["4K", "2M", "1G"]),
                    map=dict(type="str", choices=["dev", "mem"]),
                ),
            ),
            "slot": dict(type="int"),
            "for": dict(type="list", elements="str", default=[]),
            "preallocate": dict(type="str", choices=["off", "falloc", "full"], default="off"),
        },
        add_file_common_args=True,
        mutually_exclusive=[("size", "file_size")],
        required_one_of=[("size", "file_size", "from")],
        supports_check_mode=True,
    )
    path = os.path.abspath(module.params["path"])
    attributes = module.load_file_common_arguments(module.params, path=path)
    if not os.path.lexists(path):
        status, document = created(module, path)
        require(module, status, document, changed=False)
        if not module.check_mode:
            module.set_fs_attributes_if_different(attributes, False)
        msg = "to be created" if module.check_mode else "created"
        conclude(module, status, path, document["findings"], msg, changed=True, layout=document)
    status, document = answer(module, ["vnvdimm-check", "--json", "--", path])
    require(module, status, document, changed=False)
    backend = document["backends"][0]
    if backend["error"]:
        module.fail_json(msg="%s: %s" % (path, backend["error"]), changed=False, status=status)
    different = differences(module, path, backend)
    told = ["%s: the %s is another (stored %d, expected %d)"
            % (path, name.replace("_", " "), pair["stored"], pair["expected"])
            for name, pair in sorted(different.items())]
    result = dict(layout=document, differences=different, status=status)
    if set(different) - set(["guest_size", "file_size"]):
        module.fail_json(msg="; ".join(told), changed=False, **result)
    for difference in told:
        module.warn(difference)
    changed = module.set_fs_attributes_if_different(attributes, False)
    module.exit_json(msg="already there", changed=changed, **result)


if __name__ == "__main__":
    main()
