import Basics
import Foundation
import TestSupport
import Testing

/// The schema of the answers. These tests validate every `--json` answer of a program against it.
@Suite("The schema of answers")
struct AnswerSchemaTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func answer(_ program: String, _ arguments: String...) throws -> String {
    try ProgramRun(program, arguments + ["--json"], in: folder.url).text
  }

  /// One answer of each kind.
  private func answers() throws -> [String] {
    let domain = """
      <domain type='kvm'><name>guest</name><maxMemory slots='1' unit='GiB'>2</maxMemory><memory unit='GiB'>1</memory>
      <os><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features>
      <cpu><numa><cell id='0' cpus='0' memory='1' unit='GiB'/></numa></cpu>
      <devices><memory model='nvdimm' access='shared'><source><path>\(folder.path("nv.img"))</path></source>
      <target><size unit='MiB'>66</size><node>0</node><label><size unit='MiB'>2</size></label></target></memory></devices>
      </domain>
      """
    try Data(domain.utf8).write(to: folder.url.appendingPathComponent("guest.xml"))
    return try [
      answer("vnvdimm-create", "--size", "64M", "--namespace", "fsdax,name=a,size=32M", "nv.img"),
      answer("vnvdimm-check", "nv.img"), answer("vnvdimm-check", "domain", "guest.xml"),
      answer("vnvdimm-label-dump", "nv.img"), answer("vnvdimm-migrate-labels", "convert", "nv.img", "1.1"),
      answer("vnvdimm-resize-guard", "plan", "nv.img", "+16M"), answer("vnvdimm-resize-guard", "seal", "nv.img"),
      answer("vnvdimm", "explain", "label-checksum"), answer("vnvdimm", "doctor"),
      answer("vnvdimm", "list"), answer("vnvdimm", "compare", "nv.img", "nv.img"), answer("vnvdimm-check", "no.img"),
      answer("vnvdimm-create", "--size", "1", "no.img"),
    ]
  }

  @Test("is one, and says of an answer of each kind what these tests do, by somebody else's reading")
  func otherReader() throws {
    let script = """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      for line in sys.stdin:
          jsonschema.Draft202012Validator(schema).validate(json.loads(line))
          print("valid")
      """
    let answers = try answers()
    let lines = try answers.map { try JSONValue(parsing: $0).description + "\n" }.joined()
    let run = try ProgramRun(
      executable: URL(fileURLWithPath: "/usr/bin/python3"), ["-c", script, AnswerSchema.file.path],
      input: Data(lines.utf8))
    #expect(run.text == String(repeating: "valid\n", count: answers.count), "\(run.errors)")
  }

  @Test("refuses what is no answer") func refusals() throws {
    let good = try #require(answers().first { $0.contains("\"prediction\"") })
    try AnswerSchema.validate(good)
    let changes: [(String, String)] = [
      (#""format" : 1"#, #""format" : 2"#), (#""status" : "#, #""stat" : "#),
      (#""dimm_slot" : 0"#, #""dimm_slot" : -1"#),
      (#""uuid" : ""#, #""uuid" : "X"#), (#""starts" : true"#, #""starts" : "yes""#),
      (#""mode" : "fsdax""#, #""mode" : "dax""#),
    ]
    for (old, new) in changes {
      #expect(good.contains(old), "\(old)")
      #expect(throws: AnswerSchema.Violation.self) { try AnswerSchema.validate(good.replacing(old, with: new)) }
    }
    #expect(throws: AnswerSchema.Violation.self) { try AnswerSchema.validate(#"{"format":1}"#) }
  }

  @Test("tells the namespaces that the guest shows, with their place") func namespaces() throws {
    let document = try JSONValue(parsing: answers()[1])
    let namespaces = try #require(document["backends"]?.elements?.first?["namespaces"]?.elements)
    #expect(namespaces.map { $0["name"]?.text } == ["a"])
    #expect(namespaces.map { $0["mode"]?.text } == ["fsdax"])
    #expect(namespaces.map { $0["dpa"]?.number() } == [UInt64(0)])
    #expect(namespaces.map { $0["rawsize"]?.number() } == [UInt64(32 << 20)])
  }

  @Test("libvirt's parts are documents, of which virsh takes the last") func libvirtParts() throws {
    let document = try JSONValue(parsing: answers()[0])
    let parts = try #require(document["configuration"]?["libvirt"]?.elements).compactMap(\.text)
    #expect(parts.map { $0.prefix { $0.isLetter || $0 == "<" } } == ["<maxMemory", "<features", "<cpu", "<memory"])
    for part in parts {
      let run = try ProgramRun(
        executable: URL(fileURLWithPath: "/usr/bin/python3"),
        ["-c", "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.argv[1])", part])
      #expect(run.status == 0, "\(run.errors)")
    }
  }
}
