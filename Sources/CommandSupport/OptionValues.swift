public import ArgumentParser
public import Basics
package import Consumers
package import LabelChange
public import PersistentMemory
package import QEMU

extension ExpressibleByArgument {
  /// Reads the value of an option with few values, for `@Option(transform: Value.init(choice:))`: the parser does not
  /// list the values of an option that is hidden from the help.
  package init(choice text: String) throws {
    guard Self.allValueStrings.contains(text), let value = Self(argument: text) else {
      throw ValidationError("expected \(Self.allValueStrings.joined(separator: ", "))")
    }
    self = value
  }

  /// The possible values of `init(choice:)`.
  package static var choices: CompletionKind { .list(allValueStrings) }
}

extension LabelSize {
  /// Reads the value of `--label-size`: `auto`, `none`, or a size.
  package init(option text: String) throws {
    switch text {
    case "auto": self = .automatic
    case "none": self = .none
    case _ where text.first?.isLetter == true:
      throw ValidationError("'\(text)' is not a label size (expected auto, none, or a size such as 128K)")
    default: self = .exactly(try size(text).bytes)
    }
  }
}

/// Reads the value of an option that is a release of QEMU, for `@Option(transform: release)`.
package func release(_ text: String) throws -> QEMURelease {
  guard let release = QEMURelease(parsing: text) else {
    throw ValidationError(
      "'\(text)' is not a QEMU release with NVDIMMs (expected 2.6 to \(QEMURelease.newest), or a later one)")
  }
  return release
}

/// Reads the value of an option that is a release of Linux, for `@Option(transform: linuxRelease)`.
package func linuxRelease(_ text: String) throws -> LinuxRelease {
  guard let release = LinuxRelease(parsing: text) else {
    throw ValidationError(
      "'\(text)' is not a known Linux release (expected \(LinuxRelease.oldest) or later)")
  }
  return release
}

extension Architecture: ExpressibleByArgument {}
extension NamespaceMode: ExpressibleByArgument {}

/// Reads the value of an option that is a size, for `@Option(transform: size)`.
package func size(_ text: String) throws -> ByteCount {
  do { return try ByteCount(parsing: text) } catch { throw ValidationError(error.description) }
}

/// The program that will use a backend.
package struct ConsumerOption: ParsableArguments {
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "The program that uses it, such as kata. (default: qemu)", valueName: "program[,...]"),
    completion: .list(Consumer.described), transform: choice)
  package var consumer: ConsumerChoice?

  package init() {}

  private static func choice(_ text: String) throws -> ConsumerChoice {
    do throws(ConsumerChoice.Failure) { return try ConsumerChoice(parsing: text) } catch {
      throw ValidationError(error.description)
    }
  }
}

/// The options about namespaces for the guest.
package struct NamespaceOptions: ParsableArguments {
  @Option(
    name: .customLong("namespace"),
    help: ArgumentHelp(
      "A namespace: raw, sector, fsdax or devdax; then ,size= ,name= ,uuid= ,sector-size= ,align=4K|2M|1G "
        + ",map=dev|mem. Repeatable; the last one without size= takes the rest.",
      valueName: "mode[,...]"), completion: .custom { _, _, prefix in NamespaceSpecification.completions(of: prefix) },
    transform: specification)
  package var namespaces: [NamespaceSpecification] = []

  @Option(
    parsing: .unconditional,
    help: "The DIMM slot. (default: as other labels, or 0)")
  package var slot: Int?

  package init() {}

  package func validate() throws {
    guard let slot, !(0..<InterleaveSetCookie.virtualSlots).contains(slot) else { return }
    throw ValidationError("--slot: \(ProvisioningError.slot(slot))")
  }

  private static func specification(_ text: String) throws -> NamespaceSpecification {
    do { return try NamespaceSpecification(parsing: text) } catch { throw ValidationError(error.description) }
  }
}

extension ArgumentVisibility {
  /// The visibility of an option that `--help` leaves to `--help-hidden` and the manual page, so that it fits on a
  /// screen.
  ///
  /// The parser leaves hidden options out of completion scripts; while it generates one, no option is hidden.
  package static var rare: ArgumentVisibility {
    ProcessArguments.all.contains("--generate-completion-script") ? .default : .hidden
  }
}

extension CompletionKind {
  /// Common sizes of backends.
  package static var sizes: CompletionKind {
    .list(["64M", "128M", "256M", "512M", "1G", "2G", "4G", "8G", "16G", "32G", "64G", "128G", "256G", "512G", "1T"])
  }

  /// The values of `--label-size`, and common sizes of label areas.
  package static var labelSizes: CompletionKind { .list(["auto", "none", "128K", "2M"]) }

  /// Common sizes of label areas.
  package static var labelAreaSizes: CompletionKind { .list(["128K", "2M"]) }

  /// Common alignments of mappings.
  package static var alignments: CompletionKind { .list(["4K", "2M", "16M", "128M", "1G"]) }

  /// The releases of Linux on which measurements were made.
  package static var linuxReleases: CompletionKind { .list(["5.10", "6.1", "6.12", "7"]) }

  /// The releases of QEMU that are described.
  package static var releases: CompletionKind { .list(QEMURelease.described.map(\.description)) }
}
