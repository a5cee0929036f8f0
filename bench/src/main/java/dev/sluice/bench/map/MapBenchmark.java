package dev.sluice.bench.map;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Codec;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What an entry of a kernel map costs from Java: one system call each, or one for many. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MapBenchmark {
  private static final int ENTRIES = 1000;

  private Datapath datapath;
  private BpfMap map;
  private List<BpfMap.Entry> entries;
  private byte[] key;
  private byte[] value;
  private byte[] room;

  /** Makes a hash map and fills it. */
  @Setup
  public void fill() {
    datapath = KernelDatapath.open(NetworkNamespace.current());
    map = datapath.maps().create(MapSpec.of("bench", MapType.HASH, 4, 8, ENTRIES));
    entries = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      entries.add(new BpfMap.Entry(Codec.U32.toBytes(i), Codec.U64.toBytes((long) i)));
    }
    map.updateAll(entries, BpfMap.UpdateMode.ANY);
    key = Codec.U32.toBytes(ENTRIES / 2);
    value = Codec.U64.toBytes(7L);
    room = new byte[Long.BYTES];
  }

  /** Closes the map. */
  @TearDown
  public void close() {
    map.close();
    datapath.close();
  }

  /** A lookup into an array of the caller's. */
  @Benchmark
  public boolean lookup() {
    return map.lookup(key, room);
  }

  /** A change of an entry. */
  @Benchmark
  public void update() {
    map.update(key, value);
  }

  /** A change of a thousand entries in one call, counted for each. */
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public int updateAll() {
    return map.updateAll(entries, BpfMap.UpdateMode.ANY);
  }
}
