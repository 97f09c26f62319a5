import Foundation
import TestSupport
import Testing

/// Command lines that `vnvdimm emulate` refuses: message, exit status, and no change on disk.
@Suite("emulate refuses")
struct EmulateRefusalTests {
  /// A refused command line. `@` stands for a folder that holds nv.img (4 MiB), text (no kernel), tiny (a kernel), empty (0 bytes),
  /// byte (1), large (64 MiB, sparse), huge (8 GiB, sparse) and folder (empty).
  struct Case: CustomTestStringConvertible, Sendable {
    let arguments: String
    let status: Int32
    let message: String
    var hint: String?
    var testDescription: String { arguments }
    var needsKVM: Bool { arguments.contains("--engine kvm") }
  }

  static let backend = "-object memory-backend-file,id=m,share=on,mem-path=@/nv.img,size=4M"
  static let machine = "-machine pc,nvdimm -m 128M,slots=1,maxmem=1G"

  static let cases: [Case] = [
    // The command line itself.
    Case(arguments: "--no-such", status: 64, message: "--no-such: invalid option", hint: "vnvdimm emulate --help"),
    Case(arguments: "-kernal x", status: 64, message: "-kernal: invalid option", hint: "-kernel"),
    Case(arguments: "nv.img", status: 64, message: "nv.img: is neither an option nor the value of one"),
    Case(
      arguments: "-machine help", status: 64, message: "the manual has what QEMU's help would say",
      hint: "man vnvdimm-emulate"),
    Case(arguments: "-m", status: 64, message: "-m: requires an argument"),
    Case(
      arguments: "\(machine) -device nvdimm,id=d", status: 64,
      message: "-device nvdimm,id=d: 'memdev' property must be set"),
    Case(
      arguments: "\(machine) -device nvdimm,memdev=m", status: 64,
      message: "-device nvdimm,memdev=m: Device 'm' not found"),
    Case(
      arguments: "\(machine) \(backend) -device nvdimm,memdev=m,label-size=64K", status: 64,
      message:
        "-device nvdimm,memdev=m,label-size=64K: Property 'nvdimm.label-size' (0x10000) is required at least 0x20000"),
    // Sizes of the file and of the label area.
    Case(
      arguments: "\(machine) -object memory-backend-file,id=m,mem-path=@/nv.img,size=8M -device nvdimm,memdev=m",
      status: 2,
      message:
        "mem-path=@/nv.img,size=8M: m backing store size 0x400000 is too small for 'size' option 0x800000 plus "
        + "'offset' option 0x0\n",
      hint: "size=4M"),
    Case(
      arguments: "\(machine) -object memory-backend-file,id=m,mem-path=@/nv.img,size=2M -device nvdimm,memdev=m",
      status: 2,
      message:
        "@/nv.img: the file's size does not match 'size' (stored 4194304 bytes (4 MiB), expected 2097152 bytes (2 MiB))"
    ),
    Case(
      arguments: "\(machine) \(backend) -device nvdimm,memdev=m,label-size=4M", status: 64,
      message:
        "-device nvdimm,memdev=m,label-size=4M: the size of memdev m (0x400000) is too small to contain nvdimm label (0x400000) and aligned PMEM (0x1000)"
    ),
    Case(
      arguments: "\(machine) \(backend),align=3M -device nvdimm,memdev=m", status: 64,
      message: "alignment 0x300000 must be a power of two"),
    // Slots, room, nvdimm=on, read-only.
    Case(
      arguments: "-machine pc,nvdimm -m 128M \(backend) -device nvdimm,memdev=m", status: 64,
      message: "-device nvdimm,memdev=m: no slots where allocated, please specify the 'slots' option",
      hint: "vnvdimm emulate --help"),
    Case(
      arguments: "-machine pc,nvdimm -m 128M,slots=1,maxmem=130M \(backend) -device nvdimm,memdev=m", status: 64,
      message: "not enough space, currently 0x0 in use of total space for memory devices 0x200000"),
    Case(
      arguments:
        "\(machine) \(backend) -device nvdimm,memdev=m -object memory-backend-ram,id=n,size=4M -device nvdimm,memdev=n",
      status: 64, message: "-device nvdimm,memdev=n: no free slots available"),
    Case(
      arguments: "-machine pc -m 128M,slots=1,maxmem=1G \(backend) -device nvdimm,memdev=m", status: 64,
      message: "nvdimm is not enabled: missing 'nvdimm' in '-M'", hint: "-machine pc,nvdimm=on"),
    Case(
      arguments: "\(machine) \(backend),readonly=on -device nvdimm,memdev=m", status: 64,
      message: "'unarmed' property must be 'on' since memdev m is read-only", hint: "unarmed=on"),
    // Paths that are not backends.
    Case(arguments: "--nvdimm @/missing.img", status: 1, message: "@/missing.img: no such file"),
    Case(arguments: "--nvdimm @/folder", status: 63, message: "@/folder: a directory, not a backend"),
    Case(
      arguments: "--nvdimm @/dangling", status: 1, message: "@/dangling: a symbolic link to a file that does not exist"),
    Case(arguments: "--nvdimm @/fifo", status: 63, message: "@/fifo: a fifo, not a backend"),
    Case(arguments: "--nvdimm @/empty", status: 63, message: "@/empty: an empty file, not a backend\n"),
    Case(
      arguments: "--nvdimm @/byte", status: 63,
      message: "@/byte: less than a page of memory (stored 1 byte, expected at least 4 KiB)\n"),
    // A backend whose end, including its label area, was cut off.
    Case(
      arguments: "\(machine) -object memory-backend-file,id=m,share=on,mem-path=@/nv.img,size=4224K "
        + "-device nvdimm,memdev=m,label-size=128K",
      status: 2, message: "m backing store size 0x400000 is too small for 'size' option 0x420000 plus "),
    // Sizes as QEMU reads them.
    Case(
      arguments: "\(machine) -object memory-backend-file,id=m,mem-path=@/nv.img,size=0 -device nvdimm,memdev=m",
      status: 64, message: "property 'size' of memory-backend-file doesn't take value '0'\n"),
    Case(arguments: "--nvdimm @/nv.img,size=-1", status: 64, message: "Parameter 'size' expects a size value\n"),
    Case(arguments: "--nvdimm @/nv.img,size=1X", status: 64, message: "Parameter 'size' expects a size value\n"),
    Case(
      arguments: "--nvdimm @/nv.img,size=16777216T", status: 64, message: "Parameter 'size' expects a size value\n"),
    // Options that our own VMM does not support.
    Case(
      arguments: "\(machine) -object memory-backend-ram,id=m,size=4M -device nvdimm,memdev=m,flush-hint=on", status: 64,
      message: "'flush-hint' cannot be 'on' since what the guest writes goes to no file",
      hint: "flush-hint=off"),
    Case(arguments: "--probe", status: 64, message: "--probe: there is no NVDIMM to look at"),
    Case(
      arguments: "--probe @/nv.img --run @/text", status: 64,
      message: "--probe: cannot be combined with "
        + "--run or -dump-acpi"),
    Case(arguments: "--probe @/missing.img", status: 1, message: "@/missing.img: no such file"),
    Case(arguments: "@/nv.img", status: 64, message: "@/nv.img: is neither an option nor the value of one"),
    Case(
      arguments: "\(machine) \(backend),pmem=on -device nvdimm,memdev=m --engine kvm", status: 64,
      message: "'pmem' cannot be 'on' since the backend is not on persistent memory of this host",
      hint: "pmem=off"),
    Case(
      arguments: "\(machine) \(backend),discard-data=on -device nvdimm,memdev=m --allow data-discarded --engine kvm",
      status: 63,
      message: "discard-data=on: not supported by this engine yet"),
    Case(
      arguments: "-serial null -serial null --engine kvm", status: 63,
      message: "a second -serial: not supported by this engine yet"),
    Case(arguments: "-cpu qemu64 --engine kvm", status: 63, message: "-cpu qemu64: not supported by this engine yet"),
    Case(
      arguments: "\(machine) \(backend),readonly=on,prealloc=on -device nvdimm,memdev=m,unarmed=on", status: 64,
      message: "'prealloc' cannot be 'on' since the backend is read-only"),
    Case(
      arguments: "\(machine) \(backend) -device nvdimm,memdev=m --nvdimm @/./nv.img", status: 2,
      message: "@/./nv.img is the backend of another NVDIMM, and what one writes the other loses"),
    Case(
      arguments: "-m 128M,slots=1,maxmem=8192T -object memory-backend-ram,id=m,size=4M -machine pc,nvdimm "
        + "-device nvdimm,memdev=m -kernel @/tiny --engine kvm",
      status: 63, message: "-m: guests of this host have too few physical address bits (stored "),
    // The guest.
    Case(
      arguments: "--run @/folder -kernel @/text -initrd @/text --engine qemu", status: 1,
      message: "@/folder: Is a directory"),
    Case(
      arguments: "-initrd @/folder --run @/text -kernel @/text --engine qemu", status: 1,
      message: "@/folder: Is a directory"),
    Case(
      arguments: "--run @/huge -kernel @/text -initrd @/text --engine qemu", status: 1,
      message: "@/huge: File too large"),
    Case(
      arguments: "-initrd @/huge --run @/text -kernel @/text --engine qemu", status: 1,
      message: "@/huge: File too large"),
    Case(arguments: "-kernel @/folder --engine kvm", status: 1, message: "@/folder: Is a directory"),
    Case(arguments: "-kernel @/tiny -initrd @/folder --engine kvm", status: 1, message: "@/folder: Is a directory"),
    Case(
      arguments: "-kernel @/tiny -initrd @/empty --engine kvm", status: 63, message: "@/empty: the initramfs is empty"),
    Case(
      arguments: "-m 64M -kernel @/tiny -initrd @/large --engine kvm", status: 1,
      message: "@/large: the initramfs does not fit beside the kernel (stored 67108864 bytes (64 MiB), expected at ",
      hint: "-m 512M"),
    Case(
      arguments: "-kernel @/tiny -initrd @/text --run @/folder --engine kvm", status: 1,
      message: "@/folder: Is a directory"),
    Case(
      arguments: "-kernel @/text -initrd @/text --engine kvm", status: 63,
      message: "@/text: not a bzImage: no Linux setup header", hint: "-kernel /boot/vmlinuz-$(uname -r)"),
    Case(
      arguments: "-kernel @/missing -initrd @/text --engine kvm", status: 1,
      message: "@/missing: No such file or directory"),
    Case(
      arguments: "-serial unix:@/socket -kernel @/text -initrd @/text --engine kvm", status: 63,
      message: "-serial: not supported by this engine (expected stdio, mon:stdio, file:PATH, null or none)"),
  ]

