// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: Swift 6 language mode, warnings are errors, and each use of raw memory is
/// marked `unsafe` with the reason why it is safe.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// Release builds carry the Swift runtime, so that they run without the toolchain, and the C++ library that it uses,
/// so that they start faster.
let standalone: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-static-stdlib", "-use-ld=lld", "-l_FoundationCollections", "-l_FoundationCShims",
      "-L", "\(Context.packageDirectory)/Sources/linking", "-Xclang-linker", "-static-libgcc",
    ],
    .when(configuration: .release))
]

/// An installed program.
func program(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + [arguments, "CommandSupport"], swiftSettings: house,
    linkerSettings: standalone)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: house)
}

let package = Package(
  name: "vnvdimm",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.7.0"),
  ],
  targets: [
    .target(name: "CLinux"),
    .target(name: "CKVM"),
    .target(name: "CNdctl"),
    .target(name: "CBlkid"),
    .target(name: "CXML"),
    module("VNVDIMMCore"),
    module("HostResources", ["CLinux", system]),
    module("HostDAX", ["CNdctl"]),
    module("BackendStorage", ["HostDAX", "HostResources", "VNVDIMMCore", "CBlkid", "CLinux", system]),
    module("GuestConfiguration", ["CXML", "VNVDIMMCore"]),
    module("GuestImage", ["HostResources", "VNVDIMMCore", system]),
    module("KVM", ["HostResources", "CKVM", "CLinux", system]),
    module(
      "VirtualMachine",
      ["KVM", "HostResources", "GuestConfiguration", "BackendStorage", "VNVDIMMCore", "CLinux", system]),
    module(
      "Monitor",
      ["VirtualMachine", "GuestConfiguration", "BackendStorage", "HostResources", "VNVDIMMCore", "CLinux", system]),
    module("CommandSupport", ["BackendStorage", "HostDAX", "VNVDIMMCore", "CLinux", arguments, system]),
    module(
      "Report",
      ["CommandSupport", "GuestConfiguration", "BackendStorage", "HostResources", "VNVDIMMCore", system]),
    program(
      "vnvdimm",
      [
        "Monitor", "VirtualMachine", "KVM", "CLinux", "GuestImage", "GuestConfiguration", "BackendStorage", "HostDAX",
        "HostResources", "VNVDIMMCore", system,
      ]),
    program("vnvdimm-create", ["BackendStorage", "GuestConfiguration", "VNVDIMMCore", system]),
    program("vnvdimm-check", ["Report", "BackendStorage", "GuestConfiguration", "HostResources", "VNVDIMMCore", system]),
    program("vnvdimm-label-dump", ["BackendStorage", "VNVDIMMCore", system]),
    program("vnvdimm-migrate-labels", ["BackendStorage", "VNVDIMMCore", system]),
    program("vnvdimm-resize-guard", ["BackendStorage", "VNVDIMMCore", "CLinux", system]),
    .target(name: "TestSupport", dependencies: ["VNVDIMMCore"], path: "Tests/TestSupport", swiftSettings: house),
    // Counts what is allocated, in the program that runs the tests.
    .target(name: "CAllocation", path: "Tests/CAllocation"),
    // Tells the thread sanitizer of mutexes, in the program that runs the tests; else it is empty.
    .target(name: "CThreadSanitizer", path: "Tests/CThreadSanitizer"),
    tests("VNVDIMMCoreTests", ["VNVDIMMCore", "CAllocation"]),
    tests("HostResourcesTests", ["HostResources", system]),
    tests("BackendStorageTests", ["BackendStorage", "VNVDIMMCore", system]),
    tests("GuestConfigurationTests", ["GuestConfiguration", "VNVDIMMCore"]),
    tests(
      "VirtualMachineTests",
      [
        "VirtualMachine", "KVM", "HostResources", "CKVM", "CThreadSanitizer", "GuestConfiguration", "BackendStorage",
        "VNVDIMMCore", system,
      ]),
    tests("MonitorTests", ["Monitor", "VirtualMachine", "GuestConfiguration", "VNVDIMMCore"]),
    tests("GuestImageTests", ["GuestImage", system]),
    tests("CommandSupportTests", ["CommandSupport", "VNVDIMMCore"]),
    tests("OracleTests", ["BackendStorage", "GuestConfiguration", "VNVDIMMCore", system]),
    tests("CommandTests", ["VNVDIMMCore", system]),
    tests("GuestTests", exclude: ["Scenarios", "LongScenarios", "PowerCuts"]),
    .executableTarget(
      name: "guest-views", dependencies: ["VNVDIMMCore", arguments, system], path: "Tests/GuestViews",
      swiftSettings: house, linkerSettings: standalone),
    .executableTarget(
      name: "lab", dependencies: ["GuestImage", "HostResources", arguments, system], path: "Tests/Lab",
      exclude: ["outer", "demo"],
      swiftSettings: house),
    .target(name: "TimedProcess", dependencies: [system], path: "Tests/TimedProcess", swiftSettings: house),
    // Runs inside guests: it needs nothing of the toolchain, and is small.
    .executableTarget(
      name: "meter", dependencies: ["TimedProcess", system], path: "Tests/Meter", swiftSettings: house,
      linkerSettings: [.unsafeFlags(["-static-stdlib", "-use-ld=lld"], .when(configuration: .release))]),
    .executableTarget(
      name: "bench", dependencies: ["TimedProcess", "VNVDIMMCore", arguments, system], path: "Tests/Bench",
      exclude: ["guests"], swiftSettings: house),
  ]
)
