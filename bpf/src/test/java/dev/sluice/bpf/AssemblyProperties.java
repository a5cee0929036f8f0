package dev.sluice.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The assembler with texts that are no assembly: it gives a spec or says what is wrong. */
class AssemblyProperties {
  private static final String SEED_TEXT =
      """
      .license "Dual MIT/GPL"
      .equ LIMIT (1 << 4 | 2) - 0b10
      .struct count { packets u64, bytes u64 }
      .map counters percpu_array key u32 value struct count entries LIMIT pin
      .map rules lpm_trie key { prefixlen u32, address u8[4] } value u32 entries 9 no_prealloc
      .map tables hash_of_maps key 8 entries 2 inner { array value u16 entries 3 }
      .program first tcx ingress
        r6 = r1
        r1 = *(u32 *)(r6 + skb.len)
        if r1 s>= LIMIT goto out
        r2 = map_value[counters] + 8
        lock *(u64 *)(r2 + 0) += r1
        r1 = atomic_fetch_add((u64 *)(r2 + 0), r1)
        w1 = (s8)w1
        r1 = be16 r1
        call sub
        call map_lookup_elem
        r1 = 0x123456789 ll
      out:
        r0 = TCX_NEXT
        exit
      .func sub
        r0 = *(u16 *)skb[r1 + 4]
        may_goto +1
        gotol -3
        exit
      """;

  private static final List<String> PIECES =
      List.of(
          "r1",
          "w2",
          "=",
          "==",
          "s>>=",
          "s>",
          "*",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "u32",
          "s8",
          "skb",
          "goto",
          "if",
          "call",
          "lock",
          "map",
          "map_value",
          "ll",
          "pc",
          "+",
          "-",
          "~",
          "<<",
          "0",
          "1",
          "0xffffffff",
          "99999999999999999999",
          ".func",
          ".program",
          ".map",
          ".equ",
          "p",
          "tcx",
          "hash",
          "key",
          "value",
          "entries",
          "inner",
          "struct",
          "\n",
          ":",
          ",",
          "\"",
          ";",
          "|",
          "out",
          "exit",
          "atomic_cmpxchg",
          "\u0000",
          "\u00e9",
          "\ud83d",
          "\t",
          "%",
          "/");

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(PIECES).list().ofMaxSize(60).map(list -> String.join(" ", list));
  }

  private static void check(String text) {
    try {
      ObjectSpec object = AssemblyParser.parse("fuzz", text);
      assertThat(object.programs()).allMatch(program -> !program.instructions().isEmpty());
    } catch (AssemblyException e) {
      assertThat(e.problems()).isNotEmpty().hasSizeLessThanOrEqualTo(100);
      long lines = text.lines().count();
      for (AssemblyProblem problem : e.problems()) {
        assertThat(problem.line()).isBetween(1, (int) lines + 1);
        assertThat(problem.column()).isBetween(1, text.length() + 1);
        assertThat(problem.message()).isNotBlank().hasSizeLessThan(600);
        assertThat(problem.excerpt()).endsWith("^");
      }
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 1000)
  void anyText(@ForAll String text) {
    check(text);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 3000)
  void anyPieces(@ForAll("pieces") String text) {
    check(".program p tcx\n" + text);
    check(text);
  }

  @Property(edgeCases = EdgeCasesMode.NONE, tries = 3000)
  void aMutatedFile(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(SEED_TEXT);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 2 -> text.setCharAt(at, SEED_TEXT.charAt(random.nextInt(SEED_TEXT.length())));
        default -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
      }
    }
    check(text.toString());
  }

  @Example
  void theSeedIsValid() {
    assertThatCode(() -> AssemblyParser.parse("seed", SEED_TEXT)).doesNotThrowAnyException();
  }

  @Example
  void largeFilesTakeLittleTime() {
    assertThat(timed("  r0 = 0\n".repeat(100_000))).isLessThan(Duration.ofSeconds(20));
    assertThat(timed("(".repeat(100_000))).isLessThan(Duration.ofSeconds(20));
    assertThat(timed("r0 = " + "(".repeat(100_000))).isLessThan(Duration.ofSeconds(20));
    assertThat(timed("r0 = " + "-".repeat(100_000))).isLessThan(Duration.ofSeconds(20));
    assertThat(timed("r0 = " + "9".repeat(1_000_000))).isLessThan(Duration.ofSeconds(20));
    assertThat(timed("r0 = 1" + " * 3".repeat(100_000))).isLessThan(Duration.ofSeconds(20));
    assertThat(timed(".map m hash value " + "{ a ".repeat(100_000)))
        .isLessThan(Duration.ofSeconds(20));
    assertThat(timed(".map m hash value u8" + "[1]".repeat(5_000) + " key 4 entries 1"))
        .isLessThan(Duration.ofSeconds(20));
  }

  private static Duration timed(String text) {
    long start = System.nanoTime();
    check(".program p tcx\n" + text);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
