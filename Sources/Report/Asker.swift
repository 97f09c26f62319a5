import Basics
import QEMU
import Storage

/// The party that asks about a start, which determines the language of hints.
package enum Asker: Sendable {
  /// Paths and options of our own: a hint is a command.
  case paths(PathStart)
  /// A QEMU command line: a hint is an option.
  case command
  /// A libvirt domain: a hint is an element of its XML.
  case domain

  /// `finding` about the backend at `path`, or about the machine, with a hint in the language of whoever asks; `rules`
  /// are those asked about.
  func answer(_ finding: Finding, about path: String?, _ rules: SizingRules) -> Finding {
    if finding.rule == HostRule.useUnknown, case .paths(let start) = self {
      return finding.with(hint: .command(start.command(for: path, with: [], rules).byRoot))
    }
    guard !finding.settings.isEmpty else { return finding }
    switch self {
    case .command: return finding.with(hint: .options(finding.settings.options))
    case .domain: return finding.with(hint: .elements(finding.settings.map(\.element).joined(separator: " and ")))
    case .paths(let start):
      // If the length of the file is decisive, the remedy concerns the file.
      let isAboutFile = start.mappedSize == nil && finding.remedy != nil
      return isAboutFile
        ? finding : finding.with(hint: .command(start.command(for: path, with: finding.settings, rules)))
    }
  }
}

extension StartSetting {
  /// The setting in a domain's XML, below `<memory model='nvdimm'>`.
  fileprivate var element: String {
    switch self {
    case .mappedSize(let size): "<target>\(Self.size("size", size))</target>"
    case .alignment(let size?): "<source>\(Self.size("alignsize", size))</source>"
    case .alignment(nil): "no <alignsize>"
    case .labelSize(let size?): "<target><label>\(Self.size("size", size))</label></target>"
    case .labelSize(nil): "no <label>"
    case .slot(let slot?): "<address type='dimm' slot='\(slot)'/>"
    case .slot(nil), .address(nil): "no <address type='dimm'>"
    case .slotCount(let count): "<maxMemory slots='\(count)'>"
    case .shared: "<memory access='shared'>"
    case .keepsData: "no <discard>"
    case .address(let address?): "<address type='dimm' base='\(address.hex)'/>"
    case .virtioAddress(let address): "<target><address base='\(address.hex)'/></target>"
    }
  }

  private static func size(_ name: String, _ bytes: UInt64) -> String {
    bytes.isMultiple(of: 1024)
      ? "<\(name) unit='KiB'>\(bytes >> 10)</\(name)>" : "<\(name) unit='b'>\(bytes)</\(name)>"
  }
}
