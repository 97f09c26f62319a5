// swift-tools-version: 6.2
import PackageDescription

/// A package that depends on the library like any other, except that it names a folder instead of a URL and a version.
let package = Package(
  name: "example",
  dependencies: [.package(name: "vnvdimm", path: "../..")],
  targets: [
    .executableTarget(name: "nvdimm-list", dependencies: [.product(name: "PersistentMemory", package: "vnvdimm")])
  ]
)
