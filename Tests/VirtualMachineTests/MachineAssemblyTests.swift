import Foundation
import QEMU
import SystemPackage
import TestSupport
import Testing
import VirtualMachine

/// The checks of a machine's parts before the machine is made; they need no KVM.
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

  /// Returns the refusal of our own dialect that `body` throws.
  private func refusal(_ body: () throws -> Void) -> StrictRefusal? {
    do {
      try body()
      return nil
    } catch MachineAssembly.Failure.stop(.complaint(.strict(let refusal), _)) { return refusal } catch { return nil }
  }

  @Test("a backend that changed its size since is refused", arguments: [(2 << 20) as UInt64, 8 << 20])
  func changedSize(size: UInt64) throws {
    try resize("nv.img", 4 << 20)
    let assembly = try assembly("--nvdimm @/nv.img")
    try resize("nv.img", size)
    #expect(
      refusal { _ = try assembly.makeHardware(NewBackends()) } == .sizeMismatch(stored: size, expected: 4 << 20))
  }

  @Test("a file serves one NVDIMM that writes, under whatever names; readers and private copies share it")
  func sameFile() throws {
    try resize("nv.img", 4 << 20)
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: "nv.img")
    try FileManager.default.linkItem(atPath: folder.path("nv.img"), toPath: folder.path("hard"))
    for second in ["@/nv.img", "@/link", "@/hard", "@/hard,share=off", "@/hard,readonly=on"] {
      #expect(
        refusal { _ = try assembly("--nvdimm @/nv.img --nvdimm \(second)") }
          == .fileInUse(
            path: String(second.split(separator: ",")[0]).replacingOccurrences(of: "@", with: folder.url.path)),
        "\(second)")
    }
    #expect(
      refusal { _ = try assembly("--nvdimm @/new.img,size=4M --nvdimm @/./new.img,size=4M") }
        == .fileInUse(path: "\(folder.url.path)/./new.img"))
    for options in ["share=off", "readonly=on"] {
      #expect(refusal { _ = try assembly("--nvdimm @/nv.img,\(options) --nvdimm @/hard,\(options)") } == nil)
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

  private func perform(_ text: String, on assembly: inout MachineAssembly) throws {
    let command = try #require(HotplugCommand(text.replacingOccurrences(of: "@", with: folder.url.path)))
    try assembly.perform(command, on: nil)
  }

  @Test("a file that is missing is made when its backend is added, in full size; one that is forgotten stays")
  func addedFiles() throws {
    var machine = try assembly("-machine pc,nvdimm -m 128M,slots=2,maxmem=1G")
    try perform("object_add memory-backend-file,id=m1,mem-path=@/new.img,size=4M,share=on", on: &machine)
    #expect(try Data(contentsOf: folder.url.appendingPathComponent("new.img")).count == 4 << 20)
    try perform("object_del m1", on: &machine)
    #expect(FileManager.default.fileExists(atPath: folder.path("new.img")))
    #expect(throws: MachineAssembly.Failure.self) { try perform("object_del m1", on: &machine) }
  }

  @Test("what is refused at a monitor, by the judge or by the host, changes nothing") func refusedCommands() throws {
    var machine = try assembly("-machine pc,nvdimm -m 128M,slots=2,maxmem=160M")
    try perform("object_add memory-backend-file,id=m1,mem-path=@/a.img,size=4M,share=on", on: &machine)
    try perform("object_add memory-backend-file,id=m2,mem-path=@/a.img,size=4M,share=on", on: &machine)
    try perform("object_add memory-backend-file,id=m4,mem-path=@/c.img,size=4M,share=on", on: &machine)
    try perform("object_add memory-backend-file,id=big,mem-path=@/big.img,size=64M,share=on", on: &machine)
    try perform("device_add nvdimm,id=nv1,memdev=m1", on: &machine)
    // Only the host can tell.
    try resize("c.img", 2 << 20)
    // An existing id, another size of the same file, too large a device, a missing backend, another name of a file that
    // is written to, an existing device id, a backend in use, and a file that has become shorter.
    for command in [
      "object_add memory-backend-file,id=m1,mem-path=@/b.img,size=4M",
      "object_add memory-backend-file,id=m3,"
        + "mem-path=@/a.img,size=8M", "device_add nvdimm,id=nv2,memdev=big", "device_add nvdimm,id=nv2,memdev=nosuch",
      "device_add nvdimm,id=nv2,memdev=m2", "device_add nvdimm,id=nv1,memdev=m2", "device_add nvdimm,id=nv2,memdev=m1",
      "device_add nvdimm,id=nv2,memdev=m4",
    ] {
      #expect(throws: MachineAssembly.Failure.self, "\(command)") { try perform(command, on: &machine) }
    }
    #expect(machine.startup.prediction.devices.map(\.option.id) == ["nv1"])
    #expect(machine.startup.prediction.backends.map(\.option.backend.id) == ["pc.ram", "m1", "m2", "m4", "big"])
    #expect(!FileManager.default.fileExists(atPath: folder.path("b.img")))
    // The slot, room and id of the refused devices are still free.
    try perform("object_add memory-backend-ram,id=ram,size=4M", on: &machine)
    try perform("device_add nvdimm,id=nv2,memdev=ram", on: &machine)
    #expect(machine.startup.prediction.devices.map(\.placement.slot) == [0, 1])
  }
}
