import Basics
import Foundation
import TestSupport
import Testing

/// Whatever a backend or another given file contains, the programs must end with a status that their pages list, within
/// a memory limit.
///
/// `VNVDIMM_FUZZ_COUNT` in the environment sets the number of changes; three programs read the result of each.
@Suite("Programs as built, fuzzed")
struct ProgramFuzzTests {
  static let count = SeededGenerator.count(default: 60, optimized: 250, atMost: 34_000)
  /// The limit of private memory, including the programs' own: far more than any of them needs.
  static let memory = 256 << 20

  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// A range of a file that a program reads as a structure, and the offset of its Fletcher64, if it has one.
  struct Block {
    let start: UInt64
    let size: Int
    var checksum: Int?

    init(_ start: UInt64, _ size: Int, checksum: Int? = nil) {
      (self.start, self.size, self.checksum) = (start, size, checksum)
    }
  }

  /// A file, the parts of it to change, and the commands that read it, in which @ is its path.
  struct Target {
    let file: String
    let blocks: [Block]
    let calls: [String]
  }

  private static let mebibyte: UInt64 = 1 << 20
  private static let labelArea = 64 * mebibyte

  private static let images = [
    "vnvdimm-label-dump --verify @", "vnvdimm-label-dump --json --verify @", "vnvdimm-label-dump --map @",
    "vnvdimm-check @", "vnvdimm-check --json @", "vnvdimm-check --guest-view @",
    "vnvdimm-check --size 60M --label-size 128K @", "vnvdimm-check fleet --prometheus m.prom @",
    "vnvdimm-migrate-labels repair --plan @", "vnvdimm-migrate-labels repair --discard-labels --plan @",
    "vnvdimm-migrate-labels move --plan @ 3", "vnvdimm-migrate-labels convert --plan @ 1.1",
    "vnvdimm-migrate-labels convert --plan @ 1.2", "vnvdimm-migrate-labels resize --plan --keep-guest-size @ 1M",
    "vnvdimm-migrate-labels resize --plan @ 256K", "vnvdimm-migrate-labels split --plan @ split.bin",
    "vnvdimm-migrate-labels relocate --plan @ 60M", "vnvdimm-migrate-labels init --plan @",
    "vnvdimm-migrate-labels add --plan @ --namespace fsdax,size=2M", "vnvdimm-migrate-labels renew-uuids --plan @",
    "vnvdimm-migrate-labels copy --plan @ bare.img", "vnvdimm-migrate-labels restore --plan other.img @",
    "vnvdimm-resize-guard plan @ +16M", "vnvdimm-resize-guard plan --allow-shrink @ 32M",
    "vnvdimm-resize-guard plan --allow-shrink --discard-data @ 17M", "vnvdimm-resize-guard verify @",
    "vnvdimm-create --plan --from @ new.img", "vnvdimm emulate -m 64M --nvdimm @ -dump-acpi tables",
  ]
  private static let areas = [
    "vnvdimm-label-dump --verify @", "vnvdimm-label-dump --json @", "vnvdimm-label-dump --map @", "vnvdimm-check @",
    "vnvdimm-migrate-labels restore --plan other.img @", "vnvdimm-migrate-labels join --plan bare.img @",
  ]

  private static func labels(at area: UInt64, size: Int) -> [Block] {
    [Block(area, 256, checksum: 64), Block(area + 256, 256, checksum: 64)]
      + (0..<5).map { Block(area + 512 + UInt64($0 * size), size, checksum: size == 256 ? 248 : nil) }
  }

