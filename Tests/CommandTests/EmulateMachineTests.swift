import Foundation
import TestSupport
import Testing

/// Machines that `vnvdimm emulate` runs on its own VMM as the options describe them.
@Suite("emulate runs", .needsKVM)
struct EmulateMachineTests {
  @Test("a kernel that is named boots without an initramfs, unless one is named or a script is to be run")
  func initramfs() throws {
    // Sends the low byte of the initramfs size in the boot parameters, at 0x2021c, then the next byte.
    let guest = try EmulatedGuest { payload in
      for address: UInt64 in 0x2_021c..<0x2_0220 {
        payload.load(from: address)
        payload.outLoaded(to: 0x3f8)
      }
      payload.powerOff()
    }
    #expect(try guest.run().output == Data([0, 0, 0, 0]))
    _ = try guest.makeFile("disk", size: 0x1234)
    #expect(try guest.run("-initrd @/disk").output == Data([0x34, 0x12, 0, 0]))
  }

  @Test("a script comes from a pipe as well as from a file")
  func scriptFromPipe() throws {
    // The archive begins at the page that the boot parameters give; its script follows 116 bytes of header.
    let guest = try EmulatedGuest { payload in
      for byte in "status 0\n".utf8 { payload.out(byte, to: 0x2e8) }
      payload.powerOff()
    }
    _ = try guest.makeFile("disk", size: 512)
    let words = guest.arguments("-initrd @/disk --run").joined(separator: " ")
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/bash"),
      ["-c", "\(ProgramRun.products.path)/vnvdimm \(words) <(echo true)"])
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("RAM that is no whole number of pages is rounded up, as by QEMU", arguments: ["64.3M", "65601537B", "64M"])
  func oddRAM(size: String) throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let run = try guest.run("-m \(size)")
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("the short form makes room for itself, with a size and without", arguments: ["", ",size=4M"])
  func shortForm(size: String) throws {
    let guest = try EmulatedGuest { payload in
      payload.store(0x2a, at: 1 << 32)
      payload.powerOff()
    }
    let backend = try guest.makeFile("nv.img", size: 4 << 20)
    let run = try ProgramRun(
      "vnvdimm",
      ["emulate", "--engine", "kvm", "-kernel", guest.folder.path("kernel"), "--nvdimm", backend + size])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: backend)).first == 0x2a)
  }

  @Test("a sparse DIMM of many TiB: what is written to its last word is in the file, which takes a huge page at most")
  func manyTiB() throws {
    let size: UInt64 = 8 << 40
    let last = size - (128 << 10) - 4
    let guest = try EmulatedGuest { payload in
      payload.mapLargePage(at: (1 << 32) + last)
      payload.store(0x2a, at: (1 << 32) + last)
      payload.powerOff()
    }
    let backend = try guest.makeFile("nv.img", size: size)
    let run = try guest.run(
      "-m 64M,slots=2,maxmem=9T -machine pc,nvdimm -object memory-backend-file,id=m,share=on,mem-path=\(backend),size=8T "
        + "-device nvdimm,memdev=m,label-size=128K")
    #expect(run.status == 0, "\(run.errors)")
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: backend))
    try file.seek(toOffset: last)
    #expect(try file.read(upToCount: 4) == Data([0x2a, 0, 0, 0]))
    var status = stat()
    // Safe: the path and the answer live for the call.
    #expect(unsafe stat(backend, &status) == 0)
    #expect(status.st_blocks * 512 <= 2 << 20)
  }

  @Test("prealloc=on takes the space of a file that is there", arguments: [true, false])
  func preallocation(isPreallocated: Bool) throws {
    let guest = try EmulatedGuest { $0.powerOff() }
    let backend = try guest.makeFile("nv.img", size: 4 << 20)
    let run = try guest.run(
      "-machine pc,nvdimm -object memory-backend-file,id=m,share=on,mem-path=\(backend),size=4M,prealloc="
        + (isPreallocated ? "on" : "off") + " -device nvdimm,memdev=m")
    #expect(run.status == 0, "\(run.errors)")
    var status = stat()
    // Safe: the path and the answer live for the call.
    #expect(unsafe stat(backend, &status) == 0)
    #expect(status.st_size == 4 << 20)
    #expect((status.st_blocks * 512 >= 4 << 20) == isPreallocated)
  }

  @Test("prealloc=on takes memory for a backend in RAM")
  func preallocatedRAM() throws {
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x3f8)
      payload.loopForever()
    }
    let console = Pipe()
    let program = try guest.start(
      "-machine pc,nvdimm -object memory-backend-ram,id=m,size=64M,prealloc=on -device nvdimm,memdev=m",
      output: console.fileHandleForWriting)
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    #expect(try EmulatedGuest.anonymousMemory(of: program) >= 64 << 10)
  }

  @Test("an initramfs that is made on the spot takes memory only while it is loaded")
  func initramfsMemory() throws {
    let guest = try EmulatedGuest { payload in
      payload.out(0x21, to: 0x2f8)
      payload.loopForever()
    }
    _ = try guest.makeFile("disk", size: 0)
    try Data(count: 192 << 20).write(to: guest.folder.url.appendingPathComponent("disk"))
    let script = try guest.makeFile("script", size: 1)
    let console = Pipe()
    let program = try guest.start(
      "-m 512M,slots=2,maxmem=1G -initrd @/disk --run \(script)", output: console.fileHandleForWriting)
    #expect(try console.fileHandleForReading.read(upToCount: 1) == Data("!".utf8))
    // The guest has one private copy, not two.
    #expect(try EmulatedGuest.anonymousMemory(of: program) < 256 << 10)
  }
}

extension EmulatedGuest {
  /// Returns the anonymous memory of `program` in KiB.
  static func anonymousMemory(of program: RunningProgram) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(program.identifier)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return try #require(line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
  }
}
