package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.HelperFunction;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.bpf.MemorySize;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.conformance.testbed.Frame;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import dev.sluice.engine.context.ContextLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of {@code __sk_buff} have the same values in the engine as in the kernel, in any part. */
@Tag("datapath.kernel")
class ContextValuesTest {
  private static final int MARK = 0x1122_3344;
  private static final int PRIORITY = 0x5566_7788;
  private static final int WIRE_LENGTH = 0x8899;
  private static final long TIMESTAMP = 0x0123_4567_89ab_cdefL;
  private static final long HARDWARE_TIMESTAMP = 0x7766_5544_3322_1100L;
  private static final int SEGMENTS = 0x0203;
  private static final int SEGMENT_SIZE = 0x0405;
  private static final int LOOPBACK = 1;

  /** The socket that packets of test runs have, and the hash that the kernel computes its way. */
  private static final Set<Integer> NOT_COMPARED = Set.of(68, 168);

  private static KernelVerdict kernel;

  /** A part of the context. */
  private record Part(int offset, MemorySize size) {}

  @BeforeAll
  static void openKernel() {
    kernel = KernelVerdict.open();
  }

  @AfterAll
  static void closeKernel() {
    if (kernel != null) {
      kernel.close();
    }
  }

  @Test
  void everyPartOfEveryFieldReadsTheSame() {
    assertThat(seen(KernelVerdict.engine(), null, 0)).isEqualTo(seen(kernel.datapath(), null, 0));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 0xfffe, 0xffff, 0x1_0000, 0x1_0000_1234L, 0x8877_6655_4433_2211L})
  void everyStoreIsSeenAsOnTheKernel(long value) {
    ContextLayout layout = ContextLayout.of(ProgramType.SCHED_CLS);
    for (Part part : parts()) {
      if (layout.canStore(part.offset(), part.size().bytes())) {
        assertThat(seen(KernelVerdict.engine(), part, value))
            .as("%s", part)
            .isEqualTo(seen(kernel.datapath(), part, value));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, -1, -2, 0xfffe, 0xffff, 0x1_0000})
  void aStoredImmediateIsSeenAsOnTheKernel(int value) {
    for (int offset : List.of(8, 12)) {
      CodeBuilder code = CodeBuilder.create().move(Register.R6, Register.R1);
      code.store(MemorySize.WORD, Register.R6, offset, value)
          .load(MemorySize.WORD, Register.R0, Register.R6, offset)
          .exit();
      ProgramSpec spec = ProgramSpec.of("imm", ProgramType.SCHED_CLS, "GPL", code.build());
      try (Program real = kernel.datapath().programs().load(spec, Map.of());
          Program engine = KernelVerdict.engine().programs().load(spec, Map.of())) {
        TestRun run = TestRun.of(packet());

        assertThat(engine.testRun(run).verdict()).isEqualTo(real.testRun(run).verdict());
      }
    }
  }

  private static List<Part> parts() {
    ContextLayout layout = ContextLayout.of(ProgramType.SCHED_CLS);
    List<Part> parts = new ArrayList<>();
    for (int offset = 0; offset < layout.size(); offset++) {
      for (MemorySize size : MemorySize.values()) {
        if (layout.canLoad(offset, size.bytes())
            && layout.pointerAt(offset) == null
            && !NOT_COMPARED.contains(offset & ~3)) {
          parts.add(new Part(offset, size));
        }
      }
    }
    return parts;
  }

  private static byte[] packet() {
    return Frame.labelled("context values").bytes().toArray();
  }

  private static List<String> seen(Datapath datapath, @Nullable Part stored, long value) {
    List<Part> parts = parts();
    CodeBuilder code =
        CodeBuilder.create()
            .move(Register.R6, Register.R1)
            .loadMapValue(Register.R7, "out", 0)
            .move(Register.R2, 0x0081)
            .move(Register.R3, 0x6123)
            .call(HelperFunction.SKB_VLAN_PUSH);
    if (stored != null) {
      code.moveWide(Register.R1, value)
          .store(stored.size(), Register.R6, stored.offset(), Register.R1);
    }
    for (int i = 0; i < parts.size(); i++) {
      code.load(parts.get(i).size(), Register.R1, Register.R6, parts.get(i).offset())
          .store(MemorySize.DOUBLE, Register.R7, 8 * i, Register.R1);
    }
    code.move(Register.R0, 0).exit();
    try (BpfMap out =
            datapath.maps().create(MapSpec.of("out", MapType.ARRAY, 4, 8 * parts.size(), 1));
        Program program =
            datapath
                .programs()
                .load(
                    ProgramSpec.of("values", ProgramType.SCHED_CLS, "GPL", code.build()),
                    Map.of("out", out))) {
      program.testRun(TestRun.of(packet()).withContext(context()));
      ByteBuffer seen =
          ByteBuffer.wrap(Objects.requireNonNull(out.lookup(new byte[4])))
              .order(ByteOrder.nativeOrder());
      return parts.stream().map(part -> part + "=%x".formatted(seen.getLong())).toList();
    }
  }

  private static Bytes context() {
    ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
    context.putInt(8, MARK).putInt(32, PRIORITY).putInt(36, LOOPBACK).putInt(40, LOOPBACK);
    for (int i = 0; i < 5; i++) {
      context.putInt(48 + 4 * i, 0x0101_0203 * (i + 1));
    }
    context.putLong(152, TIMESTAMP).putInt(160, WIRE_LENGTH).putInt(164, SEGMENTS);
    context.putInt(176, SEGMENT_SIZE).putLong(184, HARDWARE_TIMESTAMP);
    return Bytes.copyOf(context.array());
  }
}