  static let targets = [
    Target(file: "1.2.img", blocks: labels(at: labelArea, size: 256), calls: images),
    Target(
      file: "1.2.img",
      blocks: [16 * mebibyte + 4096, 32 * mebibyte, 48 * mebibyte + 4096].map { Block($0, 4096, checksum: 4088) },
      calls: images),
    Target(file: "1.1.img", blocks: labels(at: labelArea, size: 128), calls: images),
    Target(file: "area.bin", blocks: labels(at: 0, size: 256), calls: areas),
    Target(file: "cxl.bin", blocks: labels(at: 0, size: 256), calls: areas),
    Target(
      file: "backup.bin", blocks: [Block((128 << 10) + 3 * 4112, 256, checksum: 56), Block(128 << 10, 4112)],
      calls: areas),
    Target(file: "ext4.img", blocks: [Block(1024, 1024)], calls: images),
    Target(file: "xfs.img", blocks: [Block(0, 512)], calls: images),
    Target(file: "gpt.img", blocks: [Block(512, 92), Block(1024, 512)], calls: images),
    Target(file: "mbr.img", blocks: [Block(446, 66)], calls: images),
    Target(file: "swap.img", blocks: [Block(1024, 1024)], calls: images),
    Target(file: "open.img", blocks: [Block(0, 256, checksum: 88), Block(0, 256, checksum: 248)], calls: images),
    Target(
      file: "sealed.json", blocks: [],
      calls: ["verify", "plan", "run"].map {
        "vnvdimm-resize-guard \($0) --sidecar @ 1.2.img" + ($0 == "plan" ? " +1M" : $0 == "run" ? " -- true" : "")
      }),
    Target(
      file: "guest.xml", blocks: [],
      calls: ["vnvdimm-check domain @", "vnvdimm-check domain --json @", "vnvdimm-check fleet @"]),
    Target(
      file: "line.txt", blocks: [],
      calls: ["vnvdimm-check command --file @", "vnvdimm-check command --json --file @"]),
    Target(file: "machine.cfg", blocks: [], calls: ["vnvdimm-check command -- qemu-system-x86_64 -readconfig @"]),
    Target(
      file: "paths.txt", blocks: [],
      calls: ["vnvdimm-check fleet --paths-from @", "vnvdimm-check fleet --json --paths-from @"]),
  ]

  private static let setup = """
    set -e; mkdir tables
    create() { vnvdimm-create --quiet --size 64M --label-size 128K "$@"; }
    create --namespace raw,size=16M,name=a --namespace fsdax,size=16M,name=b --namespace sector,size=16M,name=c \
      --namespace devdax,name=d 1.2.img
    create --labels 1.1 --namespace raw,size=16M,name=a --namespace fsdax,size=16M --namespace devdax 1.1.img
    create --namespace raw,size=16M,name=a other.img; truncate -s 64M bare.img
    vnvdimm-label-dump --raw 1.2.img >area.bin
    cp --sparse=always 1.2.img clone.img; vnvdimm-migrate-labels renew-uuids -q clone.img --backup backup.bin
    truncate -s 64M ext4.img gpt.img mbr.img swap.img; truncate -s 320M xfs.img
    mkfs.ext4 -qF -O ^metadata_csum ext4.img; mkfs.xfs -qf xfs.img; mkswap -q swap.img
    printf 'label: gpt\\nsize=16M\\nsize=20M\\n' | sfdisk -q gpt.img
    printf 'label: dos\\nsize=16M\\nsize=20M,type=5\\nsize=8M\\n' | sfdisk -q mbr.img
    cp other.img open.img
    strace -f -qq -o trace -e inject=fsync:signal=KILL:when=4 vnvdimm-resize-guard apply --quiet open.img +16M || true
    vnvdimm-resize-guard seal --quiet --sidecar sealed.json 1.2.img
    printf '%s\\n' 1.2.img ./1.1.img "$PWD/ext4.img" >paths.txt
    echo "qemu-system-x86_64 -machine q35,nvdimm=on -m 1G,slots=2,maxmem=4G -smp 2 -numa node,memdev=r" \
      "-object memory-backend-ram,id=r,size=1G -object memory-backend-file,id=m,mem-path=1.2.img,size=64M,share=on" \
      "-device nvdimm,id=n,memdev=m,label-size=128K,slot=0,node=0" >line.txt
    printf '[machine]\\n  type = "q35"\\n  nvdimm = "on"\\n[memory]\\n  size = "1G"\\n  slots = "2"\\n[object "m"]\\n' \
      >machine.cfg
    printf '  qom-type = "memory-backend-file"\\n  mem-path = "1.2.img"\\n  size = "64M"\\n' >>machine.cfg
    """

