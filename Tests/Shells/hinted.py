#!/usr/bin/env python3
"""Stands on PATH for a program: runs it with the options that the hint $HINT gives QEMU's command line, or emulate's.

A key goes to the backend, or to its device, that one of the words of $HINT_SUBJECT is about; to each where none is.
"""
import json, os, re, subprocess, sys

DEVICE_KEYS = {"label-size", "slot", "addr", "memaddr", "unarmed", "uuid", "flush-hint"}


def settings(hint):
    """Pairs of a key and its value, None to leave it out; then options with a dash, whole."""
    hint = subprocess.run(["sh", "-c", f'printf %s "{hint}"'], capture_output=True, text=True).stdout
    if hint.startswith("-"):
        return [], [tuple(hint.split(" ", 1))]
    words = [word for word in re.split(r",\s*", hint) if word]
    return [(w[3:].rstrip("="), None) if w.startswith("no ") else tuple(w.split("=", 1)) for w in words], []


def changed(text, key, value):
    """An option list, or JSON, with `value` for `key`."""
    if text.startswith("{"):
        pairs = json.loads(text)
        pairs.pop(key, None)
        if value is not None:
            pairs[key] = int(value, 0) if re.fullmatch("0x[0-9a-f]+|[0-9]+", value) else {"on": True, "off": False}.get(value, value)
        return json.dumps(pairs)
    words = [w for w in re.split(r",(?!,)", text) if w != key and not w.startswith(f"{key}=") and w != f"no{key}"]
    return ",".join(words + ([] if value is None else [f"{key}={value}"]))


def value_of(text, *keys):
    """The values of `keys` in an option list, or in JSON."""
    if text.startswith("{"):
        pairs = json.loads(text)
    else:
        pairs = dict(w.split("=", 1) for w in text.split(",") if "=" in w)
    return {str(pairs[k]) for k in keys if k in pairs}


def main():
    program = os.path.basename(sys.argv[0])
    path = os.environ["PATH"].split(":", 1)[1]
    words = sys.argv[1:]
    subject = set(re.split(r"[\s:,'=]+", os.environ.get("HINT_SUBJECT", "")))
    keys, options = settings(os.environ["HINT"])
    places = {"backend": [], "device": []}
    meant = set(subject)
    for i, word in enumerate(words):
        before = words[i - 1] if i else ""
        if before == "-object" and "memory-backend" in word or word.startswith("object_add memory-backend"):
            places["backend"].append(i)
            if value_of(word, "id", "mem-path") & subject:
                meant |= value_of(word, "id")
        elif before == "-device" and re.search("nvdimm|virtio-pmem|pc-dimm", word) or word.startswith("device_add "):
            places["device"].append(i)
            if value_of(word, "id") & subject:
                meant |= value_of(word, "memdev")
        elif before in ("--nvdimm", "--probe"):
            places["backend"].append(i)
            places["device"].append(i)
    for key, value in keys:
        indices = places["device" if key in DEVICE_KEYS else "backend"]
        chosen = [i for i in indices if value_of(words[i], "id", "memdev", "mem-path") & meant] or indices
        for i in chosen:
            words[i] = changed(words[i], key, value)
    for name, value in options:
        found = [i for i, word in enumerate(words) if word == name or name == "-machine" and word == "-M"]
        if found and (name == "-machine" or name == "-m" and "=" in value):
            key, setting = value.rsplit(",", 1)[-1].split("=")
            words[found[-1] + 1] = changed(words[found[-1] + 1], key, setting)
        elif found:
            words[found[-1] + 1] = value
        else:
            words += [name, value]
    os.environ["PATH"] = path
    os.execvp(program, [program] + words)


main()
