package dev.sluice.engine.helper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Unsupported;
import dev.sluice.engine.vm.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HelperTableTest {
  @ParameterizedTest
  @EnumSource(
      value = ProgramType.class,
      names = {"SCHED_CLS", "SCHED_ACT", "CGROUP_SKB", "SOCKET_FILTER", "XDP"})
  void whatIsSupportedHasASignature(ProgramType type) {
    HelperTable table = HelperTable.of(type);
    for (HelperFunction function : HelperFunction.values()) {
      boolean supported = table.status(function.id()) == HelperStatus.SUPPORTED;

      assertThat(table.find(function.id()) != null).as("%s", function).isEqualTo(supported);
      assertThat(table.signature(function.id()) != null).as("%s", function).isEqualTo(supported);
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    HelperTable table = HelperTable.of(ProgramType.SCHED_CLS);

    assertThat(table.status(HelperFunction.FIB_LOOKUP.id())).isEqualTo(HelperStatus.MISSING);
    assertThat(table.find(HelperFunction.FIB_LOOKUP.id())).isNull();
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> table.requireSupported(HelperFunction.FIB_LOOKUP.id()))
        .withMessageContaining("bpf_fib_lookup");
  }

  @Test
  void refusalsAreInTheVerifiersWords() {
    HelperTable table = HelperTable.of(ProgramType.SCHED_CLS);

    assertThat(table.refusal(HelperFunction.XDP_ADJUST_HEAD.id(), true))
        .isEqualTo("program of this type cannot use helper bpf_xdp_adjust_head#44");
    assertThat(table.refusal(1000, true)).isEqualTo("invalid func unknown#1000");
    assertThat(table.refusal(HelperFunction.TRACE_PRINTK.id(), false))
        .isEqualTo("cannot call GPL-restricted function from non-GPL compatible program");
    assertThat(table.refusal(HelperFunction.TRACE_PRINTK.id(), true)).isNull();
  }

  @Test
  void otherProgramTypesAreRefusedByName() {
    assertThatExceptionOfType(Unsupported.class)
        .isThrownBy(() -> HelperTable.of(ProgramType.KPROBE))
        .withMessageContaining("kprobe");
  }

  @Test
  void aTailCallIsNoOrdinaryCall() {
    Bench bench = Bench.ipv4();

    assertThatExceptionOfType(Fault.class)
        .isThrownBy(() -> bench.call(HelperFunction.TAIL_CALL, Bench.CONTEXT));
  }

  @Test
  void clocksAgreeAndTicksAreCounted() {
    Bench bench = Bench.ipv4();

    assertThat(bench.call(HelperFunction.KTIME_GET_NS)).isEqualTo(1_000_000_007);
    assertThat(bench.call(HelperFunction.KTIME_GET_BOOT_NS)).isEqualTo(1_000_000_007);
    assertThat(bench.call(HelperFunction.KTIME_GET_COARSE_NS)).isEqualTo(1_000_000_000);
    long ticks = bench.call(HelperFunction.JIFFIES64);
    bench.time += 40_000_000;
    assertThat(bench.call(HelperFunction.JIFFIES64)).isEqualTo(ticks + 10);
    assertThat(bench.call(HelperFunction.GET_PRANDOM_U32)).isEqualTo(0xffff_fffbL);
    assertThat(bench.call(HelperFunction.GET_SMP_PROCESSOR_ID)).isZero();
  }
}