  @Test(arguments: cases.filter { !$0.needsKVM }) func refuses(_ example: Case) throws { try check(example) }

  @Test("on its own VMM", .needsKVM, arguments: cases.filter(\.needsKVM))
  func refusesWithKVM(_ example: Case) throws { try check(example) }

  private func check(_ example: Case) throws {
    let folder = try TemporaryDirectory()
    try Data(count: 4 << 20).write(to: folder.url.appendingPathComponent("nv.img"))
    try Data("no kernel\n".utf8).write(to: folder.url.appendingPathComponent("text"))
    try TinyKernel.image(.with { $0.powerOff() }).write(to: folder.url.appendingPathComponent("tiny"))
    for (name, size) in [("empty", 0), ("byte", 1), ("large", 64 << 20), ("huge", 8 << 30)] {
      try Data().write(to: folder.url.appendingPathComponent(name))
      try FileHandle(forWritingTo: folder.url.appendingPathComponent(name)).truncate(atOffset: UInt64(size))
    }
    try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: "nowhere")
    // Safe: the text lives for the call.
    let made = unsafe mkfifo(folder.path("fifo"), 0o600)
    #expect(made == 0)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()

    func filled(_ text: String) -> String { text.replacingOccurrences(of: "@", with: folder.url.path) }
    let run = try ProgramRun("vnvdimm", ["emulate"] + filled(example.arguments).split(separator: " ").map(String.init))
    #expect(run.status == example.status)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("vnvdimm emulate: "))
    #expect(run.errors.contains(filled(example.message)), "\(run.errors)")
    if let hint = example.hint { #expect(run.errors.contains("hint: \(hint)\n"), "\(run.errors)") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == before)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("nv.img")).allSatisfy { $0 == 0 })
  }

