import Foundation
import TestSupport
import Testing

/// What `vnvdimm emulate` refuses: message, exit status, and nothing changed on disk.
@Suite("emulate refuses")
struct EmulateRefusalTests {
  /// A refused command line. `@` stands for a folder that holds nv.img (4 MiB), text (no kernel), short (1 byte) and
  /// folder (empty).
  struct Case: CustomTestStringConvertible, Sendable {
    let arguments: String
    let status: Int32
    let message: String
    var hint: String?
    var testDescription: String { arguments }
  }

  static let backend = "-object memory-backend-file,id=m,share=on,mem-path=@/nv.img,size=4M"
  static let machine = "-machine pc,nvdimm -m 128M,slots=1,maxmem=1G"

  static let cases: [Case] = [
    // The command line itself.
    Case(arguments: "--no-such", status: 64, message: "--no-such: invalid option", hint: "vnvdimm emulate --help"),
    Case(arguments: "-kernal x", status: 64, message: "-kernal: invalid option", hint: "-kernel"),
    Case(arguments: "nv.img", status: 64, message: "nv.img: is not an option, and no option before it takes it"),
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
    // Sizes: of the file, of the label area.
    Case(
      arguments: "\(machine) -object memory-backend-file,id=m,mem-path=@/nv.img,size=8M -device nvdimm,memdev=m",
      status: 2,
      message:
        "@/nv.img: the file's size does not match 'size' (stored 4194304 bytes (4 MiB), expected 8388608 bytes (8 MiB))",
      hint: "size=4M, or vnvdimm check on the file"),
    Case(
      arguments: "\(machine) -object memory-backend-file,id=m,mem-path=@/nv.img,size=2M -device nvdimm,memdev=m",
      status: 2,
      message:
        "@/nv.img: the file's size does not match 'size' (stored 4194304 bytes (4 MiB), expected 2097152 bytes (2 MiB))"
    ),
    Case(
      arguments: "\(machine) \(backend) -device nvdimm,memdev=m,label-size=4M", status: 64,
      message:
        "-device driver=nvdimm,memdev=m,label-size=4194304: the size of memdev m (0x400000) is too small to contain nvdimm label (0x400000) and aligned PMEM (0x1000)"
    ),
    Case(
      arguments: "\(machine) \(backend),align=3M -device nvdimm,memdev=m", status: 64,
      message: "alignment 0x300000 must be a power of two"),
    // Slots, room, nvdimm=on, read-only.
    Case(
      arguments: "-machine pc,nvdimm -m 128M \(backend) -device nvdimm,memdev=m", status: 64,
      message: "-device driver=nvdimm,memdev=m: no slots where allocated, please specify the 'slots' option",
      hint: "-m SIZE,slots=N,maxmem=SIZE with a slot for every device"),
    Case(
      arguments: "-machine pc,nvdimm -m 128M,slots=1,maxmem=130M \(backend) -device nvdimm,memdev=m", status: 64,
      message: "not enough space, currently 0x0 in use of total space for memory devices 0x200000"),
    Case(
      arguments:
        "\(machine) \(backend) -device nvdimm,memdev=m -object memory-backend-ram,id=n,size=4M -device nvdimm,memdev=n",
      status: 64, message: "-device driver=nvdimm,memdev=n: no free slots available"),
    Case(
      arguments: "-machine pc -m 128M,slots=1,maxmem=1G \(backend) -device nvdimm,memdev=m", status: 64,
      message: "nvdimm is not enabled: missing 'nvdimm' in '-M'", hint: "-machine pc,nvdimm=on"),
    Case(
      arguments: "\(machine) \(backend),readonly=on -device nvdimm,memdev=m", status: 64,
      message: "'unarmed' property must be 'on' since memdev m is read-only", hint: "unarmed=on"),
    // Backends that are none.
    Case(arguments: "--nvdimm @/missing.img", status: 1, message: "@/missing.img: no such file"),
    Case(arguments: "--nvdimm @/folder", status: 63, message: "@/folder: a directory, not a backend"),
    Case(
      arguments: "--nvdimm @/dangling", status: 1, message: "@/dangling: a symbolic link to a file that does not exist"),
    Case(arguments: "--nvdimm @/fifo", status: 63, message: "@/fifo: a fifo, not a backend"),
    // The guest.
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

  @Test(arguments: cases)
  func refuses(_ example: Case) throws {
    let folder = try TemporaryDirectory()
    try Data(count: 4 << 20).write(to: folder.url.appendingPathComponent("nv.img"))
    try Data("no kernel\n".utf8).write(to: folder.url.appendingPathComponent("text"))
    try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: folder.path("dangling"), withDestinationPath: "nowhere")
    // Safe: the text lives for the call.
    let made = unsafe mkfifo(folder.path("fifo"), 0o600)
    #expect(made == 0)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()

    func filled(_ text: String) -> String { text.replacingOccurrences(of: "@", with: folder.url.path) }
    let run = try ProgramRun("vnvdimm", ["emulate"] + filled(example.arguments).split(separator: " ").map(String.init))
    let needsKVM = example.arguments.contains("--engine kvm")
    if needsKVM, run.errors.contains("/dev/kvm: ") { return }
    #expect(run.status == example.status)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("vnvdimm emulate: "))
    #expect(run.errors.contains(filled(example.message)), "\(run.errors)")
    if let hint = example.hint { #expect(run.errors.contains("hint: \(hint)\n"), "\(run.errors)") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == before)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("nv.img")).allSatisfy { $0 == 0 })
  }

  @Test("a file that was made for a machine that cannot start is removed again")
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
    #expect(run.status == 63 || run.status == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["text"])
  }
}

/// `/dev/kvm` that is not there or may not be opened, in a mount namespace of the test's own.
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
    #expect(run.errors.contains("hint: modprobe kvm-"), "\(run.errors)")
  }

  @Test("not permitted: the group to join")
  func notPermitted() throws {
    let run = try run(
      "mount -t tmpfs none /dev && mknod -m 000 /dev/kvm c 10 232 && setpriv --reuid 65534 --clear-groups")
    #expect(run.status == 1)
    #expect(run.errors.contains("vnvdimm emulate: /dev/kvm: permission denied"), "\(run.errors)")
    #expect(run.errors.contains("hint: usermod -aG kvm $USER"), "\(run.errors)")
  }
}

/// The umbrella and what emulate does without running a guest.
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
    // The backend is not made for this.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == tables.map { "\($0).aml" })
    for table in tables where table != "RSDP" {
      let bytes = try Data(contentsOf: folder.url.appendingPathComponent("\(table).aml"))
      #expect(bytes.prefix(4) == Data(table.utf8))
      #expect(bytes.reduce(0, &+) == 0)
    }
  }
}
