package dev.sluice.bpf;

import static dev.sluice.bpf.Register.R0;
import static dev.sluice.bpf.Register.R1;
import static dev.sluice.bpf.Register.R10;
import static dev.sluice.bpf.Register.R2;
import static dev.sluice.bpf.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssemblyParserTest {
  private static ObjectSpec parse(String text) {
    return AssemblyParser.parse("test.bpfasm", text);
  }

  private static Instruction instruction(String text) {
    return parse(".map m array value 8 entries 1\n.program p tcx\n" + text)
        .programs()
        .getFirst()
        .instructions()
        .getFirst();
  }

  private static List<AssemblyProblem> problems(String text) {
    return catchThrowableOfType(AssemblyException.class, () -> parse(text)).problems();
  }

  @Test
  void readsProgramsMapsAndConstants() {
    ObjectSpec object =
        parse(
            """
            ; three ways # to comment
            .license "Dual MIT/GPL"   // are known
            .equ LIMIT = (1 << 4 | 2) - 0b10
            .struct count { packets u64, bytes u64 }
            .map counters percpu_array key u32 value struct count entries LIMIT pin
            .map rules lpm_trie key { prefixlen u32, address u8[4] } value be32 \
            entries 10 flags no_prealloc | BPF_F_RDONLY_PROG
            .map events ringbuf entries 4096
            .map tables hash_of_maps key 8 entries 2 inner { array value u16 entries 3 }

            .program first tcx ingress
              r6 = r1
              if r6 == LIMIT goto out
            out: r0 = TCX_NEXT
              exit

            .program second xdp
              r1 = map[counters]
              call sub
              exit
            .func sub
              r0 = XDP_PASS
              exit
            """);
    ProgramSpec first = object.program("first").orElseThrow();
    assertThat(first.type()).isEqualTo(ProgramType.SCHED_CLS);
    assertThat(first.expectedAttachType()).isEqualTo(AttachType.TCX_INGRESS);
    assertThat(first.license()).isEqualTo("Dual MIT/GPL");
    assertThat(first.instructions())
        .containsExactly(
            Arithmetic.move(R6, R1),
            new Jump.Branch(Width.W64, Condition.EQUAL, R6, new Immediate(16), 0),
            Arithmetic.move(R0, -1),
            new Jump.Exit());
    ProgramSpec second = object.program("second").orElseThrow();
    assertThat(second.type()).isEqualTo(ProgramType.XDP);
    assertThat(second.expectedAttachType()).isEqualTo(AttachType.UNSPECIFIED);
    assertThat(second.mapNames()).containsExactly("counters");
    assertThat(second.functions()).containsExactly(new Subprogram("sub", 4));
    assertThat(second.sourceLine(3)).contains(new SourceLine(3, "test.bpfasm", 19, 3, "exit"));

    MapSpec counters = object.map("counters").orElseThrow();
    assertThat(counters.maxEntries()).isEqualTo(16);
    assertThat(counters.valueSize()).isEqualTo(16);
    assertThat(counters.pinning()).isEqualTo(Pinning.BY_NAME);
    MapSpec rules = object.map("rules").orElseThrow();
    assertThat(rules.keySize()).isEqualTo(8);
    assertThat(rules.valueType()).isEqualTo(TypeDescription.BE32);
    assertThat(rules.flags()).containsExactly(MapFlag.NO_PREALLOC, MapFlag.RDONLY_PROG);
    assertThat(object.map("events").orElseThrow().type()).isEqualTo(MapType.RINGBUF);
    MapSpec inner = object.map("tables").orElseThrow().innerMap();
    assertThat(inner).isNotNull();
    assertThat(inner == null ? 0 : inner.maxEntries()).isEqualTo(3);
  }

  @Test
  void aDisassembledObjectReadsTheSame() {
    ObjectSpec object =
        parse(
            """
            .license "a \\"b\\" c"
            .map a hash key { x struct in { y s16[2][3], z bool } } value char[16] entries 5 pin
            .map b array_of_maps entries 2 inner { hash key 4 value 4 entries 1 no_prealloc }
            .map c perf_event_array
            .program p cgroup_skb egress
              r1 = map[a]
              r2 = function[f]
              call f
            again:
              r2 = map_value[b] + 4
              if w1 s<= -3 goto again
              call map_lookup_elem
              exit
            .func f
              goto f
            """);
    assertThat(object.programs().getFirst().expectedAttachType())
        .isEqualTo(AttachType.CGROUP_INET_EGRESS);
    String text = Disassembler.assembly(object);
    ObjectSpec again = parse(text);
    assertThat(again.maps()).isEqualTo(object.maps());
    assertThat(Disassembler.assembly(again)).isEqualTo(text);
    ProgramSpec program = again.programs().getFirst();
    assertThat(program.instructions()).isEqualTo(object.programs().getFirst().instructions());
    assertThat(program.functions()).containsExactly(new Subprogram("f", 10));
    assertThat(program.license()).isEqualTo("a \"b\" c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "r0 = skb.priority + 4 | r0 = 36",
        "w0 = 0xffffffff | w0 = -1",
        "r0 = -r0 | r0 = -r0",
        "r0 = - 5 | r0 = -5",
        "r0 = ~0 | r0 = -1",
        "r0 = 2 * (3 + 4) % 5 - 10 / 3 | r0 = 1",
        "r0 = 6 & 3 ^ 1 | r0 = 3",
        "r0 = 0xffffffffffffffff ll | r0 = 0xffffffffffffffff ll",
        "r1 = *(u32*)(r6+76) | r1 = *(u32 *)(r6 + 76)",
        "w1 = *(u32 *)(r6 + 76) | r1 = *(u32 *)(r6 + 76)",
        "r1 = *(u8 *)(r6 + ETH_HLEN + iphdr.saddr) | r1 = *(u8 *)(r6 + 26)",
        "r1 = *(u8 *)(r10 - 8 - 8) | r1 = *(u8 *)(r10 - 16)",
        "r1 = *(u8 *)(r10) | r1 = *(u8 *)(r10 + 0)",
        "*(u32 *)(r10 - 4) = w1 | *(u32 *)(r10 - 4) = r1",
        "*(u32 *)(r10 - 4) = 0xffffffff | *(u32 *)(r10 - 4) = -1",
        "r1 = atomic64_fetch_add((u64 *)(r2 + 0), r1) | r1 = atomic_fetch_add((u64 *)(r2 + 0), r1)",
        "w1 = atomic_xchg((u32 *)(r2 + 0), w1) | r1 = atomic_xchg((u32 *)(r2 + 0), r1)",
        "call map_lookup_elem | call bpf_map_lookup_elem",
        "call 1 | call bpf_map_lookup_elem",
        "call 5000 | call 5000",
        "goto +3 | goto pc+3",
        "goto -1 | goto pc-1",
        "12: (b7) r0 = 0 | r0 = 0",
        "(0f) r0 += r1 | r0 += r1",
        "r1 = map_value[m] | r1 = map_value[m]",
        "r1 = map[index:2] | r1 = map[index:2]",
        "r1 = kernel_variable[5, 3] | r1 = kernel_variable[5, 3]",
        "r0 = *(u16 *)skb[r1] | r0 = *(u16 *)skb[r1 + 0]",
        "if r1 s>= -1 goto +0 | if r1 s>= -1 goto pc+0",
        "r0 = 1_000 | r0 = 1000",
      })
  void readsManySpellings(String text, String canonical) {
    assertThat(Disassembler.assembly(instruction(text))).isEqualTo(canonical);
  }

  @Test
  void aFunctionHidesTheHelperOfThatName() {
    ObjectSpec object =
        parse(
            """
            .program p tcx
              call map_lookup_elem
              call bpf_map_lookup_elem
              exit
            .func map_lookup_elem
              exit
            """);
    assertThat(object.programs().getFirst().instructions())
        .startsWith(new Call.Function(2), new Call.Helper(1));
  }

  @Test
  void labelsBelongToTheirProgram() {
    ObjectSpec object =
        parse(
            """
            .program p tcx
            out: goto out
            .program q tcx
              goto out
            out: exit
            """);
    assertThat(object.program("q").orElseThrow().instructions()).startsWith(new Jump.Goto(0));
  }

  @Test
  void storesToTheStack() {
    assertThat(instruction("*(u64 *)(r10 - 8) = r2"))
        .isEqualTo(Memory.store(MemorySize.DOUBLE, R10, -8, R2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "r11 = 0 | 1 | expected an instruction, a label or a directive",
        "r1 ? 2 | 4 | '?' does not belong here",
        "r1 = r12 | 6 | no constant is named 'r12'",
        "r1 = w2 | 6 | expected a register r0 to r10, found 'w2'",
        "w1 += r2 | 7 | expected a 32-bit register w0 to w10, found 'r2'",
        "r1 =+ 2 x | 9 | expected the end of the line, found 'x'",
        "r1 | 3 | expected '=', '+=' or another assignment, found the end of the line",
        "r1 = 0xffffffff | 6 | 4294967295 is out of range, it must be -2147483648 to 2147483647",
        "w1 = 0x1ffffffff | 6 | 8589934591 is out of range",
        "r1 = 08 | 6 | '08' is no number",
        "r1 = 0x | 6 | '0x' is no number",
        "r1 = 5z | 6 | '5z' is no number",
        "r1 = 1 << 64 | 8 | a shift must be 0 to 63, found 64",
        "r1 = 1 / 0 | 8 | division by zero",
        "r1 = 0x10000000000000000 ll | 6 | does not fit 64 bits",
        "r1 = data_end | 6 | no constant is named 'data_end'; is 'skb.data_end' meant?",
        "r1 = -r2 | 7 | expected r1 again, found 'r2'",
        "r1 = be17 r1 | 6 | expected be16, be32",
        "w1 = be16 w1 | 6 | write r1 instead of w1",
        "r1 = (s32)w1 | 11 | expected a register r0 to r10, found 'w1'",
        "w1 = (s32)w1 | 6 | the sign of 32 bits",
        "r1 = *(u33 *)(r2 + 0) | 8 | expected u8, u16, u32, u64, s8, s16 or s32, found 'u33'",
        "r1 = *(u32 *)(r2 + 40000) | 18 | an offset must be -32768 to 32767, found 40000",
        "r1 = *(u32 *)(r2 8) | 18 | expected '+', '-' or a closing bracket, found '8'",
        "w1 = *(s8 *)(r2 + 0) | 8 | a load of s8 fills a whole register: write r1 instead of w1",
        "r1 = *(u32 *)skb[4] | 14 | a load from skb[] always goes to r0",
        "*(s8 *)(r1 + 0) = 1 | 3 | expected u8, u16, u32 or u64, found 's8'",
        "lock *(u8 *)(r1 + 0) += r2 | 8 | expected u32 or u64, found 'u8'",
        "lock *(u64 *)(r1 + 0) -= r2 | 23 | expected '+=', '|=', '&=' or '^=', found '-='",
        "r1 = atomic_xchg((u64 *)(r2 + 0), r3) | 35 | the operand must be in r1, found r3",
        "r1 = atomic_cmpxchg((u64 *)(r2 + 0), r0, r3) | 6 | the old value must be in r0, found r1",
        "if r1 = 3 goto out | 7 | expected ==, !=, >, >=, <, <=, s>, s>=, s<, s<= or &, found '='",
        "if r1 == 3 jump out | 12 | expected 'goto', found 'jump'",
        "goto nowhere | 6 | no label is named 'nowhere'",
        "call nobody | 6 | no helper function, function or label is named 'nobody'",
        "r1 = map[] | 10 | expected the name of a map, found ']'",
        "r1 = map[none] | 10 | no map is named 'none'",
        "r1 = map[a_name_that_is_too_long] | 10 | has 23 characters: it must have 1 to 15",
        "r1 = map[fx:1] | 10 | expected fd: or index:, found 'fx'",
        "r1 = mop[m] | 6 | expected map[, map_value[, function[ or kernel_variable[, found 'mop'",
        "r1 = \"a\" | 6 | expected a number or the name of a constant, found the string \"a\"",
        "r1 = \"a | 6 | this string has no closing quote",
        "r1: r0 = 0 | 1 | a label can't be named 'r1'",
        ".foo | 1 | expected .program, .func, .map, .struct, .equ or .license, found '.foo'",
        ".func 1 | 7 | expected the name of a function, found '1'",
        ".func p | 7 | function 'p' starts where the entry does",
        ".program p tcx | 10 | two programs are named 'p'",
        ".program q | 11 | expected the type of a program, such as tcx or xdp, found the end",
        ".program q tcy | 12 | no program type is named 'tcy'",
        ".program q tcx up | 16 | no attach type is named 'up'",
        ".program q tcx | 10 | program 'q' takes 0 slots",
        ".map m hosh | 8 | no map type is named 'hosh'",
        ".map n array value 0 entries 1 | 6 | has value size 0: it must be at least 1",
        ".map n array value u8 entries 1 contents 00 | 42 | hexadecimal digits in quotes",
        ".map n array value u8 size 1 | 23 | expected key, value, entries, flags, pin, contents,"
            + " inner",
        ".map n array value u8 entries 1 flags nope | 39 | no flag of a map is named 'nope'",
        ".map n array value { a u8 b } entries 1 | 29 | expected a type: u8 to u64",
        ".map n array value { a u8, a u8 } entries 1 | 20 | has two fields named 'a'",
        ".map n array value struct x entries 1 | 27 | no struct is named 'x' so far",
        ".map m array value 8 entries 1 | 6 | two maps are named 'm'",
        ".equ TCX_DROP 5 | 6 | the name 'TCX_DROP' is taken",
        ".equ r1 5 | 6 | the name 'r1' is taken",
        ".license | 9 | expected a license, such as GPL or \"Dual MIT/GPL\", found the end of",
      })
  void saysWhatIsWrongAndWhere(String text, int column, String message) {
    boolean startsFunctionOrProgram = text.startsWith(".func") || text.startsWith(".program p");
    String before = startsFunctionOrProgram ? "" : "r0 = 0\n";
    String file = ".map m array value 8 entries 1\n.program p tcx\n" + before + text + "\n";
    AssemblyProblem problem = problems(file).getFirst();
    assertThat(problem.message()).contains(message);
    assertThat(problem.column()).isEqualTo(column);
    assertThat(problem.line()).isEqualTo(startsFunctionOrProgram ? 3 : 4);
    assertThat(problem.file()).isEqualTo("test.bpfasm");
  }

  @Test
  void showsTheLineWithAMark() {
    AssemblyException e =
        catchThrowableOfType(
            AssemblyException.class, () -> parse(".program p tcx\n\tr0 = x ; why\n  exit x\n"));
    assertThat(e)
        .hasMessage(
            """
            test.bpfasm:2:7: no constant is named 'x'
            \tr0 = x ; why
            \t     ^
            (and 1 more error)\
            """);
    assertThat(e.problems().get(1))
        .hasToString("test.bpfasm:3:8: expected the end of the line, found 'x'");
  }

  @Test
  void findsAllErrors() {
    assertThat(
            problems(
                """
                r0 = 1
                .map x {
                .map y hash key u32 value { a u8
                .program p tcx
                  r0 = ?
                  goto nowhere
                  exit
                """))
        .extracting(AssemblyProblem::line)
        .containsExactly(1, 2, 4, 5, 5, 6);
  }

  @Test
  void stopsAfterAHundredErrors() {
    assertThat(problems(".program p tcx\n" + "bad\n".repeat(1000))).hasSize(100);
  }

  @Test
  void refusesJumpsOutOfAFunctionWhereTheyAre() {
    assertThat(
            problems(
                """
                .program p tcx
                  call f
                out: exit
                .func f
                  r0 = 0
                  goto out
                """))
        .hasSize(1)
        .first()
        .hasToString("test.bpfasm:6:3: jump to 'out' leaves its function");
  }

  @Test
  void refusesTwoLicenses() {
    assertThat(problems(".license GPL\n.license GPL\n").getFirst().message())
        .isEqualTo("the file has a license already: GPL");
  }

  @Test
  void refusesStructsThatChange() {
    assertThat(problems(".struct a { b u8 }\n.struct a { b u16 }\n").getFirst().message())
        .isEqualTo("struct 'a' was different before");
  }

  @Test
  void anEmptyFileHoldsNothing() {
    assertThat(parse("")).isEqualTo(new ObjectSpec(List.of(), List.of()));
    assertThat(parse("; only a comment")).isEqualTo(new ObjectSpec(List.of(), List.of()));
  }

  @Test
  void contentsAreWrittenAsTheyAreRead() {
    ObjectSpec object =
        AssemblyParser.parse(
            "test.bpfasm", ".map n array value 3 entries 1 rdonly_prog contents \"00ff7a\"\n");
    MapSpec map = object.maps().getFirst();
    assertThat(map.contents()).isEqualTo(MapContents.ofHex("00ff7a"));
    assertThat(AssemblyParser.parse("again.bpfasm", Disassembler.assembly(object)))
        .isEqualTo(object);
  }
}
