import Basics
import Foundation
import TestSupport
import Testing

/// QEMU's document on virtual NVDIMMs, in its order; each command line and each note is a case.
///
/// Source: QEMU docs/nvdimm.txt. The guests here have only a few instructions; the lab (Scenarios/document.sh) tests
/// that Linux finds the NVDIMMs of the same command lines.
@Suite("QEMU's document", .needsKVM)
struct DocumentTests {
  private static let size: UInt64 = 128 << 20
  private static let regionStart: UInt64 = 1 << 32

  private static func machine(_ memory: String) -> String { "-machine pc,nvdimm -m \(memory)" }

  /// Returns the pair of options for one NVDIMM of `size` bytes.
  private static func pair(_ number: Int, _ share: String = "on", size: UInt64 = size, device: String = "") -> String {
    "-object memory-backend-file,id=mem\(number),share=\(share),mem-path=@/\(number).img,size=\(size)"
      + " -device nvdimm,id=nvdimm\(number),memdev=mem\(number)\(device)"
  }

  /// Makes a guest that reads and sends the last byte of a region of `region` bytes, then reads the byte behind it.
  private func guestThatLooks(at region: UInt64) throws -> EmulatedGuest {
    let guest = try EmulatedGuest { payload in
      payload.load(from: Self.regionStart + region - 1)
      payload.outLoaded(to: 0x3f8)
      payload.load(from: Self.regionStart + region)
      payload.outLoaded(to: 0x3f8)
      payload.powerOff()
    }
    _ = try guest.makeFile("1.img", size: Self.size)
    return guest
  }

