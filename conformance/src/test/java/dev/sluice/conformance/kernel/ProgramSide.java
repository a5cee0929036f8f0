package dev.sluice.conformance.kernel;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Bytes;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.VerifierRejected;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.TestRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The maps of {@link RandomPrograms} in one datapath, to load and run programs with. */
final class ProgramSide implements AutoCloseable {
  private final Datapath datapath;
  private final Map<String, BpfMap> maps = new LinkedHashMap<>();

  ProgramSide(Datapath datapath) {
    this.datapath = datapath;
    for (MapSpec map : RandomPrograms.MAPS) {
      maps.put(map.name(), datapath.maps().create(map));
    }
    maps.put(RandomPrograms.OUT, datapath.maps().create(RandomPrograms.OUT_MAP));
  }

  /**
   * What the verifier says of a program.
   *
   * @param refusal its log if it refuses it; empty if it takes it
   * @param instructions how many instructions it looked at to take it
   */
  record Verdict(String refusal, int instructions) {
    boolean isTaken() {
      return refusal.isEmpty();
    }

    @Override
    public String toString() {
      return isTaken() ? "taken" : refusal;
    }
  }

  /** Has the verifier judge a program. */
  Verdict judge(ProgramSpec spec) {
    try (Program program = datapath.programs().load(spec, maps)) {
      return new Verdict("", program.info().verifiedInstructions());
    } catch (VerifierRejected e) {
      return new Verdict("refused " + e.errno() + ": " + e.log(), 0);
    } catch (KernelRejected e) {
      return new Verdict("refused: " + e.getMessage(), 0);
    }
  }

  /** What a program leaves behind: verdict, packet, context and maps; nothing if it is refused. */
  List<String> runs(ProgramSpec spec, Inputs inputs) {
    List<String> lines = new ArrayList<>();
    try (Program program = datapath.programs().load(spec, maps)) {
      for (byte[] packet : inputs.packets()) {
        reset(inputs);
        TestRun run = TestRun.of(packet);
        if (spec.type() == ProgramType.SCHED_CLS) {
          run = run.withContext(inputs.context());
        }
        TestRun.Result result = program.testRun(run);
        lines.add("verdict " + Integer.toHexString(result.verdict()));
        lines.add("packet " + result.packet());
        lines.add("context " + result.context());
        contents(lines);
      }
    } catch (VerifierRejected e) {
      return List.of();
    }
    return lines;
  }

  private void reset(Inputs inputs) {
    maps.forEach(
        (name, map) -> {
          switch (name) {
            case RandomPrograms.OUT ->
                map.update(key(0), new byte[RandomPrograms.OUT_MAP.valueSize()]);
            case "array" -> {
              for (int key = 0; key < 6; key++) {
                map.update(key(key), inputs.value(key));
              }
            }
            default -> {
              for (int key = 0; key <= RandomPrograms.LAST_KEY; key++) {
                map.delete(key(key));
              }
              for (int key : inputs.keys()) {
                map.update(key(key), inputs.value(key));
              }
            }
          }
        });
  }

  private static byte[] key(int key) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(key).array();
  }

  private void contents(List<String> lines) {
    maps.forEach(
        (name, map) -> {
          for (int key = 0; key <= RandomPrograms.LAST_KEY; key++) {
            byte[] value = map.lookup(key(key));
            if (value != null) {
              lines.add(name + " " + key + ": " + HexFormat.of().formatHex(value));
            }
          }
        });
  }

  @Override
  public void close() {
    maps.values().forEach(BpfMap::close);
  }

  /**
   * What programs run on.
   *
   * @param packets one for each run
   * @param context a {@code struct __sk_buff}
   * @param keys which keys are in the hash maps
   * @param values values by key
   */
  record Inputs(List<byte[]> packets, Bytes context, List<Integer> keys, List<Bytes> values) {
    static Inputs of(Random random) {
      List<byte[]> packets = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        byte[] packet = new byte[54 + random.nextInt(80)];
        random.nextBytes(packet);
        int protocol = random.nextInt(3);
        packet[12] = (byte) (protocol == 0 ? 0x08 : protocol == 1 ? 0x86 : 0x12);
        packet[13] = (byte) (protocol == 0 ? 0x00 : protocol == 1 ? 0xdd : 0x34);
        packets.add(packet);
      }
      ByteBuffer context = ByteBuffer.allocate(192).order(ByteOrder.nativeOrder());
      context.putInt(8, random.nextInt()).putInt(32, random.nextInt());
      for (int at = 48; at < 68; at += 4) {
        context.putInt(at, random.nextInt());
      }
      context.putInt(164, random.nextInt(100)).putInt(176, random.nextInt(2000));
      List<Integer> keys = new ArrayList<>();
      List<Bytes> values = new ArrayList<>();
      for (int key = 0; key <= RandomPrograms.LAST_KEY; key++) {
        if (keys.size() < 4 && random.nextBoolean()) {
          keys.add(key);
        }
        byte[] value = new byte[RandomPrograms.VALUE_BYTES];
        random.nextBytes(value);
        values.add(Bytes.copyOf(value));
      }
      return new Inputs(packets, Bytes.copyOf(context.array()), keys, values);
    }

    byte[] value(int key) {
      return values.get(key).toArray();
    }
  }
}
