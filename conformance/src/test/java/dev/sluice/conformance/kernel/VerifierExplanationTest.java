package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.VerifierRejected;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both verifiers' refusals are explained: the instruction, what was known, and a hint. */
@Tag("datapath.differences")
class VerifierExplanationTest {
  private static final String MAPS =
      """
      .license "Dual BSD"
      .map counts hash key 4 value 8 entries 2
      .map ring ringbuf entries 4096
      .map jumps prog_array key 4 value 4 entries 2
      .program p tcx
      """;

  private static final String LOOKUP =
      "*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map[counts]; call bpf_map_lookup_elem; ";

  private static VerifierRejected refusal(Datapath datapath, ObjectSpec object) {
    VerifierRejected rejected =
        catchThrowableOfType(
            VerifierRejected.class, () -> datapath.programs().load(object).close());
    assertThat(rejected).as("refusal").isNotNull();
    return rejected;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          packet, none checked | r2 = *(u32 *)(r1 + 76); r0 = *(u8 *)(r2 + 13); exit | r0 = *(u8 *)(r2 +13) | r2 is a packet pointer with none of the packet's bytes checked; byte 13 would be touched | data_end
          packet, too few checked | r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r4 = r2; r4 += 14; r0 = 0; if r4 > r3 goto +1; r0 = *(u32 *)(r2 + 14); exit | r0 = *(u32 *)(r2 +14) | r2 is a packet pointer with 14 of the packet's bytes checked; bytes 14 to 17 would be touched | data_end
          lookup not compared | LOOKUP r0 = *(u64 *)(r0 + 0); exit | r0 = *(u64 *)(r0 +0) | r0 is a value of a map (counts) of 8 bytes, or null: nothing has compared it with 0 | may have returned nothing
          number as address | r2 = *(u32 *)(r1 + 8); r0 = *(u8 *)(r2 + 0); exit | r0 = *(u8 *)(r2 +0) | r2 is a number from 0 to 4294967295 | not an address
          behind the value | LOOKUP if r0 == 0 goto +1; r0 = *(u64 *)(r0 + 8); r0 = 0; exit | r0 = *(u64 *)(r0 +8) | r0 is a value of a map (counts) of 8 bytes | bound the offset
          offset without bound | r6 = *(u32 *)(r1 + 8); LOOKUP if r0 == 0 goto +2; r0 += r6; r0 = *(u8 *)(r0 + 0); r0 = 0; exit | r0 = *(u8 *)(r0 +0) | to which a number from 0 to 4294967295 was added | bound the offset
          context | r0 = *(u32 *)(r1 + 1000); exit | r0 = *(u32 *)(r1 +1000) | r1 is the context | context
          stack too low | *(u64 *)(r10 - 520) = 0; r0 = 0; exit | *(u64 *)(r10 -520) = 0 | r10 is the frame pointer | 512 bytes
          no verdict | exit | exit | r0 has no value on this path | set it before exit
          lost in a call | r6 = r1; call bpf_get_prandom_u32; r0 = *(u32 *)(r1 + 0); exit | r0 = *(u32 *)(r1 +0) | r1 has no value on this path | R6 to R9
          licence | r1 = r10; r1 += -8; *(u64 *)(r10 - 8) = 0; r2 = 8; r3 = 0; call bpf_trace_printk; r0 = 0; exit | call bpf_trace_printk | "" | GPL
          helper of others | r2 = 0; call bpf_xdp_adjust_head; r0 = 0; exit | call bpf_xdp_adjust_head | "" | may not call this helper
          endless | r0 = 0; goto -2 | "" | "" | counter
          reference kept | r1 = map[ring]; r2 = 8; r3 = 0; call bpf_ringbuf_reserve; r0 = 0; exit | exit | "" | released on every path
          too many turns | r0 = 0; r0 += 1; if r0 < 2000000 goto -2; exit | "" | "" | too many paths
          map for helper | *(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map[jumps]; call bpf_map_lookup_elem; r0 = 0; exit | call bpf_map_lookup_elem | "" | kind of map
          wrong argument | r2 = 5; r1 = map[counts]; call bpf_map_lookup_elem; r0 = 0; exit | call bpf_map_lookup_elem | r2 is the number 5 | the argument is not
          pointer product | r2 = *(u32 *)(r1 + 76); r2 *= 2; r0 = 0; exit | r2 *= 2 | r2 is a packet pointer | additions
          context, wrong size | r2 = *(u64 *)(r1 + 8); r0 = 0; exit | r2 = *(u64 *)(r1 +8) | r1 is the context | context
          """)
  void bothAreExplained(String name, String code, String instruction, String known, String hint) {
    String text = MAPS + "  " + code.replace("LOOKUP", LOOKUP).replaceAll(";\\s*", "\n  ") + "\n";
    ObjectSpec object = AssemblyParser.parse("p.bpfasm", text);
    try (KernelVerdict kernel = KernelVerdict.open();
        Datapath engine = KernelVerdict.engine()) {
      for (Datapath datapath : List.of(kernel.datapath(), engine)) {
        String side = datapath.getClass().getSimpleName();
        VerifierRejected rejected = refusal(datapath, object);
        VerifierRejected.Explanation said = rejected.explanation();
        String all = side + "\n" + rejected.getMessage() + "\n" + said + "\n" + rejected.log();
        assertThat(String.valueOf(said.instruction())).as(all).contains(instruction);
        assertThat(String.join("\n", said.known())).as(all).contains(known);
        if (!hint.isEmpty()) {
          assertThat(said.hint()).as(all).isNotNull().contains(hint);
        }
        if (!instruction.isEmpty()) {
          assertThat(said.sourceLine()).as(all).startsWith("p.bpfasm:");
        }
      }
    }
  }
}
