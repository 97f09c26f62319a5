package import Basics
package import SystemPackage

/// Why KVM could not be used, or a call to it failed.
package enum KVMError: Error, Equatable, Sendable {
  /// There is no `/dev/kvm`: the module is not loaded, or the processor (or the outer machine) does not support
  /// virtualisation.
  case absent(path: String)
  /// `/dev/kvm` exists, but this user may not open it.
  case notPermitted(path: String)
  /// `/dev/kvm` could not be opened for another reason, or is not a KVM device.
  case unusable(path: String, Errno)
  /// The kernel has another version of the API (`KVM_GET_API_VERSION`).
  case version(stored: Int32, expected: Int32)
  /// A call failed; `call` is its name in the KVM API.
  case call(String, Errno)
  /// A guest that this module made for itself stopped unexpectedly.
  case unexpectedExit(KVMExit)
}

extension KVMError: CustomStringConvertible {
  /// The fact, without the program's name; it begins with `/dev/kvm` if that is the subject.
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

  /// A command that helps; `nil` if nothing simple does.
  package var hint: Hint? {
    switch self {
    case .absent: .command("sudo", "modprobe", KVMError.moduleName)
    case .notPermitted: .command(ShellCommand(shell: "sudo usermod -aG kvm $USER"))
    case .unusable, .version, .call, .unexpectedExit: nil
    }
  }

  /// The path of the KVM device, if the error is about it.
  package var path: String? {
    switch self {
    case .absent(let path), .notPermitted(let path), .unusable(let path, _): path
    case .version, .call, .unexpectedExit: nil
    }
  }
}

/// Returns the result of a `ckvm_` function, or throws the error of the call named `call`.
func checked(_ call: String, _ result: Int32) throws(KVMError) -> Int32 {
  guard result >= 0 else { throw .call(call, Errno(rawValue: -result)) }
  return result
}
