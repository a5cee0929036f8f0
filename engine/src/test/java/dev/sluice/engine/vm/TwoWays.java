package dev.sluice.engine.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.engine.map.EngineMaps;
import dev.sluice.engine.map.OpenMap;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** Runs a program interpreted and compiled, and sees to it that nobody can tell the difference. */
final class TwoWays {
  /** A map that programs may name. */
  static final MapSpec MAP = MapSpec.of("map", MapType.ARRAY, 4, 16, 4);

  /** What a program may use, of what a real run may. */
  private static final long FUEL = 2_000;

  private TwoWays() {}

  /**
   * Runs it on a packet of random bytes.
   *
   * @return what both left: R0 and the fuel, or the fault with its place and registers; and the
   *     packet
   */
  static String run(int packetBytes, long seed, Consumer<CodeBuilder> body) {
    String interpreted = run(ExecutionMode.INTERPRETED, packetBytes, seed, body);
    String compiled = run(ExecutionMode.COMPILED, packetBytes, seed, body);
    assertThat(compiled).isEqualTo(interpreted);
    return interpreted;
  }

  private static String run(
      ExecutionMode mode, int packetBytes, long seed, Consumer<CodeBuilder> body) {
    ProgramBench bench = new ProgramBench();
    bench.fuel = FUEL;
    bench.maps.put(MAP.name(), OpenMap.of(new EngineMaps(bench.machine).create(MAP)));
    byte[] bytes = new byte[packetBytes];
    new Random(seed).nextBytes(bytes);
    bench.packet(bytes);
    String end;
    try {
      end = "r0=%d, fuel %d".formatted(bench.run(mode, body), bench.execution.fuel);
    } catch (Fault fault) {
      end = fault.getMessage();
    }
    byte[] after = Arrays.copyOfRange(bench.packet.bytes, bench.packet.head, bench.packet.end);
    return end + "; packet " + Arrays.toString(after);
  }
}
