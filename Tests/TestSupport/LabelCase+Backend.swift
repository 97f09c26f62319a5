import Foundation

extension LabelCase {
  /// Makes a backend at `path` with the label area of `dimm`: a sparse file, with the area at its end, followed by a
  /// hole of `tail` bytes.
  package func makeBackend(of dimm: DIMM, at path: String, tail: UInt64 = 0) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.truncate(atOffset: dimm.dataSize + UInt64(dimm.labelSize) + tail)
    try file.seek(toOffset: dimm.dataSize)
    try file.write(contentsOf: Corpus.data("labels/\(self.path)/\(dimm.file)"))
    try file.close()
  }
}
