package import Basics

extension ConsumerRule {
  package var explanation: Explanation {
    switch self {
    case .refused:
      Explanation(
        cause: "The program that `--for` names does not start with this backend; its own words are in the message.",
        consequence: "There is no guest.",
        cure: "Do what the hint says, or recreate the backend with a size that the program accepts.")
    case .paddingLost:
      Explanation(
        cause: """
          The program makes the guest's device longer than the file, and puts anonymous memory of its own after the \
          end of the file.
          """,
        consequence: """
          What the guest writes there is lost when the guest ends. The finding is an error if nothing in the file shows \
          where the guest's data ends, because a new file system occupies the whole device.
          """,
        cure: "Make the file as long as the device with `vnvdimm-resize-guard apply`.")
    case .behindEnd:
      Explanation(
        cause: "The guest's device is longer than the file, and nothing is mapped after the end of the file.",
        consequence: "A guest that reads or writes there is stopped.",
        cure: "Make the file as long as the device, or map less of it.")
    case .tail:
      Explanation(
        cause: "The program is configured to map less than the file holds.",
        consequence: "The guest does not see the last bytes of the file.",
        cure: "Leave the size out.")
    case .volatile:
      Explanation(
        cause: "The backend is mapped privately, or is a file without a name.",
        consequence: """
          The guest treats its writes as durable, but they are lost when the guest ends. The finding is an error if \
          the file holds contents that are to be kept.
          """,
        cure:
          "Leave the option out. For an image that many guests share this is intended: use `--allow consumer-volatile`."
      )
    case .readOnly:
      Explanation(
        cause: "The device is read-only, but the program does not tell the guest.",
        consequence: "A guest that writes loses what it writes, or is stopped.",
        cure: "Mount the file system read-only in the guest, with `ro` on its kernel command line.")
    case .flush:
      Explanation(
        cause: "The program makes the whole file durable at each flush request of the guest.",
        consequence: "A rate limiter counts each request with the size of the file.",
        cure: "Give the limiter room for the size of the file.")
    case .noLabels:
      Explanation(
        cause: "The backend has a label area, but the device that the program offers has no labels.",
        consequence: """
          The guest shows one raw namespace that includes the label area, sees none of the labelled namespaces, and \
          overwrites the labels.
          """,
        cure: "Remove the label area with `vnvdimm-migrate-labels split`, or use the backend with QEMU's nvdimm device."
      )
    case .misaligned:
      Explanation(
        cause: "The guest's region does not begin or end at a multiple of 2 MiB.",
        consequence: """
          Linux does not map the region and prints `misaligned, unable to map`: the guest has no device at all.
          """,
        cure: "Make the file a multiple of 2 MiB with `vnvdimm-resize-guard apply`.")
    case .hotplug:
      Explanation(
        cause: "The file size is not a multiple of 128 MiB, and the program plugs RAM after it while the guest runs.",
        consequence: "Linux refuses that RAM with `Block size [0x8000000] unaligned hotplug range`.",
        cure: "Make the file a multiple of 128 MiB with `vnvdimm-resize-guard apply`.")
    case .noDAX:
      Explanation(
        cause: "The image has no info block for fsdax mode.",
        consequence: "The guest finds its root file system in a raw namespace, and mounts it without DAX.",
        cure: "Put an info block into the image, as Kata's image builder does.")
    case .erased:
      Explanation(
        cause: "The program writes zeros to the device when its guest is deleted.",
        consequence: "The contents are then lost.",
        cure: "Before that, copy what is to be kept out of the guest.")
    }
  }

  package var chapter: RuleChapter { .consumers }
}

/// Every finding about a backend that is due to the program that uses it. The raw value is the stable id.
package enum ConsumerRule: String, CaseIterable, FindingRule, Hashable {
  /// The program does not start with the backend.
  case refused = "consumer-refuses"
  /// The guest's device is longer than the file: the rest is memory that is lost when the guest ends.
  case paddingLost = "consumer-padding-lost"
  /// The guest's device is longer than the file, and nothing is mapped after the end of the file.
  case behindEnd = "consumer-behind-end"
  /// The end of the file is not mapped.
  case tail = "consumer-tail-unmapped"
  /// The guest's writes do not reach the file.
  case volatile = "consumer-volatile"
  /// The guest does not learn that it cannot write.
  case readOnly = "consumer-read-only"
  /// The cost of making writes durable.
  case flush = "consumer-flush"
  /// The file has labels, but the device has none.
  case noLabels = "consumer-no-labels"
  /// The region does not begin and end at a multiple of 2 MiB, so that Linux makes no device of it.
  case misaligned = "guest-region-misaligned"
  /// RAM that is plugged after the device starts at an address that Linux refuses.
  case hotplug = "consumer-hotplug-misaligned"
  /// The guest finds its root file system, but mounts it without DAX.
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