  @Test("nothing is a trap, a status that no page tells, or beyond all bounds") func fuzz() throws {
    try prepare()
    var random = SeededGenerator(fuzzing: "programs")
    var statuses: [Int32: Int] = [:]
    for round in 0..<Self.count {
      guard let target = Self.targets.randomElement(using: &random) else { break }
      let undo = try change(target, &random)
      for _ in 0..<3 {
        guard let call = target.calls.randomElement(using: &random) else { break }
        let words = call.replacing("@", with: target.file).split(separator: " ").map(String.init)
        let program = ProgramRun.products.appendingPathComponent(words[0]).path
        let run = try ProgramRun(
          executable: URL(fileURLWithPath: "/usr/bin/prlimit"), ["--data=\(Self.memory)", program] + words.dropFirst(),
          in: folder.url)
        statuses[run.status, default: 0] += 1
        #expect([0, 1, 2, 3, 63, 64].contains(run.status), "round \(round): \(words): \(run.errors)")
      }
      try undo()
    }
    print("programs ended with", statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
  }

  private func prepare() throws {
    let domain = String(decoding: try Corpus.data("libvirt/label-2m.xml"), as: UTF8.self)
      .replacing("/tmp/nv.img", with: folder.path("1.2.img"))
    try Data(domain.utf8).write(to: folder.url.appendingPathComponent("guest.xml"))
    try Corpus.data("labels/cxl/linux-6.1.bin").write(to: folder.url.appendingPathComponent("cxl.bin"))
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/bin/bash"),
      ["-c", "PATH=\(ProgramRun.products.path):$PATH:/sbin\n" + Self.setup],
      in: folder.url)
    try #require(run.status == 0, "\(run.errors)")
  }

  /// Changes the target's file. Returns a function that restores it.
  private func change(_ target: Target, _ random: inout SeededGenerator) throws -> () throws -> Void {
    let file = try FileHandle(forUpdating: folder.url.appendingPathComponent(target.file))
    guard var block = target.blocks.randomElement(using: &random) else {
      let text = [UInt8](try file.readToEnd() ?? Data())
      try Self.rewrite(file, Self.changed(text: text, &random))
      return { try Self.rewrite(file, text) }
    }
    // The record of an open change and its mark are at the end of the file.
    if target.file == "open.img" { block = try Block(file.seekToEnd() - (block.checksum == 88 ? 512 : 256), 256) }
    try file.seek(toOffset: block.start)
    let before = [UInt8](try file.read(upToCount: block.size) ?? Data())
    try file.seek(toOffset: block.start)
    try file.write(contentsOf: Data(Self.changed(before, checksum: block.checksum, &random)))
    return {
      try file.seek(toOffset: block.start)
      try file.write(contentsOf: Data(before))
      try file.close()
    }
  }

  private static func rewrite(_ file: FileHandle, _ bytes: [UInt8]) throws {
    try file.truncate(atOffset: 0)
    try file.seek(toOffset: 0)
    try file.write(contentsOf: Data(bytes))
  }

  /// Changes one to four numbers of one to eight bytes; mostly the checksum is made valid again.
  private static func changed(_ before: [UInt8], checksum: Int?, _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = before
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let width = [1, 2, 4, 8].randomElement(using: &random) ?? 1
      let offset = Int.random(in: 0...(bytes.count - width) / width, using: &random) * width
      var value = FuzzedLabels.edge(&random)
      for index in 0..<width {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value)
        value >>= 8
      }
    }
    if let checksum, Int.random(in: 0...9, using: &random) > 0 {
      let field = Field<UInt64>("checksum", at: checksum)
      bytes[field] = Fletcher64.checksum(bytes, zeroing: field)
    }
    return bytes
  }

  /// Words that may confuse a reader of numbers, lists, markup or JSON.
  private static let words = [
    "18446744073709551616", "9223372036854775808", "-1", "0", "1e309", "0x", "\u{0}", "\u{1b}[2J", "\u{202e}", ",,",
    "=",
    "\"", "<", "&x;", "]]>", "{", "[[[[[[[[", "\\u0000", "\n", "16E", "size=8E", "%n",
  ].map { [UInt8]($0.utf8) }

  private static func changed(text: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let start = Int.random(in: 0...text.count, using: &random)
      let end = min(text.count, start + Int.random(in: 0...8, using: &random))
      switch Int.random(in: 0...3, using: &random) {
      case 0: text.replaceSubrange(start..<end, with: words.randomElement(using: &random) ?? [])
      case 1: text.replaceSubrange(start..<end, with: [])
      case 2: text.insert(contentsOf: text[start..<min(text.count, start + 64)], at: end)
      default:
        // Changes one number in the text.
        let digits = text.indices.filter { (48...57).contains(text[$0]) }
        guard let first = digits.randomElement(using: &random) else { continue }
        let rest = text[first...].prefix { (48...57).contains($0) }.count
        text.replaceSubrange(first..<first + rest, with: "\(FuzzedLabels.edge(&random))".utf8)
      }
    }
    return text
  }
}
