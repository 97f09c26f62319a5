package import Basics

/// What is found about a backend because of the program that takes it. The raw value is the stable id.
package enum ConsumerRule: String, CaseIterable, FindingRule, Hashable {
  /// The program does not start with it.
  case refused = "consumer-refuses"
  /// The guest's device is longer than the file: what lies behind is memory that nobody keeps.
  case paddingLost = "consumer-padding-lost"
  /// The guest's device is longer than the file, and there is nothing behind.
  case behindEnd = "consumer-behind-end"
  /// The end of the file is not mapped.
  case tail = "consumer-tail-unmapped"
  /// What the guest writes does not reach the file.
  case volatile = "consumer-volatile"
  /// The guest is not told that it cannot write.
  case readOnly = "consumer-read-only"
  /// What it costs to make writes durable.
  case flush = "consumer-flush"
  /// The device has no labels, and the file has.
  case noLabels = "consumer-no-labels"
  /// Linux makes no device of a region that does not begin and end at a multiple of 2 MiB.
  case misaligned = "guest-region-misaligned"
  /// RAM that is plugged behind the device starts where Linux does not take it.
  case hotplug = "consumer-hotplug-misaligned"
  /// The root file system is found, and not mapped directly.
  case noDAX = "consumer-no-dax"
  /// The contents are erased when the guest is deleted.
  case erased = "consumer-erases"

  package var severity: Finding.Severity {
    switch self {
    case .refused, .behindEnd, .noLabels, .misaligned: .error
    case .paddingLost, .tail, .volatile, .readOnly, .hotplug, .noDAX: .warning
    case .flush, .erased: .note
    }
  }
}
