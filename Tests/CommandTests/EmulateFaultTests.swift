import Firmware
import Foundation
import TestSupport
import Testing

/// Events that affect a backend while its guest runs: the guest's writes and flushes, and other processes' changes to
/// the file.
@Suite("emulate and its backends", .needsKVM)
struct EmulateFaultTests {
  private static let address: UInt64 = 1 << 32
  private static let size: UInt64 = 4 << 20

  /// Makes a guest that sends `!`, waits for a key, does `work`, and sends `.`.
  private func guest(_ work: (inout Payload) -> Void) throws -> EmulatedGuest {
    try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.waitForInput()
      work(&payload)
      payload.out(0x2e, to: 0x3f8)
      payload.powerOff()
    }
  }

  private struct Run {
    let program: RunningProgram
    let keys = Pipe()
    let console = Pipe()

    /// Starts `guest` and waits until it sends `!`.
    init(_ guest: EmulatedGuest, _ options: String) throws {
      program = try guest.start(
        options, input: keys.fileHandleForReading, output: console.fileHandleForWriting)
      // If the program ends early, its output ends as well.
      try console.fileHandleForWriting.close()
      #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    }

    func press() throws { try keys.fileHandleForWriting.write(contentsOf: Data("x".utf8)) }
  }

  private func size(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
  }

  @Test("a backend that becomes shorter ends its guest, whether it touches the end or not", arguments: [true, false])
  func truncation(touches: Bool) throws {
    let guest = try guest { payload in
      if touches { payload.store(1, at: Self.address + Self.size - 4096) } else { payload.loopForever() }
    }
    let backend = try guest.makeFile("nv.img", size: Self.size)
    let run = try Run(guest, "--nvdimm \(backend)")
    // Safe: the path lives for the call.
    #expect(unsafe truncate(backend, 1 << 20) == 0)
    if touches { try run.press() }
    #expect(run.program.status(within: 20) == 1)
    let message =
      "vnvdimm emulate: \(backend): became shorter under its guest "
      + "(stored 1048576 bytes (1 MiB), expected 4194304 bytes (4 MiB))"
    #expect(run.program.errors.withoutSizeAdvice.trimmingCharacters(in: .whitespacesAndNewlines) == message)
    #expect(try size(backend) == 1 << 20)
  }

  @Test("two guests that write to one file are refused, unless that is meant")
  func secondWriter() throws {
    let first = try guest { _ in }
    let backend = try first.makeFile("nv.img", size: Self.size)
    let run = try Run(first, "--nvdimm \(backend)")
    let second = try EmulatedGuest { $0.powerOff() }
    let refused = try second.run("--nvdimm \(backend)")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("\(backend): the backend is open or mapped now, and QEMU takes no lock: vnvdimm"))
    #expect(refused.errors.hasSuffix(" (--allow backend-in-use starts it all the same)\n"))
    #expect(try second.run("--nvdimm \(backend) --allow backend-in-use").status == 0)
    // A guest that does not write to the backend disturbs no other guest.
    #expect(try second.run("--nvdimm \(backend),share=off").status == 0)
    #expect(try second.run("--nvdimm \(backend),readonly=on").status == 0)
    try run.press()
    #expect(run.program.status(within: 20) == 0)
    #expect(try second.run("--nvdimm \(backend)").status == 0)
  }

  @Test("a file that another has locked for writing is refused where nobody is seen to have it")
  func lockedByOther() throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let backend = try guest.makeFile("nv.img", size: Self.size)
    // The file is opened by the parent, which may hold it for a guest that it starts; only a lock shows otherwise.
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: backend))
    var whole = flock()
    whole.l_type = Int16(F_WRLCK)
    // Safe: the structure lives for the call. F_OFD_SETLK
    #expect(unsafe fcntl(file.fileDescriptor, 37, &whole) == 0)
    let refused = try guest.run("--nvdimm \(backend)")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("\(backend): in use by "))
    try file.close()
    #expect(try guest.run("--nvdimm \(backend)").status == 0)
  }

  @Test("a word that is no rule permits nothing")
  func unknownRule() throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let refused = try guest.run("--allow backend-in-us")
    #expect(refused.status == 64)
    #expect(
      refused.errors.hasPrefix("vnvdimm emulate: --allow backend-in-us: there is no such rule\nhint: vnvdimm emulate "))
    #expect(refused.errors.hasSuffix(" --allow backend-in-use\n"))
  }

  @Test("one that was made shorter before is refused where it is to have labels, and told of where it is to have none")
  func shortened() throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let backend = guest.folder.path("nv.img")
    let options = ["--quiet", "--size", "32M", "--label-size", "2M", "--namespace", "raw,size=16M"]
    #expect(try ProgramRun("vnvdimm-create", options + [backend]).status == 0)
    #expect(try guest.run("--nvdimm \(backend),label-size=2M").status == 0)
    // Safe: the path lives for the call.
    #expect(unsafe truncate(backend, 33 << 20) == 0)
    let fact =
      "the end of the backend cuts off the label area at 0x2000000: the backend was made shorter "
      + "(stored 1048576 bytes (1 MiB), expected 2097152 bytes (2 MiB))"
    let hint = "hint: truncate -s 35651584 \(backend)"
    for options in [",label-size=1M", ""] {
      let refused = try guest.run("--nvdimm \(backend)\(options)")
      #expect(refused.status == 2)
      #expect(
        refused.errors
          == "vnvdimm emulate: \(backend): \(fact) (--allow label-area-cut-off starts it all the same)\n\(hint)\n")
    }
    let told = try guest.run("--nvdimm \(backend),label-size=none")
    #expect(told.status == 0)
    #expect(
      told.errors.withoutSizeAdvice == "vnvdimm emulate: \(backend): warning: label-area-cut-off: \(fact)\n\(hint)\n")
    let allowed = try guest.run("--nvdimm \(backend) --allow label-area-cut-off")
    #expect(allowed.status == 0)
    #expect(
      allowed.errors.withoutSizeAdvice == "vnvdimm emulate: \(backend): note: label-area-cut-off: \(fact)\n\(hint)\n")
  }

  @Test("at the start no more is read of one that has its labels than those and the heads of what it holds")
  func readingAtStart() throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let backend = guest.folder.path("nv.img")
    try Data(repeating: 7, count: 32 << 20).write(to: URL(fileURLWithPath: backend))
    let options = ["--quiet", "--overwrite", "--size", "31M", "--label-size", "1M", "--preallocate", "full"]
    #expect(try ProgramRun("vnvdimm-create", options + [backend]).status == 0)
    let trace = guest.folder.path("trace")
    let program = try RunningProgram(
      executable: EmulatedGuest.tracer,
      [
        "-f", "-qq", "-y", "-e", "trace=pread64", "-o", trace,
        ProgramRun.products.appendingPathComponent("vnvdimm").path,
      ]
        + guest.arguments("--nvdimm \(backend),label-size=1M"), input: .nullDevice, output: .nullDevice)
    #expect(program.status(within: 20) == 0)
    let reads = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").filter {
      $0.contains(backend)
    }
    let bytes = reads.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
    #expect((1 << 20...3 << 19).contains(bytes), "\(bytes) bytes read")
  }

  @Test("one that is shorter than when its layout was sealed is refused") func shorterThanSealed() throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let backend = try guest.makeFile("nv.img", size: Self.size)
    #expect(try ProgramRun("vnvdimm-resize-guard", ["seal", "--label-size", "none", backend]).status == 0)
    #expect(try guest.run("--nvdimm \(backend)").status == 0)
    // Safe: the path lives for the call.
    #expect(unsafe truncate(backend, 1 << 20) == 0)
    let run = try guest.run("--nvdimm \(backend)")
    #expect(run.status == 2)
    #expect(
      run.errors == "vnvdimm emulate: \(backend): the backend was made shorter: what lay beyond its end is lost "
        + "(stored 1048576 bytes (1 MiB), expected 4194304 bytes (4 MiB)) (--allow layout-truncated starts it all the same)\n"
    )
  }

  @Test("one that becomes longer does not") func growth() throws {
    let guest = try guest { $0.store(1, at: Self.address) }
    let backend = try guest.makeFile("nv.img", size: Self.size)
    let run = try Run(guest, "--nvdimm \(backend)")
    // Safe: the path lives for the call.
    #expect(unsafe truncate(backend, off_t(Self.size) * 2) == 0)
    try run.press()
    #expect(run.program.status(within: 20) == 0)
    #expect(run.program.errors.withoutSizeAdvice.isEmpty, "\(run.program.errors)")
  }

  @Test(
    "where the disk is full under a sparse backend the guest waits, and goes on when there is space",
    .enabled(if: geteuid() == 0, "needs root for a file system of its own"))
  func fullDisk() throws {
    let guest = try guest { $0.store(7, at: Self.address, inPages: UInt32(Self.size / 4096)) }
    let disk = guest.folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try #require(try shell("mount -t tmpfs -o size=1M none \(disk)") == 0)
    defer { _ = try? shell("umount -l \(disk)") }
    let backend = try guest.makeFile("disk/nv.img", size: Self.size)
    let run = try Run(guest, "--allow host-volatile --nvdimm \(backend)")
    try run.press()
    #expect(RunningProgram.wait(20) { run.program.errors.contains("No space left on device") })
    #expect(
      run.program.errors.contains(
        "\(backend): No space left on device; the guest waits until there is space for what it writes"),
      "\(run.program.errors)")
    #expect(try shell("mount -o remount,size=16M \(disk)") == 0)
    #expect(run.program.status(within: 20) == 0, "\(run.program.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: backend))[Int(Self.size) - 4096] == 7)
  }

  @Test("a guest that waits for space can be ended", .enabled(if: geteuid() == 0, "needs root"))
  func endedWhileFull() throws {
    let guest = try guest { $0.store(7, at: Self.address, inPages: UInt32(Self.size / 4096)) }
    let disk = guest.folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try #require(try shell("mount -t tmpfs -o size=1M none \(disk)") == 0)
    defer { _ = try? shell("umount -l \(disk)") }
    let run = try Run(
      guest, "--allow host-volatile --nvdimm \(try guest.makeFile("disk/nv.img", size: Self.size))")
    try run.press()
    #expect(RunningProgram.wait(20) { run.program.errors.contains("No space left on device") })
    run.program.signal(SIGTERM)
    #expect(run.program.status(within: 20) == 128 + SIGTERM)
  }

  private func shell(_ command: String) throws -> Int32 {
    try ProgramRun(executable: URL(fileURLWithPath: "/bin/sh"), ["-c", command]).status
  }

  /// Returns the lengths of the msync calls that a guest with two NVDIMMs causes when it flushes the second one twice.
  /// The last two calls are those at the guest's end.
  private func synchronisations(_ options: [String]) throws -> [String] {
    let guest = try guest { payload in
      payload.store(1, at: Self.address)
      for _ in 0..<2 { payload.store(1, at: GuestPlatform.flushHint(slot: 1)) }
    }
    let sizes = [Self.size, 2 * Self.size]
    let devices = try zip(sizes, options).enumerated().map { number, device in
      "--nvdimm \(try guest.makeFile("nv\(number).img", size: device.0))\(device.1)"
    }
    let trace = guest.folder.path("trace")
    let run = try ProgramRun(
      executable: EmulatedGuest.tracer,
      ["-f", "-qq", "-e", "trace=msync", "-o", trace, ProgramRun.products.appendingPathComponent("vnvdimm").path]
        + guest.arguments(devices.joined(separator: " ")), input: Data("x".utf8))
    #expect(run.status == 0, "\(run.errors)")
    let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    return lines.filter { $0.contains("msync(") }
      .compactMap { line in line.split(separator: ",").dropFirst().first.map { $0.filter(\.isNumber) } }
  }

  @Test("a write to a flush hint synchronises that NVDIMM and no other, unless it has none") func flush() throws {
    let (small, large) = ("\(Self.size)", "\(2 * Self.size)")
    #expect(try synchronisations(["", ""]) == [large, large, small, large])
    #expect(try synchronisations(["", ",flush-hint=off"]) == [small, large])
    #expect(try synchronisations(["", ",share=off"]) == [small])
  }

  @Test("flush hints are in the NFIT by default where the backend is a shared file, and only there")
  func table() throws {
    let folder = try TemporaryDirectory()
    let backend = folder.url.appendingPathComponent("nv.img")
    try Data(count: 4 << 20).write(to: backend)
    for (options, count) in [
      ("", 1), (",flush-hint=on", 1), (",flush-hint=off", 0), (",share=off", 0), (",readonly=on", 0),
    ] {
      let run = try ProgramRun(
        "vnvdimm", ["emulate", "--nvdimm", "\(backend.path)\(options)", "-dump-acpi", folder.url.path])
      #expect(run.status == 0, "\(run.errors)")
      let table = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("NFIT.aml")))
      // Header and reserved bytes, range, map, control region; then 24 bytes for each flush hint structure.
      #expect(table.count == 40 + 56 + 48 + 80 + count * 24, "\(options)")
      if count > 0 { #expect(table[224..<228] == [6, 0, 24, 0]) }
    }
  }
}
