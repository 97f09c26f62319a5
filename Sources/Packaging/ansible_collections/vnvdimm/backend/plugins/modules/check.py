#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""Ansible's way to vnvdimm-check, which does all of the work."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: check
short_description: Check the backends of virtual NVDIMMs
description:
  - Tells what a release of QEMU will do with the files, block devices and DAX devices that back virtual NVDIMMs, and
    what is wrong with them. Each is the only NVDIMM of a machine of its own.
  - A file that holds a libvirt domain is checked as that domain.
  - Nothing is changed.
version_added: '0.3.0'
author: The authors of vnvdimm (!UNKNOWN)
requirements:
  - vnvdimm-check on the PATH of the managed host; see vnvdimm-check(1)
options:
  path:
    description: The backends, and the domains of libvirt, on the managed host.
    type: list
    elements: path
    required: true
    aliases: [paths]
  size:
    description: QEMU's C(size=), such as C(512M). Without it, the size of each file.
    type: str
  label_size:
    description: QEMU's C(label-size=), C(auto) for what is found, or C(none).
    type: str
    default: auto
  align:
    description: QEMU's C(align=).
    type: str
  slot:
    description: The DIMM slot of each NVDIMM. Without it, the labels tell.
    type: int
  qemu_version:
    description: The release of QEMU. Without it, the newest that vnvdimm-check describes.
    type: str
  arch:
    description: The guest's architecture.
    type: str
    choices: [x86_64, aarch64, ppc64, s390x]
    default: x86_64
  allow:
    description: Rules whose findings are notes.
    type: list
    elements: str
    default: []
  deny:
    description: Rules whose findings are errors.
    type: list
    elements: str
    default: []
  fail_on:
    description: The least severity that fails the task.
    type: str
    choices: [error, warning]
    default: error
  timeout:
    description:
      - Fail where the check takes longer, in seconds, as where a path lies on a server that does not answer.
      - 0 waits for ever.
    type: int
    default: 300
attributes:
  check_mode:
    description: The module does in check mode what it does otherwise.
    support: full
notes:
  - A path that cannot be examined fails the task.
"""

EXAMPLES = r"""
- name: No guest finds its persistent memory damaged
  vnvdimm.backend.check:
    path: "{{ nvdimm_images }}"
    qemu_version: '7.2'

- name: The file of one guest, as its domain maps it
  vnvdimm.backend.check:
    path: /var/lib/libvirt/images/pmem.img
    size: 512M
    label_size: 2M
    deny: [writes-not-shared]
    fail_on: warning
"""

RETURN = r"""
findings:
  description: All findings, each as in C(vnvdimm-check --json). Its C(path) is the backend that it is about, or the
    program of QEMU where it is about the machine.
  returned: success and failure
  type: list
  elements: dict
  sample:
    - path: nv.img
      rule: backend-smaller
      severity: error
      message: the backend is shorter than the mapped size
documents:
  description: What C(vnvdimm-check fleet --json) prints, a document for each path.
  returned: success and failure
  type: list
  elements: dict
status:
  description: The exit status of vnvdimm-check.
  returned: success and failure
  type: int
msg:
  description: How many paths were checked, or what fails the task.
  returned: success and failure
  type: str
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vnvdimm.backend.plugins.module_utils.program import (
    ARCHITECTURES,
    START,
    options,
    run,
    sentence,
)


def findings(document):
    """Every finding of a document: of a domain, those of the QEMU that libvirt starts for it."""
    return (document.get("qemu") or document).get("findings", [])


def failures(document):
    """Why a document tells of no check, or of a guest that does not start; none where it does not."""
    if document.get("error"):
        return [document["error"]["message"]]
    qemu = document.get("qemu") or document
    told = [backend["error"] for backend in qemu.get("backends", [])]
    told += [(document.get("libvirt") or {}).get("message"), (qemu.get("prediction") or {}).get("message")]
    return [message for message in told if message]


def main():
    module = AnsibleModule(
        argument_spec=dict(
            path=dict(type="list", elements="path", required=True, aliases=["paths"]),
            size=dict(type="str"),
            label_size=dict(type="str", default="auto"),
            align=dict(type="str"),
            slot=dict(type="int"),
            qemu_version=dict(type="str"),
            arch=dict(type="str", choices=ARCHITECTURES, default="x86_64"),
            allow=dict(type="list", elements="str", default=[]),
            deny=dict(type="list", elements="str", default=[]),
            fail_on=dict(type="str", choices=["error", "warning"], default="error"),
            timeout=dict(type="int", default=300),
        ),
        supports_check_mode=True,
    )
    given = module.params
    # timeout of coreutils: 124 where it ended the check, 137 where it had to kill it.
    words = ["timeout", "--kill-after=5", str(given["timeout"]), module.get_bin_path("vnvdimm-check", required=True)]
    words += ["fleet", "--json", "--null", "--paths-from", "-"] + options(given, START)
    for name in ["allow", "deny"]:
        for rule in given[name]:
            words += ["--" + name, rule]
    status, output, errors = run(module, words, data="\0".join(given["path"]), binary_data=True)
    if status in (124, 137):
        module.fail_json(
            msg="not checked within %d s" % given["timeout"], status=status, findings=[], documents=[])
    if status == 64 or not output:
        module.fail_json(msg=errors.strip(), status=status, findings=[], documents=[])
    documents = [json.loads(line) for line in output.splitlines()]
    checked = list(zip(given["path"], documents))
    found = [(path, finding) for path, document in checked for finding in findings(document)]
    result = dict(changed=False, status=status, findings=[finding for _, finding in found], documents=documents)
    told = {"error": [], "warning": [], "note": []}
    for path, finding in found:
        told[finding["severity"]].append(sentence(path, finding))
    if given["fail_on"] == "error":
        for warning in told.pop("warning"):
            module.warn(warning)
    if status == 0 or (status == 3 and "warning" not in told):
        module.exit_json(msg="%d checked" % len(documents), **result)
    reasons = told["error"] + told.get("warning", [])
    for path, document in checked:
        reasons += [path + ": " + failure for failure in failures(document)]
    module.fail_json(msg="; ".join(reasons), **result)


if __name__ == "__main__":
    main()
