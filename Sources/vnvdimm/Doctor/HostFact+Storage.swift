import Basics
import Storage

extension HostFact {
  /// The host's own persistent memory and DAX devices, and the libraries that support them.
  static var persistentMemory: HostFact {
    let list: HostList
    do { list = try HostList() } catch {
      return HostFact(
        missing: "host DAX", fact: "\(error)", packages: missingLibraries, command: error.hint?.description)
    }
    guard !list.devices.isEmpty || !list.namespaces.isEmpty else {
      return HostFact(
        name: "host DAX", state: .limited, fact: "this host has no persistent memory: backends are ordinary files")
    }
    let size = list.devices.reduce(0) { $0 + $1.size }
    func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
    return HostFact(
      name: "host DAX", state: .ready,
      fact: count(list.devices.count, "DAX device") + " of \(ByteCount(size)) in all, "
        + count(list.namespaces.count, "namespace"),
      command: "vnvdimm emulate --list-host")
  }

  /// The packages of those libraries that this host lacks; one may be installed without the other.
  private static var missingLibraries: [String] {
    var packages: [String] = []
    do { _ = try DAXDevice.all() } catch { packages += error.package.map { [$0] } ?? [] }
    do { _ = try PersistentMemoryNamespace.all() } catch { packages += error.package.map { [$0] } ?? [] }
    return packages
  }
}
