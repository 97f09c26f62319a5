import Basics
import PersistentMemory
import QEMU
import Storage
import SystemPackage

/// The guest's data in the backend, to the extent that it can be examined from outside.
struct ContentsExamination {
  /// The items, each with the disk of the guest that it lies in.
  private(set) var contents: [(window: ContentsWindow, item: StoredContents)] = []
  private(set) var findings: [Finding] = []

  /// Examines every disk of the guest that shows `region`; if it is `nil`, because QEMU does not start, nothing is
  /// found. `mode` is the mode that every namespace is to get; `nil` to change none.
  init(
    of region: GuestRegion?, _ geometry: BackendGeometry?, in examination: BackendExamination,
    isVirtio: Bool = false, changedTo mode: NamespaceMode? = nil
  ) throws(BackendError) {
    guard let region, let geometry, let length = examination.forReading.length, length > 0 else { return }
    for window in ContentsWindow.windows(of: region, isVirtio: isVirtio) {
      var found = try examination.inspect { (file) throws(BackendError) in try file.contents(of: window) } ?? []
      // A label area that has not been written yet may cover the end of older data.
      if window.place == .region, geometry.labelSize > 0,
        let former = try examination.inspect({ (file) throws(BackendError) in
          try file.claim(toEndOf: 0..<geometry.mappedSize)
        })?.flatMap({ $0 }),
        !found.contains(where: { $0.kind == former.kind })
      {
        found.append(former)
      }
      contents += found.map { (window, $0) }
      findings +=
        ContentsVerification(
          found, in: window, geometry: geometry, length: length,
          command: MigrationCommand(path: examination.path.string)
        ).findings
      guard let mode, window.place != .unclaimed else { continue }
      findings += ModeChangeVerification(found, in: window, to: mode, base: region.device.base).findings
    }
  }
}