  @Test("a file that was made for a machine that cannot start is removed again", .needsKVM)
  func nothingLeftBehind() throws {
    let folder = try TemporaryDirectory()
    try Data("no kernel\n".utf8).write(to: folder.url.appendingPathComponent("text"))
    let run = try ProgramRun(
      "vnvdimm",
      [
        "emulate", "--engine", "kvm", "-machine", "pc,nvdimm", "-m", "128M,slots=1,maxmem=1G", "-object",
        "memory-backend-file,id=m,share=on,mem-path=\(folder.path("new.img")),size=4M", "-device", "nvdimm,memdev=m",
        "-kernel", folder.path("text"), "-initrd", folder.path("text"),
      ])
    #expect(run.status == 63)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["text"])
  }
}

/// `/dev/kvm` missing or not permitted, in a mount namespace of the test's own.
@Suite("emulate without KVM", .enabled(if: geteuid() == 0, "needs root for a mount namespace"))
struct EmulateWithoutKVMTests {
  private func run(_ preparation: String) throws -> ProgramRun {
    let program = ProgramRun.products.appendingPathComponent("vnvdimm").path
    return try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/unshare"),
      ["--mount", "sh", "-c", "\(preparation) \(program) emulate --engine kvm -m 128M"])
  }

  @Test("absent: what is missing, and how to load it")
  func absent() throws {
    let run = try run("mount -t tmpfs none /dev &&")
    #expect(run.status == 1)
    #expect(run.errors.contains("vnvdimm emulate: /dev/kvm: no such device"), "\(run.errors)")
    #expect(run.errors.contains("hint: sudo modprobe kvm-"), "\(run.errors)")
  }

  @Test("not permitted: the group to join")
  func notPermitted() throws {
    let run = try run(
      "mount -t tmpfs none /dev && mknod -m 000 /dev/kvm c 10 232 && setpriv --reuid 65534 --clear-groups")
    #expect(run.status == 1)
    #expect(run.errors.contains("vnvdimm emulate: /dev/kvm: permission denied"), "\(run.errors)")
    #expect(run.errors.contains("hint: sudo usermod -aG kvm $USER"), "\(run.errors)")
  }
}