  private func write(_ byte: UInt8, at offset: UInt64, of path: String) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seek(toOffset: offset)
    try file.write(contentsOf: [byte])
  }

  private func byte(at offset: UInt64, of path: String) throws -> UInt8? {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    try file.seek(toOffset: offset)
    return try file.read(upToCount: 1)?.first
  }

  private func check(
    _ size: UInt64, of length: UInt64, release: String, _ options: [String] = ["--label-size", "none"]
  ) throws -> ProgramRun {
    let folder = try TemporaryDirectory()
    let path = folder.path("nvdimm.img")
    try Data().write(to: URL(fileURLWithPath: path))
    try FileHandle(forWritingTo: URL(fileURLWithPath: path)).truncate(atOffset: length)
    return try ProgramRun(
      "vnvdimm-check", ["--qemu-version", release, "--size", "\(size)"] + options + [path])
  }

  // MARK: Basic Usage

  @Test("the command line as it stands: a device whose size is that of its backend")
  func basicUsage() throws {
    let guest = try guestThatLooks(at: Self.size)
    try write(0x42, at: Self.size - 1, of: guest.folder.path("1.img"))
    let run = try guest.run("\(Self.machine("64M,slots=2,maxmem=1G")) \(Self.pair(1))")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == Data([0x42, 0xff]))
  }

  @Test("without the machine option nvdimm there is no vNVDIMM")
  func machineOption() throws {
    let guest = try guestThatLooks(at: Self.size)
    let run = try guest.run("-machine pc -m 64M,slots=2,maxmem=1G \(Self.pair(1))")
    #expect(run.status == 64)
    #expect(run.errors.contains("nvdimm is not enabled: missing 'nvdimm' in '-M'"))
  }

  @Test("slots=N: one for each device")
  func slots() throws {
    let guest = try guestThatLooks(at: Self.size)
    _ = try guest.makeFile("2.img", size: Self.size)
    let enough = try guest.run("\(Self.machine("64M,slots=2,maxmem=1G")) \(Self.pair(1)) \(Self.pair(2))")
    #expect(enough.status == 0, "\(enough.errors)")
    let tooFew = try guest.run("\(Self.machine("64M,slots=1,maxmem=1G")) \(Self.pair(1)) \(Self.pair(2))")
    #expect(tooFew.status == 64)
    #expect(tooFew.errors.contains("no free slots available"))
  }

  @Test("maxmem=MAX: RAM and all devices fit in it")
  func maximum() throws {
    let guest = try guestThatLooks(at: Self.size)
    let exact = try guest.run("\(Self.machine("64M,slots=2,maxmem=192M")) \(Self.pair(1))")
    #expect(exact.status == 0, "\(exact.errors)")
    let tooSmall = try guest.run("\(Self.machine("64M,slots=2,maxmem=191M")) \(Self.pair(1))")
    #expect(tooSmall.status == 64)
    #expect(tooSmall.errors.contains("not enough space"))
  }

  @Test("share=on: writes go to the file, and another guest with the same file sees them")
  func shared() throws {
    let writer = try EmulatedGuest { payload in
      payload.store(0x2a, at: Self.regionStart)
      payload.loopForever()
    }
    let path = try writer.makeFile("1.img", size: Self.size)
    let options = "\(Self.machine("64M,slots=2,maxmem=1G")) \(Self.pair(1))"
    let first = try writer.start(options)
    defer { first.signal(SIGTERM) }
    // Before that, the reader would be the first guest of the file, and wait for ever.
    try #require(RunningProgram.wait(60) { (try? byte(at: 0, of: path)) == 0x2a })
    let reader = try EmulatedGuest { payload in
      payload.wait(for: 0x2a, at: Self.regionStart)
      payload.powerOff()
    }
    try FileManager.default.createSymbolicLink(atPath: reader.folder.path("1.img"), withDestinationPath: path)
    #expect(try reader.run(options).status == 2)
    #expect(try reader.run("--allow backend-in-use \(options)").status == 0)
    #expect(try byte(at: 0, of: path) == 0x2a)
  }

  @Test("share=off: writes go to no file")
  func isolated() throws {
    let guest = try EmulatedGuest { payload in
      payload.store(0x2a, at: Self.regionStart)
      payload.load(from: Self.regionStart)
      payload.outLoaded(to: 0x3f8)
      payload.powerOff()
    }
    let path = try guest.makeFile("1.img", size: Self.size)
    let run = try guest.run("\(Self.machine("64M,slots=2,maxmem=1G")) \(Self.pair(1, "off"))")
    #expect(run.output == Data([0x2a]))
    #expect(try byte(at: 0, of: path) == 0)
  }

  @Test("several pairs of options make several devices, one behind the other")
  func several() throws {
    let guest = try EmulatedGuest { payload in
      for device in 0..<3 {
        payload.load(from: Self.regionStart + UInt64(device) * Self.size)
        payload.outLoaded(to: 0x3f8)
      }
      payload.powerOff()
    }
    for number in 1...3 {
      try write(UInt8(number), at: 0, of: guest.makeFile("\(number).img", size: Self.size))
    }
    let pairs = (1...3).map { Self.pair($0) }.joined(separator: " ")
    #expect(try guest.run("\(Self.machine("64M,slots=3,maxmem=1G")) \(pairs)").output == Data([1, 2, 3]))
  }

  @Test("note 1: before 2.8.0 a file of another size is cut or extended; later a smaller one is refused")
  func fileOfAnotherSize() throws {
    for release in ["2.6", "2.7"] {
      let shrunk = try check(64 << 20, of: Self.size, release: release)
      #expect(shrunk.status == 2)
      #expect(shrunk.text.contains("QEMU \(release) starts\n  it cuts "))
      #expect(shrunk.text.hasSuffix(" from 128 MiB to 64 MiB\n"))
    }
    for release in ["2.8", "7.2"] {
      let smaller = try check(Self.size, of: 64 << 20, release: release)
      #expect(smaller.status == 2)
      #expect(smaller.text.contains("QEMU \(release) refuses: backing store"), "\(smaller.text)")
      // Contrary to the note, QEMU accepts a larger file silently.
      let larger = try check(64 << 20, of: Self.size, release: release)
      #expect(larger.status == 3)
      #expect(larger.text.contains("backend-larger"))
    }
  }

  @Test(
    "note 1: our own VMM refuses whatever does not match, and leaves the file as it is",
    arguments: [size / 2, size * 2])
  func mismatch(length: UInt64) throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let path = try guest.makeFile("1.img", size: length)
    let run = try guest.run("\(Self.machine("64M,slots=2,maxmem=1G")) \(Self.pair(1))")
    #expect(run.status == 2)
    #expect(
      run.errors.contains(
        length < Self.size ? "is too small for 'size' option" : "the file's size does not match 'size'"))
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64 == length)
  }

  @Test("note 2: 2.7.0 aligns to 2 MiB what 2.6.0, 2.8.0 and later align to 4 KiB")
  func alignment() throws {
    let odd: UInt64 = (64 << 20) + 0x1000
    for (release, region) in [("2.6", odd), ("2.7", 64 << 20), ("2.8", odd), ("7.2", odd)] {
      let run = try check(odd, of: odd, release: release)
      #expect(run.text.contains("guest size \(ByteCount(region))\n"), "\(release): \(run.text)")
    }
    let tooSmall = try check(1 << 20, of: 1 << 20, release: "2.7")
    #expect(tooSmall.status == 2)
    #expect(tooSmall.text.contains("QEMU 2.7 refuses"), "\(tooSmall.text)")
  }

  // MARK: Label

  @Test("label-size=128K, as it stands: the region ends before the labels")
  func labels() throws {
    let region = Self.size - (128 << 10)
    let guest = try guestThatLooks(at: region)
    try write(0x42, at: region - 1, of: guest.folder.path("1.img"))
    // Note 2: the guest cannot reach the contents of the label area.
    try write(0x43, at: region, of: guest.folder.path("1.img"))
    let run = try guest.run(
      "\(Self.machine("64M,slots=2,maxmem=1G")) \(Self.pair(1, device: ",label-size=128K")) --allow index-signature")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == Data([0x42, 0xff]))
  }

  @Test("labels came with 2.7.0")
  func labelRelease() throws {
    let run = try check(Self.size, of: Self.size, release: "2.6", ["--label-size", "128K"])
    #expect(run.status == 2)
    #expect(run.text.contains("QEMU 2.6 refuses"), "\(run.text)")
  }

  @Test("note 1: a label area has at least 128 KiB")
  func smallestLabelArea() throws {
    let guest = try guestThatLooks(at: Self.size)
    let run = try guest.run("\(Self.machine("64M,slots=2,maxmem=1G")) \(Self.pair(1, device: ",label-size=127K"))")
    #expect(run.status == 64)
    #expect(run.errors.contains("Property 'nvdimm.label-size' (0x1fc00) is required at least 0x20000"), "\(run.errors)")
  }

  @Test("note 2: a file system without labels that would lose its end to them is named")
  func dataUnderLabels() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path("nvdimm.img")
    let made = try ProgramRun(
      executable: URL(fileURLWithPath: "/sbin/mkfs.ext4"), ["-q", "-b", "4096", path, "131072K"])
    #expect(made.status == 0, "\(made.errors)")
    let without = try ProgramRun("vnvdimm-check", ["--label-size", "none", "--qemu-version", "7.2", path])
    #expect(without.status == 0, "\(without.text)")
    let with = try ProgramRun("vnvdimm-check", ["--label-size", "128K", "--qemu-version", "7.2", path])
    #expect(with.status == 2)
    #expect(with.text.contains("ext4"), "\(with.text)")
  }

  // MARK: Hotplug

  /// Returns the monitor's answers to `commands` while the guest waits.
  private func monitor(_ memory: String, _ options: String, _ commands: [String]) throws -> [String] {
    let guest = try EmulatedGuest { $0.loopForever() }
    _ = try guest.makeFile("1.img", size: Self.size)
    let program = try guest.start("\(Self.machine(memory)) \(options) -monitor unix:@/monitor,server,nowait")
    defer { program.signal(SIGTERM) }
    let client = try MonitorClient(guest.folder.path("monitor"))
    _ = client.text(until: "(qemu) ")
    return commands.map { command in
      _ = client.send(command.replacingOccurrences(of: "@", with: guest.folder.url.path) + "\n")
      let answer = client.text(until: "(qemu) ") ?? "no answer"
      return answer.replacingOccurrences(of: "(qemu) ", with: "").replacingOccurrences(of: "\r", with: "")
    }
  }

  private static let plug = [
    "object_add memory-backend-file,id=mem2,share=on,mem-path=@/new_nvdimm.img,size=4G",
    "device_add nvdimm,id=nvdimm2,memdev=mem2",
  ]

  @Test("object_add and device_add as they stand add 4 GiB")
  func hotplug() throws {
    let answers = try monitor("64M,slots=2,maxmem=8G", Self.pair(1), Self.plug + ["info memory-devices"])
    #expect(answers[0].isEmpty && answers[1].isEmpty, "\(answers)")
    #expect(answers[2].contains("nvdimm2") && answers[2].contains("size: 4294967296"), "\(answers)")
  }

  @Test("note 1: each device that is plugged takes a slot")
  func hotplugSlots() throws {
    let more = ["object_add memory-backend-ram,id=mem3,size=128M", "device_add nvdimm,id=nvdimm3,memdev=mem3"]
    let answers = try monitor("64M,slots=2,maxmem=8G", Self.pair(1), Self.plug + more)
    #expect(answers[1].isEmpty && answers[3].contains("no free slots available"), "\(answers)")
  }

  @Test("note 2: each device that is plugged takes of maxmem")
  func hotplugMaximum() throws {
    let answers = try monitor("64M,slots=2,maxmem=4G", Self.pair(1), Self.plug)
    #expect(answers[1].contains("not enough space"), "\(answers)")
  }
}
