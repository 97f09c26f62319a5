# SPDX-License-Identifier: Apache-2.0
"""The programs of vnvdimm on the managed host: what they are asked, and what they answer in JSON."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import os

# What describes the start of a guest, in the words of all programs.
START = ["size", "label_size", "align", "slot", "qemu_version", "arch"]
ARCHITECTURES = ["x86_64", "aarch64", "ppc64", "s390x"]
# The same as arguments of a module; what is not given is as sealed.
START_ARGUMENTS = dict(
    size=dict(type="str"),
    label_size=dict(type="str", default="auto"),
    align=dict(type="str"),
    slot=dict(type="int"),
    qemu_version=dict(type="str"),
    arch=dict(type="str", choices=ARCHITECTURES),
)


def options(given, names):
    """The options with these names, as words of a command; those that were not given are left out."""
    words = []
    for name in names:
        if given[name] is True:
            words.append("--" + name.replace("_", "-"))
        elif given[name] not in (None, False):
            words += ["--" + name.replace("_", "-"), str(given[name])]
    return words


def run(module, words, **run_options):
    """The exit status, the output and the errors of the program that the words begin with."""
    return module.run_command([module.get_bin_path(words[0], required=True)] + words[1:], **run_options)


def answer(module, words):
    """The exit status of a program, and the document that it answers with."""
    status, output, errors = run(module, words)
    if not output:
        module.fail_json(msg=errors.strip() or "%s ended with status %d" % (words[0], status), status=status)
    return status, json.loads(output)


def leave_if_missing(module, path, msg, changed):
    """Ends the task in check mode where the backend is missing: another task may be about to create it."""
    if module.check_mode and not os.path.lexists(path):
        module.warn("%s: no such file" % path)
        module.exit_json(msg=msg, changed=changed)


def require(module, status, document, **result):
    """Fails the task where the document tells of nothing but an error."""
    if "error" in document:
        error = document["error"]
        message = ": ".join(error[part] for part in ["subject", "message"] if error.get(part))
        module.fail_json(msg=message, hint=error.get("hint"), status=status, **result)


def sentence(path, finding):
    """A finding of the document about what is at the path, as a message."""
    subjects = [path] + [subject for subject in [finding["path"]] if subject != path]
    return ": ".join(subjects + [finding["rule"], finding["message"]])


def conclude(module, status, path, findings, msg, **result):
    """Ends the task as the program did: with its errors, or with its findings as warnings."""
    told = [(finding["severity"], sentence(path, finding)) for finding in findings]
    result.update(status=status, findings=findings)
    if status not in (0, 3):
        errors = [message for severity, message in told if severity == "error"]
        module.fail_json(msg="; ".join(errors) or "the program ended with status %d" % status, **result)
    for severity, message in told:
        if severity != "note":
            module.warn(message)
    module.exit_json(msg=msg, **result)
