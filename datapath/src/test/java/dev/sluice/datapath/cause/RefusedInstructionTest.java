package dev.sluice.datapath.cause;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedInstructionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ctx()                                    | the context",
        "ctx(off=8)                               | the context, 8 bytes on",
        "pkt(r=14)                                | in the packet, 14 bytes from there on are"
            + " checked",
        "pkt(off=14,r=20)                         | in the packet, 14 bytes on, 6 bytes from there"
            + " on are checked",
        "pkt(id=3,off=2,r=0,umax=63)              | in the packet, 2 bytes on and 0 to 63 more, 0"
            + " bytes from there on are checked",
        "pkt(id=3,r=0)                            | in the packet, at a distance that has no bound,"
            + " 0 bytes from there on are checked",
        "pkt_end()                                | the packet's end",
        "map_ptr(map=flows,ks=4,vs=8)             | map flows",
        "map_value(map=flows,ks=4,vs=8,off=4)     | in a value of 8 bytes in map flows, 4 bytes on",
        "map_value_or_null(id=1,map=m,ks=4,vs=8)  | a value of 8 bytes in map m, or null",
        "fp0                                      | the end of the stack",
        "fp-8                                     | on the stack, at -8",
        "14                                       | the number 14",
        "P0xff                                    | the number 255",
        "scalar()                                 | any number",
        "scalar(id=7)                             | any number",
        "scalar(umin=3,umax=17)                   | a number from 3 to 17",
        "scalar(smin=smin32=0,smax=umax=smax32=umax32=63,var_off=(0x0; 0x3f)) | a number from 0 to"
            + " 63",
        "scalar(smin=-5,smax=9)                   | a number from -5 to 9",
        "scalar(smax=9)                           | a number of at most 9",
        "ringbuf_mem(sz=16)                       | in memory of 16 bytes",
        "iter_num(id=1)                           | iter_num(id=1)"
      })
  void registersInWords(String state, String words) {
    assertThat(RegisterWords.of(state)).isEqualTo(words);
  }

  @Test
  void theLastInstructionOfTheLog() {
    RefusedInstruction refused =
        RefusedInstruction.in(
                """
                0: R1=ctx() R10=fp0
                ; Filter.run @ Filter.java:7
                0: (61) r2 = *(u32 *)(r1 +76)         ; R1=ctx() R2_w=pkt(r=0)
                1: (b7) r3 = 5                        ; R3_w=5
                from 1 to 7: R1=ctx() R2=pkt(r=14) R10=fp0
                7: (0f) r2 += r4
                math between pkt pointer and register with unbounded min value is not allowed
                processed 3 insns (limit 1000000)
                """)
            .orElseThrow();
    assertThat(refused.slot()).isEqualTo(7);
    assertThat(refused.text()).isEqualTo("r2 += r4");
    assertThat(refused.known())
        .containsExactly(
            "r2 is in the packet, 14 bytes from there on are checked", "r4 has no value");
  }

  @Test
  void whatIsWrongWithTheWholeProgramIsNoInstruction() {
    assertThat(RefusedInstruction.in("9: (05) goto pc-3\nBPF program is too large.")).isEmpty();
    assertThat(RefusedInstruction.in("")).isEmpty();
  }
}
