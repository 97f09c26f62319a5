import Foundation
import TestSupport
import Testing

/// A folder that another user has filled with names that a program, its libraries or its runtime might look for.
@Suite("Nothing of the current folder is opened or run that was not named")
struct PlantedNameTests {
  private static let planted = [
    "swift-backtrace", "libexec/swift/linux/swift-backtrace", "ndctl", "daxctl", "busybox", "modprobe", "kmod",
    "qemu-system-x86_64", "qemu-img", "virsh", "libvirtd", "sh", "strace", "zstd", "ld.so.cache", "ld.so.preload",
    "libc.so.6", "libxml2.so.2", "libxml2.so", "libblkid.so.1", "libndctl.so.6", "libdaxctl.so.1", "libkmod.so.2",
    "libswiftCore.so", "glibc-hwcaps/x86-64-v3/libc.so.6", "tls/libc.so.6", "terminfo/x/xterm", "locale/de/LC_MESSAGES",
    "de_DE.UTF-8/LC_CTYPE", "locale-archive", "gconv-modules", "consumers.json", "answers.schema.json", "blkid.conf",
    "catalog", "vnvdimm-check", "vnvdimm-emulate", "vnvdimm-config", "vmlinuz", "initrd.img", "localtime", ".vnvdimm",
    ".vnvdimm-layout", ".vnvdimm-condition", "vnvdimm.conf", "qemu.conf", "bin/qemu-system-x86_64", "proc/self/exe",
  ]

  static let calls = [
    "vnvdimm-check nv.img", "vnvdimm-check --json nv.img", "vnvdimm-check fleet nv.img", "vnvdimm-check domain nv.img",
    "vnvdimm-check command -- qemu-system-x86_64 -m 1G", "vnvdimm-check --guest-view nv.img", "vnvdimm-check missing",
    "vnvdimm-label-dump --verify nv.img", "vnvdimm-label-dump --map nv.img",
    "vnvdimm-migrate-labels move nv.img 1 --plan",
    "vnvdimm-migrate-labels repair nv.img", "vnvdimm-resize-guard plan nv.img +16M",
    "vnvdimm-resize-guard verify nv.img",
    "vnvdimm-create --plan --size 32M new.img", "vnvdimm-create --from ext4.img --plan new.img", "vnvdimm doctor",
    "vnvdimm explain backend-smaller", "vnvdimm emulate --nvdimm nv.img -m 64M -dump-acpi tables", "vnvdimm --help",
  ]

  @Test("by its bare name, with PATH and the library path of a careless user", arguments: calls)
  func nothing(call: String) throws {
    let folder = try TemporaryDirectory()
    let script = """
      mkdir tables; truncate -s 64M ext4.img; /sbin/mkfs.ext4 -qF ext4.img
      \(ProgramRun.products.path)/vnvdimm-create --quiet --size 32M --namespace raw nv.img
      for name in \(Self.planted.joined(separator: " ")); do
        [ "${name%/*}" = "$name" ] || mkdir -p "${name%/*}"
        printf '#!/bin/sh\\ntouch planted-ran\\n' >$name; chmod 755 $name
      done
      PATH=$PATH:\(ProgramRun.products.path):. LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 TERM=xterm \
        strace -f -qq -o ../\(folder.url.lastPathComponent).trace -e trace=open,openat,execve,execveat \(call) >/dev/null 2>&1
      """
    let run = try ProgramRun(executable: URL(fileURLWithPath: "/bin/bash"), ["-c", script], in: folder.url)
    let trace = URL(fileURLWithPath: folder.url.path + ".trace")
    defer { try? FileManager.default.removeItem(at: trace) }
    let lines = try String(contentsOf: trace, encoding: .utf8).split(separator: "\n")
    #expect(!lines.isEmpty, "\(run.errors)")
    // The names given on the command line, and those that the program creates next to them.
    let named = ["nv.img", "ext4.img", "new.img", "tables", ".nv.img.", "."]
    for line in lines {
      guard let path = line.firstMatch(of: /"([^"]*)"/).map({ String($0.1) }), !path.isEmpty else { continue }
      let isInside = !path.hasPrefix("/") || path.hasPrefix(folder.url.path)
      let name = path.replacing(folder.url.path + "/", with: "").replacing(/^\.\//, with: "")
      guard isInside, !line.contains("ENOENT") || line.contains("exec") else { continue }
      #expect(named.contains { $0 == name || $0.hasSuffix(".") && $0 != "." && name.hasPrefix($0) }, "\(call): \(line)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("planted-ran")))
  }
}
