package dev.sluice.bpf.requirement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapFlag;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.ObjectSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequirementTest {
  /** Spot checks against the commits that bcc and ebpf-docs name. */
  @ParameterizedTest
  @CsvSource({
    "map_lookup_elem, 3.19",
    "tail_call, 4.2",
    "clone_redirect, 4.2",
    "redirect, 4.4",
    "skb_load_bytes, 4.5",
    "xdp_adjust_head, 4.10",
    "probe_read_str, 4.11",
    "get_current_cgroup_id, 4.18",
    "msg_pop_data, 5.0",
    "tcp_gen_syncookie, 5.4",
    "jiffies64, 5.6",
    "csum_level, 5.8",
    "redirect_peer, 5.10",
    "check_mtu, 5.12",
    "for_each_map_elem, 5.13",
    "timer_init, 5.15",
    "loop, 5.17",
    "dynptr_data, 5.19",
    "ktime_get_tai_ns, 6.1",
    "cgrp_storage_delete, 6.2"
  })
  void helpers(String name, String release) {
    assertThat(Introduction.of(HelperFunction.find(name).orElseThrow())).hasToString(release);
  }

  @Test
  void nothingIsForgotten() {
    KernelRelease before = KernelRelease.of("3.18");
    for (HelperFunction helper : HelperFunction.values()) {
      KernelRelease release = Introduction.of(helper);
      // Numbers are only ever added.
      assertThat(release).isGreaterThanOrEqualTo(before);
      before = release;
    }
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPECIFIED) {
        assertThat(Introduction.of(type))
            .isBetween(KernelRelease.of("3.19"), KernelRelease.of("6.9"));
      }
    }
    for (ProgramType type : ProgramType.values()) {
      if (type != ProgramType.UNSPECIFIED) {
        assertThat(Introduction.of(type))
            .isBetween(KernelRelease.of("3.19"), KernelRelease.of("6.4"));
      }
    }
    for (AttachType type : AttachType.values()) {
      assertThat(Introduction.of(type).isEmpty())
          .isEqualTo(type == AttachType.UNSPECIFIED || type == AttachType.XDP);
    }
    for (MapFlag flag : MapFlag.values()) {
      assertThat(Introduction.of(flag)).isGreaterThan(KernelRelease.of("4.5"));
    }
  }

  @Test
  void types() {
    assertThat(Introduction.of(MapType.LPM_TRIE)).hasToString("4.11");
    assertThat(Introduction.of(MapType.RINGBUF)).hasToString("5.8");
    assertThat(Introduction.of(ProgramType.XDP)).hasToString("4.8");
    assertThat(Introduction.of(ProgramType.CGROUP_SKB)).hasToString("4.10");
    assertThat(Introduction.of(AttachType.TCX_EGRESS)).hasToString("Optional[6.6]");
    assertThat(Introduction.of(AttachType.NETKIT_PEER)).hasToString("Optional[6.7]");
  }

  private static List<String> ofCode(String... lines) {
    return Requirement.of(program(lines)).stream()
        .map(requirement -> requirement.since() + " " + requirement.what())
        .filter(text -> !text.endsWith("program type sched_cls"))
        .toList();
  }

  private static ProgramSpec program(String... lines) {
    String text =
        ".license GPL\n.program p tcx\n"
            + String.join("\n", lines)
            + "\nr0 = 0\nout:\nexit\n.func f\nr0 = 0\nexit\n";
    return AssemblyParser.parse("p.bpfasm", text).programs().getFirst();
  }

  @Test
  void instructions() {
    assertThat(ofCode("r1 += 2", "w1 = 3", "lock *(u64 *)(r10 - 8) += r1")).isEmpty();
    assertThat(ofCode("if r1 < r2 goto out")).containsExactly("4.14 jumps on less (v2)");
    assertThat(ofCode("if w1 > 2 goto out")).containsExactly("5.1 32-bit jumps (v3)");
    assertThat(ofCode("again:", "r1 += 1", "if r1 > 5 goto again")).containsExactly("5.3 loops");
    assertThat(ofCode("r1 = (s8)r2")).containsExactly("6.6 sign-extending moves (v4)");
    assertThat(ofCode("r1 = *(s8 *)(r10 - 1)")).containsExactly("6.6 sign-extending loads (v4)");
    assertThat(ofCode("r1 s/= r2")).containsExactly("6.6 signed division (v4)");
    assertThat(ofCode("r1 = bswap32 r1")).containsExactly("6.6 unconditional byte swaps (v4)");
    assertThat(ofCode("gotol out")).containsExactly("6.6 32-bit jump distances (v4)");
    assertThat(ofCode("call f", "call bpf_tail_call"))
        .containsExactly(
            "5.10 tail calls beside functions", "4.16 functions", "4.2 helper bpf_tail_call");
    assertThat(ofCode("r1 = function[f]")).containsExactly("5.13 callbacks");
  }

  @Test
  void mapsCountForTheProgramsThatUseThem() {
    ObjectSpec object =
        AssemblyParser.parse(
            "m.bpfasm",
            """
            .map events ringbuf entries 4096
            .map other array key u32 value u32 entries 1
            .program p tcx
              r1 = map[events]
              r0 = 0
              exit
            """);
    assertThat(Requirement.of(object.programs().getFirst(), object))
        .extracting(Requirement::what)
        .containsExactly("map type ringbuf", "program type sched_cls");
  }

  @Test
  void releasesAreNumbers() {
    assertThat(KernelRelease.of("5.10")).isGreaterThan(KernelRelease.of("5.9"));
    assertThatThrownBy(() -> new KernelRelease(2, 6)).hasMessage("there is no release 2.6");
  }
}
