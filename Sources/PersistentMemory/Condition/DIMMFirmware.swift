import Basics

/// The firmware of a DIMM, and the update of it: an image is sent in pieces and staged, and runs from the next cold
/// start on.
///
/// Source: NVDIMM DSM Interface 2.0, 3.11 to 3.15; the order of the functions is as Linux
/// `tools/testing/nvdimm/test/nfit.c` and ndctl's `update-firmware` expect.
public struct DIMMFirmware: Sendable, Equatable {
  /// The size of the longest image in bytes.
  package static let storageSize = 1 << 20
  /// The revision of a new DIMM.
  static let initial: UInt64 = 1

  /// The revision that runs.
  public private(set) var running = Self.initial
  /// The revision that runs from the next cold start on; `nil` if there was no update.
  public private(set) var staged: UInt64?
  /// The context of the last update since the start of the VMM; 0 if there was none.
  private var context: UInt32 = 0
  private var update = Update.none

  /// What has become of the last update since the start of the VMM, unless it is staged.
  private enum Update: Equatable {
    /// There was none, or it was aborted.
    case none
    /// So much of its image was sent.
    case inProgress(Image)
    case rejected
  }

  package enum Refusal: Error {
    /// An update is in progress, or one is staged.
    case busy
    /// The context is not that of the update.
    case context
    /// The update is not finished.
    case sequence
    /// A new revision is staged already.
    case alreadyStaged
    /// There is no image, or it cannot be verified.
    case badImage
    /// The bytes lie beyond the room for an image, or leave a gap.
    case range
  }

  package init() {}

  /// Restores what was kept.
  package init(running: UInt64, staged: UInt64?) {
    self.running = running
    self.staged = staged
  }

  /// The VMM starts with what the last one has left.
  package mutating func coldStart() { self = DIMMFirmware(running: staged ?? running, staged: nil) }

  /// Starts an update and returns its context.
  package mutating func start() throws(Refusal) -> UInt32 {
    guard image == nil, staged == nil else { throw .busy }
    context = context == .max ? 1 : context + 1
    update = .inProgress(Image())
    return context
  }

  /// Takes `data` for the bytes of the image from `offset` on.
  package mutating func send(_ data: ArraySlice<UInt8>, at offset: Int, context: UInt32) throws(Refusal) {
    guard var image, context == self.context else { throw .context }
    guard image.insert(data, at: offset) else { throw .range }
    update = .inProgress(image)
  }

  /// Stages the image. An image that cannot be verified ends the update too.
  package mutating func finish(context: UInt32) throws(Refusal) {
    guard staged == nil else { throw .alreadyStaged }
    guard let image, context == self.context else { throw .context }
    staged = image.revision(after: running)
    update = staged == nil ? .rejected : .none
    if staged == nil { throw .badImage }
  }

  /// Ends an update without effect. Like ndctl, which ends the update of another program so, it needs no context.
  package mutating func abort() throws(Refusal) {
    guard staged == nil else { throw .alreadyStaged }
    update = .none
  }

  /// Returns the staged revision.
  package func finished(context: UInt32) throws(Refusal) -> UInt64 {
    guard context == self.context, context != 0 else { throw .context }
    if let staged { return staged }
    switch update {
    case .none: throw .context
    case .inProgress: throw .sequence
    case .rejected: throw .badImage
    }
  }

  private var image: Image? {
    guard case .inProgress(let image) = update else { return nil }
    return image
  }
}

extension DIMMFirmware {
  /// An image that is being sent. Nothing runs it, so that all but its start is dropped.
  private struct Image: Equatable {
    /// The first bytes, which are the revision.
    var start: [UInt8] = []
    /// The bytes from the start of the image that were sent.
    var size = 0

    private static let revisionSize = 8

    /// False if the bytes leave a gap or exceed the storage.
    mutating func insert(_ data: ArraySlice<UInt8>, at offset: Int) -> Bool {
      guard offset <= size, data.count <= storageSize - offset else { return false }
      if offset < Self.revisionSize {
        start = Array((start.prefix(offset) + data + start.dropFirst(offset + data.count)).prefix(Self.revisionSize))
      }
      size = max(size, offset + data.count)
      return true
    }

    /// The revision of the image: its first eight bytes, or the one after `running` if they are zero. `nil` for an
    /// image without them, or one that begins with the ones of erased flash memory.
    func revision(after running: UInt64) -> UInt64? {
      guard start.count == Self.revisionSize else { return nil }
      let revision: UInt64 = start.load(at: 0)
      guard revision != .max, revision != 0 || running < .max - 1 else { return nil }
      return revision == 0 ? running + 1 : revision
    }
  }
}

extension DIMMFirmware {
  /// The revisions, for people: `nil` for those of a new DIMM.
  package var summary: String? {
    guard running != Self.initial || staged != nil else { return nil }
    return "firmware \(running.hex)" + (staged.map { ", \($0.hex) at the next start" } ?? "")
  }

  /// The revisions under the names of monitors. They are texts, since a number may exceed 53 bits.
  package var facts: [(key: String, value: JSONValue)] {
    [("firmware-version", .text(running.hex))] + (staged.map { [("next-firmware-version", .text($0.hex))] } ?? [])
  }
}
