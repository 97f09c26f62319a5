import Foundation
import QEMU
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// What a machine is made of, looked at before it is made; needs no KVM.
@Suite("Assembly of machines")
struct MachineAssemblyTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func resize(_ name: String, _ size: UInt64) throws {
    let url = folder.url.appendingPathComponent(name)
    if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
    try FileHandle(forWritingTo: url).truncate(atOffset: size)
  }

  private func assembly(_ options: String) throws -> MachineAssembly {
    let words = options.split(separator: " ").map { $0.replacingOccurrences(of: "@", with: folder.url.path) }
    return try MachineAssembly(MachineConfiguration(arguments: words))
  }

  /// What `body` throws about the assembly.
  private func fact(_ body: () throws -> Void) -> AssemblyError.Fact? {
    do {
      try body()
      return nil
    } catch MachineAssembly.Failure.assembly(let error) { return error.fact } catch { return nil }
  }

  @Test("a backend that changed its size since is refused", arguments: [(2 << 20) as UInt64, 8 << 20])
  func changedSize(size: UInt64) throws {
    try resize("nv.img", 4 << 20)
    let assembly = try assembly("--nvdimm @/nv.img")
    try resize("nv.img", size)
    #expect(
      fact { _ = try assembly.makeHardware(NewBackends()) } == .sizeMismatch(stored: size, expected: 4 << 20))
  }

  @Test("a file serves one NVDIMM that writes, under whatever names; readers and private copies share it")
  func sameFile() throws {
    try resize("nv.img", 4 << 20)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "nv.img")
    try FileManager.default.linkItem(atPath: folder.path("nv.img"), toPath: folder.path("hard"))
    for second in ["@/nv.img", "@/link", "@/hard", "@/hard,share=off", "@/hard,readonly=on"] {
      #expect(
        fact { _ = try assembly("--nvdimm @/nv.img --nvdimm \(second)") }
          == .fileInUse(
            path: String(second.split(separator: ",")[0]).replacingOccurrences(of: "@", with: folder.url.path)),
        "\(second)")
    }
    #expect(
      fact { _ = try assembly("--nvdimm @/new.img,size=4M --nvdimm @/./new.img,size=4M") }
        == .fileInUse(path: "\(folder.url.path)/./new.img"))
    for options in ["share=off", "readonly=on"] {
      #expect(fact { _ = try assembly("--nvdimm @/nv.img,\(options) --nvdimm @/hard,\(options)") } == nil)
    }
    _ = try assembly("--nvdimm @/nv.img,readonly=on --nvdimm @/hard,share=off")
  }

  @Test("files stay writable where something can be plugged: a free slot and a monitor, unless places are named")
  func sandbox() throws {
    try resize("nv.img", 4 << 20)
    let (full, roomy) = ("--nvdimm @/nv.img", "-machine pc,nvdimm -m 128M,slots=2,maxmem=1G --nvdimm @/nv.img")
    for (options, hasMonitors, writable) in [
      (full, true, []), (full, false, []), (roomy, true, ["/"]), (roomy, false, []),
      ("\(roomy) --allow-path @", true, ["@"]), ("\(roomy) --allow-path @", false, []),
      ("\(full) --nvdimm @/new.img,size=4M", false, ["@"]),
    ] {
      let sandbox = Sandbox(try assembly(options), hasMonitors: hasMonitors)
      let expected = writable.map { $0.replacingOccurrences(of: "@", with: folder.url.path) }
      #expect(sandbox.writable.map(\.string) == expected, "\(options), \(hasMonitors)")
    }
  }
}
