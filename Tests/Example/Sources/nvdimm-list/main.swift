// Prints the output of `ndctl list -DRNvi` for a backend in a Linux guest, as predicted, and the findings on standard
// error.
import Foundation
import PersistentMemory

/// A backend that is read only where needed.
struct Image {
  private let file: FileHandle
  let length: UInt64

  init(path: String) throws {
    file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    length = try file.seekToEnd()
  }

  func read(at offset: UInt64, count: Int) throws -> [UInt8] {
    try file.seek(toOffset: offset)
    guard let data = try file.read(upToCount: count), data.count == count else { throw CocoaError(.fileReadUnknown) }
    return [UInt8](data)
  }

  /// Returns the place of the label area, or `nil` if there is none or several are possible.
  func labelArea() throws -> LocatedLabelArea? {
    let search = try LabelAreaLocator(length: length).locate(dataRanges: { [$0] }, read: read)
    guard case .found(let area) = search.ofAtLeast(BackendGeometry.smallestLabelSize) else { return nil }
    return area
  }
}

/// Lists the namespaces of a backend and returns the findings.
func list(_ image: Image) throws -> [Finding] {
  // The label area ends at the end of the mapped size; without a label area, QEMU maps the whole file.
  let place = try image.labelArea()
  let geometry = try BackendGeometry(mappedSize: place?.end ?? image.length, labelSize: UInt64(place?.size ?? 0))
  let labels = try place.map { try LabelArea(image.read(at: $0.offset, count: $0.size)) }

  // The DIMM is in the slot for which its labels were made, and is the first one above 4 GiB.
  let slot = labels?.virtualSlot ?? 0
  let device = NVDIMMDescription(slot: slot, base: 4 << 30, length: geometry.regionSize)
  let region = try GuestRegion(device, labels: labels, read: image.read)
  print(GuestListing([region]).json.formatted())

  // The findings about the labels, the info blocks of the namespaces, and the contents of the namespaces.
  var findings = region.findings
  if let labels {
    let dimm = LabelledDIMM(regionSize: geometry.regionSize, cookie: InterleaveSetCookie(virtualSlot: slot))
    findings = LabelVerification(labels, dimm: dimm).findings + findings
  }
  for window in ContentsWindow.windows(of: region) {
    let contents = try ContentsReader(window: window.range).contents(read: image.read)
    findings += ContentsVerification(contents, in: window, geometry: geometry, length: image.length).findings
  }
  return findings
}

func tell(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }

guard CommandLine.arguments.count == 2 else {
  tell("usage: nvdimm-list BACKEND")
  exit(64)
}
do {
  let findings = try list(Image(path: CommandLine.arguments[1]))
  for finding in findings { tell("\(finding)") }
  exit(findings.contains { $0.severity == .error } ? 2 : 0)
} catch {
  tell("nvdimm-list: \(CommandLine.arguments[1]): \(error)")
  exit(1)
}
