package import Basics
package import SystemPackage

/// Why KVM could not be used, or a call to it failed.
package enum KVMError: Error, Equatable, Sendable {
  /// There is no `/dev/kvm`: the module is not loaded, or the processor (or the outer machine) offers no virtualisation.
  case absent(path: String)
  /// `/dev/kvm` is there, and this user may not open it.
  case notPermitted(path: String)
  /// `/dev/kvm` could not be opened for another reason, or is no KVM device.
  case unusable(path: String, Errno)
  /// The kernel speaks another version of the API (`KVM_GET_API_VERSION`).
  case version(stored: Int32, expected: Int32)
  /// A call failed; `call` is its name in the KVM API.
  case call(String, Errno)
  /// A guest of this module's own stopped in a way that it cannot.
  case unexpectedExit(KVMExit)
}

extension KVMError: CustomStringConvertible {
  /// What is the case, without the program's name; `/dev/kvm` stands in front where it is the subject.
  package var description: String {
    switch self {
    case .absent: "no such device: this machine offers no KVM, or its module is not loaded"
    case .notPermitted: "permission denied"
    case .unusable(_, let error): "\(error)"
    case .version(let stored, let expected): "KVM API version differs (stored \(stored), expected \(expected))"
    case .call(let name, let error): "\(name): \(error)"
    case .unexpectedExit(let exit): "unexpected exit \(exit)"
    }
  }

  /// What to type, or nil where nothing simple helps.
  package var hint: Hint? {
    switch self {
    case .absent: .command("sudo", "modprobe", KVMError.moduleName)
    case .notPermitted: .command(ShellCommand(shell: "sudo usermod -aG kvm $USER"))
    case .unusable, .version, .call, .unexpectedExit: nil
    }
  }

  /// The path of the KVM device, where the error is about it.
  package var path: String? {
    switch self {
    case .absent(let path), .notPermitted(let path), .unusable(let path, _): path
    case .version, .call, .unexpectedExit: nil
    }
  }
}

/// The result of a `ckvm_` function: its value, or the error of the call named `call`.
func checked(_ call: String, _ result: Int32) throws(KVMError) -> Int32 {
  guard result >= 0 else { throw .call(call, Errno(rawValue: -result)) }
  return result
}
