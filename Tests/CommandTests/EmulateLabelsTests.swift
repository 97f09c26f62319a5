import Foundation
import TestSupport
import Testing

/// Backends whose contents a guest would not see: emulate finds the labels and their slot by itself, and refuses
/// anything that check calls an error unless the user allows it.
@Suite("emulate and labels", .needsKVM)
struct EmulateLabelsTests {
  private let guest: EmulatedGuest
  private let one: String
  private let two: String

  init() throws {
    guest = try EmulatedGuest { $0.powerOff() }
    (one, two) = (guest.folder.path("one.img"), guest.folder.path("two.img"))
    for path in [one, two] {
      #expect(try ProgramRun("vnvdimm-create", ["--quiet", "--size", "32M", "--namespace", "raw", path]).status == 0)
    }
  }

  /// Returns the slot and size in MiB of each NVDIMM in the guest's tables.
  private func devices(_ options: String) throws -> [[Int]] {
    let run = try guest.run("\(options) -dump-acpi \(guest.folder.url.path)")
    #expect(run.status == 0, "\(run.errors)")
    let table = try Data(contentsOf: guest.folder.url.appendingPathComponent("NFIT.aml"))
    var (sizes, devices): ([Int], [[Int]]) = ([], [])
    var offset = 40
    while offset < table.count {
      // ACPI 6.5, 5.2.25.2 and 5.2.25.3: the length of the range, and the handle, which is the slot plus one.
      if table[offset] == 0 { sizes.append(Int(table[offset + 43]) << 4 | Int(table[offset + 42]) >> 4) }
      if table[offset] == 1 { devices.append([Int(table[offset + 4]) - 1]) }
      offset += max(Int(table[offset + 2]), 4)
    }
    return zip(devices, sizes).map { $0 + [$1] }
  }

  @Test("the label area and the slot of its labels are found, also by others")
  func found() throws {
    #expect(try devices("--nvdimm \(one)") == [[0, 32]])
    #expect(try ProgramRun("vnvdimm-migrate-labels", ["move", two, "1", "--quiet", "--no-backup"]).status == 0)
    #expect(try devices("--nvdimm \(two) --nvdimm \(one)") == [[0, 32], [1, 32]])
    #expect(try devices("--nvdimm \(one),label-size=none") == [[0, 34]])
    #expect(try guest.run("--nvdimm \(two) --nvdimm \(one)").status == 0)
  }

  @Test("two that are made for one slot are refused, with what mends it") func sameSlot() throws {
    let run = try guest.run("--nvdimm \(one) --nvdimm \(two)")
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("vnvdimm emulate: \(two): the labels were made for the DIMM in slot 0"))
    #expect(run.errors.hasSuffix("hint: vnvdimm-migrate-labels move \(two) 1\n"), "\(run.errors)")
    #expect(run.errors.contains(" (--allow labels-other-slot starts it all the same)\n"), "\(run.errors)")
    let allowed = try guest.run("--nvdimm \(one) --nvdimm \(two) --allow labels-other-slot")
    #expect(allowed.status == 0)
    #expect(
      allowed.errors.hasPrefix("vnvdimm emulate: \(two): note: labels-other-slot: the labels were made"),
      "\(allowed.errors)")
  }

  @Test("labels without a label size, or with another one, are refused") func labelSize() throws {
    let options = "-machine pc,nvdimm -object memory-backend-file,id=m,share=on,mem-path=\(one),size=34M "
    for (device, fact, hint) in [
      (
        "", "and may overwrite the label area", "label-size=2097152\n"
      ),
      (",label-size=128K", "with another label size", "label-size=2097152\n"),
    ] {
      let run = try guest.run(options + "-device nvdimm,memdev=m\(device)")
      #expect(run.status == 2)
      #expect(
        run.errors.contains("\(one): a label area of 2 MiB at 0x2000000 lies at the end of the backend"),
        "\(run.errors)")
      #expect(run.errors.contains(fact) && run.errors.contains("hint: \(hint)"), "\(run.errors)")
    }
    #expect(try guest.run(options + "-device nvdimm,memdev=m,label-size=2M").status == 0)
    #expect(try guest.run(options + "-device nvdimm,memdev=m --allow label-area-unused").status == 0)
    let meant = try guest.run("--nvdimm \(one),label-size=none")
    #expect(meant.status == 0)
    #expect(meant.errors.withoutSizeAdvice.isEmpty, "\(meant.errors)")
  }

  @Test("a layout that is not the sealed one is refused") func seal() throws {
    #expect(try ProgramRun("vnvdimm-resize-guard", ["seal", "--quiet", one]).status == 0)
    #expect(try guest.run("--nvdimm \(one)").status == 0)
    let moved = try guest.run("--nvdimm \(one),align=2M")
    // The guest sees the same region.
    #expect(moved.status == 0)
    #expect(moved.errors.contains("warning: layout-alignment: "), "\(moved.errors)")
    let elsewhere = try guest.run("--nvdimm \(one),slot=1")
    #expect(elsewhere.status == 2)
    #expect(elsewhere.errors.contains("the labels were made for the DIMM in slot 0"), "\(elsewhere.errors)")
  }
}