/// Kernels that only root may read, as some distributions install them.
@Suite("emulate with a kernel of root's", .enabled(if: geteuid() == 0, "needs root for a mount namespace"))
struct EmulateUnreadableKernelTests {
  @Test("it is not permitted rather than not installed, with what to type")
  func notPermitted() throws {
    let program = ProgramRun.products.appendingPathComponent("vnvdimm").path
    let preparation = """
      mount -t tmpfs none /boot || exit
      for modules in /lib/modules/*/modules.dep; do
        touch "/boot/vmlinuz-$(basename "$(dirname "$modules")")"
      done
      chmod 000 /boot/vmlinuz-*
      """
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/unshare"),
      [
        "--mount", "sh", "-c",
        "\(preparation)\nexec setpriv --reuid 65534 --clear-groups \(program) emulate --engine qemu",
      ])
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("vnvdimm emulate: /boot/vmlinuz-"), "\(run.errors)")
    #expect(run.errors.contains(": Permission denied\nhint: sudo chmod a+r /boot/vmlinuz-"), "\(run.errors)")
  }
}

/// The umbrella program, and the actions of emulate that run no guest.
@Suite("vnvdimm")
struct UmbrellaTests {
  @Test("alone it prints the map of the suite")
  func map() throws {
    let run = try ProgramRun("vnvdimm", [])
    #expect(run.status == 0)
    for verb in ["create", "check", "emulate", "label-dump"] { #expect(run.text.contains("  \(verb) ")) }
    #expect(run.errors.isEmpty)
  }

  @Test("a verb becomes its program", arguments: ["create", "check", "label-dump"])
  func verbs(verb: String) throws {
    let run = try ProgramRun("vnvdimm", [verb, "--help"])
    #expect(run.status == 0)
    #expect(run.output == (try ProgramRun("vnvdimm-\(verb)", ["--help"]).output))
  }

  @Test(
    "an unknown verb is usage, with the nearest one",
    arguments: [("craete", "vnvdimm create"), ("xyz", "vnvdimm --help")])
  func unknownVerb(verb: String, hint: String) throws {
    let run = try ProgramRun("vnvdimm", [verb])
    #expect(run.status == 64)
    #expect(run.errors == "vnvdimm: \(verb): no such verb\nhint: \(hint)\n")
  }

  @Test("--list-host prints the DAX devices and namespaces of this host, and takes no machine")
  func host() throws {
    let text = try ProgramRun("vnvdimm", ["emulate", "--list-host"])
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.text.hasPrefix("DAX devices\n") && text.text.contains("\nnamespaces of persistent memory\n"))
    let json = try ProgramRun("vnvdimm", ["emulate", "--list-host", "--json"])
    let document = try #require(try JSONSerialization.jsonObject(with: Data(json.text.utf8)) as? [String: Any])
    let devices = try FileManager.default.contentsOfDirectory(atPath: "/dev").filter { $0.hasPrefix("dax") }
    #expect((document["dax_devices"] as? [[String: Any]])?.compactMap { $0["chardev"] as? String } == devices)
    #expect(document["namespaces"] is [[String: Any]])
    #expect(try ProgramRun("vnvdimm", ["emulate", "--list-host", "-m", "1G"]).status == 64)
  }

  @Test("-dump-acpi writes every table, with its signature, and runs nothing")
  func dump() throws {
    let folder = try TemporaryDirectory()
    let run = try ProgramRun(
      "vnvdimm",
      [
        "emulate", "-machine", "pc,nvdimm", "-m", "128M,slots=2,maxmem=1G", "-object",
        "memory-backend-file,id=m,share=on,mem-path=\(folder.path("new.img")),size=4M", "-device",
        "nvdimm,memdev=m,label-size=128K", "-dump-acpi", folder.url.path,
      ])
    #expect(run.status == 0)
    let tables = ["APIC", "DSDT", "FACP", "NFIT", "RSDP", "SRAT", "SSDT", "XSDT"]
    // The backend is not created for this.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == tables.map { "\($0).aml" })
    for table in tables where table != "RSDP" {
      let bytes = try Data(contentsOf: folder.url.appendingPathComponent("\(table).aml"))
      #expect(bytes.prefix(4) == Data(table.utf8))
      #expect(bytes.reduce(0, &+) == 0)
    }
  }
}
